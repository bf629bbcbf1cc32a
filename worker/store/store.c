#include "worker/store/store.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "common/scoreboard_thread.h"
#include "worker/store/driver.h"
#include "worker/store/filter.h"
#include "worker/store/finish.h"
#include "worker/store/index.h"
#include "worker/store/lane.h"
#include "worker/store/mongo.h"
#include "worker/store/op.h"
#include "worker/store/outage.h"

struct nw_store {
	const struct nw_driver *driver;
	void *db;
	struct nw_counters *counters; /* NULL: none are kept */
	struct nw_finish *finish;
	struct nw_outage *outage; /* NULL: the driver is not remote */
	struct nw_index_list *indexes;
	struct nw_lane *lane;
	struct nw_lane *change_lane; /* NULL: changes take the other one */
	bool is_closing;
};

static const struct nw_driver *find_driver(const char *uri, struct nw_err *err)
{
	if (strncmp(uri, "sqlite:", 7) == 0) {
		return &nw_sqlite_driver;
	}
	if (strncmp(uri, "mongodb://", 10) == 0 || strncmp(uri, "mongodb+srv://", 14) == 0) {
		return &nw_mongo_driver;
	}
	/* The URI is not repeated: it may hold a password. */
	nw_err_set(err, -EINVAL, "store: a URI begins with sqlite:, mongodb:// or mongodb+srv://");
	return NULL;
}

int nw_store_check_uri(const char *uri, struct nw_err *err)
{
	const struct nw_driver *driver = find_driver(uri, err);

	return driver == NULL ? -EINVAL : driver->check(uri, err);
}

static void count(struct nw_store *store, enum nw_store_status status)
{
	if (store->counters != NULL) {
		NW_COUNT(store->counters->store_ops, 1);
		if (status == NW_STORE_UNAVAILABLE || status == NW_STORE_FAILED) {
			NW_COUNT(store->counters->store_errors, 1);
		}
	}
}

/* After a blocking call, or for each operation. */
static enum nw_store_status note(struct nw_store *store, enum nw_store_status status, const bson_error_t *error)
{
	count(store, status);
	if (status == NW_STORE_UNAVAILABLE) {
		nw_outage_begin(store->outage, error);
	}
	return status;
}

/* As the black box has it. */
static enum nw_thread_operation operation_of(const struct nw_store_op *op)
{
	static_assert((int)NW_OPERATION_GET == NW_STORE_GET + 1 && (int)NW_OPERATION_PING == NW_STORE_PING + 1,
		      "in the same order");
	return (enum nw_thread_operation)((int)op->kind + 1);
}

/* Operations that may go to the driver now; the others get their status. */
static size_t pick_runnable(struct nw_store *store, struct nw_store_op **ops, size_t n, struct nw_store_op **out)
{
	const struct nw_store_op *last = NULL; /* the last one that is not to run */
	bson_error_t error = {0};
	size_t n_out = 0;

	if (nw_outage_is_on(store->outage, &error)) {
		for (size_t i = 0; i < n; i++) {
			nw_op_fail_as(ops[i], NW_STORE_UNAVAILABLE, &error);
		}
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		enum nw_store_status status = NW_STORE_OK;

		if (last != NULL && strcmp(last->collection, ops[i]->collection) == 0) {
			status = last->status; /* to ask again may take seconds, for each of them */
		} else if (nw_op_is_write(ops[i])) {
			status = nw_index_settle_sync(store->indexes, ops[i]->collection, &error);
		}
		if (status == NW_STORE_OK) {
			out[n_out++] = ops[i];
		} else {
			nw_op_fail_as(ops[i], status, &error);
			last = ops[i];
		}
	}
	return n_out;
}

static void run_lane_batch(void *arg, struct nw_store_op **ops, size_t n)
{
	struct nw_store *store = arg;
	struct nw_store_op *runnable[NW_LANE_BATCH];
	size_t n_runnable = pick_runnable(store, ops, n, runnable);

	if (n_runnable > 0) {
		uint32_t doing = nw_board_thread_enter_store(operation_of(runnable[0]), runnable[0]->collection,
							     (uint32_t)n_runnable);

		store->driver->run_batch(store->db, runnable, n_runnable);
		nw_board_thread_leave(doing);
		if (store->counters != NULL) {
			NW_COUNT(store->counters->store_batches, 1);
		}
	}
	for (size_t i = 0; i < n; i++) {
		note(store, ops[i]->status, &ops[i]->error);
	}
	nw_finish_ops(store->finish, ops, n);
	if (n_runnable > 0 && store->driver->tidy != NULL) {
		store->driver->tidy(store->db);
	}
}

static int open_lanes(struct nw_store *store, struct nw_err *err)
{
	struct nw_lane_config config = {
		.n_threads = store->driver->n_lanes,
		.max_batch = store->driver->max_batch,
		.mixes_writes = store->driver->mixes_writes,
		.run = run_lane_batch,
		.arg = store,
	};
	int code = nw_lane_open(&config, &store->lane, err);

	if (code == 0 && store->driver->n_change_lanes > 0) {
		config.n_threads = store->driver->n_change_lanes;
		config.max_batch = 1;
		code = nw_lane_open(&config, &store->change_lane, err);
	}
	return code;
}

static int open_parts(struct nw_store *store, const char *uri, struct nw_executor *loop, struct nw_err *err)
{
	int code = store->driver->open(uri, &store->db, err);

	if (code != 0) {
		return code;
	}
	store->finish = nw_finish_open(loop);
	store->indexes = nw_index_open(store->driver, store->db);
	if (store->finish == NULL || store->indexes == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	if (store->driver->is_remote) {
		code = nw_outage_open(store->driver, store->db, &store->outage, err);
	}
	return code == 0 ? open_lanes(store, err) : code;
}

int nw_store_open(const char *uri, struct nw_executor *loop, struct nw_counters *counters, struct nw_store **out,
		  struct nw_err *err)
{
	const struct nw_driver *driver = find_driver(uri, err);

	if (driver == NULL) {
		return -EINVAL;
	}
	struct nw_store *store = calloc(1, sizeof(*store));

	if (store == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	store->driver = driver;
	store->counters = counters;
	int code = open_parts(store, uri, loop, err);

	if (code != 0) {
		nw_store_close(store);
		return code;
	}
	*out = store;
	return 0;
}

struct nw_store *nw_store_close(struct nw_store *store)
{
	if (store == NULL) {
		return NULL;
	}
	store->is_closing = true;
	store->lane = nw_lane_close(store->lane);
	store->change_lane = nw_lane_close(store->change_lane);
	store->outage = nw_outage_close(store->outage);
	store->finish = nw_finish_close(store->finish);
	store->indexes = nw_index_close(store->indexes);
	if (store->db != NULL) {
		store->driver->close(store->db);
	}
	free(store);
	return NULL;
}

/* True: the operation has its status and need not be queued. */
static bool answer_at_once(struct nw_store *store, struct nw_store_op *op, bool on_loop)
{
	op->store = store;
	op->is_queued = false;
	nw_op_begin(op);
	if (!nw_op_check(op)) {
		count(store, op->status);
		return true;
	}
	if (store->is_closing) {
		nw_op_fail(op, NW_STORE_UNAVAILABLE, "store: closing");
		count(store, op->status);
		return true;
	}
	if (op->kind == NW_STORE_GET && store->driver->is_quick) {
		store->driver->get_one(store->db, op, on_loop);
		count(store, op->status);
		return true;
	}
	if (nw_outage_is_on(store->outage, &op->error)) {
		op->status = NW_STORE_UNAVAILABLE;
		count(store, op->status);
		return true;
	}
	return false;
}

static void queue(struct nw_store *store, struct nw_store_op *op)
{
	bool has_own = store->change_lane != NULL && nw_op_is_change(op);

	nw_op_queue(op);
	nw_lane_submit(has_own ? store->change_lane : store->lane, op);
}

void nw_store_submit(struct nw_store *store, struct nw_store_op *op)
{
	if (answer_at_once(store, op, true)) {
		op->done(op);
	} else {
		queue(store, op);
	}
}

enum nw_store_status nw_store_run_sync(struct nw_store *store, struct nw_store_op *op)
{
	struct nw_waiter waiter;

	uint32_t doing = nw_board_thread_enter_store(operation_of(op), op->collection, 1);

	if (!answer_at_once(store, op, false)) {
		nw_finish_expect(&waiter, op);
		queue(store, op);
		nw_finish_wait_sync(store->finish, &waiter);
		nw_op_take_over(op);
	}
	nw_board_thread_leave(doing);
	return op->status;
}

bool nw_store_is_quick(const struct nw_store *store)
{
	return store->driver->is_quick;
}

/* What every blocking call does first. @error may be NULL for callers, not for what is below. */
static enum nw_store_status begin_call(struct nw_store *store, bson_error_t **error, bson_error_t *own)
{
	if (*error == NULL) {
		*error = own;
	}
	if (nw_outage_is_on(store->outage, *error)) {
		count(store, NW_STORE_UNAVAILABLE);
		return NW_STORE_UNAVAILABLE;
	}
	return NW_STORE_OK;
}

static enum nw_store_status compile(const bson_t *bson, struct nw_filter **out, bson_error_t *error)
{
	struct nw_err err = {0};
	int code = nw_filter_compile(bson, out, &err);

	if (code == 0) {
		return NW_STORE_OK;
	}
	return nw_op_error(error, code == -ENOMEM ? NW_STORE_FAILED : NW_STORE_INVALID, "%.400s", err.msg);
}

enum nw_store_status nw_store_find_sync(struct nw_store *store, const struct nw_store_query *query, nw_store_row row,
					void *arg, bson_error_t *error)
{
	bson_error_t own;
	struct nw_filter *filter = NULL;
	enum nw_store_status status = begin_call(store, &error, &own);

	if (status != NW_STORE_OK) {
		return status;
	}
	status = nw_op_check_query(query, error);
	if (status == NW_STORE_OK) {
		status = compile(query->filter, &filter, error);
	}
	if (status == NW_STORE_OK) {
		uint32_t doing = nw_board_thread_enter_store(NW_OPERATION_FIND, query->collection, 1);

		status = store->driver->find(store->db, query, filter, row, arg, error);
		nw_board_thread_leave(doing);
	}
	nw_filter_free(filter);
	return note(store, status, error);
}

enum nw_store_status nw_store_count_sync(struct nw_store *store, const char *collection, const bson_t *bson,
					 int64_t *out_count, bson_error_t *error)
{
	bson_error_t own;
	struct nw_filter *filter = NULL;
	enum nw_store_status status = begin_call(store, &error, &own);

	if (status != NW_STORE_OK) {
		return status;
	}
	status = nw_op_check_collection(collection, error);
	if (status == NW_STORE_OK) {
		status = compile(bson, &filter, error);
	}
	if (status == NW_STORE_OK) {
		uint32_t doing = nw_board_thread_enter_store(NW_OPERATION_COUNT, collection, 1);

		status = store->driver->count(store->db, collection, bson, filter, out_count, error);
		nw_board_thread_leave(doing);
	}
	nw_filter_free(filter);
	return note(store, status, error);
}

enum nw_store_status nw_store_ensure_index_sync(struct nw_store *store, const char *collection, const char *field,
						bool unique, bson_error_t *error)
{
	bson_error_t own;

	if (error == NULL) {
		error = &own;
	}
	enum nw_store_status status = nw_op_check_collection(collection, error);

	if (status == NW_STORE_OK) {
		status = nw_op_check_field(field, error);
	}
	/* Every collection has one on _id. */
	if (status == NW_STORE_OK && strcmp(field, "_id") != 0) {
		bool is_away = nw_outage_is_on(store->outage, error);
		uint32_t doing = nw_board_thread_enter_store(NW_OPERATION_INDEX, collection, 1);

		status = nw_index_declare_sync(store->indexes, collection, field, unique, is_away, error);
		nw_board_thread_leave(doing);
	}
	return note(store, status, error);
}

enum nw_store_status nw_store_ping_sync(struct nw_store *store, bson_error_t *error)
{
	bson_error_t own;
	enum nw_store_status status = begin_call(store, &error, &own);

	if (status != NW_STORE_OK) {
		return status;
	}
	uint32_t doing = nw_board_thread_enter_store(NW_OPERATION_PING, NULL, 1);

	status = store->driver->ping(store->db, error);
	nw_board_thread_leave(doing);
	return note(store, status, error);
}

void nw_store_pool(const struct nw_store *store, struct nw_store_pool *out)
{
	store->driver->pool(store->db, out);
}

struct _mongoc_client_t *nw_store_mongo_pop(struct nw_store *store)
{
	return store->driver == &nw_mongo_driver ? nw_mongo_pop(store->db) : NULL;
}

void nw_store_mongo_push(struct nw_store *store, struct _mongoc_client_t *client)
{
	nw_mongo_push(store->db, client);
}

const char *nw_store_mongo_database(const struct nw_store *store)
{
	return store->driver == &nw_mongo_driver ? nw_mongo_database(store->db) : NULL;
}

#include "worker/store/mongo.h"

#include <errno.h>
#include <mongoc/mongoc.h>
#include <pthread.h>
#include <string.h>

#include "worker/store/op.h"

enum {
	N_LANES = 2,        /* fewer lanes: larger batches */
	N_CHANGE_LANES = 8, /* a change waits for its journal: several at a time */
	HANDLERS = 32,      /* threads of the application that have a client at the same time */
	CONNECT_MS = 5000,
	HEARTBEAT_MS = 2000, /* a server that was given up is looked at again at least so often */
	SELECT_MS = 5000,
	SOCKET_MS = NW_STORE_QUERY_MS + 5000, /* the server gives up first */
	WRITE_MS = 15000,                     /* for a majority */
};

/* The driver logs to stderr unless told otherwise; what matters comes back as an error. */
static void on_mongo_log(mongoc_log_level_t level, const char *domain, const char *message, void *arg)
{
	(void)level;
	(void)domain;
	(void)message;
	(void)arg;
}

static void start_driver(void)
{
	mongoc_log_set_handler(on_mongo_log, NULL);
	mongoc_init();
}

static mongoc_uri_t *parse_new(const char *text, struct nw_err *err)
{
	bson_error_t error = {0};

	mongoc_log_set_handler(on_mongo_log, NULL);
	mongoc_uri_t *uri = mongoc_uri_new_with_error(text, &error);

	if (uri == NULL) {
		nw_err_set(err, -EINVAL, "store: not a MongoDB URI: %s", error.message);
		return NULL;
	}
	if (!mongoc_write_concern_is_acknowledged(mongoc_uri_get_write_concern(uri))) {
		nw_err_set(err, -EINVAL, "store: the URI's w=0 would leave writes unanswered; w=1 is the least");
		mongoc_uri_destroy(uri);
		return NULL;
	}
	return uri;
}

static int check(const char *text, struct nw_err *err)
{
	mongoc_uri_t *uri = parse_new(text, err);

	if (uri == NULL) {
		return -EINVAL;
	}
	mongoc_uri_destroy(uri);
	return 0;
}

static void default_int(mongoc_uri_t *uri, const char *option, int32_t value)
{
	if (!mongoc_uri_has_option(uri, option)) {
		mongoc_uri_set_option_as_int32(uri, option, value);
	}
}

static void default_bool(mongoc_uri_t *uri, const char *option, bool value)
{
	if (!mongoc_uri_has_option(uri, option)) {
		mongoc_uri_set_option_as_bool(uri, option, value);
	}
}

/* What was answered is on disk, at a majority, unless the URI says otherwise. */
static void set_write_concern(mongoc_uri_t *uri)
{
	mongoc_write_concern_t *concern = mongoc_write_concern_copy(mongoc_uri_get_write_concern(uri));

	if (mongoc_write_concern_get_w(concern) == MONGOC_WRITE_CONCERN_W_DEFAULT) {
		mongoc_write_concern_set_wmajority(concern, WRITE_MS);
	} else if (mongoc_write_concern_get_wtimeout_int64(concern) == 0) {
		mongoc_write_concern_set_wtimeout_int64(concern, WRITE_MS);
	}
	if (!mongoc_write_concern_journal_is_set(concern)) {
		mongoc_write_concern_set_journal(concern, true);
	}
	mongoc_uri_set_write_concern(uri, concern);
	mongoc_write_concern_destroy(concern);
}

static void set_defaults(mongoc_uri_t *uri)
{
	set_write_concern(uri);
	default_bool(uri, MONGOC_URI_RETRYREADS, true);
	default_bool(uri, MONGOC_URI_RETRYWRITES, true);
	default_int(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, SELECT_MS);
	default_int(uri, MONGOC_URI_CONNECTTIMEOUTMS, CONNECT_MS);
	default_int(uri, MONGOC_URI_HEARTBEATFREQUENCYMS, HEARTBEAT_MS);
	default_int(uri, MONGOC_URI_SOCKETTIMEOUTMS, SOCKET_MS);
	default_int(uri, MONGOC_URI_MAXPOOLSIZE, N_LANES + N_CHANGE_LANES + HANDLERS);
	default_int(uri, MONGOC_URI_WAITQUEUETIMEOUTMS, SELECT_MS);
	if (mongoc_uri_get_appname(uri) == NULL) {
		mongoc_uri_set_appname(uri, "narwhal");
	}
}

static int open_pool(struct nw_mongo *mongo, mongoc_uri_t *uri, struct nw_err *err)
{
	bson_error_t error = {0};
	const char *database = mongoc_uri_get_database(uri);

	mongo->database = strdup(database != NULL && *database != '\0' ? database : "narwhal");
	mongo->limit = (uint32_t)mongoc_uri_get_option_as_int32(uri, MONGOC_URI_MAXPOOLSIZE, 0);
	mongo->pool = mongoc_client_pool_new_with_error(uri, &error);
	if (mongo->pool == NULL) {
		return nw_err_set(err, -EINVAL, "store: MongoDB: %s", error.message);
	}
	if (mongo->database == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	mongoc_client_pool_set_error_api(mongo->pool, MONGOC_ERROR_API_VERSION_2);
	return 0;
}

static void close_db(void *db)
{
	struct nw_mongo *mongo = db;

	if (mongo->pool != NULL) {
		mongoc_client_pool_destroy(mongo->pool);
	}
	free(mongo->database);
	free(mongo);
}

static int open_db(const char *text, void **out_db, struct nw_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, start_driver);
	mongoc_uri_t *uri = parse_new(text, err);

	if (uri == NULL) {
		return -EINVAL;
	}
	set_defaults(uri);
	struct nw_mongo *mongo = calloc(1, sizeof(*mongo));
	int code = mongo == NULL ? nw_err_set(err, -ENOMEM, "store: no memory") : open_pool(mongo, uri, err);

	mongoc_uri_destroy(uri);
	if (code != 0) {
		if (mongo != NULL) {
			close_db(mongo);
		}
		return code;
	}
	*out_db = mongo;
	return 0;
}

/* The pool does not tell, and keeps what it ever opened. */
static void note_busy(struct nw_mongo *mongo)
{
	uint32_t busy = atomic_fetch_add_explicit(&mongo->n_busy, 1, memory_order_relaxed) + 1;
	uint32_t open = atomic_load_explicit(&mongo->n_open, memory_order_relaxed);

	while (busy > open && !atomic_compare_exchange_weak_explicit(&mongo->n_open, &open, busy, memory_order_relaxed,
								     memory_order_relaxed)) {
	}
}

static void read_pool(void *db, struct nw_store_pool *out)
{
	struct nw_mongo *mongo = db;

	*out = (struct nw_store_pool){
		.open = atomic_load_explicit(&mongo->n_open, memory_order_relaxed),
		.busy = atomic_load_explicit(&mongo->n_busy, memory_order_relaxed),
		.waiting = atomic_load_explicit(&mongo->n_waiting, memory_order_relaxed),
		.limit = mongo->limit,
		.timeouts = atomic_load_explicit(&mongo->n_timeouts, memory_order_relaxed),
	};
}

struct _mongoc_client_t *nw_mongo_pop(void *db)
{
	struct nw_mongo *mongo = db;

	atomic_fetch_add_explicit(&mongo->n_waiting, 1, memory_order_relaxed);
	mongoc_client_t *client = mongoc_client_pool_pop(mongo->pool);

	atomic_fetch_sub_explicit(&mongo->n_waiting, 1, memory_order_relaxed);
	if (client == NULL) {
		atomic_fetch_add_explicit(&mongo->n_timeouts, 1, memory_order_relaxed);
	} else {
		note_busy(mongo);
	}
	return client;
}

void nw_mongo_push(void *db, struct _mongoc_client_t *client)
{
	struct nw_mongo *mongo = db;

	if (client != NULL) {
		atomic_fetch_sub_explicit(&mongo->n_busy, 1, memory_order_relaxed);
		mongoc_client_pool_push(mongo->pool, client);
	}
}

const char *nw_mongo_database(const void *db)
{
	const struct nw_mongo *mongo = db;

	return mongo->database;
}

enum nw_store_status nw_mongo_no_client(bson_error_t *error)
{
	return nw_op_error(error, NW_STORE_UNAVAILABLE, "MongoDB: all connections are in use");
}

static bool is_writable(const bson_t *hello)
{
	bson_iter_t iter;

	return bson_iter_init_find(&iter, hello, "isWritablePrimary") && bson_iter_as_bool(&iter);
}

/* "hello" and not "ping": a member that no election has made the primary answers, but takes no writes. */
static enum nw_store_status ping_with(struct nw_mongo *mongo, mongoc_client_t *client, bson_error_t *error)
{
	bson_t command = BSON_INITIALIZER;
	bson_t reply;

	BSON_APPEND_INT32(&command, "hello", 1);
	bool is_ok = mongoc_client_command_simple(client, mongo->database, &command, NULL, &reply, error);
	enum nw_store_status status = is_ok ? NW_STORE_OK : nw_mongo_status(error);

	if (is_ok && !is_writable(&reply)) {
		status = nw_op_error(error, NW_STORE_UNAVAILABLE, "MongoDB: the server is not a writable primary");
	}
	bson_destroy(&reply);
	bson_destroy(&command);
	return status;
}

static enum nw_store_status ping(void *db, bson_error_t *error)
{
	mongoc_client_t *client = nw_mongo_pop(db);

	if (client == NULL) {
		return nw_mongo_no_client(error);
	}
	enum nw_store_status status = ping_with(db, client, error);

	nw_mongo_push(db, client);
	return status;
}

static void run_with(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op **ops, size_t n)
{
	switch (ops[0]->kind) {
	case NW_STORE_GET:
		nw_mongo_get(mongo, client, ops, n);
		return;
	case NW_STORE_INSERT:
		nw_mongo_insert(mongo, client, ops, n);
		return;
	case NW_STORE_REPLACE:
	case NW_STORE_UPDATE:
	case NW_STORE_REMOVE:
		for (size_t i = 0; i < n; i++) {
			nw_mongo_change(mongo, client, ops[i]);
		}
		return;
	case NW_STORE_PING:
		ops[0]->status = ping_with(mongo, client, &ops[0]->error);
		for (size_t i = 1; i < n; i++) {
			nw_op_fail_as(ops[i], ops[0]->status, &ops[0]->error);
		}
		return;
	}
}

static void run_batch(void *db, struct nw_store_op **ops, size_t n)
{
	mongoc_client_t *client = nw_mongo_pop(db);

	if (client != NULL) {
		run_with(db, client, ops, n);
		nw_mongo_push(db, client);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		ops[i]->status = nw_mongo_no_client(&ops[i]->error);
	}
}

const struct nw_driver nw_mongo_driver = {
	.scheme = "mongodb",
	.n_lanes = N_LANES,
	.n_change_lanes = N_CHANGE_LANES,
	.max_batch = 64,
	.is_remote = true,
	.check = check,
	.open = open_db,
	.close = close_db,
	.run_batch = run_batch,
	.find = nw_mongo_find,
	.count = nw_mongo_count,
	.ensure_index = nw_mongo_ensure_index,
	.ping = ping,
	.pool = read_pool,
};

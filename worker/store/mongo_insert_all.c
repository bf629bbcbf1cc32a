/*
 * Several documents, all or none. Where the deployment has transactions (a replica set, a sharded cluster) by one. A
 * lone server has none: there what was inserted before the one that failed is removed again. Others can see it
 * meanwhile, and if the server or this process goes at that moment it stays.
 */
#include <mongoc/mongoc.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "worker/store/mongo.h"
#include "worker/store/op.h"

enum { RETRY_MS = 10000 }; /* how long a transaction that met another one is tried again */

struct insertion {
	struct nw_mongo *mongo;
	mongoc_client_t *client;
	mongoc_collection_t *docs;
	struct nw_store_op *op;
	int64_t until_ms;
};

/* Where the first writeError is; 0 when there is none. */
static size_t failed_index(const bson_t *reply)
{
	bson_iter_t iter, entry;
	int64_t index = 0;

	if (bson_iter_init(&iter, reply) && bson_iter_find_descendant(&iter, "writeErrors.0.index", &entry)) {
		index = bson_iter_as_int64(&entry);
	}
	return index < 0 ? 0 : (size_t)index;
}

static bool insert_many(struct insertion *in, mongoc_client_session_t *session, bson_t *reply)
{
	struct nw_store_op *op = in->op;
	bson_t opts = BSON_INITIALIZER;

	BSON_APPEND_BOOL(&opts, "validate", false);
	if (session != NULL && !mongoc_client_session_append(session, &opts, &op->error)) {
		bson_destroy(&opts);
		bson_init(reply);
		return false;
	}
	/* The driver takes an array that is not const, and does not write to it. */
	union {
		const bson_t *const *in;
		const bson_t **out;
	} docs = {.in = op->docs};
	bool is_ok = mongoc_collection_insert_many(in->docs, docs.out, op->n_docs, &opts, reply, &op->error);

	bson_destroy(&opts);
	return is_ok;
}

static bool is_in_time(const struct insertion *in)
{
	return nw_clock_ms() < in->until_ms;
}

/* Committing twice is committing once: it is tried until the answer comes. */
static void commit(struct insertion *in, mongoc_client_session_t *session, bool *again)
{
	struct nw_store_op *op = in->op;

	for (;;) {
		bson_t reply;

		op->status = NW_STORE_OK;
		bool is_ok = mongoc_client_session_commit_transaction(session, &reply, &op->error);
		bool is_unknown = !is_ok && mongoc_error_has_label(&reply, "UnknownTransactionCommitResult");

		*again = !is_ok && mongoc_error_has_label(&reply, "TransientTransactionError");
		bson_destroy(&reply);
		if (is_ok) {
			return;
		}
		op->status = is_unknown || *again ? NW_STORE_UNAVAILABLE : nw_mongo_status(&op->error);
		if (!is_unknown || !is_in_time(in)) {
			return;
		}
	}
}

/* One try. *again: nothing was done, and another try may do it. */
static void run_transaction(struct insertion *in, mongoc_client_session_t *session, bool *again)
{
	struct nw_store_op *op = in->op;
	bson_t reply;

	*again = false;
	if (!mongoc_client_session_start_transaction(session, NULL, &op->error)) {
		op->status = nw_mongo_status(&op->error);
		return;
	}
	if (insert_many(in, session, &reply)) {
		commit(in, session, again);
	} else {
		*again = mongoc_error_has_label(&reply, "TransientTransactionError");
		nw_mongo_fail_write(op, failed_index(&reply), &reply);
		mongoc_client_session_abort_transaction(session, NULL);
		if (*again) {
			op->status = NW_STORE_UNAVAILABLE;
		}
	}
	bson_destroy(&reply);
}

static bool is_away(const bson_error_t *error)
{
	return error->domain == MONGOC_ERROR_SERVER_SELECTION;
}

static void insert_by_transaction(struct insertion *in)
{
	mongoc_client_session_t *session = mongoc_client_start_session(in->client, NULL, &in->op->error);
	bool again = false;

	if (session == NULL) {
		in->op->status = nw_mongo_status(&in->op->error);
		return;
	}
	do {
		nw_store_op_fini(in->op);
		run_transaction(in, session, &again);
	} while (again && !is_away(&in->op->error) && is_in_time(in));
	mongoc_client_session_destroy(session);
}

/* Those before @n. */
static bool remove_again(struct insertion *in, size_t n, bson_error_t *error)
{
	bson_t selector = BSON_INITIALIZER, members, ids;

	BSON_APPEND_DOCUMENT_BEGIN(&selector, "_id", &members);
	BSON_APPEND_ARRAY_BEGIN(&members, "$in", &ids);
	for (size_t i = 0; i < n; i++) {
		bson_iter_t id;
		char key[24];

		snprintf(key, sizeof(key), "%zu", i);
		if (bson_iter_init_find(&id, in->op->docs[i], "_id")) {
			BSON_APPEND_VALUE(&ids, key, bson_iter_value(&id));
		}
	}
	bson_append_array_end(&members, &ids);
	bson_append_document_end(&selector, &members);
	bool is_ok = mongoc_collection_delete_many(in->docs, &selector, NULL, NULL, error);

	bson_destroy(&selector);
	return is_ok;
}

static void insert_and_undo(struct insertion *in)
{
	struct nw_store_op *op = in->op;
	bson_error_t error = {0};
	bson_t reply;

	op->status = NW_STORE_OK;
	if (!insert_many(in, NULL, &reply)) {
		size_t n = failed_index(&reply);
		bool is_told = bson_has_field(&reply, "writeErrors.0");

		nw_mongo_fail_write(op, n, &reply);
		if (is_told && n > 0 && !remove_again(in, n, &error)) {
			nw_op_fail(op, NW_STORE_FAILED,
				   "%s: %zu documents of an insert that failed are still there: %s", op->collection, n,
				   error.message);
		}
	}
	bson_destroy(&reply);
}

/* false: op->status says that the database does not answer. */
static bool has_transactions(struct insertion *in, bool *out)
{
	mongoc_server_description_t *server = mongoc_client_select_server(in->client, true, NULL, &in->op->error);

	if (server == NULL) {
		in->op->status = nw_mongo_status(&in->op->error);
		return false;
	}
	*out = strcmp(mongoc_server_description_type(server), "Standalone") != 0;
	mongoc_server_description_destroy(server);
	return true;
}

void nw_mongo_insert_all(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op *op)
{
	struct insertion in = {.mongo = mongo, .client = client, .op = op, .until_ms = nw_clock_ms() + RETRY_MS};
	bool by_transaction = false;

	if (!has_transactions(&in, &by_transaction)) {
		return;
	}
	in.docs = mongoc_client_get_collection(client, mongo->database, op->collection);
	if (by_transaction) {
		insert_by_transaction(&in);
	} else {
		insert_and_undo(&in);
	}
	mongoc_collection_destroy(in.docs);
}

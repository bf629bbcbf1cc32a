#include <mongoc/mongoc.h>
#include <string.h>

#include "worker/store/lane.h"
#include "worker/store/mongo.h"
#include "worker/store/op.h"

struct batch {
	struct nw_mongo *mongo;
	mongoc_client_t *client;
	mongoc_collection_t *docs;
};

static bool send_insert(const struct batch *batch, const bson_t **docs, size_t n, bson_t *reply, bson_error_t *error)
{
	bson_t opts = BSON_INITIALIZER;

	BSON_APPEND_BOOL(&opts, "ordered", false);
	BSON_APPEND_BOOL(&opts, "validate", false);
	bool is_ok = mongoc_collection_insert_many(batch->docs, docs, n, &opts, reply, error);

	bson_destroy(&opts);
	return is_ok;
}

/* Written, but not yet where the write concern wants it. */
static bool has_concern_error(const bson_t *reply)
{
	bson_iter_t iter, entry;

	return bson_iter_init_find(&iter, reply, "writeConcernErrors") && BSON_ITER_HOLDS_ARRAY(&iter) &&
	       bson_iter_recurse(&iter, &entry) && bson_iter_next(&entry);
}

/* Each failed document by its index. */
static void map_errors(const bson_t *reply, struct nw_store_op **ops, size_t n)
{
	bson_iter_t iter, entry, member;

	if (!bson_iter_init_find(&iter, reply, "writeErrors") || !BSON_ITER_HOLDS_ARRAY(&iter) ||
	    !bson_iter_recurse(&iter, &entry)) {
		return;
	}
	while (bson_iter_next(&entry)) {
		int64_t index = -1;

		if (bson_iter_recurse(&entry, &member) && bson_iter_find(&member, "index")) {
			index = bson_iter_as_int64(&member);
		}
		if (index >= 0 && (size_t)index < n) {
			nw_mongo_fail_entry(ops[index], 0, &entry);
		}
	}
}

static size_t count_inserted(const bson_t *reply)
{
	bson_iter_t iter;
	int64_t n = bson_iter_init_find(&iter, reply, "insertedCount") ? bson_iter_as_int64(&iter) : 0;

	return n < 0 ? 0 : (size_t)n;
}

/* Those without an error of their own. */
static size_t pick_rest(struct nw_store_op **ops, size_t n, struct nw_store_op **out)
{
	size_t n_out = 0;

	for (size_t i = 0; i < n; i++) {
		if (ops[i]->status == NW_STORE_OK) {
			out[n_out++] = ops[i];
		}
	}
	return n_out;
}

static void fail_rest(struct nw_store_op **ops, size_t n, enum nw_store_status status, const bson_error_t *error)
{
	for (size_t i = 0; i < n; i++) {
		if (ops[i]->status == NW_STORE_OK) {
			nw_op_fail_as(ops[i], status, error);
		}
	}
}

/* What is stored may have its _id in another place; the etag says that it is the same. */
static bool is_same(const bson_t *sent, const bson_t *stored)
{
	bson_iter_t etag;

	if (bson_equal(sent, stored)) {
		return true;
	}
	return bson_iter_init_find(&etag, sent, "_etag") && BSON_ITER_HOLDS_UTF8(&etag) &&
	       nw_op_etag_matches(stored, bson_iter_utf8(&etag, NULL));
}

/* The _id is there already: by our first try, whose answer was lost? */
static void forgive_own(const struct batch *batch, struct nw_store_op *op)
{
	bson_iter_t id;
	bson_t stored;
	bson_error_t error;

	if (op->status != NW_STORE_DUPLICATE || op->dup_field == NULL || strcmp(op->dup_field, "_id") != 0 ||
	    !bson_iter_init_find(&id, op->docs[0], "_id")) {
		return;
	}
	if (nw_mongo_get_one(batch->mongo, batch->client, op->collection, bson_iter_value(&id), &stored, &error) !=
	    NW_STORE_OK) {
		return;
	}
	if (is_same(op->docs[0], &stored)) {
		nw_store_op_fini(op);
		nw_op_begin(op);
	}
	bson_destroy(&stored);
}

/* Each on its own. The database may be gone by now: then the rest need not wait for it one by one. */
static void insert_singly(const struct batch *batch, struct nw_store_op **ops, size_t n, bool were_sent)
{
	bool is_gone = false;

	for (size_t i = 0; i < n; i++) {
		const bson_t *doc = ops[i]->docs[0];
		bson_t reply;

		if (is_gone) {
			nw_op_fail_as(ops[i], NW_STORE_UNAVAILABLE, &ops[i - 1]->error);
			continue;
		}
		nw_op_begin(ops[i]);
		if (!send_insert(batch, &doc, 1, &reply, &ops[i]->error)) {
			nw_mongo_fail_write(ops[i], 0, &reply);
			if (were_sent && !has_concern_error(&reply)) {
				forgive_own(batch, ops[i]);
			}
		}
		is_gone = ops[i]->status == NW_STORE_UNAVAILABLE;
		bson_destroy(&reply);
	}
}

/*
 * What the answer says of those without an error of their own. Documents of more than 48 MB are sent as several
 * commands: that the first had an error says nothing of the second, which may not have been sent or not answered, and
 * the driver reports one error of the two. So they are stored if as many were as they are.
 */
static void judge_rest(const struct batch *batch, struct nw_store_op **ops, size_t n, const bson_t *reply,
		       const bson_error_t *error)
{
	struct nw_store_op *rest[NW_LANE_BATCH];
	size_t n_rest = pick_rest(ops, n, rest), n_inserted = count_inserted(reply);
	enum nw_store_status status = nw_mongo_status(error);
	bool is_partial = n_rest < n || n_inserted > 0;
	bool were_sent = is_partial || nw_mongo_is_unclear(error);

	if (has_concern_error(reply)) {
		fail_rest(rest, n_rest, NW_STORE_UNAVAILABLE, error);
	} else if (n_rest == n_inserted) {
		return;
	} else if (were_sent || (n > 1 && status != NW_STORE_UNAVAILABLE)) {
		insert_singly(batch, rest, n_rest, were_sent);
	} else {
		fail_rest(rest, n_rest, status, error);
	}
}

/* Operations of one document each, in one command. */
static void insert_together(const struct batch *batch, struct nw_store_op **ops, size_t n)
{
	const bson_t *docs[NW_LANE_BATCH];
	bson_error_t error = {0};
	bson_t reply;

	for (size_t i = 0; i < n; i++) {
		docs[i] = ops[i]->docs[0];
		ops[i]->status = NW_STORE_OK;
	}
	if (!send_insert(batch, docs, n, &reply, &error)) {
		map_errors(&reply, ops, n);
		judge_rest(batch, ops, n, &reply, &error);
	}
	bson_destroy(&reply);
}

void nw_mongo_insert(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op **ops, size_t n)
{
	struct nw_store_op *singles[NW_LANE_BATCH];
	size_t n_singles = 0;

	for (size_t i = 0; i < n; i++) {
		if (ops[i]->n_docs == 1) {
			singles[n_singles++] = ops[i];
		} else {
			nw_mongo_insert_all(mongo, client, ops[i]);
		}
	}
	if (n_singles > 0) {
		struct batch batch = {.mongo = mongo, .client = client};

		batch.docs = mongoc_client_get_collection(client, mongo->database, ops[0]->collection);
		insert_together(&batch, singles, n_singles);
		mongoc_collection_destroy(batch.docs);
	}
}

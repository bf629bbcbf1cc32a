#include <mongoc/mongoc.h>
#include <stdio.h>
#include <string.h>

#include "worker/store/filter.h"
#include "worker/store/lane.h"
#include "worker/store/mongo.h"
#include "worker/store/op.h"

/* The keys of the ids that are asked for, one behind the other. */
struct keys {
	struct nw_buf bytes;
	struct {
		size_t at, len;
		bool is_found;
	} of[NW_LANE_BATCH];
};

static bool is_key(const struct keys *keys, size_t i, const char *key, size_t len)
{
	return keys->of[i].len == len && memcmp(keys->bytes.data + keys->of[i].at, key, len) == 0;
}

/* Two operations may ask for the same document. */
static void deliver(struct keys *keys, struct nw_store_op **ops, size_t n, const uint8_t *doc, uint32_t len)
{
	bson_iter_t id;
	bson_t view;
	size_t before = keys->bytes.len;

	if (!bson_init_static(&view, doc, len) || !bson_iter_init_find(&id, &view, "_id") ||
	    nw_value_key(bson_iter_value(&id), &keys->bytes) != 0 || keys->bytes.failed) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (is_key(keys, i, keys->bytes.data + before, keys->bytes.len - before)) {
			keys->of[i].is_found = true;
			nw_op_found(ops[i], doc, len);
		}
	}
	keys->bytes.len = before;
}

/* {find: collection, filter: {_id: {$in: [...]}}}; room for one more, so that the server says that there is none. */
static void make_find(bson_t *out, struct nw_store_op **ops, size_t n)
{
	bson_t filter, in, ids;

	bson_init(out);
	BSON_APPEND_UTF8(out, "find", ops[0]->collection);
	BSON_APPEND_DOCUMENT_BEGIN(out, "filter", &filter);
	BSON_APPEND_DOCUMENT_BEGIN(&filter, "_id", &in);
	BSON_APPEND_ARRAY_BEGIN(&in, "$in", &ids);
	for (size_t i = 0; i < n; i++) {
		char key[24];

		snprintf(key, sizeof(key), "%zu", i);
		BSON_APPEND_VALUE(&ids, key, &ops[i]->id);
	}
	bson_append_array_end(&in, &ids);
	bson_append_document_end(&filter, &in);
	bson_append_document_end(out, &filter);
	BSON_APPEND_INT32(out, "batchSize", (int32_t)n + 1);
	BSON_APPEND_INT32(out, "maxTimeMS", NW_STORE_QUERY_MS);
}

/* False: the server has more than it sent (documents of 16 MiB in all fill an answer). */
static bool read_reply(const bson_t *reply, struct keys *keys, struct nw_store_op **ops, size_t n)
{
	bson_iter_t top, iter, docs;
	int64_t cursor = 0;

	if (!bson_iter_init(&top, reply) || !bson_iter_find_descendant(&top, "cursor.firstBatch", &iter) ||
	    !BSON_ITER_HOLDS_ARRAY(&iter) || !bson_iter_recurse(&iter, &docs)) {
		return false;
	}
	while (bson_iter_next(&docs)) {
		const uint8_t *data = NULL;
		uint32_t len = 0;

		if (BSON_ITER_HOLDS_DOCUMENT(&docs)) {
			bson_iter_document(&docs, &len, &data);
			deliver(keys, ops, n, data, len);
		}
	}
	if (bson_iter_init(&top, reply) && bson_iter_find_descendant(&top, "cursor.id", &iter)) {
		cursor = bson_iter_as_int64(&iter);
	}
	return cursor == 0;
}

static void fail_all(struct nw_store_op **ops, size_t n, const bson_error_t *error)
{
	for (size_t i = 0; i < n; i++) {
		nw_op_fail_as(ops[i], nw_mongo_status(error), error);
	}
}

/* Each with a cursor of its own: for what did not fit into one answer, and for ids that do not go together. */
static void get_singly(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op **ops, size_t n,
		       const struct keys *keys)
{
	for (size_t i = 0; i < n; i++) {
		bson_t doc;

		if (keys->of[i].is_found) {
			continue;
		}
		ops[i]->status = nw_mongo_get_one(mongo, client, ops[i]->collection, &ops[i]->id, &doc, &ops[i]->error);
		if (ops[i]->status == NW_STORE_OK) {
			nw_op_found(ops[i], bson_get_data(&doc), doc.len);
			bson_destroy(&doc);
		}
	}
}

static void get_together(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op **ops, size_t n,
			 struct keys *keys)
{
	bson_error_t error = {0};
	bson_t command, reply;

	make_find(&command, ops, n);
	bool is_ok =
		mongoc_client_read_command_with_opts(client, mongo->database, &command, NULL, NULL, &reply, &error);

	bson_destroy(&command);
	if (!is_ok) {
		fail_all(ops, n, &error);
	} else if (!read_reply(&reply, keys, ops, n)) {
		get_singly(mongo, client, ops, n, keys);
	} else {
		for (size_t i = 0; i < n; i++) {
			if (!keys->of[i].is_found) {
				ops[i]->status = NW_STORE_MISSING;
			}
		}
	}
	bson_destroy(&reply);
}

void nw_mongo_get(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op **ops, size_t n)
{
	struct keys keys = {0};
	bool has_keys = true;

	for (size_t i = 0; i < n; i++) {
		keys.of[i].at = keys.bytes.len;
		has_keys = has_keys && nw_value_key(&ops[i]->id, &keys.bytes) == 0;
		keys.of[i].len = keys.bytes.len - keys.of[i].at;
	}
	if (has_keys && !keys.bytes.failed) {
		get_together(mongo, client, ops, n, &keys);
	} else {
		get_singly(mongo, client, ops, n, &keys);
	}
	nw_buf_free(&keys.bytes);
}

enum nw_store_status nw_mongo_get_one(struct nw_mongo *mongo, mongoc_client_t *client, const char *collection,
				      const bson_value_t *id, bson_t *out, bson_error_t *error)
{
	mongoc_collection_t *docs = mongoc_client_get_collection(client, mongo->database, collection);
	bson_t *filter = bson_new(),
	       *opts = BCON_NEW("limit", BCON_INT64(1), "maxTimeMS", BCON_INT32(NW_STORE_QUERY_MS));
	enum nw_store_status status = NW_STORE_MISSING;
	const bson_t *doc = NULL;
	bson_t equal;

	BSON_APPEND_DOCUMENT_BEGIN(filter, "_id", &equal);
	BSON_APPEND_VALUE(&equal, "$eq", id);
	bson_append_document_end(filter, &equal);
	mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(docs, filter, opts, NULL);

	if (mongoc_cursor_next(cursor, &doc)) {
		bson_copy_to(doc, out);
		status = NW_STORE_OK;
	} else if (mongoc_cursor_error(cursor, error)) {
		status = nw_mongo_status(error);
	}
	mongoc_cursor_destroy(cursor);
	mongoc_collection_destroy(docs);
	bson_destroy(filter);
	bson_destroy(opts);
	return status;
}

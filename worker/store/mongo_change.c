#include <mongoc/mongoc.h>

#include "worker/store/mongo.h"
#include "worker/store/op.h"

/* {_id: {$eq: id}, _etag: etag}: the server checks and writes in one step. Etag "": {$not: {$gt: ""}}. */
static void make_selector(bson_t *out, const struct nw_store_op *op)
{
	bson_t equal, none, text;

	bson_init(out);
	BSON_APPEND_DOCUMENT_BEGIN(out, "_id", &equal);
	BSON_APPEND_VALUE(&equal, "$eq", &op->id);
	bson_append_document_end(out, &equal);
	if (op->etag == NULL) {
		return;
	}
	if (op->etag[0] != '\0') {
		BSON_APPEND_UTF8(out, "_etag", op->etag);
		return;
	}
	BSON_APPEND_DOCUMENT_BEGIN(out, "_etag", &none);
	BSON_APPEND_DOCUMENT_BEGIN(&none, "$not", &text);
	BSON_APPEND_UTF8(&text, "$gt", "");
	bson_append_document_end(&none, &text);
	bson_append_document_end(out, &none);
}

/* Documents were checked before; this is the server's name for how many matched. */
static bool send_change(mongoc_collection_t *docs, struct nw_store_op *op, const bson_t *selector, bson_t *reply)
{
	bson_t opts = BSON_INITIALIZER, update = BSON_INITIALIZER;
	bool is_ok = false;

	if (op->kind == NW_STORE_REMOVE) {
		is_ok = mongoc_collection_delete_one(docs, selector, NULL, reply, &op->error);
	} else if (op->kind == NW_STORE_REPLACE) {
		BSON_APPEND_BOOL(&opts, "validate", false);
		is_ok = mongoc_collection_replace_one(docs, selector, op->docs[0], &opts, reply, &op->error);
	} else {
		BSON_APPEND_BOOL(&opts, "validate", false);
		BSON_APPEND_DOCUMENT(&update, "$set", op->docs[0]);
		is_ok = mongoc_collection_update_one(docs, selector, &update, &opts, reply, &op->error);
	}
	bson_destroy(&opts);
	bson_destroy(&update);
	return is_ok;
}

static bool has_matched(const struct nw_store_op *op, const bson_t *reply)
{
	const char *member = op->kind == NW_STORE_REMOVE ? "deletedCount" : "matchedCount";
	bson_iter_t iter;

	return bson_iter_init_find(&iter, reply, member) && bson_iter_as_int64(&iter) > 0;
}

/* Nothing matched: is there none, or has it another etag? */
static void look_why(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op *op)
{
	bson_t doc;

	op->status = NW_STORE_MISSING;
	if (op->etag == NULL) {
		return;
	}
	op->status = nw_mongo_get_one(mongo, client, op->collection, &op->id, &doc, &op->error);
	if (op->status == NW_STORE_OK) {
		bson_destroy(&doc);
		op->status = NW_STORE_STALE;
	}
}

void nw_mongo_change(struct nw_mongo *mongo, mongoc_client_t *client, struct nw_store_op *op)
{
	mongoc_collection_t *docs = mongoc_client_get_collection(client, mongo->database, op->collection);
	bson_t selector, reply;

	make_selector(&selector, op);
	if (!send_change(docs, op, &selector, &reply)) {
		nw_mongo_fail_write(op, 0, &reply);
	} else if (has_matched(op, &reply)) {
		op->status = NW_STORE_OK;
	} else {
		look_why(mongo, client, op);
	}
	bson_destroy(&reply);
	bson_destroy(&selector);
	mongoc_collection_destroy(docs);
}

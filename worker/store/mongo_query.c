#include <mongoc/mongoc.h>

#include "worker/store/mongo.h"
#include "worker/store/op.h"

static void make_opts(bson_t *out, const struct nw_store_query *query)
{
	bson_init(out);
	if (query->sort != NULL && !bson_empty(query->sort)) {
		BSON_APPEND_DOCUMENT(out, "sort", query->sort);
	}
	if (query->skip > 0) {
		BSON_APPEND_INT64(out, "skip", query->skip);
	}
	if (query->limit > 0) {
		BSON_APPEND_INT64(out, "limit", query->limit);
	}
	BSON_APPEND_INT32(out, "maxTimeMS", NW_STORE_QUERY_MS);
}

static enum nw_store_status read_rows(mongoc_cursor_t *cursor, nw_store_row row, void *arg, bson_error_t *error)
{
	const bson_t *doc = NULL;

	while (mongoc_cursor_next(cursor, &doc)) {
		if (!row(arg, doc)) {
			return NW_STORE_OK;
		}
	}
	return mongoc_cursor_error(cursor, error) ? nw_mongo_status(error) : NW_STORE_OK;
}

enum nw_store_status nw_mongo_find(void *db, const struct nw_store_query *query, const struct nw_filter *filter,
				   nw_store_row row, void *arg, bson_error_t *error)
{
	mongoc_client_t *client = nw_mongo_pop(db);
	bson_t all = BSON_INITIALIZER, opts;

	(void)filter; /* it was compiled to be checked; the server has its own */
	if (client == NULL) {
		return nw_mongo_no_client(error);
	}
	mongoc_collection_t *docs = mongoc_client_get_collection(client, nw_mongo_database(db), query->collection);

	make_opts(&opts, query);
	mongoc_cursor_t *cursor =
		mongoc_collection_find_with_opts(docs, query->filter != NULL ? query->filter : &all, &opts, NULL);
	enum nw_store_status status = read_rows(cursor, row, arg, error);

	mongoc_cursor_destroy(cursor);
	mongoc_collection_destroy(docs);
	bson_destroy(&opts);
	nw_mongo_push(db, client);
	return status;
}

enum nw_store_status nw_mongo_count(void *db, const char *collection, const bson_t *bson,
				    const struct nw_filter *filter, int64_t *out, bson_error_t *error)
{
	mongoc_client_t *client = nw_mongo_pop(db);
	bson_t all = BSON_INITIALIZER, opts = BSON_INITIALIZER;

	(void)filter;
	if (client == NULL) {
		return nw_mongo_no_client(error);
	}
	mongoc_collection_t *docs = mongoc_client_get_collection(client, nw_mongo_database(db), collection);

	BSON_APPEND_INT32(&opts, "maxTimeMS", NW_STORE_QUERY_MS);
	int64_t n = mongoc_collection_count_documents(docs, bson != NULL ? bson : &all, &opts, NULL, NULL, error);

	mongoc_collection_destroy(docs);
	bson_destroy(&opts);
	nw_mongo_push(db, client);
	if (n < 0) {
		return nw_mongo_status(error);
	}
	*out = n;
	return NW_STORE_OK;
}

/* DELETE of a whole collection. */
#include "worker/data/handlers.h"

#include <errno.h>

#include <narwhal/store.h>

#include "worker/data/answer.h"

enum { BATCH = 500 }; /* ids that are read at a time */

/* Ids that were read, to be removed. */
struct batch {
	bson_t *ids;
	uint32_t n;
};

static bool on_row(void *arg, const bson_t *doc)
{
	struct batch *batch = arg;
	char index[16];
	const char *key;
	bson_iter_t iter;
	size_t len = bson_uint32_to_string(batch->n, &key, index, sizeof(index));

	if (bson_iter_init_find(&iter, doc, "_id")) {
		bson_append_iter(batch->ids, key, (int)len, &iter);
		batch->n++;
	}
	return true;
}

static enum nw_store_status remove_batch(struct nw_store *store, const char *collection, const struct batch *batch,
					 bson_error_t *error)
{
	enum nw_store_status status = NW_STORE_OK;
	bson_iter_t iter;

	bson_iter_init(&iter, batch->ids);
	while (status == NW_STORE_OK && bson_iter_next(&iter)) {
		struct nw_store_op op = {
			.kind = NW_STORE_REMOVE, .collection = collection, .id = *bson_iter_value(&iter)};

		status = nw_store_run_sync(store, &op);
		*error = op.error;
		nw_store_op_fini(&op);
		if (status == NW_STORE_MISSING) {
			status = NW_STORE_OK; /* another was quicker */
		}
	}
	return status;
}

/* What is stored when it begins goes; what comes meanwhile may stay. */
static enum nw_store_status remove_all(struct nw_request *req, bson_error_t *error)
{
	const struct nw_resource *resource = nw_request_route_data(req);
	struct nw_store *store = nw_request_store(req);
	struct nw_store_query query = {.collection = resource->collection, .limit = BATCH};
	int64_t left = 0;
	enum nw_store_status status = nw_store_count_sync(store, resource->collection, NULL, &left, error);

	while (status == NW_STORE_OK && left > 0) {
		struct batch batch = {.ids = bson_new()};

		status = nw_store_find_sync(store, &query, on_row, &batch, error);
		if (status == NW_STORE_OK) {
			status = remove_batch(store, resource->collection, &batch, error);
		}
		left = batch.n == 0 ? 0 : left - batch.n;
		bson_destroy(batch.ids);
	}
	return status;
}

int nw_clear_delete(struct nw_request *req, struct nw_response *res)
{
	bson_error_t error = {0};

	/* Eve would not look at a filter here, and remove everything. */
	if (nw_request_query_string(req)[0] != '\0') {
		return nw_answer_error(req, res, 400,
				       "DELETE of a collection removes all of it and takes no parameters");
	}
	enum nw_store_status status = remove_all(req, &error);

	if (status != NW_STORE_OK) {
		return nw_answer_store(req, res, status, &error);
	}
	int result = nw_response_header(res, "Content-Type", "application/json");

	return result != 0 ? result : nw_response_empty(res, 204);
}

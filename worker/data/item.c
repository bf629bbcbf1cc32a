#include "worker/data/item.h"

#include <errno.h>

#include <narwhal/store.h>

#include "worker/data/answer.h"
#include "worker/data/condition.h"
#include "worker/data/handlers.h"
#include "worker/data/links.h"
#include "worker/data/type.h"
#include "worker/store/json.h"

/* A GET on its way through the store. */
struct reading {
	struct nw_request *req;
	struct nw_response *res;
	const struct nw_resource *resource;
	struct nw_store_op op;
};

static void add_missing_date(struct nw_buf *out, const char *name)
{
	nw_buf_addf(out, "\"%s\":\"", name);
	nw_json_iso8601(out, 0);
	nw_buf_adds(out, "\",");
}

void nw_item_add_members(struct nw_buf *out, const bson_t *doc, const struct nw_meta *meta)
{
	size_t before = out->len;

	nw_json_members(out, doc);
	if (out->len > before) {
		nw_buf_addc(out, ',');
	}
	if (!meta->has_updated) {
		add_missing_date(out, "_updated");
	}
	if (!meta->has_created) {
		add_missing_date(out, "_created");
	}
	if (!meta->has_etag) {
		nw_buf_addf(out, "\"_etag\":\"%s\",", meta->etag);
	}
}

static int answer_body(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		       const bson_t *doc, const struct nw_meta *meta)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct nw_buf body = nw_memory_buf(&memory);

	nw_buf_reserve(&body, (size_t)doc->len * 2 + 512); /* most documents fit: one growth */
	nw_buf_addc(&body, '{');
	nw_item_add_members(&body, doc, meta);
	nw_links_item(&body, resource, doc, &meta->id);
	nw_buf_addc(&body, '}');
	return nw_answer_json(req, res, 200, &body);
}

int nw_item_answer(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		   const bson_t *doc)
{
	struct nw_meta meta;

	nw_meta_read(doc, &meta);
	int result = nw_answer_etag(res, meta.etag);

	if (result != 0) {
		return result;
	}
	const char *since =
		meta.updated_ms > 0 ? nw_request_header(req, "If-Modified-Since") : NULL; /* else who knows */

	if (nw_condition_is_fresh(nw_request_header(req, "If-None-Match"), since, meta.etag, meta.updated_ms)) {
		return nw_response_empty(res, 304);
	}
	result = nw_answer_last_modified(req, res, meta.updated_ms);
	return result != 0 ? result : answer_body(req, res, resource, doc, &meta);
}

static int answer_op(struct reading *r)
{
	bson_t doc;

	if (r->op.status != NW_STORE_OK) {
		return nw_answer_store(r->req, r->res, r->op.status, &r->op.error);
	}
	if (!bson_init_static(&doc, r->op.doc, r->op.doc_len)) {
		return nw_answer_error(r->req, r->res, 500, "The stored document is damaged");
	}
	return nw_item_answer(r->req, r->res, r->resource, &doc);
}

static void on_read(struct nw_store_op *op)
{
	struct reading *r = op->arg;

	if (answer_op(r) != 0) {
		nw_response_error(r->res, 500, "%s", "");
	}
	nw_response_send(r->res);
}

static void *alloc(void *arg, size_t size)
{
	return nw_request_alloc(arg, size);
}

static void fini(void *arg)
{
	nw_store_op_fini(arg);
}

static int read_item(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		     const bson_value_t *id)
{
	struct nw_store *store = nw_request_store(req);
	struct reading *r = nw_request_alloc(req, sizeof(*r));

	if (r == NULL) {
		return -ENOMEM;
	}
	*r = (struct reading){.req = req, .res = res, .resource = resource};
	r->op = (struct nw_store_op){
		.kind = NW_STORE_GET, .collection = resource->collection, .id = *id, .done = on_read, .arg = r};
	if (nw_store_is_quick(store)) {
		/* Done on this thread before submit returns: the request's memory is ours alone. */
		r->op.alloc = alloc;
		r->op.alloc_arg = req;
	} else if (nw_request_defer(req, fini, &r->op) != 0) {
		return -ENOMEM;
	}
	int result = nw_response_defer(res);

	if (result == 0) {
		nw_store_submit(store, &r->op);
	}
	return result;
}

/* ---- additional_lookup */

struct lookup {
	struct nw_request *req;
	struct nw_response *res;
	const struct nw_resource *resource;
	bool is_found;
	int result;
};

static bool on_row(void *arg, const bson_t *doc)
{
	struct lookup *l = arg;

	l->is_found = true;
	l->result = nw_item_answer(l->req, l->res, l->resource, doc);
	return false;
}

static int look_up(struct nw_request *req, struct nw_response *res)
{
	const struct nw_resource *resource = nw_request_route_data(req);
	struct lookup l = {.req = req, .res = res, .resource = resource};
	const char *name = resource->lookup->field;
	const struct nw_field *field = NULL;
	bson_t *filter = nw_answer_bson(req);
	bson_error_t error;
	bson_value_t value;

	if (filter == NULL) {
		return -ENOMEM;
	}
	if (!nw_schema_at(resource->schema, name, &field) || field == NULL ||
	    !nw_type_coerce_text(field, nw_request_param(req, "item"), &value)) {
		return nw_answer_missing(req, res);
	}
	bson_append_value(filter, name, -1, &value);
	struct nw_store_query query = {.collection = resource->collection, .filter = filter, .limit = 1};
	enum nw_store_status status = nw_store_find_sync(nw_request_store(req), &query, on_row, &l, &error);

	if (l.is_found) {
		return l.result;
	}
	return nw_answer_store(req, res, status == NW_STORE_OK ? NW_STORE_MISSING : status, &error);
}

static bool is_looked_up(const struct nw_resource *resource, const char *text)
{
	return resource->lookup != NULL && nw_lookup_matches(resource->lookup, text);
}

int nw_item_get(struct nw_request *req, struct nw_response *res)
{
	const struct nw_resource *resource = nw_request_route_data(req);
	const char *text = nw_request_param(req, "item");
	bson_value_t id;

	if (nw_resource_read_id(resource, text, &id)) {
		return read_item(req, res, resource, &id);
	}
	if (is_looked_up(resource, text)) {
		return nw_response_offload(res, look_up);
	}
	return nw_answer_missing(req, res);
}

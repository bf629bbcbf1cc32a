#include "worker/data/handlers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <narwhal/store.h>

#include "worker/data/answer.h"
#include "worker/data/item.h"
#include "worker/data/links.h"
#include "worker/data/page.h"
#include "worker/data/sort.h"
#include "worker/data/where.h"

/* A list while it is made. */
struct listing {
	struct nw_request *req;
	struct nw_response *res;
	const struct nw_resource *resource;
	struct nw_page page;
	const char *where, *sort;
	bson_t *filter, *order;
	struct nw_buf body;
	int64_t n, total, updated_ms;
};

/* 0, or -EINVAL with the sentence. */
static int read_parameters(struct listing *l, struct nw_err *err)
{
	int result = nw_page_read(l->resource, nw_request_query(l->req, "page"),
				  nw_request_query(l->req, "max_results"), &l->page, err);

	if (result == 0 && l->where != NULL && l->where[0] != '\0') {
		result = nw_where_read(l->resource, l->where, l->filter, err);
	}
	if (result == 0 && l->sort != NULL) {
		result = nw_sort_read(l->resource, l->sort, l->order, err);
	}
	return result;
}

static bool on_row(void *arg, const bson_t *doc)
{
	struct listing *l = arg;
	struct nw_meta meta;

	nw_meta_read(doc, &meta);
	if (meta.updated_ms > l->updated_ms) {
		l->updated_ms = meta.updated_ms;
	}
	nw_buf_adds(&l->body, l->n++ == 0 ? "{" : ",{");
	nw_item_add_members(&l->body, doc, &meta);
	nw_links_document(&l->body, l->resource, doc, &meta.id);
	nw_buf_addc(&l->body, '}');
	return !l->body.failed;
}

static enum nw_store_status find_rows(struct listing *l, bson_error_t *error)
{
	struct nw_store_query query = {
		.collection = l->resource->collection,
		.filter = l->filter,
		.sort = bson_empty(l->order) ? NULL : l->order,
		.skip = (l->page.number - 1) * l->page.size,
		.limit = l->page.size,
	};

	return nw_store_find_sync(nw_request_store(l->req), &query, on_row, l, error);
}

/* The last page tells the total by itself; else it is asked for. */
static enum nw_store_status count_rows(struct listing *l, bson_error_t *error)
{
	int64_t before = (l->page.number - 1) * l->page.size;

	if (l->n < l->page.size && (l->n > 0 || before == 0)) {
		l->total = before + l->n;
		return NW_STORE_OK;
	}
	return nw_store_count_sync(nw_request_store(l->req), l->resource->collection, l->filter, &l->total, error);
}

static int add_headers(struct listing *l)
{
	char total[24];

	snprintf(total, sizeof(total), "%" PRId64, l->total);
	int result = nw_response_header(l->res, "X-Total-Count", total);

	if (result == 0 && l->n > 0) {
		result = nw_answer_last_modified(l->req, l->res, l->updated_ms);
	}
	return result;
}

static int answer(struct listing *l)
{
	struct nw_links_page links = {l->page.number, l->page.size, l->total, l->where, l->sort};

	nw_buf_adds(&l->body, "],");
	nw_links_list(&l->body, l->resource, &links);
	nw_buf_addf(&l->body, ",\"_meta\":{\"page\":%" PRId64 ",\"max_results\":%" PRId64 ",\"total\":%" PRId64 "}}",
		    l->page.number, l->page.size, l->total);
	int result = l->body.failed ? 0 : add_headers(l);

	return result != 0 ? result : nw_answer_json(l->req, l->res, 200, &l->body);
}

int nw_list_get(struct nw_request *req, struct nw_response *res)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct listing l = {
		.req = req,
		.res = res,
		.resource = nw_request_route_data(req),
		.where = nw_request_query(req, "where"),
		.sort = nw_request_query(req, "sort"),
		.filter = nw_answer_bson(req),
		.order = nw_answer_bson(req),
		.body = nw_memory_buf(&memory),
	};
	struct nw_err err = {0};
	bson_error_t error = {0};

	if (l.filter == NULL || l.order == NULL) {
		return -ENOMEM;
	}
	if (read_parameters(&l, &err) != 0) {
		return nw_answer_error(req, res, 400, "%s", err.msg);
	}
	nw_buf_adds(&l.body, "{\"_items\":[");
	enum nw_store_status status = find_rows(&l, &error);

	if (status == NW_STORE_OK && !l.body.failed) {
		status = count_rows(&l, &error);
	}
	return status != NW_STORE_OK ? nw_answer_store(req, res, status, &error) : answer(&l);
}

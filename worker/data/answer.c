#include "worker/data/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "worker/data/domain.h"
#include "worker/data/handlers.h"
#include "worker/data/links.h"
#include "worker/data/meta.h"
#include "worker/store/json.h"

static const struct status {
	unsigned code;
	const char *title;
	const char *message; /* Eve's; NULL: it says what the case is */
} STATUSES[] = {
	{400, "Bad Request", "The browser (or proxy) sent a request that this server could not understand."},
	{404, "Not Found",
	 "The requested URL was not found on the server. If you entered the URL manually please check your spelling "
	 "and "
	 "try again."},
	{405, "Method Not Allowed", "The method is not allowed for the requested URL."},
	{409, "Conflict",
	 "A conflict happened while processing the request. The resource might have been modified while the request "
	 "was "
	 "being processed."},
	{412, "Precondition Failed", NULL},
	{413, "Content Too Large", NULL},
	{415, "Unsupported Media Type", NULL},
	{422, "Unprocessable Content", NULL},
	{428, "Precondition Required", NULL},
	{500, "Internal Server Error", NULL},
	{503, "Service Unavailable", NULL},
};

static void *grow(void *arg, void *old, size_t old_size, size_t new_size)
{
	return nw_request_grow(arg, old, old_size, new_size);
}

struct nw_memory nw_answer_memory(struct nw_request *req)
{
	return (struct nw_memory){.grow = grow, .arg = req};
}

static void destroy(void *arg)
{
	bson_destroy(arg);
}

bson_t *nw_answer_bson(struct nw_request *req)
{
	bson_t *doc = bson_new();

	if (nw_request_defer(req, destroy, doc) != 0) {
		bson_destroy(doc);
		return NULL;
	}
	return doc;
}

static const struct status *find_status(unsigned code)
{
	static const struct status none = {0, "Error", NULL};

	for (size_t i = 0; i < NW_ARRAY_LEN(STATUSES); i++) {
		if (STATUSES[i].code == code) {
			return &STATUSES[i];
		}
	}
	return &none;
}

static const char *error_type(struct nw_request *req)
{
	const char *accept = nw_request_header(req, "Accept");

	return accept != NULL && strstr(accept, "application/problem+json") != NULL ? "application/problem+json"
										    : "application/json";
}

/* The members that every error has, without the braces. */
static void add_error(struct nw_buf *out, unsigned code, const char *message, const char *detail)
{
	const struct status *status = find_status(code);

	nw_buf_addf(out, "\"_status\":\"ERR\",\"_error\":{\"code\":%u,\"message\":", code);
	nw_json_string(out, message, strlen(message));
	nw_buf_addf(out, "},\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":", status->title, code);
	nw_json_string(out, detail, strlen(detail));
}

/* @members: more of the body, without the braces; NULL: nothing. */
static int send_error_with(struct nw_request *req, struct nw_response *res, unsigned code, const char *detail,
			   const struct nw_buf *members)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct nw_buf body = nw_memory_buf(&memory);
	const char *message = find_status(code)->message;

	nw_buf_addc(&body, '{');
	add_error(&body, code, message != NULL ? message : detail,
		  detail[0] != '\0' || message == NULL ? detail : message);
	if (members != NULL) {
		nw_buf_addc(&body, ',');
		nw_buf_add(&body, members->data, members->len);
		body.failed |= members->failed;
	}
	nw_buf_addc(&body, '}');
	if (body.failed) {
		return -ENOMEM;
	}
	return nw_response_bytes(res, code, error_type(req), body.data, body.len);
}

static int send_error(struct nw_request *req, struct nw_response *res, unsigned code, const char *detail)
{
	return send_error_with(req, res, code, detail, NULL);
}

int nw_answer_error(struct nw_request *req, struct nw_response *res, unsigned status, const char *fmt, ...)
{
	char detail[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	return send_error(req, res, status, detail);
}

int nw_error_answer(struct nw_request *req, struct nw_response *res)
{
	return send_error(req, res, nw_response_status(res), nw_response_error_detail(res));
}

int nw_answer_missing(struct nw_request *req, struct nw_response *res)
{
	return send_error(req, res, 404, "");
}

int nw_answer_stale(struct nw_request *req, struct nw_response *res)
{
	return send_error(req, res, 412, "Client and server etags don't match");
}

int nw_answer_too_large(struct nw_request *req, struct nw_response *res)
{
	return send_error(req, res, 413, "This request needs more memory than one may have");
}

int nw_answer_taken(struct nw_request *req, struct nw_response *res, const struct nw_buf *members)
{
	return send_error_with(req, res, 409, "", members);
}

static int answer_unavailable(struct nw_request *req, struct nw_response *res)
{
	char seconds[8];

	/* Clients that were all refused together should not all come back together. */
	snprintf(seconds, sizeof(seconds), "%d", (int)(nw_clock_us() % 5) + 1);
	if (nw_response_header(res, "Retry-After", seconds) != 0) {
		return -ENOMEM;
	}
	return send_error(req, res, 503, "The database does not answer; please try again");
}

static void log_store(char level, struct nw_request *req, const char *what, const bson_error_t *error)
{
	nw_app_log(level, "%s %.300s: the store %s: %s (request id %s)", nw_request_method(req), nw_request_path(req),
		   what, error->message, nw_request_id(req));
}

int nw_answer_store(struct nw_request *req, struct nw_response *res, enum nw_store_status status,
		    const bson_error_t *error)
{
	switch (status) {
	case NW_STORE_MISSING:
		return nw_answer_missing(req, res);
	case NW_STORE_STALE:
		return nw_answer_stale(req, res);
	case NW_STORE_DUPLICATE:
		return send_error(req, res, 409, "");
	case NW_STORE_INVALID:
		log_store('i', req, "refused it", error);
		return send_error(req, res, 400, "The database refuses this request");
	case NW_STORE_UNAVAILABLE:
		log_store('w', req, "does not answer", error);
		return answer_unavailable(req, res);
	case NW_STORE_OK:
	case NW_STORE_FAILED:
		break;
	}
	log_store('e', req, "failed", error);
	return send_error(req, res, 500, "The database failed");
}

int nw_answer_json(struct nw_request *req, struct nw_response *res, unsigned status, const struct nw_buf *body)
{
	if (body->failed) {
		return nw_answer_too_large(req, res);
	}
	return nw_response_bytes(res, status, "application/json", body->data, body->len);
}

int nw_answer_issues(struct nw_request *req, struct nw_response *res, const struct nw_issues *issues)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct nw_buf body = nw_memory_buf(&memory);

	nw_buf_adds(&body, "{\"_issues\":");
	nw_issues_json(issues, &body);
	nw_buf_adds(&body, ",\"_status\":\"ERR\"}");
	return nw_answer_json(req, res, 422, &body);
}

static void add_date(struct nw_buf *out, const char *name, int64_t ms)
{
	nw_buf_addf(out, "\"%s\":\"", name);
	nw_json_iso8601(out, ms);
	nw_buf_adds(out, "\",");
}

static void add_id(struct nw_buf *out, const bson_t *doc)
{
	bson_iter_t iter;

	if (bson_iter_init_find(&iter, doc, "_id")) {
		nw_buf_adds(out, "\"_id\":");
		nw_json_from_value(out, &iter);
		nw_buf_addc(out, ',');
	}
}

void nw_answer_add_written(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc)
{
	struct nw_meta meta;

	nw_meta_read(doc, &meta);
	nw_buf_addc(out, '{');
	add_id(out, doc);
	add_date(out, "_updated", meta.updated_ms);
	add_date(out, "_created", meta.created_ms);
	nw_buf_addf(out, "\"_etag\":\"%s\",", meta.etag);
	nw_links_document(out, resource, doc, &meta.id);
	nw_buf_adds(out, ",\"_status\":\"OK\"}");
}

int nw_answer_location(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		       const bson_value_t *id)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct nw_buf url = nw_memory_buf(&memory);
	const char *host = nw_request_host(req);

	if (host[0] != '\0') {
		nw_buf_addf(&url, "%s://%s", nw_request_scheme(req), host);
	}
	nw_buf_addf(&url, "%s/%s/", resource->domain->url_prefix, resource->name);
	nw_links_add_id(&url, id);
	return nw_response_header(res, "Location", nw_buf_str(&url));
}

int nw_answer_etag(struct nw_response *res, const char *etag)
{
	char quoted[NW_ETAG_LEN + 3];

	/* An etag of another program's making may be anything; one that is no header's value stays out of it. */
	if (strlen(etag) > NW_ETAG_LEN || strpbrk(etag, "\"\r\n") != NULL) {
		return 0;
	}
	snprintf(quoted, sizeof(quoted), "\"%s\"", etag);
	return nw_response_header(res, "ETag", quoted);
}

int nw_answer_last_modified(struct nw_request *req, struct nw_response *res, int64_t ms)
{
	struct nw_memory memory = nw_answer_memory(req);
	struct nw_buf date = nw_memory_buf(&memory);

	nw_json_rfc1123(&date, ms);
	return nw_response_header(res, "Last-Modified", nw_buf_str(&date));
}

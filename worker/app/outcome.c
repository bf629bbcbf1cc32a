#include "worker/app/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "worker/app/timing.h"

void nw_outcome_init(struct nw_response *res, struct nw_arena *arena)
{
	res->fields.grow = nw_arena_grow_any;
	res->fields.grow_arg = arena;
}

int nw_outcome_fail(struct nw_response *res, int code, const char *why)
{
	if (res->failed == 0) {
		res->failed = code;
		res->why = why;
	}
	return code;
}

int nw_outcome_refuse(struct nw_response *res, int code, unsigned status, const char *why)
{
	if (res->failed == 0) {
		res->refused = status;
	}
	return nw_outcome_fail(res, code, why);
}

char *nw_outcome_vprintf(struct nw_arena *arena, const char *fmt, va_list ap, size_t *out_len)
{
	va_list again;

	va_copy(again, ap);
	int len = vsnprintf(NULL, 0, fmt, ap);
	char *text = len < 0 ? NULL : nw_arena_grow(arena, NULL, 0, (size_t)len + 1);

	if (text != NULL) {
		vsnprintf(text, (size_t)len + 1, fmt, again);
	}
	va_end(again);
	if (text != NULL && out_len != NULL) {
		*out_len = (size_t)len;
	}
	return text;
}

void nw_outcome_log(const struct nw_response *res, int code, const char *why, const char *then)
{
	const struct nw_request *req = &res->call->req;
	enum { SHOWN = 300 }; /* of the path: what comes behind it shall not be cut off */
	struct nw_span path = nw_head_span(&req->x->head, req->x->head.path);
	char id[NW_TRACE_ID_MAX];
	size_t id_len = nw_trace_id_into(req->x, id);
	struct nw_buf line = {0};

	nw_buf_adds(&line, "Error handling request ");
	nw_str_escape(&line, nw_span_of(req->method));
	nw_buf_addc(&line, ' ');
	nw_str_escape(&line, (struct nw_span){path.p, path.len < SHOWN ? path.len : SHOWN});
	nw_buf_adds(&line, path.len > SHOWN ? "..." : "");
	nw_buf_addf(&line, ": %s%s (request id %.*s)", why != NULL ? why : strerror(-code), then, (int)id_len, id);
	nw_apps_log('e', nw_buf_str(&line));
	nw_buf_free(&line);
}

static void become_error(struct nw_response *res, unsigned status, const char *detail)
{
	/* What was added was meant for another answer: a cookie, leave to cache it. */
	res->fields.len = 0;
	res->fields.failed = false;
	res->file = NULL;
	res->own_type = NULL;
	res->location = NULL;
	res->is_location_own = false;
	res->failed = 0;
	res->refused = 0;
	res->why = NULL;
	res->is_set = true;
	res->is_error = true;
	res->status = status;
	res->detail = detail;
}

static void become_500(struct nw_response *res, int code, const char *why)
{
	nw_outcome_log(res, code, why, "");
	become_error(res, NW_STATUS_INTERNAL_ERROR, "");
}

bool nw_outcome_is_body_broken(const struct nw_exchange *x, int rc)
{
	return x->body_status != NW_STATUS_NONE || (rc == -ECONNRESET && x->is_gone);
}

static void become_failure(struct nw_response *res, int rc)
{
	const struct nw_exchange *x = res->call->req.x;

	if (res->failed != 0 && res->refused != 0) {
		become_error(res, res->refused, res->why);
	} else if (res->failed != 0) {
		become_500(res, res->failed, res->why);
	} else if (nw_outcome_is_body_broken(x, rc)) {
		become_error(res, x->body_status != NW_STATUS_NONE ? x->body_status : NW_STATUS_BAD_REQUEST,
			     x->body_reason != NULL ? x->body_reason : "");
	} else {
		become_500(res, rc, NULL);
	}
}

/* True: it went wrong, and the answer is an error now. */
static bool check(struct nw_response *res, int rc)
{
	if (res->failed == 0 && rc >= 0) {
		return false;
	}
	become_failure(res, rc);
	return true;
}

/* The app's own error body, when it has one. Its handler sees the status, and no answer yet. */
static void error_hook_run(struct nw_response *res)
{
	struct nw_request *req = &res->call->req;
	nw_handler hook = req->app == NULL ? NULL : nw_app_error_hook(req->app, res->status);
	unsigned status = res->status;

	if (hook == NULL) {
		return;
	}
	res->is_set = false;
	res->is_error = false;
	if (!check(res, hook(req, res)) && !res->is_set) {
		res->is_set = true;
		res->is_error = true;
		res->status = status;
	}
}

static void after_run(struct nw_response *res)
{
	struct nw_request *req = &res->call->req;
	const struct nw_hook *hook = req->route == NULL ? NULL : req->app->after;

	while (hook != NULL && !check(res, hook->handler(req, res))) {
		hook = hook->next;
	}
}

void nw_outcome_finish(struct nw_response *res, int rc)
{
	struct nw_call *call = res->call;

	/* From here on there is an answer to be had now: no hook puts it off. */
	call->is_finishing = true;
	if (!check(res, rc) && !res->is_set) {
		become_500(res, -ENODATA, "the handler left no answer");
	}
	if (res->is_error) {
		error_hook_run(res);
	}
	after_run(res);
}

static void seal_error(struct nw_response *res, struct nw_exchange *x)
{
	nw_exchange_error(x, res->status, res->detail[0] == '\0' ? NULL : res->detail);
	nw_buf_add(&x->answer.fields, res->fields.data, res->fields.len);
	x->answer.close = x->answer.close || res->close;
}

/* Whether the app has set a field of that @name: at the beginning of a line. */
static bool has_field(const struct nw_buf *fields, const char *name)
{
	size_t len = strlen(name);
	struct nw_span rest = {fields->data, fields->len};

	while (rest.len > len) {
		if (rest.p[len] == ':' && nw_span_eq_nocase((struct nw_span){rest.p, len}, name)) {
			return true;
		}
		const char *end = memchr(rest.p, '\n', rest.len);
		size_t taken = end == NULL ? rest.len : (size_t)(end - rest.p) + 1;

		rest = (struct nw_span){rest.p + taken, rest.len - taken};
	}
	return false;
}

static void seal_file(struct nw_response *res)
{
	if (res->file->cache_control != NULL && !has_field(&res->fields, "Cache-Control")) {
		nw_buf_addf(&res->fields, "Cache-Control: %s\r\n", res->file->cache_control);
	}
	nw_buf_add(&res->fields, res->file->fields.p, res->file->fields.len);
	if (res->file->is_multipart) {
		res->own_type = NULL;
	}
}

void nw_outcome_seal(struct nw_response *res)
{
	struct nw_exchange *x = res->call->req.x;

	if (res->file != NULL) {
		seal_file(res);
	}
	if (res->location != NULL && (!res->is_error || res->is_location_own)) {
		nw_buf_addf(&res->fields, "Location: %s\r\n", res->location);
	}
	nw_timing_write(res->call, &res->fields);
	if (res->fields.failed) {
		become_500(res, -ENOMEM, "the answer's header fields are over the request's limit");
	}
	if (res->is_error) {
		seal_error(res, x);
		return;
	}
	x->answer.status = res->status;
	x->answer.fields = res->fields;
	x->answer.type = res->own_type != NULL ? nw_span_of(res->own_type) : res->type;
	x->answer.body = res->body;
	x->answer.pieces = res->file == NULL ? NULL : res->file->pieces;
	x->answer.has_length = res->has_length;
	x->answer.content_length = res->length;
	x->answer.close = res->close;
}

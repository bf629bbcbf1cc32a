#include <narwhal/response.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "worker/app/call.h"
#include "worker/app/header.h"
#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"

static struct nw_arena *arena_of(const struct nw_response *res)
{
	return res->call->req.x->arena;
}

/* "WHAT 'NAME' FAULT" */
static int refuse(struct nw_response *res, const char *what, const char *name, const char *fault)
{
	struct nw_buf why = {.grow = res->fields.grow, .grow_arg = res->fields.grow_arg};

	nw_buf_addf(&why, "%s '", what);
	nw_str_escape(&why, (struct nw_span){name, strnlen(name, 80)});
	nw_buf_addf(&why, "' %s", fault);
	return nw_outcome_fail(res, -EINVAL, nw_buf_str(&why));
}

/* What every way of setting an answer does. */
static inline int set(struct nw_response *res, unsigned status, struct nw_span type, struct nw_span body)
{
	if (status < 200 || status > 599) {
		return nw_outcome_fail(res, -EINVAL, "a status that is not 200 to 599");
	}
	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	if (nw_response_stream_is_out(res)) {
		return nw_outcome_fail(res, -EINVAL, "an answer was set after the head of another");
	}
	res->stream = NULL;
	res->has_length = false;
	bool has_body = nw_outcome_has_body(status);

	res->status = status;
	res->type = has_body ? type : (struct nw_span){NULL, 0};
	res->body = has_body ? body : (struct nw_span){NULL, 0};
	res->file = NULL;
	res->is_set = true;
	res->is_error = false;
	if (!res->is_location_own) {
		res->location = NULL;
	}
	return 0;
}

int nw_response_text(struct nw_response *res, unsigned status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	struct nw_span text = {.len = 0};

	text.p = nw_outcome_vprintf(arena_of(res), fmt, ap, &text.len);
	va_end(ap);
	if (text.p == NULL) {
		return nw_outcome_fail(res, -ENOMEM, NULL);
	}
	return set(res, status, nw_span_of("text/plain; charset=utf-8"), text);
}

int nw_response_json(struct nw_response *res, unsigned status, struct cJSON *json)
{
	char *text = json == NULL ? NULL : cJSON_PrintUnformatted(json);

	cJSON_Delete(json);
	if (text == NULL || nw_arena_defer(arena_of(res), cJSON_free, text) < 0) {
		cJSON_free(text);
		return nw_outcome_fail(res, -ENOMEM, NULL);
	}
	return set(res, status, nw_span_of("application/json"), nw_span_of(text));
}

int nw_response_bytes(struct nw_response *res, unsigned status, const char *type, const void *data, size_t len)
{
	struct nw_span given = type == NULL ? (struct nw_span){NULL, 0} : nw_span_of(type);

	if (!nw_header_is_value_span(given)) {
		return refuse(res, "content type", type, "has control bytes");
	}
	return set(res, status, given, (struct nw_span){data, len});
}

int nw_response_empty(struct nw_response *res, unsigned status)
{
	return set(res, status, (struct nw_span){NULL, 0}, (struct nw_span){NULL, 0});
}

/* NULL: no memory, or not a value. */
static const char *location_text(struct nw_response *res, const char *location)
{
	struct nw_buf text = {.grow = res->fields.grow, .grow_arg = res->fields.grow_arg};

	if (!nw_header_is_value(location)) {
		refuse(res, "location", location, "has control bytes");
		return NULL;
	}
	nw_str_add_uri(&text, nw_span_of(location));
	const char *s = nw_buf_str(&text);

	if (text.failed) {
		nw_outcome_fail(res, -ENOMEM, NULL);
		return NULL;
	}
	return s;
}

int nw_response_redirect(struct nw_response *res, unsigned status, const char *location)
{
	if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
		return nw_outcome_fail(res, -EINVAL, "a redirect whose status is not 301, 302, 303, 307 or 308");
	}
	const char *text = location_text(res, location);
	int rc = text == NULL ? res->failed : nw_response_empty(res, status);

	if (rc == 0) {
		res->is_location_own = false;
		res->location = text;
	}
	return rc;
}

int nw_response_error(struct nw_response *res, unsigned status, const char *fmt, ...)
{
	va_list ap;

	if (status < 400 || status > 599) {
		return nw_outcome_fail(res, -EINVAL, "an error whose status is not 400 to 599");
	}
	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	va_start(ap, fmt);
	const char *detail = nw_outcome_vprintf(arena_of(res), fmt, ap, NULL);

	va_end(ap);
	if (nw_response_stream_is_out(res)) {
		return nw_outcome_fail(res, -ECANCELED, detail);
	}
	/* The handler has seen what went wrong before, and this is what it makes of it. */
	res->failed = 0;
	res->refused = 0;
	res->why = NULL;
	res->detail = detail == NULL ? "" : detail;
	int rc = nw_response_empty(res, status);

	res->is_error = true;
	return rc;
}

const char *nw_response_error_detail(const struct nw_response *res)
{
	return res->detail;
}

/* Fields of which there is one: the last wins. */
static int single_set(struct nw_response *res, const char *name, const char *value, bool *is_single)
{
	*is_single = true;
	if (strcasecmp(name, "Location") == 0) {
		const char *text = location_text(res, value);

		res->location = text;
		res->is_location_own = text != NULL;
		return text == NULL ? res->failed : 0;
	}
	if (strcasecmp(name, "Content-Type") == 0) {
		const char *copy = nw_arena_strdup(arena_of(res), value);

		res->own_type = copy;
		return copy == NULL ? nw_outcome_fail(res, -ENOMEM, NULL) : 0;
	}
	*is_single = false;
	return 0;
}

int nw_response_header(struct nw_response *res, const char *name, const char *value)
{
	bool is_single;

	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	if (nw_response_stream_is_out(res)) {
		return refuse(res, "header", name, "comes after the head");
	}
	if (!nw_header_is_token(name)) {
		return refuse(res, "header", name, "is no name for a header field");
	}
	if (nw_header_is_owned(name)) {
		return refuse(res, "header", name, "is the server's to set");
	}
	if (value == NULL || !nw_header_is_value(value)) {
		return refuse(res, "header", name, "has a value with control bytes");
	}
	int rc = single_set(res, name, value, &is_single);

	if (is_single) {
		return rc;
	}
	nw_buf_addf(&res->fields, "%s: %s\r\n", name, value);
	return res->fields.failed ? nw_outcome_fail(res, -ENOMEM, NULL) : 0;
}

unsigned nw_response_status(const struct nw_response *res)
{
	return res->status;
}

void nw_response_close(struct nw_response *res)
{
	res->close = true;
}

static const char misplaced[] = "put off or handed on where that cannot be: only an NW_INLINE handler may";

int nw_response_defer(struct nw_response *res)
{
	const struct nw_call *call = res->call;

	if (call->req.on_thread || call->is_finishing) {
		return nw_outcome_fail(res, -EINVAL, misplaced);
	}
	res->is_deferred = true;
	return 0;
}

void nw_response_send(struct nw_response *res)
{
	if (nw_call_is_in_hook(res->call)) {
		nw_outcome_fail(res, -EINVAL, "an answer sent in a hook that runs after the handler");
		return;
	}
	if (res->is_sent) {
		nw_app_log('e', "nw_response_send() was called twice for one request");
		return;
	}
	res->is_sent = true;
	nw_call_end(res->call);
}

int nw_response_offload(struct nw_response *res, nw_handler handler)
{
	const struct nw_call *call = res->call;

	if (call->req.on_thread || call->is_finishing || handler == NULL) {
		return nw_outcome_fail(res, -EINVAL, misplaced);
	}
	res->offload = handler;
	return 0;
}

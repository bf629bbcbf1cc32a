#include <narwhal/request.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "worker/app/call.h"
#include "worker/app/outcome.h"

/* All values of a field, joined. p NULL: there is none, or no room for it. */
static const char *field_join(struct nw_request *req, const char *name)
{
	const char *between = strcasecmp(name, "Cookie") == 0 ? "; " : ", ";
	struct nw_buf *fields = &req->call->res.fields;
	struct nw_buf joined = {.grow = fields->grow, .grow_arg = fields->grow_arg};
	const struct nw_head *head = &req->x->head;
	bool is_there = false;

	for (size_t i = 0; i < head->n_fields; i++) {
		struct nw_span value = nw_head_span(head, head->fields[i].value);

		if (!nw_span_eq_nocase(nw_head_span(head, head->fields[i].name), name)) {
			continue;
		}
		if (is_there) {
			nw_buf_adds(&joined, between);
		}
		nw_buf_add(&joined, value.p, value.len);
		is_there = true;
	}
	if (!is_there) {
		return NULL;
	}
	const char *text = nw_buf_str(&joined);

	if (joined.failed) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
	}
	return text;
}

const char *nw_request_header(struct nw_request *req, const char *name)
{
	return field_join(req, name);
}

static struct nw_span trim(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t')) {
		p++;
	}
	while (end > p && (end[-1] == ' ' || end[-1] == '\t')) {
		end--;
	}
	return (struct nw_span){p, (size_t)(end - p)};
}

/* The value of @name in "a=1; b=2"; p NULL: not there. */
static struct nw_span cookie_find(const char *text, const char *name)
{
	while (*text != '\0') {
		const char *end = text + strcspn(text, ";");
		const char *equals = memchr(text, '=', (size_t)(end - text));

		if (equals != NULL && nw_span_eq(trim(text, equals), name)) {
			return trim(equals + 1, end);
		}
		text = *end == ';' ? end + 1 : end;
	}
	return (struct nw_span){NULL, 0};
}

const char *nw_request_cookie(struct nw_request *req, const char *name)
{
	if (req->cookie == NULL) {
		const char *all = field_join(req, "Cookie");

		req->cookie = all == NULL ? "" : all;
	}
	struct nw_span value = cookie_find(req->cookie, name);

	if (value.p == NULL) {
		return NULL;
	}
	if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') {
		value.p++;
		value.len -= 2;
	}
	const char *text = nw_arena_strndup(req->x->arena, value.p, value.len);

	if (text == NULL) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
	}
	return text;
}

static struct nw_pairs *query_of(struct nw_request *req)
{
	if (req->query == NULL) {
		struct nw_span raw = nw_head_span(&req->x->head, req->x->head.query);

		/* Its length is bounded by the request line's. */
		req->query = nw_pairs_parse(req->x->arena, raw, SIZE_MAX);
		if (req->query == NULL) {
			nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
		}
	}
	return req->query;
}

static bool pairs_at(const struct nw_pairs *pairs, size_t index, const char **out_name, const char **out_value)
{
	if (pairs == NULL || index >= pairs->n) {
		return false;
	}
	*out_name = pairs->v[index].name;
	*out_value = pairs->v[index].value;
	return true;
}

const char *nw_request_query(struct nw_request *req, const char *name)
{
	return nw_pairs_get(query_of(req), name);
}

bool nw_request_query_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value)
{
	return pairs_at(query_of(req), index, out_name, out_value);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

const char *nw_request_content_type(struct nw_request *req)
{
	const struct nw_head *head = &req->x->head;
	struct nw_span value = nw_head_get(head, "Content-Type");

	if (req->content_type != NULL) {
		return req->content_type;
	}
	req->content_type = "";
	if (value.p == NULL) {
		return "";
	}
	const char *semicolon = memchr(value.p, ';', value.len);
	struct nw_span type = trim(value.p, semicolon == NULL ? value.p + value.len : semicolon);
	char *text = nw_arena_alloc(req->x->arena, type.len + 1);

	if (text == NULL) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
		return "";
	}
	for (size_t i = 0; i < type.len; i++) {
		text[i] = lower(type.p[i]);
	}
	return req->content_type = text;
}

static struct nw_pairs *form_of(struct nw_request *req)
{
	enum { MOST_FIELDS = 1000 };
	size_t len;

	if (req->form == NULL && strcmp(nw_request_content_type(req), "application/x-www-form-urlencoded") == 0) {
		const void *body = nw_request_body(req, &len);

		req->form = nw_pairs_parse(req->x->arena, (struct nw_span){body, len}, MOST_FIELDS);
	}
	return req->form;
}

const char *nw_request_form(struct nw_request *req, const char *name)
{
	return nw_pairs_get(form_of(req), name);
}

bool nw_request_form_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value)
{
	return pairs_at(form_of(req), index, out_name, out_value);
}

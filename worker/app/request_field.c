#include <narwhal/request.h>

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "worker/app/call.h"
#include "worker/app/cookie.h"
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

const char *nw_request_cookie(struct nw_request *req, const char *name)
{
	if (req->cookie == NULL) {
		const char *all = field_join(req, "Cookie");

		req->cookie = all == NULL ? "" : all;
	}
	struct nw_span value = nw_cookie_find(nw_span_of(req->cookie), name);

	if (value.p == NULL) {
		return NULL;
	}
	const char *text = nw_arena_strndup(req->x->arena, value.p, value.len);

	if (text == NULL) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
	}
	return text;
}

static const struct nw_pairs *query_of(struct nw_request *req)
{
	if (!req->is_query_read) {
		struct nw_span raw = nw_head_span(&req->x->head, req->x->head.query);
		/* Its length is bounded by the request line's. */
		int rc = nw_pairs_parse(req->x->arena, raw, SIZE_MAX, &req->query);

		req->is_query_read = true;
		if (rc < 0) {
			nw_outcome_fail(&req->call->res, rc, NULL);
		}
	}
	return &req->query;
}

const char *nw_request_query(struct nw_request *req, const char *name)
{
	return nw_pairs_get(query_of(req), name);
}

bool nw_request_query_at(struct nw_request *req, size_t index, const char **out_name, const char **out_value)
{
	return nw_pairs_at(query_of(req), index, out_name, out_value);
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
	struct nw_span type = {value.p, semicolon == NULL ? value.len : (size_t)(semicolon - value.p)};

	type = nw_span_trim(type);
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

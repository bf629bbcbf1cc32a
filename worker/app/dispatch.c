#include "worker/app/app.h"

#include <assert.h>
#include <errno.h>
#include <narwhal/response.h>
#include <string.h>

#include "worker/app/call.h"
#include "worker/app/outcome.h"
#include "worker/app/timing.h"

/* The path to look for: decoded only when there is something to decode. false: it cannot be decoded. */
static bool path_decode(struct nw_request *req, struct nw_span sent, struct nw_span *out)
{
	if (sent.len == 0) {
		*out = req->decoded = nw_span_of("/");
		return true;
	}
	*out = sent;
	if (memchr(sent.p, '%', sent.len) == NULL) {
		return true;
	}
	char *copy = nw_arena_alloc(req->x->arena, sent.len + 1);
	ptrdiff_t len = copy == NULL ? -1 : nw_str_percent_decode(sent, false, copy);

	if (len < 0 || memchr(copy, '\0', (size_t)len) != NULL) {
		return false;
	}
	copy[len] = '\0';
	*out = req->decoded = (struct nw_span){copy, (size_t)len};
	return true;
}

/* Not relative, and nothing in it that a browser would read as a host. */
static int redirect_slash(struct nw_call *call)
{
	struct nw_exchange *x = call->req.x;
	struct nw_buf location = {.grow = call->res.fields.grow, .grow_arg = x->arena};

	nw_str_add_slashed(&location, nw_head_span(&x->head, x->head.path), nw_head_span(&x->head, x->head.query));
	return nw_response_redirect(&call->res, 308, nw_buf_str(&location));
}

static int allow_add(struct nw_call *call, uint32_t methods)
{
	struct nw_buf allow = {.grow = call->res.fields.grow, .grow_arg = call->req.x->arena};

	nw_router_allow(call->req.apps->router, methods, &allow);
	return nw_response_header(&call->res, "Allow", nw_buf_str(&allow));
}

/* 404 and 405: from the first app's error handler, when it has one for them (on a thread: it may block). */
static void answer_unknown(struct nw_call *call, unsigned status)
{
	struct nw_app *first = TAILQ_FIRST(&call->req.apps->list);

	call->req.app = first;
	(void)nw_response_error(&call->res, status, "%s", "");
	if (first != NULL && nw_app_error_hook(first, status) != NULL) {
		nw_call_queue(call, NULL, false);
		return;
	}
	nw_call_send(call);
}

static bool is_options(const struct nw_request *req)
{
	return strcmp(req->method, "OPTIONS") == 0;
}

/* An app may serve part of what is below a segment; what it does not is not there. */
static bool answer_static(struct nw_call *call, struct nw_span path)
{
	const struct nw_apps *apps = call->req.apps;

	return apps->files != NULL &&
	       nw_static_answer(apps->files, call->req.x, path, !nw_router_has_first(apps->router, path));
}

static NW_NOINLINE void answer_no_route(struct nw_call *call, struct nw_span path)
{
	const struct nw_router_match *match = &call->req.match;

	if (match->needs_slash) {
		(void)redirect_slash(call);
		nw_call_settle(call, 0);
	} else if (match->methods == 0) {
		if (!answer_static(call, path)) {
			answer_unknown(call, NW_STATUS_NOT_FOUND);
		}
	} else if (!is_options(&call->req)) {
		(void)allow_add(call, match->methods);
		answer_unknown(call, NW_STATUS_METHOD_NOT_ALLOWED);
	} else {
		(void)allow_add(call, match->methods);
		(void)nw_response_empty(&call->res, 200);
		nw_call_settle(call, 0);
	}
}

/* What a QUERY asks for cannot be told then: it MUST fail (RFC 10008 section 2). */
static bool is_query_without_type(const struct nw_request *req)
{
	return req->method[0] == 'Q' && strcmp(req->method, "QUERY") == 0 &&
	       nw_head_get(&req->x->head, "Content-Type").len == 0;
}

static void route_run(struct nw_call *call, const struct nw_route_target *route)
{
	bool is_inline = (route->flags & NW_INLINE) != 0;

	call->req.route = route;
	call->req.app = route->app;
	if (is_query_without_type(&call->req)) {
		(void)nw_response_error(&call->res, NW_STATUS_BAD_REQUEST,
					"A QUERY needs a Content-Type (RFC 10008 section 2).");
		if (is_inline) {
			nw_call_settle(call, 0);
		} else {
			nw_call_queue(call, NULL, false);
		}
	} else if (is_inline) {
		nw_call_run_inline(call);
	} else {
		nw_call_queue(call, route->handler, true);
	}
}

/* What route_search() found for the very same head before. */
static bool route_recall(struct nw_request *req)
{
	const struct nw_recall *recall = req->x->recall;

	if (recall == NULL || recall->target == NULL) {
		return false;
	}
	req->match.target = recall->target;
	req->match.method = req->method = recall->method;
	req->x->route = ((const struct nw_route_target *)recall->target)->number;
	req->is_path_text = true;
	return true;
}

/* Which route, if any, and the text of the method. False: no memory. Apart from those whose route is known. */
static NW_NOINLINE bool route_search(struct nw_request *req)
{
	struct nw_exchange *x = req->x;
	struct nw_span method = nw_head_span(&x->head, x->head.method);
	struct nw_span path = {NULL, 0};

	req->is_path_text = path_decode(req, nw_head_span(&x->head, x->head.path), &path);
	nw_router_find(req->apps->router, method, req->is_path_text ? path : (struct nw_span){NULL, 0}, &req->match);
	if (req->match.target != NULL) {
		x->route = ((const struct nw_route_target *)req->match.target)->number;
		if (x->recall != NULL && req->match.n_params == 0 && req->decoded.p == NULL) {
			*x->recall = (struct nw_recall){req->match.target, req->match.method};
		}
	}
	req->method = req->match.method;
	if (req->method == NULL) {
		req->method = nw_arena_strndup(x->arena, method.p, method.len);
	}
	return req->method != NULL;
}

static bool route_find(struct nw_request *req)
{
	return route_recall(req) || route_search(req);
}

/* NULL: no memory. */
static struct nw_call *call_begin(struct nw_apps *apps, struct nw_exchange *x)
{
	struct nw_call *call = nw_call_new(apps, x);

	if (call != NULL && !route_find(&call->req)) {
		x->user = NULL; /* not one to go on with when the request is dispatched */
		return NULL;
	}
	return call;
}

static void call_route(struct nw_call *call)
{
	struct nw_request *req = &call->req;
	struct nw_span sent = nw_head_span(&req->x->head, req->x->head.path);

	if (sent.len == 1 && sent.p[0] == '*' && is_options(req)) {
		/* Of the server as a whole: it is there, and no more is to be said (RFC 9110 section 9.3.7). */
		(void)nw_response_empty(&call->res, 200);
		nw_call_send(call);
	} else if (!req->is_path_text) {
		(void)nw_response_error(&call->res, NW_STATUS_BAD_REQUEST, "The path is not percent-encoded text.");
		nw_call_send(call);
	} else if (req->match.target != NULL) {
		route_run(call, req->match.target);
	} else {
		answer_no_route(call, nw_request_path_span(req));
	}
}

enum nw_body_way nw_apps_on_head(struct nw_apps *apps, struct nw_exchange *x)
{
	struct nw_call *call = call_begin(apps, x);
	const struct nw_route_target *route = call == NULL ? NULL : call->req.match.target;
	const struct nw_executor *threads = apps->threads;

	if (route == NULL || is_query_without_type(&call->req)) {
		return NW_BODY_NONE;
	}
	if ((route->flags & NW_INLINE) == 0 && threads->is_full != NULL && threads->is_full(apps->threads)) {
		call->is_overload = true;
		return NW_BODY_NONE;
	}
	return (route->flags & NW_STREAM) != 0 ? NW_BODY_PULL : NW_BODY_WHOLE;
}

void nw_apps_dispatch(struct nw_apps *apps, struct nw_exchange *x)
{
	/* Begun when the head was there, if the body was not. */
	struct nw_call *call = x->user != NULL ? x->user : call_begin(apps, x);

	assert(apps->is_sealed);
	if (call != NULL && apps->is_timed) { /* not before: how long the body takes to come is the client's doing */
		nw_timing_begin(call);
	}
	if (call == NULL) {
		nw_exchange_error(x, NW_STATUS_UNAVAILABLE, NULL);
		nw_exchange_send(x);
	} else if (call->is_overload) {
		nw_call_refuse(call, -EAGAIN);
	} else {
		call_route(call);
	}
}

#include <narwhal/request.h>

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/listener.h"
#include "worker/app/call.h"
#include "worker/app/outcome.h"
#include "worker/http/client.h"

int nw_request_keep(struct nw_request *req)
{
	int rc = req->is_kept ? 0 : nw_exchange_keep(req->x);

	if (rc == 0) {
		req->is_kept = true;
	}
	return rc;
}

/* NUL-terminated. Over the limit the request cannot be answered as its handler means to: the answer is a 500. */
static const char *text_of(struct nw_request *req, struct nw_span s)
{
	const char *text = s.len == 0 ? "" : nw_arena_strndup(req->x->arena, s.p, s.len);

	if (text == NULL) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
		return "";
	}
	return text;
}

static struct nw_span head_text(const struct nw_request *req, struct nw_slice slice)
{
	return nw_head_span(&req->x->head, slice);
}

const char *nw_request_method(const struct nw_request *req)
{
	return req->method;
}

struct nw_span nw_request_path_span(const struct nw_request *req)
{
	return req->decoded.p != NULL ? req->decoded : head_text(req, req->x->head.path);
}

const char *nw_request_path(struct nw_request *req)
{
	if (req->path == NULL) {
		/* A decoded path has its NUL already. */
		req->path = req->decoded.p != NULL ? req->decoded.p : text_of(req, nw_request_path_span(req));
	}
	return req->path;
}

const char *nw_request_target(struct nw_request *req)
{
	return text_of(req, head_text(req, req->x->head.target));
}

const char *nw_request_query_string(struct nw_request *req)
{
	if (req->query_string == NULL) {
		req->query_string = text_of(req, head_text(req, req->x->head.query));
	}
	return req->query_string;
}

const char *nw_request_host(struct nw_request *req)
{
	return text_of(req, head_text(req, req->x->head.host));
}

const char *nw_request_peer(struct nw_request *req)
{
	char host[128] = "";

	if (req->x->peer != NULL) {
		nw_addr_host_into(req->x->peer, host, sizeof(host));
	}
	return text_of(req, nw_span_of(host));
}

const char *nw_request_client(struct nw_request *req)
{
	char host[128];

	nw_client_into(req->x, host, sizeof(host));
	return text_of(req, nw_span_of(host));
}

const char *nw_request_scheme(const struct nw_request *req)
{
	return nw_exchange_is_https(req->x) ? "https" : "http";
}

const char *nw_request_certificate(const struct nw_request *req)
{
	const char *subject = nw_exchange_certificate(req->x);

	return subject == NULL ? "" : subject;
}

bool nw_request_is_trusted(const struct nw_request *req)
{
	return req->x->is_trusted;
}

const char *nw_request_id(struct nw_request *req)
{
	char id[NW_TRACE_ID_MAX];

	return text_of(req, (struct nw_span){id, nw_trace_id_into(req->x, id)});
}

const char *nw_request_traceparent(struct nw_request *req)
{
	char parent[NW_TRACE_PARENT_LEN + 1];

	nw_trace_parent_into(req->x, parent);
	return text_of(req, (struct nw_span){parent, NW_TRACE_PARENT_LEN});
}

/* Where the parameter is; n_params: there is none of that name. */
static size_t param_index(const struct nw_request *req, const char *name)
{
	size_t i = 0;

	while (i < req->match.n_params && strcmp(req->match.params[i].name, name) != 0) {
		i++;
	}
	return i;
}

static struct nw_span param_span(const struct nw_request *req, size_t i)
{
	const struct nw_router_param *param = &req->match.params[i];

	return (struct nw_span){nw_request_path_span(req).p + param->at, param->len};
}

const char *nw_request_param(struct nw_request *req, const char *name)
{
	size_t i = param_index(req, name);

	if (i == req->match.n_params) {
		return NULL;
	}
	if (req->params[i] == NULL) {
		req->params[i] = text_of(req, param_span(req, i));
	}
	return req->params[i];
}

int64_t nw_request_param_int(struct nw_request *req, const char *name)
{
	size_t i = param_index(req, name);
	int64_t value = 0;

	if (i == req->match.n_params || req->match.params[i].kind != NW_PARAM_INT) {
		return 0;
	}
	return nw_span_to_int64(param_span(req, i), 0, INT64_MAX, &value) == 0 ? value : 0;
}

double nw_request_param_float(struct nw_request *req, const char *name)
{
	size_t i = param_index(req, name);

	if (i == req->match.n_params || req->match.params[i].kind != NW_PARAM_FLOAT) {
		return 0;
	}
	return strtod(nw_request_param(req, name), NULL);
}

void *nw_request_alloc(struct nw_request *req, size_t size)
{
	return nw_arena_alloc(req->x->arena, size);
}

void *nw_request_grow(struct nw_request *req, void *old, size_t old_size, size_t new_size)
{
	return nw_arena_grow(req->x->arena, old, old_size, new_size);
}

char *nw_request_printf(struct nw_request *req, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *text = nw_outcome_vprintf(req->x->arena, fmt, ap, NULL);

	va_end(ap);
	return text;
}

int nw_request_defer(struct nw_request *req, void (*fn)(void *arg), void *arg)
{
	return nw_arena_defer(req->x->arena, fn, arg);
}

void *nw_request_route_data(const struct nw_request *req)
{
	return req->route == NULL ? NULL : req->route->data;
}

struct nw_app *nw_request_app(const struct nw_request *req)
{
	return req->app;
}

void *nw_request_state(const struct nw_request *req)
{
	return nw_app_state(req->app);
}

struct nw_store *nw_request_store(const struct nw_request *req)
{
	return req->apps->store;
}

bool nw_request_is_gone(const struct nw_request *req)
{
	return req->x->is_gone;
}

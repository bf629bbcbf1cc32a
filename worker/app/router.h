/**
 * Flask's path syntax (werkzeug's rules): /items/<int:id>/parts/<name>. Converters: string (one segment, the default),
 * int, float, path (one or more segments), uuid, objectid. A literal segment wins over a converter, a narrower
 * converter over a wider; where the first choice leads nowhere (or not for this method), the next is tried.
 */
#ifndef NW_APP_ROUTER_H
#define NW_APP_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/str.h"
#include "worker/app/pattern.h"

enum { NW_ROUTER_METHODS = 32 }; /* most different methods of one router */

struct nw_router;

struct nw_router_param {
	const char *name; /* the router's */
	uint32_t at, len; /* in the path that was matched */
	enum nw_param_kind kind;
};

struct nw_router_match {
	const char *method; /* the router's own text; NULL: no route has it. GET, HEAD, OPTIONS always are known */
	void *target;       /* what nw_router_add() was given; NULL: no route */
	uint32_t methods;   /* target NULL: those that the path has routes for (nw_router_allow()); 0: unknown path */
	bool needs_slash;   /* target NULL: there is a route with one more '/' at the end; redirect there */
	struct nw_router_param params[NW_ROUTE_PARAMS];
	size_t n_params;
};

struct nw_router *nw_router_new(void) NW_MUST_CHECK;
struct nw_router *nw_router_free(struct nw_router *router);

/**
 * @methods: "GET" or "GET, POST". -EINVAL: the path, a converter or a method is wrong (the sentence says what);
 * -EEXIST: same path and method twice.
 */
int nw_router_add(struct nw_router *router, const char *methods, const char *path, void *target,
		  struct nw_err *err) NW_MUST_CHECK;

/** @path: decoded, begins with '/'. No allocation. HEAD falls back to GET. */
void nw_router_find(const struct nw_router *router, struct nw_span method, struct nw_span path,
		    struct nw_router_match *out);

/** Is there a route that begins with the first segment of @path, literally? */
bool nw_router_has_first(const struct nw_router *router, struct nw_span path);

/** The value of Allow: "GET, POST, HEAD, OPTIONS"; HEAD when there is GET, OPTIONS always. */
void nw_router_allow(const struct nw_router *router, uint32_t methods, struct nw_buf *out);

#endif

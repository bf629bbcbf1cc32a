/** Inside the router: a trie, one node for every run of segments that some path begins with. */
#ifndef NW_APP_TRIE_H
#define NW_APP_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/str.h"
#include "worker/app/router.h"

struct nw_node;

struct nw_literal {
	struct nw_span text;
	struct nw_node *to;
};

struct nw_converter {
	enum nw_param_kind kind;
	struct nw_span prefix, suffix;
	struct nw_node *to;
};

struct nw_rule {
	uint32_t methods;
	void *target;
	const char *path; /* as it was added */
	const char *names[NW_ROUTE_PARAMS];
};

struct nw_node {
	struct nw_literal *literals; /* sorted by text, so that a wide node is searched by halves */
	size_t n_literals;
	struct nw_converter *converters; /* narrow ones first */
	size_t n_converters;
	struct nw_rule *rules; /* of paths that end here */
	size_t n_rules;
};

enum { /* bits of the methods that mean something to the router; others come as they are added */
       NW_METHOD_GET = 1,
       NW_METHOD_HEAD = 2,
       NW_METHOD_OPTIONS = 4,
};

/** A path without parameters, and where it ends. */
struct nw_fixed {
	struct nw_span path;
	const struct nw_node *node; /* NULL: the place is free */
};

struct nw_router {
	struct nw_arena *arena; /* of everything */
	struct nw_node *root;
	struct nw_fixed *fixed; /* a hash table: worker/app/fixed.h */
	size_t n_fixed, fixed_size;
	const char *methods[NW_ROUTER_METHODS]; /* the name of each bit */
	size_t n_methods;
};

/** The bit of @method; 0: no route has it. */
uint32_t nw_trie_method(const struct nw_router *router, struct nw_span method);

/** Where @text is among the literals of @node, or where it belongs. */
size_t nw_trie_literal(const struct nw_node *node, struct nw_span text, bool *is_there);

/** memcmp() order, the shorter first. */
int nw_trie_compare(struct nw_span a, struct nw_span b);

#endif

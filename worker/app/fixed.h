/** Inside the router: the paths without parameters, found in one step instead of segment by segment. */
#ifndef NW_APP_FIXED_H
#define NW_APP_FIXED_H

#include "worker/app/trie.h"

/** Remember that @path (borrowed as long as the router) ends at @node. Again: no effect. 0 or -ENOMEM. */
int nw_fixed_add(struct nw_router *router, struct nw_span path, const struct nw_node *node) NW_MUST_CHECK;

/** Where @path ends in the trie; NULL: it is none of them. */
const struct nw_node *nw_fixed_find(const struct nw_router *router, struct nw_span path);

#endif

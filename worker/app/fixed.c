#include "worker/app/fixed.h"

#include <errno.h>
#include <string.h>

/* An open table of a power of two, at least half of it free. */

enum { SIZE_MIN = 16 };

static uint64_t load(const char *p, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, p, len);
	return word;
}

/* Paths are the app's own, not a client's: nobody can choose those that collide. */
static uint64_t hash(struct nw_span s)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint64_t h = s.len * odd;
	size_t at = 0;

	for (; s.len - at >= 8; at += 8) {
		h = (h ^ load(s.p + at, 8)) * odd;
		h ^= h >> 29;
	}
	if (s.len >= 8) { /* the last eight, some of them for the second time */
		h = (h ^ load(s.p + s.len - 8, 8)) * odd;
	} else if (s.len >= 4) {
		h = (h ^ (load(s.p, 4) << 32 | load(s.p + s.len - 4, 4))) * odd;
	} else {
		for (; at < s.len; at++) {
			h = (h ^ (unsigned char)s.p[at]) * odd;
		}
	}
	return h ^ h >> 32;
}

/* The place of @path, or the free one where it belongs. */
static struct nw_fixed *place(const struct nw_router *router, struct nw_span path)
{
	size_t mask = router->fixed_size - 1;
	size_t at = hash(path) & mask;

	for (;; at = (at + 1) & mask) {
		struct nw_fixed *fixed = &router->fixed[at];

		if (fixed->node == NULL ||
		    (fixed->path.len == path.len && memcmp(fixed->path.p, path.p, path.len) == 0)) {
			return fixed;
		}
	}
}

static int widen(struct nw_router *router)
{
	struct nw_fixed *old = router->fixed;
	size_t old_size = router->fixed_size;
	size_t size = old_size == 0 ? SIZE_MIN : old_size * 2;
	struct nw_fixed *fixed = nw_arena_alloc(router->arena, size * sizeof(*fixed));

	if (fixed == NULL) {
		return -ENOMEM;
	}
	router->fixed = fixed;
	router->fixed_size = size;
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].node != NULL) {
			*place(router, old[i].path) = old[i];
		}
	}
	return 0;
}

int nw_fixed_add(struct nw_router *router, struct nw_span path, const struct nw_node *node)
{
	int rc = router->n_fixed * 2 >= router->fixed_size ? widen(router) : 0;

	if (rc < 0) {
		return rc;
	}
	struct nw_fixed *fixed = place(router, path);

	router->n_fixed += fixed->node == NULL;
	*fixed = (struct nw_fixed){path, node};
	return 0;
}

const struct nw_node *nw_fixed_find(const struct nw_router *router, struct nw_span path)
{
	return router->n_fixed == 0 ? NULL : place(router, path)->node;
}

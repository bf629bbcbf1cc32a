/** name=value pairs of a query string or of an application/x-www-form-urlencoded body. */
#ifndef NW_APP_PAIRS_H
#define NW_APP_PAIRS_H

#include "common/arena.h"
#include "common/str.h"

struct nw_pair {
	const char *name, *value; /* decoded; value "" when there is none */
};

struct nw_pairs {
	struct nw_pair *v;
	size_t n;
};

/**
 * '+' is a space; a '%' that begins no code stands for itself; a NUL becomes U+FFFD, so that text never ends early.
 * Empty pieces ("a=1&&b=2") are skipped. NULL: more than @max pairs, or over the arena's limit.
 */
struct nw_pairs *nw_pairs_parse(struct nw_arena *arena, struct nw_span text, size_t max);

/** The value of the first pair of that name; NULL: none. @pairs may be NULL. */
const char *nw_pairs_get(const struct nw_pairs *pairs, const char *name);

#endif

/** name=value pairs of a query string or of an application/x-www-form-urlencoded body. */
#ifndef NW_APP_PAIRS_H
#define NW_APP_PAIRS_H

#include <stdbool.h>

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
 * Empty pieces ("a=1&&b=2") are skipped, but count. 0; -E2BIG: more than @max pairs; -ENOMEM: over the arena's limit.
 */
int nw_pairs_parse(struct nw_arena *arena, struct nw_span text, size_t max, struct nw_pairs *out) NW_MUST_CHECK;

/** Copy @text and a NUL to @to, a NUL in it as U+FFFD: at most 3 * text.len + 1 bytes. Returns what lies behind. */
char *nw_pairs_copy(struct nw_span text, char *to);

/** The value of the first pair of that name; NULL: none. */
const char *nw_pairs_get(const struct nw_pairs *pairs, const char *name);

/** Pair @index in order; false past the last. */
bool nw_pairs_at(const struct nw_pairs *pairs, size_t index, const char **out_name, const char **out_value);

#endif

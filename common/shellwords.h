/** A line split into words as a POSIX shell does it: quotes and backslashes, no expansion. */
#ifndef NW_COMMON_SHELLWORDS_H
#define NW_COMMON_SHELLWORDS_H

#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

/** The words are allocated in @arena; *out_words ends with a NULL behind *out_n. -EINVAL: a quote stays open. */
int nw_shellwords_split(const char *line, struct nw_arena *arena, char ***out_words, size_t *out_n,
			struct nw_err *err) NW_MUST_CHECK;

#endif

/**
 * What is wrong with a domain file: every mistake on a line of its own, with its JSON pointer (RFC 6901), so that
 * a person mends the file in one go.
 */
#ifndef NW_DATA_MISTAKES_H
#define NW_DATA_MISTAKES_H

#include <stddef.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/cc.h"

enum { NW_MISTAKES_MAX = 20 }; /* more are counted, not listed */

/** A place in the file: links on the reader's stack, from the value up to the root (NULL). */
struct nw_pointer {
	const struct nw_pointer *up;
	const char *name;
};

struct nw_mistakes {
	const char *file;    /* as messages name it */
	struct nw_buf lines; /* heap; nw_mistakes_fini() */
	size_t n;
};

/** "FILE: /domain/people/schema: SENTENCE" */
void nw_mistakes_add(struct nw_mistakes *mistakes, const struct nw_pointer *at, const char *fmt, ...) NW_PRINTF(3, 4);

/** All lines, without a newline at the end; borrowed. "" when there are none. */
const char *nw_mistakes_text(struct nw_mistakes *mistakes);

void nw_mistakes_fini(struct nw_mistakes *mistakes);

#endif

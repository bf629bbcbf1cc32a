/**
 * Python values as they stand in a config file: literals, f-strings, arithmetic, comparisons, conditions, methods of
 * strings and dicts, and names and functions that the caller resolves. Nothing is ever executed. Everything that is
 * read lives in the reader's arena.
 */
#ifndef NW_COMMON_LITERAL_H
#define NW_COMMON_LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"
#include "common/str.h"

enum nw_literal_kind {
	NW_LITERAL_NONE,
	NW_LITERAL_BOOL,
	NW_LITERAL_INT,
	NW_LITERAL_FLOAT,
	NW_LITERAL_STR,
	NW_LITERAL_LIST,
	NW_LITERAL_TUPLE,
	NW_LITERAL_DICT,
};

struct nw_literal {
	enum nw_literal_kind kind;
	union {
		bool truth;
		int64_t integer;
		double real;
		struct nw_span text; /* UTF-8; may hold NUL bytes */
		struct {
			const struct nw_literal **v; /* of a dict: key, value, key, value, ... */
			size_t n;
		} items;
	};
};

struct nw_literal_args {
	const struct nw_literal *const *v;
	size_t n;
};

/**
 * What NAME, NAME.NAME or (@args not NULL) NAME.NAME(ARGS) stands for. A failure ends the value that is being read;
 * -ECANCELED, with no sentence: the name is known, but its own value could not be read.
 */
typedef int (*nw_literal_resolve_fn)(void *arg, struct nw_span name, const struct nw_literal_args *args,
				     const struct nw_literal **out, struct nw_err *err);

struct nw_literal_reader {
	const char *p; /* next byte; lines end with '\n' alone */
	const char *end;
	unsigned line;     /* of p, from 1; after a failure: of the mistake */
	unsigned brackets; /* open ones; inside them a line's end is a blank */
	unsigned depth;    /* of nesting, bounded */
	unsigned dry;      /* not 0: what is read does not count, so that nothing of it fails but its form */
	struct nw_arena *arena;
	nw_literal_resolve_fn resolve;
	void *resolve_arg;
};

/** The value at p, up to where it ends. Failure: -EINVAL and a sentence without the place, p is where it went wrong. */
int nw_literal_read(struct nw_literal_reader *reader, const struct nw_literal **out, struct nw_err *err) NW_MUST_CHECK;

/** Skip blanks, comments, continued lines, and, inside brackets, line ends. */
void nw_literal_skip(struct nw_literal_reader *reader);

/** The identifier at p, taken; len 0: there is none. */
struct nw_span nw_literal_name(struct nw_literal_reader *reader);

/** A string (one literal, no concatenation) begins at p. */
bool nw_literal_at_string(const struct nw_literal_reader *reader);

/** @s without the blanks around it, as Python's strip(). */
struct nw_span nw_literal_strip(struct nw_span s);

/** What stands at p, for "found ..." in a sentence. Returns @buf. */
const char *nw_literal_found(const struct nw_literal_reader *reader, char *buf, size_t size);

#endif

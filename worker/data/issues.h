/**
 * What is wrong with a document: a tree of fields with messages, rendered as Eve's _issues. A field with one message is
 * a string; with several, a list; what is wrong inside of it is an object at the end of its list.
 */
#ifndef NW_DATA_ISSUES_H
#define NW_DATA_ISSUES_H

#include <stdbool.h>
#include <stddef.h>

#include "worker/data/memory.h"

enum { NW_ISSUES_MAX = 100 }; /* of one document; more are not recorded */

/** A place in a document: links from the member up to the root (NULL). */
struct nw_path {
	const struct nw_path *up;
	const char *name; /* of a member, or index in a list */
};

struct nw_issue;

struct nw_issues {
	struct nw_memory *memory;
	struct nw_issue *first;
	size_t n;
};

/** Copies path and message. */
void nw_issues_add(struct nw_issues *issues, const struct nw_path *path, const char *fmt, ...) NW_PRINTF(3, 4);

/** Is there one at @path, or inside of it? */
bool nw_issues_at(const struct nw_issues *issues, const struct nw_path *path);

/** {"age":"min value is 0","role":["unallowed values ('x',)"]} */
void nw_issues_json(const struct nw_issues *issues, struct nw_buf *out);

/** A copy of @path that lives in @memory; NULL: no room. */
const struct nw_path *nw_path_keep(const struct nw_path *path, struct nw_memory *memory);

/** "location.city" */
void nw_path_dotted(const struct nw_path *path, struct nw_buf *out);

#endif

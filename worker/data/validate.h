/**
 * Check a document against a schema, and make of it what is stored: strings read as ids and dates where the schema says
 * so, defaults filled in. Messages are Cerberus's.
 */
#ifndef NW_DATA_VALIDATE_H
#define NW_DATA_VALIDATE_H

#include <bson/bson.h>
#include <stdbool.h>

#include "worker/data/issues.h"
#include "worker/data/memory.h"
#include "worker/data/schema.h"

/** A value that must be in another resource: for those who can ask the store. */
struct nw_reference {
	struct nw_reference *next;
	const struct nw_relation *relation;
	bson_value_t value; /* borrowed from the document that was checked */
	const struct nw_path *path;
	bool is_found; /* the asker's */
};

struct nw_validation {
	/* In */
	struct nw_memory *memory;
	bool allow_unknown;
	bool is_change;       /* some members of a document that is there: nothing is required, no defaults */
	const bson_t *stored; /* the document as it is, for readonly; NULL: a new one */

	/* Out */
	struct nw_issues issues;
	struct nw_reference *references;
};

/**
 * Check @doc; what is to be stored is appended to @out (initialised by the caller; only good fields when there are
 * issues).
 * @doc must outlive v->references. 0, whatever the issues; -ENOMEM.
 */
int nw_validate(struct nw_validation *v, const struct nw_schema *schema, const bson_t *doc, bson_t *out) NW_MUST_CHECK;

#endif

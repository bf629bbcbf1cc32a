/** A compiled filter: comparisons, all of which must hold. */
#ifndef NW_STORE_FILTER_CLAUSE_H
#define NW_STORE_FILTER_CLAUSE_H

#include "common/arena.h"
#include "worker/store/filter.h"

enum nw_filter_op {
	NW_FILTER_OP_EQ,
	NW_FILTER_OP_NE,
	NW_FILTER_OP_GT,
	NW_FILTER_OP_GTE,
	NW_FILTER_OP_LT,
	NW_FILTER_OP_LTE,
	NW_FILTER_OP_IN,
};

/** A dotted path: what is left of it. */
struct nw_filter_path {
	const char *part; /* the first part; the others lie behind it, each with a NUL at its end */
	size_t n;         /* parts */
};

struct nw_filter_clause {
	enum nw_filter_op op;
	const char *name; /* the path with its dots */
	struct nw_filter_path path;
	const bson_value_t *values; /* one; of $in sorted by nw_value_compare() */
	size_t n_values;
};

struct nw_filter {
	struct nw_arena *arena; /* holds all of the filter */
	struct nw_filter_clause *clauses;
	size_t n_clauses;
};

#endif

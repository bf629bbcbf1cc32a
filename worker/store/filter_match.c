/* Does a document match? Which elements a path leads to, and what a comparison says of each, is as in MongoDB. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "worker/store/filter_clause.h"
#include "worker/store/walk.h"

/** What stands for an element that is not there. */
static const bson_value_t missing = {.value_type = BSON_TYPE_EOD};

static bool match_object(const struct nw_filter_clause *clause, struct nw_filter_path path, struct nw_walk walk);

static bool is_nan(const bson_value_t *v)
{
	if (v->value_type == BSON_TYPE_DOUBLE) {
		return isnan(v->value.v_double);
	}
	return v->value_type == BSON_TYPE_DECIMAL128 && (v->value.v_decimal128.high >> 58 & 31) == 31;
}

/** Values of different rank: nearly never. */
static bool test_strangers(enum nw_filter_op op, const bson_value_t *value, const bson_value_t *with)
{
	int ranks = nw_value_rank(value->value_type) + nw_value_rank(with->value_type);

	/* Missing and undefined are as good as null. */
	if (ranks == nw_value_rank(BSON_TYPE_NULL) &&
	    (value->value_type == BSON_TYPE_NULL || with->value_type == BSON_TYPE_NULL)) {
		return op == NW_FILTER_OP_EQ || op == NW_FILTER_OP_GTE || op == NW_FILTER_OP_LTE;
	}
	if (op == NW_FILTER_OP_LT || op == NW_FILTER_OP_LTE) {
		return with->value_type == BSON_TYPE_MAXKEY;
	}
	if (op == NW_FILTER_OP_GT || op == NW_FILTER_OP_GTE) {
		return with->value_type == BSON_TYPE_MINKEY;
	}
	return false;
}

static bool test_in(const struct nw_filter_clause *clause, const bson_value_t *value)
{
	static const bson_value_t null = {.value_type = BSON_TYPE_NULL};
	size_t low = 0, high = clause->n_values;

	if (value->value_type == BSON_TYPE_EOD || value->value_type == BSON_TYPE_UNDEFINED) {
		value = &null;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = nw_value_compare(value, &clause->values[middle]);

		if (order == 0) {
			return true;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return false;
}

static bool test_order(enum nw_filter_op op, int order)
{
	switch (op) {
	case NW_FILTER_OP_EQ:
	case NW_FILTER_OP_NE:
		return order == 0;
	case NW_FILTER_OP_GT:
		return order > 0;
	case NW_FILTER_OP_GTE:
		return order >= 0;
	case NW_FILTER_OP_LT:
		return order < 0;
	case NW_FILTER_OP_LTE:
		return order <= 0;
	case NW_FILTER_OP_IN:
		break;
	}
	return false;
}

/** One element against the clause; of $ne the equality. */
static bool test(const struct nw_filter_clause *clause, const bson_value_t *value)
{
	enum nw_filter_op op = clause->op == NW_FILTER_OP_NE ? NW_FILTER_OP_EQ : clause->op;
	const bson_value_t *with = clause->values;

	if (op == NW_FILTER_OP_IN) {
		return test_in(clause, value);
	}
	if (nw_value_rank(value->value_type) != nw_value_rank(with->value_type)) {
		return test_strangers(op, value, with);
	}
	if (is_nan(value) || is_nan(with)) {
		bool is_both = is_nan(value) && is_nan(with);

		return is_both && op != NW_FILTER_OP_GT && op != NW_FILTER_OP_LT;
	}
	return test_order(op, nw_value_compare(value, with));
}

static bool test_at(const struct nw_filter_clause *clause, const struct nw_walk *walk)
{
	bson_value_t value;

	nw_walk_value(walk, &value);
	return test(clause, &value);
}

static struct nw_filter_path rest_of(struct nw_filter_path path)
{
	return (struct nw_filter_path){.part = path.part + strlen(path.part) + 1, .n = path.n - 1};
}

/** Elements of an array that the path goes through (or ends at, when nothing is left of it). */
static bool match_elements(const struct nw_filter_clause *clause, struct nw_filter_path path,
			   const struct nw_walk *array);

/** An array's element that the path does not end at. */
static bool match_element(const struct nw_filter_clause *clause, struct nw_filter_path path, const struct nw_walk *at)
{
	struct nw_walk members;
	bool is_object = at->type == BSON_TYPE_DOCUMENT && nw_walk_into(at, &members);

	if (is_object && match_object(clause, path, members)) {
		return true;
	}
	if (strcmp(at->name, path.part) != 0) {
		return false;
	}
	path = rest_of(path);
	if (path.n == 0) {
		return test_at(clause, at);
	}
	if (is_object) {
		return match_object(clause, path, members);
	}
	return at->type == BSON_TYPE_ARRAY && match_elements(clause, path, at);
}

static bool match_elements(const struct nw_filter_clause *clause, struct nw_filter_path path,
			   const struct nw_walk *array)
{
	struct nw_walk walk;

	if (!nw_walk_into(array, &walk)) {
		return false;
	}
	while (nw_walk_next(&walk)) {
		if (path.n == 0 ? test_at(clause, &walk) : match_element(clause, path, &walk)) {
			return true;
		}
	}
	return false;
}

static bool match_object(const struct nw_filter_clause *clause, struct nw_filter_path path, struct nw_walk walk)
{
	for (;;) {
		if (!nw_walk_find(&walk, path.part, strlen(path.part))) {
			return test(clause, &missing);
		}
		path = rest_of(path);
		if (walk.type == BSON_TYPE_ARRAY) {
			return match_elements(clause, path, &walk) || (path.n == 0 && test_at(clause, &walk));
		}
		if (path.n == 0) {
			return test_at(clause, &walk);
		}
		if (walk.type != BSON_TYPE_DOCUMENT || !nw_walk_into(&walk, &walk)) {
			return test(clause, &missing);
		}
	}
}

bool nw_filter_match(const struct nw_filter *filter, const bson_t *doc)
{
	struct nw_walk walk;

	if (!nw_walk_doc(&walk, doc)) {
		return false;
	}
	for (size_t i = 0; i < filter->n_clauses; i++) {
		const struct nw_filter_clause *clause = &filter->clauses[i];
		bool is_match = match_object(clause, clause->path, walk);

		if (is_match == (clause->op == NW_FILTER_OP_NE)) {
			return false;
		}
	}
	return true;
}

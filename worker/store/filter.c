#include "worker/store/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/str.h"
#include "worker/store/filter_clause.h"

enum {
	PARTS = 100, /* of a dotted path */
	SHOWN = 80,  /* bytes of a name in a message */
};

static const struct {
	const char *name;
	enum nw_filter_op op;
} ops[] = {
	{"$eq", NW_FILTER_OP_EQ}, {"$ne", NW_FILTER_OP_NE},   {"$gt", NW_FILTER_OP_GT}, {"$gte", NW_FILTER_OP_GTE},
	{"$lt", NW_FILTER_OP_LT}, {"$lte", NW_FILTER_OP_LTE}, {"$in", NW_FILTER_OP_IN},
};

static int no_memory(struct nw_err *err)
{
	return nw_err_set(err, -ENOMEM, "filter: no memory");
}

/** @name comes from a client: it is shown escaped. */
static int refuse(struct nw_err *err, const char *before, const char *name, const char *after)
{
	struct nw_buf shown = {0};
	size_t len = strlen(name);

	nw_str_escape(&shown, (struct nw_span){name, len > SHOWN ? SHOWN : len});
	int rc = nw_err_set(err, -EINVAL, "%s'%s'%s%s", before, nw_buf_str(&shown), *after == ':' ? "" : " ", after);

	nw_buf_free(&shown);
	return rc;
}

static int refuse_field(struct nw_err *err, const char *name, const char *why)
{
	return refuse(err, "field ", name, why);
}

/** Split @name at its dots into @clause. */
static int compile_path(struct nw_filter *filter, struct nw_filter_clause *clause, const char *name, struct nw_err *err)
{
	char *part = nw_arena_strdup(filter->arena, name);

	if (part == NULL) {
		return no_memory(err);
	}
	clause->name = name;
	clause->path = (struct nw_filter_path){.part = part, .n = 1};
	for (;;) {
		size_t len = strcspn(part, ".");

		if (len == 0) {
			return refuse_field(err, name, "has an empty name in its path");
		}
		if (part[len] == '\0') {
			return 0;
		}
		if (clause->path.n++ == PARTS) {
			return refuse_field(err, name, "has more than 100 names in its path");
		}
		part[len] = '\0';
		part += len + 1;
	}
}

static int add_clause(struct nw_filter *filter, const char *name, enum nw_filter_op op, struct nw_filter_clause **out,
		      struct nw_err *err)
{
	if (filter->n_clauses == NW_FILTER_CLAUSES) {
		return nw_err_set(err, -EINVAL, "the filter has more than %d comparisons", NW_FILTER_CLAUSES);
	}
	struct nw_filter_clause *clause = &filter->clauses[filter->n_clauses];
	int rc = compile_path(filter, clause, name, err);

	if (rc < 0) {
		return rc;
	}
	clause->op = op;
	filter->n_clauses++;
	*out = clause;
	return 0;
}

/** What no operator compares with. */
static int check_value(const bson_value_t *value, const char *name, struct nw_err *err)
{
	if (value->value_type == BSON_TYPE_REGEX) {
		return refuse_field(err, name, ": regular expressions are not supported");
	}
	if (value->value_type == BSON_TYPE_UNDEFINED) {
		return refuse_field(err, name, "cannot be compared with undefined");
	}
	return 0;
}

static int compile_one(struct nw_filter *filter, const char *name, enum nw_filter_op op, const bson_value_t *value,
		       struct nw_err *err)
{
	struct nw_filter_clause *clause;
	int rc = check_value(value, name, err);

	rc = rc < 0 ? rc : add_clause(filter, name, op, &clause, err);
	if (rc < 0) {
		return rc;
	}
	bson_value_t *values = nw_arena_alloc(filter->arena, sizeof(*values));

	if (values == NULL) {
		return no_memory(err);
	}
	*values = *value;
	clause->values = values;
	clause->n_values = 1;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	return nw_value_compare(a, b);
}

/** Does the document @value begin with an operator? */
static bool is_operators(const bson_value_t *value)
{
	bson_iter_t iter;

	return value->value_type == BSON_TYPE_DOCUMENT &&
	       bson_iter_init_from_data(&iter, value->value.v_doc.data, value->value.v_doc.data_len) &&
	       bson_iter_next(&iter) && bson_iter_key(&iter)[0] == '$';
}

static int read_in(const bson_value_t *array, const char *name, bson_value_t *values, size_t *out_n, struct nw_err *err)
{
	bson_iter_t iter;
	size_t n = 0;

	if (!bson_iter_init_from_data(&iter, array->value.v_doc.data, array->value.v_doc.data_len)) {
		return refuse_field(err, name, ": the list of $in is not valid BSON");
	}
	while (bson_iter_next(&iter)) {
		const bson_value_t *value = bson_iter_value(&iter);
		int rc = check_value(value, name, err);

		if (rc < 0) {
			return rc;
		}
		if (is_operators(value)) {
			return refuse_field(err, name, ": $in cannot hold operators");
		}
		if (n == NW_FILTER_IN) {
			return refuse_field(err, name, ": $in has more than 1000 values");
		}
		values[n++] = *value;
	}
	*out_n = n;
	return 0;
}

static int compile_in(struct nw_filter *filter, const char *name, const bson_value_t *array, struct nw_err *err)
{
	struct nw_filter_clause *clause;

	if (array->value_type != BSON_TYPE_ARRAY) {
		return refuse_field(err, name, ": $in needs an array");
	}
	int rc = add_clause(filter, name, NW_FILTER_OP_IN, &clause, err);

	if (rc < 0) {
		return rc;
	}
	/* An element takes four bytes at the least. */
	size_t most = array->value.v_doc.data_len / 4;
	bson_value_t *values =
		nw_arena_alloc(filter->arena, sizeof(*values) * (most < NW_FILTER_IN ? most + 1 : NW_FILTER_IN));

	if (values == NULL) {
		return no_memory(err);
	}
	rc = read_in(array, name, values, &clause->n_values, err);
	if (rc < 0) {
		return rc;
	}
	qsort(values, clause->n_values, sizeof(*values), by_value);
	clause->values = values;
	return 0;
}

static int compile_operator(struct nw_filter *filter, const char *name, const char *operator,
			    const bson_value_t * value, struct nw_err *err)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(ops); i++) {
		if (strcmp(operator, ops[i].name) == 0) {
			return ops[i].op == NW_FILTER_OP_IN ? compile_in(filter, name, value, err)
							    : compile_one(filter, name, ops[i].op, value, err);
		}
	}
	if (*operator!= '$') {
		return refuse_field(err, name, "mixes operators and fields");
	}
	return refuse(err, "operator ", operator, "is not supported");
}

/** {"$gt": 1, "$lt": 5} */
static int compile_operators(struct nw_filter *filter, const char *name, const bson_value_t *value, struct nw_err *err)
{
	bson_iter_t iter;
	int rc = 0;

	if (!bson_iter_init_from_data(&iter, value->value.v_doc.data, value->value.v_doc.data_len)) {
		return refuse_field(err, name, "is not valid BSON");
	}
	while (rc == 0 && bson_iter_next(&iter)) {
		bson_value_t operand = *bson_iter_value(&iter);

		rc = compile_operator(filter, name, bson_iter_key(&iter), &operand, err);
	}
	return rc;
}

/** An equality with a document: one that names operators behind its first member is a mistake. */
static int refuse_mixed(const bson_value_t *value, const char *name, struct nw_err *err)
{
	bson_iter_t iter;

	if (value->value_type != BSON_TYPE_DOCUMENT ||
	    !bson_iter_init_from_data(&iter, value->value.v_doc.data, value->value.v_doc.data_len)) {
		return 0;
	}
	while (bson_iter_next(&iter)) {
		if (bson_iter_key(&iter)[0] == '$') {
			return refuse_field(err, name, "mixes operators and fields");
		}
	}
	return 0;
}

static int compile_member(struct nw_filter *filter, const char *name, const bson_value_t *value, struct nw_err *err)
{
	if (*name == '$') {
		return refuse(err, "operator ", name, "is not supported");
	}
	if (is_operators(value)) {
		return compile_operators(filter, name, value, err);
	}
	int rc = refuse_mixed(value, name, err);

	return rc < 0 ? rc : compile_one(filter, name, NW_FILTER_OP_EQ, value, err);
}

static bool is_deeper(const uint8_t *data, uint32_t len, unsigned levels)
{
	bson_iter_t iter;

	if (levels == 0) {
		return true;
	}
	if (!bson_iter_init_from_data(&iter, data, len)) {
		return false;
	}
	while (bson_iter_next(&iter)) {
		if (!BSON_ITER_HOLDS_DOCUMENT(&iter) && !BSON_ITER_HOLDS_ARRAY(&iter)) {
			continue;
		}
		const bson_value_t *value = bson_iter_value(&iter);

		if (is_deeper(value->value.v_doc.data, value->value.v_doc.data_len, levels - 1)) {
			return true;
		}
	}
	return false;
}

/** Our own copy, as all values point into it. */
static int copy_bson(struct nw_filter *filter, const bson_t *bson, bson_t *out, struct nw_err *err)
{
	size_t bad_at;

	if (is_deeper(bson_get_data(bson), bson->len, NW_FILTER_DEPTH)) {
		return nw_err_set(err, -EINVAL, "the filter is nested deeper than %d levels", NW_FILTER_DEPTH);
	}
	if (!bson_validate(bson, BSON_VALIDATE_NONE, &bad_at)) {
		return nw_err_set(err, -EINVAL, "the filter is not valid BSON at byte %zu", bad_at);
	}
	void *copy = nw_arena_alloc(filter->arena, bson->len);

	if (copy == NULL) {
		return no_memory(err);
	}
	memcpy(copy, bson_get_data(bson), bson->len);
	return bson_init_static(out, copy, bson->len) ? 0 : no_memory(err);
}

static int compile(struct nw_filter *filter, const bson_t *bson, struct nw_err *err)
{
	bson_iter_t iter;
	bson_t copy;
	int rc = copy_bson(filter, bson, &copy, err);

	if (rc < 0) {
		return rc;
	}
	filter->clauses = nw_arena_alloc(filter->arena, sizeof(*filter->clauses) * NW_FILTER_CLAUSES);
	if (filter->clauses == NULL || !bson_iter_init(&iter, &copy)) {
		return no_memory(err);
	}
	while (rc == 0 && bson_iter_next(&iter)) {
		bson_value_t value = *bson_iter_value(&iter);

		rc = compile_member(filter, bson_iter_key(&iter), &value, err);
	}
	return rc;
}

int nw_filter_compile(const bson_t *bson, struct nw_filter **out, struct nw_err *err)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_filter *filter = arena == NULL ? NULL : nw_arena_alloc(arena, sizeof(*filter));

	if (filter == NULL) {
		nw_arena_free(arena);
		return no_memory(err);
	}
	filter->arena = arena;
	int rc = bson == NULL ? 0 : compile(filter, bson, err);

	if (rc < 0) {
		nw_filter_free(filter);
		return rc;
	}
	*out = filter;
	return 0;
}

struct nw_filter *nw_filter_free(struct nw_filter *filter)
{
	if (filter != NULL) {
		nw_arena_free(filter->arena);
	}
	return NULL;
}

const bson_value_t *nw_filter_equality(const struct nw_filter *filter, const char *field)
{
	for (size_t i = 0; i < filter->n_clauses; i++) {
		const struct nw_filter_clause *clause = &filter->clauses[i];

		if (clause->op == NW_FILTER_OP_EQ && strcmp(clause->name, field) == 0) {
			return clause->values;
		}
	}
	return NULL;
}

#include "worker/data/where.h"

#include <errno.h>
#include <string.h>

#include "worker/data/type.h"
#include "worker/store/filter.h"
#include "worker/store/json.h"

/* Fields that every document has. */
static const struct nw_field DATE = {.types = {NW_TYPE_DATETIME}, .n_types = 1};
static const struct nw_field STRING = {.types = {NW_TYPE_STRING}, .n_types = 1};

/* *out NULL: it may hold anything. */
static bool find_field(const struct nw_resource *resource, const char *path, const struct nw_field **out)
{
	*out = NULL;
	if (strcmp(path, "_updated") == 0 || strcmp(path, "_created") == 0) {
		*out = &DATE;
		return true;
	}
	if (strcmp(path, "_etag") == 0) {
		*out = &STRING;
		return true;
	}
	if (nw_schema_at(resource->schema, path, out)) {
		return true;
	}
	*out = NULL;
	return resource->settings.allow_unknown;
}

bool nw_where_knows(const struct nw_resource *resource, const char *path)
{
	const struct nw_field *field;

	return path[0] != '$' && find_field(resource, path, &field);
}

/* A value as the stored one of its field would be; a list's elements by their own type. */
static void coerce(const struct nw_field *field, const bson_value_t *in, bson_value_t *out)
{
	*out = *in;
	for (; field != NULL; field = field->element) {
		if (nw_type_coerce(field, in, out)) {
			return;
		}
		*out = *in;
	}
}

static void copy_value(const struct nw_field *field, const bson_iter_t *iter, bson_t *out);

/* The field that a member of @field's object, or an element of its list, is. NULL: it may be anything. */
static const struct nw_field *inside_of(const struct nw_field *field, bool is_array, const bson_iter_t *iter)
{
	if (field == NULL || is_array) {
		return field == NULL ? NULL : field->element;
	}
	return field->members == NULL ? NULL
				      : nw_schema_find(field->members, bson_iter_key(iter), bson_iter_key_len(iter), 0);
}

/* A whole object or list to compare with: what is inside is read by the schema too. */
static void copy_inside(const struct nw_field *field, const bson_iter_t *iter, bson_t *out)
{
	bool is_array = BSON_ITER_HOLDS_ARRAY(iter);
	bson_iter_t inside;
	bson_t child;

	if (is_array) {
		bson_append_array_begin(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), &child);
	} else {
		bson_append_document_begin(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), &child);
	}
	if (bson_iter_recurse(iter, &inside)) {
		while (bson_iter_next(&inside)) {
			copy_value(inside_of(field, is_array, &inside), &inside, &child);
		}
	}
	bson_append_document_end(out, &child); /* an array ends in the same way */
}

static void copy_value(const struct nw_field *field, const bson_iter_t *iter, bson_t *out)
{
	bson_iter_t here = *iter;
	bson_value_t value;

	if (BSON_ITER_HOLDS_DOCUMENT(iter) || BSON_ITER_HOLDS_ARRAY(iter)) {
		copy_inside(field, iter, out);
		return;
	}
	coerce(field, bson_iter_value(&here), &value);
	bson_append_value(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), &value);
}

/* The values of $in and its kin: each is one for the field, not all together. */
static void copy_choices(const struct nw_field *field, const bson_iter_t *iter, bson_t *out)
{
	bson_iter_t inside;
	bson_t child;

	bson_append_array_begin(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), &child);
	if (bson_iter_recurse(iter, &inside)) {
		while (bson_iter_next(&inside)) {
			copy_value(field, &inside, &child);
		}
	}
	bson_append_array_end(out, &child);
}

/* {"$gt": 1, "$lt": 5} */
static bool is_operators(const bson_iter_t *iter)
{
	bson_iter_t inside;

	return BSON_ITER_HOLDS_DOCUMENT(iter) && bson_iter_recurse(iter, &inside) && bson_iter_next(&inside) &&
	       bson_iter_key(&inside)[0] == '$';
}

static void copy_clause(const struct nw_field *field, const bson_iter_t *iter, bson_t *out)
{
	bson_iter_t inside;
	bson_t child;

	if (!is_operators(iter)) {
		copy_value(field, iter, out);
		return;
	}
	bson_append_document_begin(out, bson_iter_key(iter), (int)bson_iter_key_len(iter), &child);
	if (bson_iter_recurse(iter, &inside)) {
		while (bson_iter_next(&inside)) {
			if (BSON_ITER_HOLDS_ARRAY(&inside) && strcmp(bson_iter_key(&inside), "$eq") != 0 &&
			    strcmp(bson_iter_key(&inside), "$ne") != 0) {
				copy_choices(field, &inside, &child);
			} else {
				copy_clause(field, &inside, &child);
			}
		}
	}
	bson_append_document_end(out, &child);
}

static int copy_filter(const struct nw_resource *resource, const bson_t *in, bson_t *out, struct nw_err *err)
{
	const struct nw_field *field;
	bson_iter_t iter;

	bson_iter_init(&iter, in);
	while (bson_iter_next(&iter)) {
		const char *path = bson_iter_key(&iter);

		if (path[0] == '$') {
			/* Those there are not are refused below, by name. */
			bson_append_iter(out, path, (int)bson_iter_key_len(&iter), &iter);
			continue;
		}
		if (!find_field(resource, path, &field)) {
			return nw_err_set(err, -EINVAL, "where: unknown field '%s'", path);
		}
		copy_clause(field, &iter, out);
	}
	return 0;
}

static int check(const bson_t *filter, struct nw_err *err)
{
	struct nw_filter *compiled = NULL;
	int result = nw_filter_compile(filter, &compiled, err);

	if (result == 0) {
		nw_filter_free(compiled);
	} else {
		nw_err_prefix(err, "where");
	}
	return result;
}

int nw_where_read(const struct nw_resource *resource, const char *text, bson_t *out, struct nw_err *err)
{
	bson_t in;
	bool is_array;
	int result = nw_json_to_bson(text, strlen(text), &in, &is_array, err);

	if (result != 0) {
		nw_err_prefix(err, "where");
		return result;
	}
	if (is_array) {
		result = nw_err_set(err, -EINVAL, "where: must be an object, e.g. {\"age\":{\"$gt\":40}}");
	} else {
		result = copy_filter(resource, &in, out, err);
	}
	bson_destroy(&in);
	return result == 0 ? check(out, err) : result;
}

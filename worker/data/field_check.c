#include <inttypes.h>

#include "worker/data/bson.h"
#include "worker/data/field.h"
#include "worker/data/type.h"
#include "worker/data/validate.h"
#include "worker/store/filter.h"

static bool can_be_number(const struct nw_field *field)
{
	return field->n_types == 0 || nw_field_has_type(field, NW_TYPE_INTEGER) ||
	       nw_field_has_type(field, NW_TYPE_FLOAT) || nw_field_has_type(field, NW_TYPE_NUMBER);
}

static void check_bound(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field,
			struct nw_bound *bound)
{
	bson_value_t as_date;
	struct nw_field date = {.types = {NW_TYPE_DATETIME}, .n_types = 1};
	bool is_string = bound->value.value_type == BSON_TYPE_UTF8;

	if (bound->value.value_type == BSON_TYPE_EOD) {
		return;
	}
	if (nw_field_has_type(field, NW_TYPE_DATETIME) && is_string) {
		if (nw_type_coerce(&date, &bound->value, &as_date)) {
			bound->value = as_date;
		} else {
			nw_mistakes_add(reader->mistakes, at, "'%s' is not a date", bound->text);
		}
	} else if (is_string ? !nw_field_has_type(field, NW_TYPE_STRING) : !can_be_number(field)) {
		nw_mistakes_add(reader->mistakes, at, "%s is nothing that a value of type %s can be compared with",
				bound->text, field->type_text == NULL ? "number" : field->type_text);
	}
}

static void check_bounds(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field)
{
	struct nw_pointer min = {at, "min"}, max = {at, "max"}, min_length = {at, "minlength"};
	bool has_both = field->min.value.value_type != BSON_TYPE_EOD && field->max.value.value_type != BSON_TYPE_EOD;

	check_bound(reader, &min, field, &field->min);
	check_bound(reader, &max, field, &field->max);
	if (has_both && nw_value_compare(&field->min.value, &field->max.value) > 0) {
		nw_mistakes_add(reader->mistakes, &min, "%s is more than max, %s", field->min.text, field->max.text);
	}
	if (field->max_length > 0 && field->min_length > field->max_length) {
		nw_mistakes_add(reader->mistakes, &min_length, "%" PRId64 " is more than maxlength, %" PRId64,
				field->min_length, field->max_length);
	}
}

/* Values of dates and ids are strings in the file. Those of a list are for its elements. */
static void check_allowed(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field)
{
	const struct nw_field *of = field->element != NULL ? field->element : field;
	struct nw_pointer here = {at, "allowed"};
	bson_t *typed = field->allowed == NULL ? NULL : nw_bson_new(reader->arena);
	bson_iter_t iter;
	bson_value_t value;

	if (typed == NULL || (field->element == NULL && nw_field_has_type(field, NW_TYPE_LIST)) ||
	    !bson_iter_init(&iter, field->allowed)) {
		return;
	}
	while (bson_iter_next(&iter)) {
		if (!nw_type_coerce(of, bson_iter_value(&iter), &value)) {
			nw_mistakes_add(reader->mistakes, &here, "value %s: must be of %s type", bson_iter_key(&iter),
					of->type_text);
		}
		bson_append_value(typed, bson_iter_key(&iter), -1, &value);
	}
	field->allowed = typed;
}

/* The default goes through the field's own rules, and is stored as they make it. */
static void check_default(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field)
{
	struct nw_field bare = *field; /* without what a default is not held to */
	struct nw_schema schema = {.fields = &bare, .n = 1};
	struct nw_memory memory = nw_memory_of_arena(reader->arena);
	struct nw_validation v = {.memory = &memory};
	struct nw_pointer here = {at, "default"};
	bson_t *typed = field->fallback == NULL ? NULL : nw_bson_new(reader->arena);

	if (typed == NULL) {
		return;
	}
	bare.fallback = NULL;
	bare.is_readonly = false;
	if (nw_validate(&v, &schema, field->fallback, typed) != 0) {
		return;
	}
	if (v.issues.n > 0) {
		struct nw_buf text = {0};

		nw_issues_json(&v.issues, &text);
		nw_mistakes_add(reader->mistakes, &here, "does not meet the field's own rules: %s", nw_buf_str(&text));
		nw_buf_free(&text);
	}
	field->fallback = typed;
}

static void check_unique(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field)
{
	struct nw_pointer here = {at, "unique"};

	if (field->is_unique && (field->n_types == 0 || nw_field_has_type(field, NW_TYPE_LIST) ||
				 nw_field_has_type(field, NW_TYPE_DICT) || nw_field_has_type(field, NW_TYPE_POINT))) {
		nw_mistakes_add(reader->mistakes, &here,
				"only strings, numbers, booleans, dates and objectids can be unique: say its type");
	}
}

void nw_field_check(const struct nw_reader *reader, const struct nw_pointer *at, struct nw_field *field)
{
	size_t n_before = reader->mistakes->n;

	check_bounds(reader, at, field);
	check_unique(reader, at, field);
	check_allowed(reader, at, field);
	if (reader->mistakes->n == n_before) {
		check_default(reader, at, field);
	}
}

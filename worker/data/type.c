#include "worker/data/type.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/str.h"
#include "worker/store/json.h"

static const char *const NAMES[NW_TYPES] = {
	[NW_TYPE_STRING] = "string", [NW_TYPE_BOOLEAN] = "boolean", [NW_TYPE_INTEGER] = "integer",
	[NW_TYPE_FLOAT] = "float",   [NW_TYPE_NUMBER] = "number",   [NW_TYPE_DATETIME] = "datetime",
	[NW_TYPE_DICT] = "dict",     [NW_TYPE_LIST] = "list",       [NW_TYPE_OBJECTID] = "objectid",
	[NW_TYPE_POINT] = "point",
};

/* Eve and Cerberus have these; Narwhal does not have them yet. */
static const char *const LATER[] = {
	"binary",     "date",
	"dbref",      "decimal",
	"feature",    "featurecollection",
	"linestring", "geometrycollection",
	"media",      "multilinestring",
	"multipoint", "multipolygon",
	"polygon",    "set",
	"uuid",
};

enum { EXACT_BITS = 53 };

bool nw_type_parse(const char *name, enum nw_type *out)
{
	for (size_t i = 0; i < NW_TYPES; i++) {
		if (strcmp(name, NAMES[i]) == 0) {
			*out = (enum nw_type)i;
			return true;
		}
	}
	return false;
}

const char *nw_type_name(enum nw_type type)
{
	return NAMES[type];
}

void nw_type_mistake(const struct nw_reader *reader, const struct nw_pointer *at, const char *name)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(LATER); i++) {
		if (strcmp(name, LATER[i]) == 0) {
			nw_mistakes_add(reader->mistakes, at, "type '%s' of Eve is not supported yet", name);
			return;
		}
	}
	const char *nearest = nw_str_nearest(name, NAMES, NW_TYPES);

	if (nearest != NULL) {
		nw_mistakes_add(reader->mistakes, at, "unknown type '%s': did you mean '%s'?", name, nearest);
	} else {
		nw_mistakes_add(reader->mistakes, at,
				"unknown type '%s': there are string, boolean, integer, float, number, datetime, dict, "
				"list, objectid and point",
				name);
	}
}

static bool is_whole(const bson_value_t *in)
{
	return in->value_type == BSON_TYPE_INT32 || in->value_type == BSON_TYPE_INT64;
}

static int64_t whole_of(const bson_value_t *in)
{
	return in->value_type == BSON_TYPE_INT32 ? in->value.v_int32 : in->value.v_int64;
}

static bool is_number(const bson_value_t *in)
{
	return is_whole(in) || in->value_type == BSON_TYPE_DOUBLE;
}

/* A whole number is stored as a double where that keeps its value. */
static bool coerce_float(const bson_value_t *in, bson_value_t *out)
{
	const int64_t limit = (int64_t)1 << EXACT_BITS;

	*out = *in;
	if (is_whole(in) && whole_of(in) >= -limit && whole_of(in) <= limit) {
		out->value_type = BSON_TYPE_DOUBLE;
		out->value.v_double = (double)whole_of(in);
	}
	return is_number(in);
}

static bool coerce_datetime(const bson_value_t *in, bson_value_t *out)
{
	int64_t ms;

	*out = *in;
	if (in->value_type == BSON_TYPE_UTF8 && nw_json_parse_date(in->value.v_utf8.str, in->value.v_utf8.len, &ms)) {
		out->value_type = BSON_TYPE_DATE_TIME;
		out->value.v_datetime = ms;
	}
	return out->value_type == BSON_TYPE_DATE_TIME;
}

static bool coerce_objectid(const bson_value_t *in, bson_value_t *out)
{
	*out = *in;
	if (in->value_type == BSON_TYPE_UTF8 && bson_oid_is_valid(in->value.v_utf8.str, in->value.v_utf8.len) &&
	    in->value.v_utf8.len == 24) {
		out->value_type = BSON_TYPE_OID;
		bson_oid_init_from_string(&out->value.v_oid, in->value.v_utf8.str);
	}
	return out->value_type == BSON_TYPE_OID;
}

static bool is_position(const bson_iter_t *coordinates)
{
	bson_iter_t iter;
	size_t n = 0;

	if (!BSON_ITER_HOLDS_ARRAY(coordinates) || !bson_iter_recurse(coordinates, &iter)) {
		return false;
	}
	while (bson_iter_next(&iter)) {
		if (!BSON_ITER_HOLDS_NUMBER(&iter) ||
		    (BSON_ITER_HOLDS_DOUBLE(&iter) && !isfinite(bson_iter_double(&iter)))) {
			return false;
		}
		n++;
	}
	return n == 2 || n == 3;
}

/* {"type": "Point", "coordinates": [longitude, latitude]} (RFC 7946), nothing more. */
static bool is_point(const bson_value_t *in)
{
	bson_t doc;
	bson_iter_t type, coordinates;

	return in->value_type == BSON_TYPE_DOCUMENT &&
	       bson_init_static(&doc, in->value.v_doc.data, in->value.v_doc.data_len) && bson_count_keys(&doc) == 2 &&
	       bson_iter_init_find(&type, &doc, "type") && BSON_ITER_HOLDS_UTF8(&type) &&
	       strcmp(bson_iter_utf8(&type, NULL), "Point") == 0 &&
	       bson_iter_init_find(&coordinates, &doc, "coordinates") && is_position(&coordinates);
}

static bool coerce_to(enum nw_type type, const bson_value_t *in, bson_value_t *out)
{
	*out = *in;
	switch (type) {
	case NW_TYPE_STRING:
		return in->value_type == BSON_TYPE_UTF8;
	case NW_TYPE_BOOLEAN:
		return in->value_type == BSON_TYPE_BOOL;
	case NW_TYPE_INTEGER:
		return is_whole(in);
	case NW_TYPE_FLOAT:
		return coerce_float(in, out);
	case NW_TYPE_NUMBER:
		return is_number(in);
	case NW_TYPE_DATETIME:
		return coerce_datetime(in, out);
	case NW_TYPE_DICT:
		return in->value_type == BSON_TYPE_DOCUMENT;
	case NW_TYPE_LIST:
		return in->value_type == BSON_TYPE_ARRAY;
	case NW_TYPE_OBJECTID:
		return coerce_objectid(in, out);
	case NW_TYPE_POINT:
		return is_point(in);
	case NW_TYPES:
		break;
	}
	return false;
}

bool nw_type_coerce(const struct nw_field *field, const bson_value_t *in, bson_value_t *out)
{
	for (size_t i = 0; i < field->n_types; i++) {
		if (coerce_to(field->types[i], in, out)) {
			return true;
		}
	}
	*out = *in;
	return field->n_types == 0;
}

static bool text_to_double(const char *text, double *out)
{
	char *end;

	if (text[0] == '\0' || strchr("0123456789-.", text[0]) == NULL || strpbrk(text, "xXnN") != NULL) {
		return false; /* strtod() also reads hexadecimal, "inf" and "nan" */
	}
	errno = 0;
	double number = strtod(text, &end);

	if (*end != '\0' || !isfinite(number)) {
		return false;
	}
	*out = number;
	return true;
}

static bool text_to_bool(const char *text, bool *out)
{
	if (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0) {
		*out = true;
	} else if (strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0) {
		*out = false;
	} else {
		return false;
	}
	return true;
}

static bool coerce_text_to(enum nw_type type, const char *text, const bson_value_t *string, bson_value_t *out)
{
	*out = *string;
	if (type == NW_TYPE_INTEGER || type == NW_TYPE_NUMBER) {
		out->value_type = BSON_TYPE_INT64;
		if (nw_str_to_int64(text, INT64_MIN, INT64_MAX, &out->value.v_int64) == 0) {
			return true;
		}
	}
	if (type == NW_TYPE_FLOAT || type == NW_TYPE_NUMBER) {
		out->value_type = BSON_TYPE_DOUBLE;
		return text_to_double(text, &out->value.v_double);
	}
	if (type == NW_TYPE_BOOLEAN) {
		out->value_type = BSON_TYPE_BOOL;
		return text_to_bool(text, &out->value.v_bool);
	}
	return coerce_to(type, string, out);
}

bool nw_type_coerce_text(const struct nw_field *field, const char *text, bson_value_t *out)
{
	bson_value_t string = {.value_type = BSON_TYPE_UTF8};

	string.value.v_utf8.str = (char *)(uintptr_t)text; /* borrowed: nobody writes to it */
	string.value.v_utf8.len = (uint32_t)strlen(text);
	if (!bson_utf8_validate(text, string.value.v_utf8.len, false)) {
		return false;
	}
	for (size_t i = 0; i < field->n_types; i++) {
		if (coerce_text_to(field->types[i], text, &string, out)) {
			return true;
		}
	}
	*out = string;
	return field->n_types == 0;
}

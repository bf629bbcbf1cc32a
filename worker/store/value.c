#include "worker/store/value.h"

#include <string.h>

#include "worker/store/value_number.h"

static int compare(const bson_value_t *a, const bson_value_t *b, unsigned depth);

int nw_value_rank(bson_type_t type)
{
	switch (type) {
	case BSON_TYPE_MINKEY:
		return -1;
	case BSON_TYPE_EOD:
	case BSON_TYPE_UNDEFINED:
		return 0;
	case BSON_TYPE_NULL:
		return 5;
	case BSON_TYPE_DOUBLE:
	case BSON_TYPE_INT32:
	case BSON_TYPE_INT64:
	case BSON_TYPE_DECIMAL128:
		return 10;
	case BSON_TYPE_UTF8:
	case BSON_TYPE_SYMBOL:
		return 15;
	case BSON_TYPE_DOCUMENT:
		return 20;
	case BSON_TYPE_ARRAY:
		return 25;
	case BSON_TYPE_BINARY:
		return 30;
	case BSON_TYPE_OID:
		return 35;
	case BSON_TYPE_BOOL:
		return 40;
	case BSON_TYPE_DATE_TIME:
		return 45;
	case BSON_TYPE_TIMESTAMP:
		return 47;
	case BSON_TYPE_REGEX:
		return 50;
	case BSON_TYPE_DBPOINTER:
		return 55;
	case BSON_TYPE_CODE:
		return 60;
	case BSON_TYPE_CODEWSCOPE:
		return 65;
	case BSON_TYPE_MAXKEY:
		return 127;
	}
	return 126;
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const void *a, size_t a_len, const void *b, size_t b_len)
{
	size_t len = a_len < b_len ? a_len : b_len;
	int by_bytes = len == 0 ? 0 : memcmp(a, b, len);

	return by_bytes != 0 ? by_bytes : order(a_len, b_len);
}

static const char *text_of(const bson_value_t *v, size_t *len)
{
	if (v->value_type == BSON_TYPE_UTF8) {
		*len = v->value.v_utf8.len;
		return v->value.v_utf8.str;
	}
	if (v->value_type == BSON_TYPE_SYMBOL) {
		*len = v->value.v_symbol.len;
		return v->value.v_symbol.symbol;
	}
	*len = v->value.v_code.code_len;
	return v->value.v_code.code;
}

static int compare_text(const bson_value_t *a, const bson_value_t *b)
{
	size_t a_len, b_len;
	const char *a_text = text_of(a, &a_len), *b_text = text_of(b, &b_len);

	return compare_bytes(a_text, a_len, b_text, b_len);
}

/** Length, then subtype, then bytes. */
static int compare_binary(const bson_value_t *a, const bson_value_t *b)
{
	uint32_t len = a->value.v_binary.data_len;

	if (len != b->value.v_binary.data_len) {
		return order(len, b->value.v_binary.data_len);
	}
	int by_subtype = (int)a->value.v_binary.subtype - (int)b->value.v_binary.subtype;

	return by_subtype != 0 ? by_subtype : compare_bytes(a->value.v_binary.data, len, b->value.v_binary.data, len);
}

static int compare_members(bson_iter_t *a, bson_iter_t *b, bool with_names, unsigned depth)
{
	for (;;) {
		bool has_a = bson_iter_next(a), has_b = bson_iter_next(b);

		if (!has_a || !has_b) {
			return (int)has_a - (int)has_b;
		}
		int by = nw_value_rank(bson_iter_type(a)) - nw_value_rank(bson_iter_type(b));

		if (by == 0 && with_names) {
			by = strcmp(bson_iter_key(a), bson_iter_key(b));
		}
		if (by == 0) {
			by = compare(bson_iter_value(a), bson_iter_value(b), depth);
		}
		if (by != 0) {
			return by;
		}
	}
}

/** Member by member: rank, then name, then value; of arrays the names say nothing. */
static int compare_documents(const uint8_t *a, uint32_t a_len, const uint8_t *b, uint32_t b_len, bool with_names,
			     unsigned depth)
{
	bson_iter_t a_iter, b_iter;

	if (depth >= NW_VALUE_DEPTH) {
		return compare_bytes(a, a_len, b, b_len);
	}
	bool has_a = bson_iter_init_from_data(&a_iter, a, a_len), has_b = bson_iter_init_from_data(&b_iter, b, b_len);

	if (!has_a || !has_b) {
		return (int)has_a - (int)has_b;
	}
	return compare_members(&a_iter, &b_iter, with_names, depth + 1);
}

static int compare_timestamps(const bson_value_t *a, const bson_value_t *b)
{
	int by_seconds = order(a->value.v_timestamp.timestamp, b->value.v_timestamp.timestamp);

	return by_seconds != 0 ? by_seconds : order(a->value.v_timestamp.increment, b->value.v_timestamp.increment);
}

static int compare_regexes(const bson_value_t *a, const bson_value_t *b)
{
	int by_pattern = strcmp(a->value.v_regex.regex, b->value.v_regex.regex);

	return by_pattern != 0 ? by_pattern : strcmp(a->value.v_regex.options, b->value.v_regex.options);
}

static int compare_pointers(const bson_value_t *a, const bson_value_t *b)
{
	uint32_t len = a->value.v_dbpointer.collection_len;

	if (len != b->value.v_dbpointer.collection_len) {
		return order(len, b->value.v_dbpointer.collection_len);
	}
	int by_name = compare_bytes(a->value.v_dbpointer.collection, len, b->value.v_dbpointer.collection, len);

	return by_name != 0 ? by_name : memcmp(&a->value.v_dbpointer.oid, &b->value.v_dbpointer.oid, 12);
}

static int compare_scoped(const bson_value_t *a, const bson_value_t *b, unsigned depth)
{
	int by_code = compare_bytes(a->value.v_codewscope.code, a->value.v_codewscope.code_len,
				    b->value.v_codewscope.code, b->value.v_codewscope.code_len);

	return by_code != 0 ? by_code
			    : compare_documents(a->value.v_codewscope.scope_data, a->value.v_codewscope.scope_len,
						b->value.v_codewscope.scope_data, b->value.v_codewscope.scope_len, true,
						depth);
}

/** Two values of one rank. */
static int compare_same(const bson_value_t *a, const bson_value_t *b, unsigned depth)
{
	switch (a->value_type) {
	case BSON_TYPE_DOUBLE:
	case BSON_TYPE_INT32:
	case BSON_TYPE_INT64:
	case BSON_TYPE_DECIMAL128:
		return nw_value_number_compare(a, b);
	case BSON_TYPE_UTF8:
	case BSON_TYPE_SYMBOL:
	case BSON_TYPE_CODE:
		return compare_text(a, b);
	case BSON_TYPE_DOCUMENT:
	case BSON_TYPE_ARRAY:
		return compare_documents(a->value.v_doc.data, a->value.v_doc.data_len, b->value.v_doc.data,
					 b->value.v_doc.data_len, a->value_type == BSON_TYPE_DOCUMENT, depth);
	case BSON_TYPE_BINARY:
		return compare_binary(a, b);
	case BSON_TYPE_OID:
		return memcmp(&a->value.v_oid, &b->value.v_oid, sizeof(a->value.v_oid));
	case BSON_TYPE_BOOL:
		return (int)a->value.v_bool - (int)b->value.v_bool;
	case BSON_TYPE_DATE_TIME:
		return (a->value.v_datetime > b->value.v_datetime) - (a->value.v_datetime < b->value.v_datetime);
	case BSON_TYPE_TIMESTAMP:
		return compare_timestamps(a, b);
	case BSON_TYPE_REGEX:
		return compare_regexes(a, b);
	case BSON_TYPE_DBPOINTER:
		return compare_pointers(a, b);
	case BSON_TYPE_CODEWSCOPE:
		return compare_scoped(a, b, depth);
	case BSON_TYPE_EOD:
	case BSON_TYPE_UNDEFINED:
	case BSON_TYPE_NULL:
	case BSON_TYPE_MINKEY:
	case BSON_TYPE_MAXKEY:
		break;
	}
	return 0;
}

static int compare(const bson_value_t *a, const bson_value_t *b, unsigned depth)
{
	int by_rank = nw_value_rank(a->value_type) - nw_value_rank(b->value_type);

	return by_rank != 0 ? by_rank : compare_same(a, b, depth);
}

int nw_value_compare(const bson_value_t *a, const bson_value_t *b)
{
	return compare(a, b, 0);
}

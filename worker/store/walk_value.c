#include "worker/store/walk.h"

#include <string.h>

/* bson_value_t has no const: values are borrowed and only read all the same. */
static void *unconst(const void *p)
{
	return (void *)(uintptr_t)p;
}

static void code_with_scope(const struct nw_walk *walk, bson_value_t *out)
{
	static const uint8_t no_members[] = {5, 0, 0, 0, 0};
	const uint8_t *p = walk->value;
	uint32_t code_size = walk->size < 14 ? 0 : nw_walk_uint32(p + 4);

	out->value.v_codewscope.code = unconst("");
	out->value.v_codewscope.code_len = 0;
	out->value.v_codewscope.scope_data = unconst(no_members);
	out->value.v_codewscope.scope_len = sizeof(no_members);
	if (code_size == 0 || code_size > walk->size - 13 || p[7 + code_size] != 0) {
		return;
	}
	out->value.v_codewscope.code = unconst(p + 8);
	out->value.v_codewscope.code_len = code_size - 1;
	if (nw_walk_uint32(p + 8 + code_size) == walk->size - 8 - code_size) {
		out->value.v_codewscope.scope_data = unconst(p + 8 + code_size);
		out->value.v_codewscope.scope_len = (uint32_t)walk->size - 8 - code_size;
	}
}

static void rare_value(const struct nw_walk *walk, bson_value_t *out)
{
	size_t len;

	switch (walk->type) {
	case BSON_TYPE_BINARY:
		out->value.v_binary.data = unconst(nw_walk_binary(walk, &len));
		out->value.v_binary.data_len = (uint32_t)len;
		out->value.v_binary.subtype = (bson_subtype_t)walk->value[4];
		return;
	case BSON_TYPE_TIMESTAMP:
		out->value.v_timestamp.increment = nw_walk_uint32(walk->value);
		out->value.v_timestamp.timestamp = nw_walk_uint32(walk->value + 4);
		return;
	case BSON_TYPE_DECIMAL128:
		out->value.v_decimal128.low = nw_walk_uint64(walk->value);
		out->value.v_decimal128.high = nw_walk_uint64(walk->value + 8);
		return;
	case BSON_TYPE_REGEX:
		out->value.v_regex.regex = unconst(walk->value);
		out->value.v_regex.options = unconst(walk->value + strlen(out->value.v_regex.regex) + 1);
		return;
	case BSON_TYPE_DBPOINTER:
		out->value.v_dbpointer.collection = unconst(nw_walk_text(walk, &len));
		out->value.v_dbpointer.collection_len = (uint32_t)len;
		memcpy(&out->value.v_dbpointer.oid, walk->value + walk->size - sizeof(bson_oid_t), sizeof(bson_oid_t));
		return;
	case BSON_TYPE_CODE:
		out->value.v_code.code = unconst(nw_walk_text(walk, &len));
		out->value.v_code.code_len = (uint32_t)len;
		return;
	case BSON_TYPE_SYMBOL:
		out->value.v_symbol.symbol = unconst(nw_walk_text(walk, &len));
		out->value.v_symbol.len = (uint32_t)len;
		return;
	case BSON_TYPE_CODEWSCOPE:
		code_with_scope(walk, out);
		return;
	default: /* null and others that are all type */
		return;
	}
}

void nw_walk_value(const struct nw_walk *walk, bson_value_t *out)
{
	uint64_t bits;
	size_t len;

	out->value_type = walk->type;
	switch (walk->type) {
	case BSON_TYPE_UTF8:
		out->value.v_utf8.str = unconst(nw_walk_text(walk, &len));
		out->value.v_utf8.len = (uint32_t)len;
		return;
	case BSON_TYPE_INT32:
		out->value.v_int32 = (int32_t)nw_walk_uint32(walk->value);
		return;
	case BSON_TYPE_INT64:
	case BSON_TYPE_DATE_TIME:
		out->value.v_int64 = (int64_t)nw_walk_uint64(walk->value);
		return;
	case BSON_TYPE_DOUBLE:
		bits = nw_walk_uint64(walk->value);
		memcpy(&out->value.v_double, &bits, sizeof(bits));
		return;
	case BSON_TYPE_OID:
		memcpy(&out->value.v_oid, walk->value, sizeof(out->value.v_oid));
		return;
	case BSON_TYPE_BOOL:
		out->value.v_bool = *walk->value != 0;
		return;
	case BSON_TYPE_DOCUMENT:
	case BSON_TYPE_ARRAY:
		out->value.v_doc.data = unconst(walk->value);
		out->value.v_doc.data_len = (uint32_t)walk->size;
		return;
	default:
		rare_value(walk, out);
	}
}

/*
 * Keys. A byte for the rank first, then what compare_same() in value.c looks at, in its order, in bytes that sort:
 * big-endian, signs turned, text with an end that sorts before every byte. An end of members is a byte below all ranks.
 */
#include "worker/store/value.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "worker/store/value_number.h"

static int put_payload(const bson_value_t *value, struct nw_buf *out, unsigned depth);

static void put_uint32(struct nw_buf *out, uint32_t n)
{
	uint32_t be = htobe32(n);

	nw_buf_add(out, &be, sizeof(be));
}

static void put_uint64(struct nw_buf *out, uint64_t n)
{
	uint64_t be = htobe64(n);

	nw_buf_add(out, &be, sizeof(be));
}

static void put_rank(struct nw_buf *out, bson_type_t type)
{
	nw_buf_addc(out, (char)(nw_value_rank(type) + 2));
}

/** A NUL inside becomes 00 ff; 00 00 ends it. */
static void put_text(struct nw_buf *out, const char *s, size_t len)
{
	while (len > 0) {
		const char *nul = memchr(s, '\0', len);
		size_t n = nul == NULL ? len : (size_t)(nul - s);

		nw_buf_add(out, s, n);
		if (nul == NULL) {
			break;
		}
		nw_buf_add(out, "\0\xff", 2);
		s += n + 1;
		len -= n + 1;
	}
	nw_buf_add(out, "\0\0", 2);
}

static void put_name(struct nw_buf *out, const char *s)
{
	nw_buf_add(out, s, strlen(s) + 1);
}

static int put_members(const uint8_t *data, uint32_t len, bool with_names, struct nw_buf *out, unsigned depth)
{
	bson_iter_t iter;

	if (depth >= NW_VALUE_DEPTH || !bson_iter_init_from_data(&iter, data, len)) {
		return -EINVAL;
	}
	while (bson_iter_next(&iter)) {
		put_rank(out, bson_iter_type(&iter));
		if (with_names) {
			put_name(out, bson_iter_key(&iter));
		}
		int rc = put_payload(bson_iter_value(&iter), out, depth + 1);

		if (rc < 0) {
			return rc;
		}
	}
	nw_buf_addc(out, 0);
	return 0;
}

static void put_binary(const bson_value_t *value, struct nw_buf *out)
{
	put_uint32(out, value->value.v_binary.data_len);
	nw_buf_addc(out, (char)value->value.v_binary.subtype);
	nw_buf_add(out, value->value.v_binary.data, value->value.v_binary.data_len);
}

static void put_pointer(const bson_value_t *value, struct nw_buf *out)
{
	put_uint32(out, value->value.v_dbpointer.collection_len);
	nw_buf_add(out, value->value.v_dbpointer.collection, value->value.v_dbpointer.collection_len);
	nw_buf_add(out, &value->value.v_dbpointer.oid, sizeof(value->value.v_dbpointer.oid));
}

static int put_nested(const bson_value_t *value, struct nw_buf *out, unsigned depth)
{
	if (value->value_type == BSON_TYPE_CODEWSCOPE) {
		put_text(out, value->value.v_codewscope.code, value->value.v_codewscope.code_len);
		return put_members(value->value.v_codewscope.scope_data, value->value.v_codewscope.scope_len, true, out,
				   depth);
	}
	return put_members(value->value.v_doc.data, value->value.v_doc.data_len,
			   value->value_type == BSON_TYPE_DOCUMENT, out, depth);
}

/** All but the rank. */
static int put_payload(const bson_value_t *value, struct nw_buf *out, unsigned depth)
{
	switch (value->value_type) {
	case BSON_TYPE_DOUBLE:
	case BSON_TYPE_INT32:
	case BSON_TYPE_INT64:
	case BSON_TYPE_DECIMAL128:
		nw_value_number_key(value, out);
		return 0;
	case BSON_TYPE_UTF8:
		put_text(out, value->value.v_utf8.str, value->value.v_utf8.len);
		return 0;
	case BSON_TYPE_SYMBOL:
		put_text(out, value->value.v_symbol.symbol, value->value.v_symbol.len);
		return 0;
	case BSON_TYPE_CODE:
		put_text(out, value->value.v_code.code, value->value.v_code.code_len);
		return 0;
	case BSON_TYPE_DOCUMENT:
	case BSON_TYPE_ARRAY:
	case BSON_TYPE_CODEWSCOPE:
		return put_nested(value, out, depth);
	case BSON_TYPE_BINARY:
		put_binary(value, out);
		return 0;
	case BSON_TYPE_OID:
		nw_buf_add(out, &value->value.v_oid, sizeof(value->value.v_oid));
		return 0;
	case BSON_TYPE_BOOL:
		nw_buf_addc(out, value->value.v_bool ? 1 : 0);
		return 0;
	case BSON_TYPE_DATE_TIME:
		put_uint64(out, (uint64_t)value->value.v_datetime ^ (UINT64_C(1) << 63));
		return 0;
	case BSON_TYPE_TIMESTAMP:
		put_uint32(out, value->value.v_timestamp.timestamp);
		put_uint32(out, value->value.v_timestamp.increment);
		return 0;
	case BSON_TYPE_REGEX:
		put_name(out, value->value.v_regex.regex);
		put_name(out, value->value.v_regex.options);
		return 0;
	case BSON_TYPE_DBPOINTER:
		put_pointer(value, out);
		return 0;
	case BSON_TYPE_EOD:
	case BSON_TYPE_UNDEFINED:
	case BSON_TYPE_NULL:
	case BSON_TYPE_MINKEY:
	case BSON_TYPE_MAXKEY:
		return 0;
	}
	return -EINVAL;
}

int nw_value_key(const bson_value_t *value, struct nw_buf *out)
{
	size_t start = out->len;

	put_rank(out, value->value_type);
	int rc = put_payload(value, out, 0);

	if (rc == 0 && out->failed) {
		rc = -ENOMEM;
	}
	if (rc < 0) {
		out->len = start;
	}
	return rc;
}

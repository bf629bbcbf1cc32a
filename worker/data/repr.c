#include "worker/data/repr.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "worker/store/json.h"

static void add_string(struct nw_buf *out, const char *s, size_t len)
{
	char quote = memchr(s, '\'', len) != NULL && memchr(s, '"', len) == NULL ? '"' : '\'';

	nw_buf_addc(out, quote);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == (unsigned char)quote || c == '\\') {
			nw_buf_addf(out, "\\%c", c);
		} else if (c == '\n' || c == '\r' || c == '\t') {
			nw_buf_adds(out, c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
		} else if (c < 0x20 || c == 0x7f) {
			nw_buf_addf(out, "\\x%02x", c);
		} else {
			nw_buf_addc(out, (char)c);
		}
	}
	nw_buf_addc(out, quote);
}

/* The shortest digits that read back as the same number. */
static void add_double(struct nw_buf *out, double number)
{
	char text[40];
	int precision = 1;

	if (isnan(number) || isinf(number)) {
		nw_buf_adds(out, isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
		return;
	}
	do {
		snprintf(text, sizeof(text), "%.*g", precision, number);
	} while (strtod(text, NULL) != number && precision++ < 17);
	if (strchr(text, 'e') != NULL && fabs(number) >= 1e-4 && fabs(number) < 1e16) {
		snprintf(text, sizeof(text), "%.0f", number); /* "2e+02": Python writes exponents from 1e16 on */
	}
	nw_buf_adds(out, text);
	if (strpbrk(text, ".e") == NULL) {
		nw_buf_adds(out, ".0");
	}
}

static void add_children(struct nw_buf *out, const bson_value_t *value)
{
	bool is_array = value->value_type == BSON_TYPE_ARRAY;
	bson_t doc;
	bson_iter_t iter;
	bool is_first = true;

	nw_buf_addc(out, is_array ? '[' : '{');
	if (bson_init_static(&doc, value->value.v_doc.data, value->value.v_doc.data_len) &&
	    bson_iter_init(&iter, &doc)) {
		while (bson_iter_next(&iter)) {
			if (!is_first) {
				nw_buf_adds(out, ", ");
			}
			is_first = false;
			if (!is_array) {
				add_string(out, bson_iter_key(&iter), bson_iter_key_len(&iter));
				nw_buf_adds(out, ": ");
			}
			nw_repr_value(out, bson_iter_value(&iter));
		}
	}
	nw_buf_addc(out, is_array ? ']' : '}');
}

static void add_objectid(struct nw_buf *out, const bson_value_t *value)
{
	char hex[25];

	bson_oid_to_string(&value->value.v_oid, hex);
	nw_buf_adds(out, hex);
}

void nw_repr_str(struct nw_buf *out, const bson_value_t *value)
{
	if (value->value_type == BSON_TYPE_UTF8) {
		nw_buf_add(out, value->value.v_utf8.str, value->value.v_utf8.len);
	} else {
		nw_repr_value(out, value);
	}
}

void nw_repr_value(struct nw_buf *out, const bson_value_t *value)
{
	switch ((int)value->value_type) {
	case BSON_TYPE_UTF8:
		add_string(out, value->value.v_utf8.str, value->value.v_utf8.len);
		break;
	case BSON_TYPE_INT32:
		nw_buf_addf(out, "%" PRId32, value->value.v_int32);
		break;
	case BSON_TYPE_INT64:
		nw_buf_addf(out, "%" PRId64, value->value.v_int64);
		break;
	case BSON_TYPE_DOUBLE:
		add_double(out, value->value.v_double);
		break;
	case BSON_TYPE_BOOL:
		nw_buf_adds(out, value->value.v_bool ? "True" : "False");
		break;
	case BSON_TYPE_DOCUMENT:
	case BSON_TYPE_ARRAY:
		add_children(out, value);
		break;
	case BSON_TYPE_OID:
		add_objectid(out, value);
		break;
	case BSON_TYPE_DATE_TIME:
		nw_json_iso8601(out, value->value.v_datetime);
		break;
	default:
		nw_buf_adds(out, "None");
	}
}

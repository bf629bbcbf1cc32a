/* BSON to JSON text, straight into the buffer of the answer. */
#include "worker/store/json.h"

#include <string.h>

#include "common/json_text.h"
#include "worker/store/json_number.h"
#include "worker/store/walk.h"

/** Deeper documents than MongoDB stores are cut off with null, so that no stored bytes can exhaust the stack. */
enum { WRITE_DEPTH = 200 };

static const char hex_digits[] = "0123456789abcdef";

static void write_members(struct nw_buf *out, struct nw_walk *walk, bool is_array, unsigned depth);

static inline char *room(struct nw_buf *out, size_t n)
{
	return out->cap - out->len >= n && !out->failed ? out->data + out->len : nw_buf_reserve(out, n);
}

static inline void put_char(struct nw_buf *out, char c)
{
	char *to = room(out, 1);

	if (to != NULL) {
		*to = c;
		out->len++;
	}
}

/** The character at @s that is not plain. Returns how many bytes of @s it took. */
static size_t write_special(struct nw_buf *out, const char *s, size_t len)
{
	static const char names[] = "btn\0fr";
	unsigned char c = (unsigned char)*s;

	if (c >= 0x80) {
		size_t n = nw_json_text_utf8(s, len);

		nw_buf_add(out, n == 0 ? "\xef\xbf\xbd" : s, n == 0 ? 3 : n);
		return n == 0 ? 1 : n;
	}
	char escape[6] = {'\\', (char)c};
	size_t n = 2;

	if (c >= '\b' && c <= '\r' && c != '\v') {
		escape[1] = names[c - '\b'];
	} else if (c < 0x20) {
		memcpy(escape + 1, "u00", 3);
		escape[4] = hex_digits[c >> 4];
		escape[5] = hex_digits[c & 15];
		n = 6;
	}
	nw_buf_add(out, escape, n);
	return 1;
}

static void write_slowly(struct nw_buf *out, const char *s, size_t len)
{
	size_t at = 0;

	nw_buf_addc(out, '"');
	while (at < len) {
		size_t n = nw_json_text_plain(s + at, len - at);

		nw_buf_add(out, s + at, n);
		at += n;
		if (at < len) {
			at += write_special(out, s + at, len - at);
		}
	}
	nw_buf_addc(out, '"');
}

static inline void write_string(struct nw_buf *out, const char *s, size_t len)
{
	if (nw_json_text_plain(s, len) != len) {
		write_slowly(out, s, len);
		return;
	}
	char *to = room(out, len + 2);

	if (to != NULL) {
		*to = '"';
		memcpy(to + 1, s, len);
		to[len + 1] = '"';
		out->len += len + 2;
	}
}

void nw_json_string(struct nw_buf *out, const char *s, size_t len)
{
	write_string(out, s, len);
}

static void write_int(struct nw_buf *out, int64_t i)
{
	char *to = room(out, NW_JSON_NUMBER_MAX);

	if (to != NULL) {
		out->len += nw_json_number_write_int(to, i);
	}
}

static void write_double(struct nw_buf *out, double d)
{
	char *to = room(out, NW_JSON_NUMBER_MAX);

	if (to != NULL) {
		out->len += nw_json_number_write_double(to, d);
	}
}

static void write_oid(struct nw_buf *out, const uint8_t *oid)
{
	char *to = room(out, 26);

	if (to == NULL) {
		return;
	}
	*to++ = '"';
	for (size_t i = 0; i < sizeof(bson_oid_t); i++) {
		*to++ = hex_digits[oid[i] >> 4];
		*to++ = hex_digits[oid[i] & 15];
	}
	*to = '"';
	out->len += 26;
}

static void write_base64(struct nw_buf *out, const uint8_t *s, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t size = (len + 2) / 3 * 4;
	char *to = room(out, size + 2);

	if (to == NULL) {
		return;
	}
	*to++ = '"';
	for (size_t i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t bits = (uint32_t)s[i] << 16 | (left > 1 ? (uint32_t)s[i + 1] << 8 : 0) |
				(left > 2 ? (uint32_t)s[i + 2] : 0);

		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*to++ = left > 2 ? digits[bits & 63] : '=';
	}
	*to = '"';
	out->len += size + 2;
}

static void write_binary(struct nw_buf *out, const struct nw_walk *walk)
{
	size_t len;
	const uint8_t *data = nw_walk_binary(walk, &len);

	write_base64(out, data, len);
}

static void write_decimal(struct nw_buf *out, const struct nw_walk *walk)
{
	bson_decimal128_t decimal = {.low = nw_walk_uint64(walk->value), .high = nw_walk_uint64(walk->value + 8)};
	char text[BSON_DECIMAL128_STRING];

	bson_decimal128_to_string(&decimal, text);
	write_string(out, text, strlen(text));
}

static void write_date(struct nw_buf *out, int64_t ms)
{
	put_char(out, '"');
	nw_json_iso8601(out, ms);
	put_char(out, '"');
}

static void write_timestamp(struct nw_buf *out, const struct nw_walk *walk)
{
	nw_buf_adds(out, "{\"t\":");
	write_int(out, nw_walk_uint32(walk->value + 4));
	nw_buf_adds(out, ",\"i\":");
	write_int(out, nw_walk_uint32(walk->value));
	put_char(out, '}');
}

static void write_regex(struct nw_buf *out, const struct nw_walk *walk)
{
	const char *pattern = (const char *)walk->value;
	struct nw_buf text = {0};

	nw_buf_addf(&text, "/%s/%s", pattern, pattern + strlen(pattern) + 1);
	if (text.failed) {
		out->failed = true;
	} else {
		write_string(out, text.data, text.len);
	}
	nw_buf_free(&text);
}

static void write_text(struct nw_buf *out, const struct nw_walk *walk)
{
	size_t len;
	const char *text = nw_walk_text(walk, &len);

	write_string(out, text, len);
}

static void write_nested(struct nw_buf *out, const struct nw_walk *walk, unsigned depth)
{
	bool is_array = walk->type == BSON_TYPE_ARRAY;
	struct nw_walk members;

	if (depth == WRITE_DEPTH || !nw_walk_into(walk, &members)) {
		nw_buf_add(out, "null", 4);
		return;
	}
	put_char(out, is_array ? '[' : '{');
	write_members(out, &members, is_array, depth + 1);
	put_char(out, is_array ? ']' : '}');
}

static void write_bool(struct nw_buf *out, const struct nw_walk *walk)
{
	nw_buf_adds(out, *walk->value != 0 ? "true" : "false");
}

/** Types that few documents have, or only other programs make. */
static void write_rare(struct nw_buf *out, const struct nw_walk *walk)
{
	switch (walk->type) {
	case BSON_TYPE_BINARY:
		write_binary(out, walk);
		return;
	case BSON_TYPE_DECIMAL128:
		write_decimal(out, walk);
		return;
	case BSON_TYPE_REGEX:
		write_regex(out, walk);
		return;
	case BSON_TYPE_TIMESTAMP:
		write_timestamp(out, walk);
		return;
	case BSON_TYPE_CODE:
	case BSON_TYPE_SYMBOL:
		write_text(out, walk);
		return;
	case BSON_TYPE_DBPOINTER:
		write_oid(out, walk->value + walk->size - sizeof(bson_oid_t));
		return;
	default: /* null, undefined, MinKey, MaxKey, code with scope */
		nw_buf_add(out, "null", 4);
	}
}

static void write_value(struct nw_buf *out, const struct nw_walk *walk, unsigned depth)
{
	uint64_t bits;
	double d;

	switch (walk->type) {
	case BSON_TYPE_UTF8:
		write_text(out, walk);
		return;
	case BSON_TYPE_INT32:
		write_int(out, (int32_t)nw_walk_uint32(walk->value));
		return;
	case BSON_TYPE_INT64:
		write_int(out, (int64_t)nw_walk_uint64(walk->value));
		return;
	case BSON_TYPE_DOUBLE:
		bits = nw_walk_uint64(walk->value);
		memcpy(&d, &bits, sizeof(d));
		write_double(out, d);
		return;
	case BSON_TYPE_OID:
		write_oid(out, walk->value);
		return;
	case BSON_TYPE_DATE_TIME:
		write_date(out, (int64_t)nw_walk_uint64(walk->value));
		return;
	case BSON_TYPE_BOOL:
		write_bool(out, walk);
		return;
	case BSON_TYPE_DOCUMENT:
	case BSON_TYPE_ARRAY:
		write_nested(out, walk, depth);
		return;
	default:
		write_rare(out, walk);
	}
}

/** @lead (a comma, or nothing), the name and a colon. */
static void write_name(struct nw_buf *out, const char *lead, const char *name, size_t len)
{
	size_t lead_len = *lead == '\0' ? 0 : 1;
	char *to = nw_json_text_plain(name, len) == len ? room(out, len + 4) : NULL;

	if (to == NULL) {
		nw_buf_add(out, lead, lead_len);
		write_string(out, name, len);
		put_char(out, ':');
		return;
	}
	*to = *lead;
	to += lead_len;
	*to++ = '"';
	memcpy(to, name, len);
	memcpy(to + len, "\":", 2);
	out->len += lead_len + len + 3;
}

/** The members (or elements) that @walk has before it, with commas between. */
static void write_members(struct nw_buf *out, struct nw_walk *walk, bool is_array, unsigned depth)
{
	const char *lead = "";

	while (nw_walk_next(walk)) {
		if (!is_array) {
			write_name(out, lead, walk->name, walk->name_len);
		} else if (*lead != '\0') {
			put_char(out, *lead);
		}
		lead = ",";
		write_value(out, walk, depth);
	}
}

void nw_json_from_bson(struct nw_buf *out, const bson_t *doc)
{
	put_char(out, '{');
	nw_json_members(out, doc);
	put_char(out, '}');
}

void nw_json_from_value(struct nw_buf *out, const bson_iter_t *iter)
{
	struct nw_walk walk;

	nw_walk_at(&walk, iter);
	write_value(out, &walk, 1);
}

void nw_json_members(struct nw_buf *out, const bson_t *doc)
{
	struct nw_walk walk;

	if (nw_walk_doc(&walk, doc)) {
		write_members(out, &walk, false, 1);
	}
}

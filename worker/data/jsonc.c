#include "worker/data/jsonc.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { DEPTH = 32 };

static const double EXACT = 9007199254740992.0; /* 2^53: doubles hold every whole number up to here */

/* Past the string that begins at @i, or to the end. */
static size_t skip_string(const char *text, size_t len, size_t i)
{
	for (i++; i < len && text[i] != '"'; i++) {
		if (text[i] == '\\') {
			i++;
		}
	}
	return i < len ? i + 1 : len;
}

/* Past the comment that begins at @i (@i: it is none), or len + 1: it has no end. */
static size_t skip_comment(const char *text, size_t len, size_t i)
{
	if (i + 1 >= len || text[i] != '/' || (text[i + 1] != '/' && text[i + 1] != '*')) {
		return i;
	}
	if (text[i + 1] == '/') {
		while (i < len && text[i] != '\n') {
			i++;
		}
		return i;
	}
	for (i += 2; i + 1 < len; i++) {
		if (text[i] == '*' && text[i + 1] == '/') {
			return i + 2;
		}
	}
	return len + 1;
}

/* Comments become spaces (line ends stay), so that offsets are the file's. The offset of one without end, or len. */
static size_t blank_comments(char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		size_t end = skip_comment(text, len, i);

		if (end > len) {
			return i;
		}
		if (end > i) {
			for (; i < end; i++) {
				text[i] = text[i] == '\n' ? '\n' : ' ';
			}
		} else {
			i = text[i] == '"' ? skip_string(text, len, i) : i + 1;
		}
	}
	return len;
}

static int fail_at(struct nw_err *err, const char *text, size_t at, const char *what)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	return nw_err_set(err, -EINVAL, "%zu:%zu: %s", line, column, what);
}

static int fail_json(struct nw_err *err, const char *text, size_t len, size_t at)
{
	char what[64];

	while (at < len && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0') {
		at++;
	}
	if (at >= len) {
		return fail_at(err, text, len, "not JSON: the text ends too early");
	}
	unsigned char c = (unsigned char)text[at];

	if (c > 0x20 && c < 0x7f) {
		snprintf(what, sizeof(what), "not JSON: unexpected '%c'", c);
	} else {
		snprintf(what, sizeof(what), "not JSON: unexpected byte 0x%02X", c);
	}
	return fail_at(err, text, at, what);
}

int nw_jsonc_parse(const char *text, size_t len, struct cJSON **out, struct nw_err *err)
{
	NW_AUTO_FREE char *copy = malloc(len + 1);
	const char *end = NULL;

	if (copy == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory");
	}
	if (len > 0) {
		memcpy(copy, text, len);
	}
	copy[len] = '\0';
	if (memchr(text, '\0', len) != NULL) {
		return fail_at(err, text, strlen(copy), "not JSON: a NUL byte");
	}
	size_t open = blank_comments(copy, len);

	if (open < len) {
		return fail_at(err, text, open, "this comment has no end");
	}
	cJSON *json = cJSON_ParseWithLengthOpts(copy, len + 1, &end, true);

	if (json == NULL) {
		return fail_json(err, copy, len, end == NULL ? 0 : (size_t)(end - copy));
	}
	*out = json;
	return 0;
}

const char *nw_jsonc_twice(const struct cJSON *object)
{
	for (const cJSON *a = object->child; a != NULL; a = a->next) {
		for (const cJSON *b = object->child; b != a; b = b->next) {
			if (strcmp(a->string, b->string) == 0) {
				return a->string;
			}
		}
	}
	return NULL;
}

static bool append_number(bson_t *out, const char *key, double number)
{
	if (number != floor(number) || fabs(number) > EXACT) {
		return bson_append_double(out, key, -1, number);
	}
	if (number >= INT32_MIN && number <= INT32_MAX) {
		return bson_append_int32(out, key, -1, (int32_t)number);
	}
	return bson_append_int64(out, key, -1, (int64_t)number);
}

static bool append_value(bson_t *out, const char *key, const cJSON *value, unsigned depth);

static bool append_children(bson_t *out, const char *key, const cJSON *value, unsigned depth)
{
	bool is_array = cJSON_IsArray(value);
	bool is_good = depth < DEPTH;
	uint32_t i = 0;
	bson_t child;

	if (is_array) {
		bson_append_array_begin(out, key, -1, &child);
	} else {
		bson_append_document_begin(out, key, -1, &child);
	}
	for (const cJSON *c = value->child; is_good && c != NULL; c = c->next, i++) {
		char index[16];
		const char *name = c->string;

		if (is_array) {
			bson_uint32_to_string(i, &name, index, sizeof(index));
		}
		is_good = append_value(&child, name, c, depth + 1);
	}
	/* An array ends as a document does. */
	return bson_append_document_end(out, &child) && is_good;
}

static bool append_value(bson_t *out, const char *key, const cJSON *value, unsigned depth)
{
	if (cJSON_IsBool(value)) {
		return bson_append_bool(out, key, -1, cJSON_IsTrue(value));
	}
	if (cJSON_IsNumber(value)) {
		return append_number(out, key, value->valuedouble);
	}
	if (cJSON_IsString(value)) {
		return bson_append_utf8(out, key, -1, value->valuestring, -1);
	}
	if (cJSON_IsArray(value) || cJSON_IsObject(value)) {
		return append_children(out, key, value, depth);
	}
	return bson_append_null(out, key, -1);
}

bool nw_jsonc_append(bson_t *out, const char *key, const struct cJSON *value)
{
	return append_value(out, key, value, 0);
}

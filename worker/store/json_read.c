/* JSON text to BSON. The BSON is written as the text is read; lengths and types are filled in when they are known. */
#include "worker/store/json.h"

#include <errno.h>
#include <string.h>

#include "common/str.h"
#include "worker/store/json_number.h"
#include "worker/store/json_reader.h"

/* The reader is large and sets what it reads: zeroing it first would cost more than reading a small document. */
#if __has_attribute(uninitialized)
#define NOT_ZEROED __attribute__((uninitialized))
#else
#define NOT_ZEROED
#endif

static int read_value(struct nw_json_reader *r, size_t type_at);

static void *grow_out(void *arg, void *old, size_t old_size, size_t new_size)
{
	const struct nw_json_reader *r = arg;

	if (old != r->local) {
		return realloc(old, new_size);
	}
	char *data = malloc(new_size);

	if (data != NULL) {
		memcpy(data, old, old_size);
	}
	return data;
}

static int put_uint32(struct nw_json_reader *r, uint32_t n)
{
	uint32_t le = htole32(n);

	return nw_json_reader_put(r, &le, sizeof(le));
}

static int put_uint64(struct nw_json_reader *r, uint64_t n)
{
	uint64_t le = htole64(n);

	return nw_json_reader_put(r, &le, sizeof(le));
}

static void patch_uint32(struct nw_json_reader *r, size_t at, size_t n)
{
	uint32_t le = htole32((uint32_t)n);

	memcpy(r->out.data + at, &le, sizeof(le));
}

/** Past white space. The byte there, or 0 at the end of the text. */
static char next_byte(struct nw_json_reader *r)
{
	while (r->at < r->len) {
		char c = r->text[r->at];

		if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
			return c;
		}
		r->at++;
	}
	return '\0';
}

static int read_string(struct nw_json_reader *r, size_t type_at)
{
	size_t len_at = r->out.len;
	int rc = put_uint32(r, 0);

	r->at++;
	rc = rc < 0 ? rc : nw_json_reader_text(r, false);
	if (rc < 0) {
		return rc;
	}
	patch_uint32(r, len_at, r->out.len - len_at - 4);
	r->out.data[type_at] = BSON_TYPE_UTF8;
	return 0;
}

static int read_number(struct nw_json_reader *r, size_t type_at)
{
	struct nw_json_number number;
	size_t used;
	int rc = nw_json_number_read(r->text + r->at, r->len - r->at, &used, &number);

	if (rc == -ERANGE) {
		int shown = used > 40 ? 40 : (int)used;

		return nw_err_set(r->err, -ERANGE, "offset %zu: the number %.*s%s does not fit in 64 bits", r->at,
				  shown, r->text + r->at, used > 40 ? "..." : "");
	}
	r->at += used;
	if (rc < 0) {
		return nw_json_reader_expected(r, r->at == r->len ? "more after a number"
								  : "a digit, as JSON writes numbers");
	}
	if (number.is_double) {
		uint64_t bits;

		memcpy(&bits, &number.d, sizeof(bits));
		r->out.data[type_at] = BSON_TYPE_DOUBLE;
		return put_uint64(r, bits);
	}
	if (number.i >= INT32_MIN && number.i <= INT32_MAX) {
		r->out.data[type_at] = BSON_TYPE_INT32;
		return put_uint32(r, (uint32_t)number.i);
	}
	r->out.data[type_at] = BSON_TYPE_INT64;
	return put_uint64(r, (uint64_t)number.i);
}

static bool take_word(struct nw_json_reader *r, const char *word, size_t len)
{
	if (r->len - r->at < len || memcmp(r->text + r->at, word, len) != 0) {
		return false;
	}
	r->at += len;
	return true;
}

static int read_word(struct nw_json_reader *r, size_t type_at)
{
	if (take_word(r, "null", 4)) {
		r->out.data[type_at] = BSON_TYPE_NULL;
		return 0;
	}
	bool is_true = take_word(r, "true", 4);

	if (is_true || take_word(r, "false", 5)) {
		r->out.data[type_at] = BSON_TYPE_BOOL;
		return nw_json_reader_put_byte(r, is_true ? 1 : 0);
	}
	return nw_json_reader_expected(r, "a value");
}

/** A name, its colon and its value. */
static int read_member(struct nw_json_reader *r)
{
	size_t type_at = r->out.len, name_at = r->at;

	if (next_byte(r) != '"') {
		return nw_json_reader_expected(r, "a name in double quotes");
	}
	name_at = r->at++;
	int rc = nw_json_reader_put_byte(r, 0);

	rc = rc < 0 ? rc : nw_json_reader_text(r, true);
	if (rc < 0) {
		return rc;
	}
	if (!nw_json_names_add(&r->names, r->out.data, type_at + 1, r->out.len - type_at - 2, name_at)) {
		return nw_json_reader_no_memory(r);
	}
	if (next_byte(r) != ':') {
		return nw_json_reader_expected(r, "':' after a name");
	}
	r->at++;
	return read_value(r, type_at);
}

static int refuse_twins(struct nw_json_reader *r, size_t first)
{
	const struct nw_json_name *twin = nw_json_names_twin(&r->names, first, r->out.data);

	if (twin == NULL) {
		return 0;
	}
	struct nw_buf shown = {0};

	nw_str_escape(&shown, (struct nw_span){r->out.data + twin->at, twin->len > 80 ? 80 : twin->len});
	int rc = nw_err_set(r->err, -EINVAL, "offset %zu: the name '%s' is there twice in one object", twin->text_at,
			    nw_buf_str(&shown));

	nw_buf_free(&shown);
	return rc;
}

/** After a member or an element: is there another? 1, 0 (past @close), or the error. */
static int read_separator(struct nw_json_reader *r, char close)
{
	char c = next_byte(r);

	if (c != ',' && c != close) {
		return nw_json_reader_expected(r, close == '}' ? "',' or '}' after a member"
							       : "',' or ']' after an element");
	}
	r->at++;
	return c == ',';
}

static int read_members(struct nw_json_reader *r)
{
	size_t first = r->names.n;
	int more = 1;

	if (next_byte(r) == '}') {
		r->at++;
		return 0;
	}
	while (more == 1) {
		int rc = read_member(r);

		if (rc < 0) {
			return rc;
		}
		more = read_separator(r, '}');
	}
	if (more == 0) {
		more = refuse_twins(r, first);
	}
	r->names.n = first;
	return more;
}

static int read_elements(struct nw_json_reader *r)
{
	if (next_byte(r) == ']') {
		r->at++;
		return 0;
	}
	for (int64_t i = 0;; i++) {
		char key[1 + NW_JSON_NUMBER_MAX] = {0};
		size_t type_at = r->out.len, len = nw_json_number_write_int(key + 1, i);
		int rc = nw_json_reader_put(r, key, len + 2);

		rc = rc < 0 ? rc : read_value(r, type_at);
		rc = rc < 0 ? rc : read_separator(r, ']');
		if (rc <= 0) {
			return rc;
		}
	}
}

/** An object or array at r->at. */
static int read_container(struct nw_json_reader *r)
{
	bool is_object = r->text[r->at] == '{';
	size_t len_at = r->out.len;

	if (r->depth == NW_JSON_DEPTH) {
		return nw_json_reader_expected(r, "no more than 64 levels of nesting");
	}
	r->at++;
	r->depth++;
	int rc = put_uint32(r, 0);

	rc = rc < 0 ? rc : is_object ? read_members(r) : read_elements(r);
	rc = rc < 0 ? rc : nw_json_reader_put_byte(r, 0);
	if (rc < 0) {
		return rc;
	}
	r->depth--;
	patch_uint32(r, len_at, r->out.len - len_at);
	return 0;
}

static int read_value(struct nw_json_reader *r, size_t type_at)
{
	char c = next_byte(r);

	if (c == '"') {
		return read_string(r, type_at);
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		return read_number(r, type_at);
	}
	if (c == '{' || c == '[') {
		r->out.data[type_at] = c == '{' ? BSON_TYPE_DOCUMENT : BSON_TYPE_ARRAY;
		return read_container(r);
	}
	return read_word(r, type_at);
}

static int read_document(struct nw_json_reader *r, bool *out_is_array)
{
	char c = next_byte(r);

	if (c != '{' && c != '[') {
		return nw_json_reader_expected(r, "an object or an array");
	}
	*out_is_array = c == '[';
	int rc = read_container(r);

	if (rc < 0) {
		return rc;
	}
	next_byte(r);
	if (r->at != r->len) {
		return nw_json_reader_expected(r, "nothing more after the end of the document");
	}
	if (r->out.len > INT32_MAX) {
		return nw_err_set(r->err, -E2BIG, "the document is larger than 2 GiB");
	}
	return 0;
}

int nw_json_to_bson(const char *text, size_t len, bson_t *out, bool *out_is_array, struct nw_err *err)
{
	struct nw_json_reader r NOT_ZEROED;
	bool is_array = false;

	r.text = text;
	r.len = len;
	r.at = 0;
	r.depth = 0;
	r.err = err;
	r.out = (struct nw_buf){.data = r.local, .cap = sizeof(r.local), .grow = grow_out, .grow_arg = &r};
	nw_json_names_init(&r.names);
	int rc = read_document(&r, &is_array);

	if (rc == 0) {
		bson_init(out);
		memcpy(bson_reserve_buffer(out, (uint32_t)r.out.len), r.out.data, r.out.len);
		*out_is_array = is_array;
	}
	if (r.out.data != r.local) {
		free(r.out.data);
	}
	nw_json_names_fini(&r.names);
	return rc;
}

/* Strings: escapes, UTF-8 and what may not be in them. */
#include "worker/store/json_reader.h"

#include "common/json_text.h"

/** Four hex digits at text[at]; -1: not there. */
static int32_t read_hex(const struct nw_json_reader *r, size_t at)
{
	int32_t code = 0;

	if (r->len - at < 4) {
		return -1;
	}
	for (size_t i = at; i < at + 4; i++) {
		char c = r->text[i];

		code *= 16;
		if (c >= '0' && c <= '9') {
			code += c - '0';
		} else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
			code += (c | 0x20) - 'a' + 10;
		} else {
			return -1;
		}
	}
	return code;
}

static int put_code(struct nw_json_reader *r, uint32_t code)
{
	char utf8[4];
	size_t n = 0;

	if (code < 0x80) {
		utf8[n++] = (char)code;
	} else if (code < 0x800) {
		utf8[n++] = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		utf8[n++] = (char)(0xe0 | code >> 12);
		utf8[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		utf8[n++] = (char)(0xf0 | code >> 18);
		utf8[n++] = (char)(0x80 | (code >> 12 & 0x3f));
		utf8[n++] = (char)(0x80 | (code >> 6 & 0x3f));
	}
	if (code >= 0x80) {
		utf8[n++] = (char)(0x80 | (code & 0x3f));
	}
	return nw_json_reader_put(r, utf8, n);
}

/** \uXXXX at r->at, and the second half of a pair with it. */
static int read_unicode(struct nw_json_reader *r, bool is_name)
{
	int32_t code = read_hex(r, r->at + 2);

	if (code < 0) {
		return nw_json_reader_expected(r, "four hex digits after \\u");
	}
	if (code == 0 && is_name) {
		return nw_json_reader_expected(r, "a name without NUL");
	}
	if (code >= 0xdc00 && code <= 0xdfff) {
		return nw_json_reader_expected(r, "the high half of a surrogate pair before this low one");
	}
	size_t used = 6;

	if (code >= 0xd800 && code <= 0xdbff) {
		bool is_pair = r->len - r->at >= 12 && r->text[r->at + 6] == '\\' && r->text[r->at + 7] == 'u';
		int32_t low = is_pair ? read_hex(r, r->at + 8) : -1;

		if (low < 0xdc00 || low > 0xdfff) {
			return nw_json_reader_expected(r, "the low half of a surrogate pair after this high one");
		}
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		used = 12;
	}
	r->at += used;
	return put_code(r, (uint32_t)code);
}

static int read_escape(struct nw_json_reader *r, bool is_name)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	char c = r->len - r->at >= 2 ? r->text[r->at + 1] : '\0';
	const char *name = c == '\0' ? NULL : strchr(names, c);

	if (name != NULL) {
		r->at += 2;
		return nw_json_reader_put_byte(r, bytes[name - names]);
	}
	if (c == 'u') {
		return read_unicode(r, is_name);
	}
	return nw_json_reader_expected(r, "one of \" \\ / b f n r t u after a backslash");
}

/** A run of characters beyond ASCII. */
static int read_utf8(struct nw_json_reader *r)
{
	size_t start = r->at;

	while (r->at < r->len && (unsigned char)r->text[r->at] >= 0x80) {
		size_t n = nw_json_text_utf8(r->text + r->at, r->len - r->at);

		if (n == 0) {
			return nw_json_reader_expected(r, "UTF-8");
		}
		r->at += n;
	}
	return nw_json_reader_put(r, r->text + start, r->at - start);
}

/** The inside of a string and its closing quote, to out with a NUL behind it. */
static int read_text_with_care(struct nw_json_reader *r, bool is_name)
{
	for (;;) {
		size_t n = nw_json_text_plain(r->text + r->at, r->len - r->at);
		int rc = nw_json_reader_put(r, r->text + r->at, n);

		r->at += n;
		if (rc == 0 && r->at == r->len) {
			rc = nw_json_reader_expected(r, "'\"' at the end of a string");
		}
		if (rc < 0) {
			return rc;
		}
		unsigned char c = (unsigned char)r->text[r->at];

		if (c == '"') {
			r->at++;
			return nw_json_reader_put_byte(r, '\0');
		}
		if (c == '\\') {
			rc = read_escape(r, is_name);
		} else if (c >= 0x80) {
			rc = read_utf8(r);
		} else {
			rc = nw_json_reader_expected(r, "no control character in a string (write \\u00XX)");
		}
		if (rc < 0) {
			return rc;
		}
	}
}

/** The same, at once when nothing in it needs care. */
int nw_json_reader_text(struct nw_json_reader *r, bool is_name)
{
	const char *text = r->text + r->at;
	size_t n = nw_json_text_plain(text, r->len - r->at);

	if (n == r->len - r->at || text[n] != '"') {
		return read_text_with_care(r, is_name);
	}
	char *to = nw_json_reader_room(r, n + 1);

	if (to == NULL) {
		return nw_json_reader_no_memory(r);
	}
	memcpy(to, text, n);
	to[n] = '\0';
	r->out.len += n + 1;
	r->at += n + 1;
	return 0;
}

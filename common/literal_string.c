#include "common/literal_string.h"

#include <errno.h>
#include <string.h>

#include "common/literal_logic.h"
#include "common/literal_method.h"

struct prefix {
	size_t len;
	bool is_raw;
	bool is_bytes;
	bool is_format;
};

/* The letters in front of a quote. False: no string begins here. */
static bool read_prefix(const struct nw_literal_reader *reader, struct prefix *out)
{
	struct prefix prefix = {0};

	for (const char *p = reader->p; p < reader->end && prefix.len < 3; p++, prefix.len++) {
		switch (*p) {
		case '\'':
		case '"':
			*out = prefix;
			return true;
		case 'r':
		case 'R':
			prefix.is_raw = true;
			break;
		case 'b':
		case 'B':
			prefix.is_bytes = true;
			break;
		case 'f':
		case 'F':
			prefix.is_format = true;
			break;
		case 'u':
		case 'U':
			break;
		default:
			return false;
		}
	}
	return false;
}

bool nw_literal_at_string(const struct nw_literal_reader *reader)
{
	struct prefix prefix;

	return read_prefix(reader, &prefix);
}

static void add_code_point(struct nw_buf *out, uint32_t c)
{
	char utf8[4];
	size_t n = 0;

	if (c < 0x80) {
		utf8[n++] = (char)c;
	} else if (c < 0x800) {
		utf8[n++] = (char)(0xc0 | c >> 6);
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		utf8[n++] = (char)(0xe0 | c >> 12);
		utf8[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		utf8[n++] = (char)(0xf0 | c >> 18);
		utf8[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		utf8[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	}
	nw_buf_add(out, utf8, n);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* \xHH, \uHHHH, \UHHHHHHHH: exactly @n hexadecimal digits at p. */
static int read_hex(struct nw_literal_reader *reader, size_t n, struct nw_buf *out, struct nw_err *err)
{
	uint32_t c = 0;

	for (size_t i = 0; i < n; i++) {
		int digit = reader->p < reader->end ? digit_of(*reader->p) : 16;

		if (digit > 15) {
			return nw_err_set(err, -EINVAL, "an escape needs %zu hexadecimal digits here", n);
		}
		c = c << 4 | (uint32_t)digit;
		reader->p++;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		return nw_err_set(err, -EINVAL, "U+%04X is not a character", c);
	}
	add_code_point(out, c);
	return 0;
}

static void read_octal(struct nw_literal_reader *reader, struct nw_buf *out)
{
	uint32_t c = 0;

	for (int i = 0; i < 3 && reader->p < reader->end && *reader->p >= '0' && *reader->p <= '7'; i++) {
		c = c << 3 | (uint32_t)(*reader->p++ - '0');
	}
	add_code_point(out, c);
}

/* p stands behind a backslash. */
static int read_escape(struct nw_literal_reader *reader, struct nw_buf *out, struct nw_err *err)
{
	static const char plain[] = "\\'\"abfnrtv";
	static const char meaning[] = "\\'\"\a\b\f\n\r\t\v";
	char c = *reader->p;
	const char *at = c != '\0' ? strchr(plain, c) : NULL;

	if (c >= '0' && c <= '7') {
		read_octal(reader, out);
		return 0;
	}
	reader->p++;
	if (at != NULL) {
		nw_buf_addc(out, meaning[at - plain]);
		return 0;
	}
	switch (c) {
	case '\n':
		reader->line++;
		return 0;
	case 'x':
		return read_hex(reader, 2, out, err);
	case 'u':
		return read_hex(reader, 4, out, err);
	case 'U':
		return read_hex(reader, 8, out, err);
	case 'N':
		return nw_err_set(err, -EINVAL, "\\N{...} is not read: write the character itself, or \\uHHHH");
	default:
		nw_buf_addc(out, '\\');
		nw_buf_addc(out, c);
		return 0;
	}
}

static bool at_quotes(const struct nw_literal_reader *reader, char quote, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (reader->p + i >= reader->end || reader->p[i] != quote) {
			return false;
		}
	}
	return true;
}

static int not_closed(struct nw_literal_reader *reader, unsigned line, struct nw_err *err)
{
	reader->line = line;
	return nw_err_set(err, -EINVAL, "the string that begins here is not closed");
}

/* {VALUE} of an f-string; p stands behind the bracket. */
static int read_field(struct nw_literal_reader *reader, struct nw_buf *out, struct nw_err *err)
{
	struct nw_literal value;
	struct nw_span text = {NULL, 0};

	reader->brackets++;
	int rc = nw_literal_logic_read(reader, &value, err);

	reader->brackets--;
	if (rc == 0 && (reader->p >= reader->end || *reader->p != '}')) {
		return nw_err_set(err, -EINVAL, "an f-string takes values only, without a format: {value}");
	}
	if (rc == 0 && reader->dry == 0) {
		rc = nw_literal_method_text(reader->arena, &value, &text, err);
	}
	if (rc == 0) {
		reader->p++;
		nw_buf_add(out, text.p, text.len);
	}
	return rc;
}

/* A bracket of an f-string: twice for itself. */
static int read_brace(struct nw_literal_reader *reader, struct nw_buf *out, struct nw_err *err)
{
	char c = *reader->p++;

	if (reader->p < reader->end && *reader->p == c) {
		nw_buf_addc(out, *reader->p++);
		return 0;
	}
	if (c == '}') {
		return nw_err_set(err, -EINVAL, "a single '}' in an f-string: write '}}'");
	}
	return read_field(reader, out, err);
}

static int read_body(struct nw_literal_reader *reader, const struct prefix *prefix, struct nw_buf *out,
		     struct nw_err *err)
{
	char quote = *reader->p;
	size_t n = at_quotes(reader, quote, 3) ? 3 : 1;
	unsigned line = reader->line;

	reader->p += n;
	while (!at_quotes(reader, quote, n)) {
		if (reader->p >= reader->end || (n == 1 && *reader->p == '\n')) {
			return not_closed(reader, line, err);
		}
		if (prefix->is_format && (*reader->p == '{' || *reader->p == '}')) {
			int rc = read_brace(reader, out, err);

			if (rc != 0) {
				return rc;
			}
			continue;
		}
		char c = *reader->p++;

		if (c == '\n') {
			reader->line++;
		}
		if (c != '\\') {
			nw_buf_addc(out, c);
			continue;
		}
		if (reader->p >= reader->end) {
			return not_closed(reader, line, err);
		}
		if (prefix->is_raw) {
			reader->line += *reader->p == '\n';
			nw_buf_addc(out, '\\');
			nw_buf_addc(out, *reader->p++);
			continue;
		}
		int rc = read_escape(reader, out, err);

		if (rc != 0) {
			return rc;
		}
	}
	reader->p += n;
	return 0;
}

int nw_literal_string_read(struct nw_literal_reader *reader, struct nw_buf *out, struct nw_err *err)
{
	struct prefix prefix;

	if (!read_prefix(reader, &prefix)) {
		return nw_err_set(err, -EINVAL, "expected a string");
	}
	if (prefix.is_bytes) {
		return nw_err_set(err, -EINVAL, "b'...' is not text: write the string without the b");
	}
	reader->p += prefix.len;
	return read_body(reader, &prefix, out, err);
}

#include "common/literal_number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/quote.h"

enum { NUMBER_LEN = 64 }; /* longest number, underscores included */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static bool is_digit_of(char c, bool is_hex)
{
	return is_digit(c) || (is_hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Without the underscores, each of which must stand between two digits (or behind 0x, 0o, 0b). */
static int strip_underscores(struct nw_span s, char out[NUMBER_LEN + 1])
{
	bool is_hex = s.len > 1 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x';
	bool has_base = s.len > 1 && s.p[0] == '0' && memchr("xXoObB", s.p[1], 6) != NULL;
	size_t n = 0;

	if (s.len == 0 || s.len > NUMBER_LEN) {
		return -EINVAL;
	}
	for (size_t i = 0; i < s.len; i++) {
		bool is_behind_digit = i > 0 && (is_digit_of(s.p[i - 1], is_hex) || (i == 2 && has_base));

		if (s.p[i] != '_') {
			out[n++] = s.p[i];
		} else if (!is_behind_digit || i + 1 == s.len || !is_digit_of(s.p[i + 1], is_hex)) {
			return -EINVAL;
		}
	}
	out[n] = '\0';
	return 0;
}

static int parse_integer(const char *digits, int base, struct nw_literal *out)
{
	char *end = NULL;

	/* strtoll would take a sign or a second prefix. */
	if (!is_word(digits[0]) || (base == 16 && digits[1] == 'x')) {
		return -EINVAL;
	}
	errno = 0;
	long long value = strtoll(digits, &end, base);

	if (*end != '\0') {
		return -EINVAL;
	}
	if (errno == ERANGE) {
		return -ERANGE;
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_INT, .integer = value};
	return 0;
}

static int parse_float(const char *text, struct nw_literal *out)
{
	char *end = NULL;

	/* Neither hexadecimal nor inf and nan, which strtod knows. */
	if (strspn(text, "0123456789.eE+-") != strlen(text)) {
		return -EINVAL;
	}
	double value = strtod(text, &end);

	if (end == text || *end != '\0') {
		return -EINVAL;
	}
	*out = (struct nw_literal){.kind = NW_LITERAL_FLOAT, .real = value};
	return 0;
}

int nw_literal_number_parse(struct nw_span s, struct nw_literal *out)
{
	char text[NUMBER_LEN + 1];
	int rc = strip_underscores(s, text);

	if (rc != 0 || !(is_digit(text[0]) || text[0] == '.')) {
		return -EINVAL;
	}
	if (text[0] == '0' && text[1] != '\0') {
		switch (text[1] | 0x20) {
		case 'x':
			return parse_integer(text + 2, 16, out);
		case 'o':
			return parse_integer(text + 2, 8, out);
		case 'b':
			return parse_integer(text + 2, 2, out);
		default:
			break;
		}
	}
	if (strspn(text, "0123456789") != strlen(text)) {
		return parse_float(text, out);
	}
	/* Python refuses 022, which once was octal; 0 and 00 are zero. */
	if (text[0] == '0' && strspn(text, "0") != strlen(text)) {
		return -EINVAL;
	}
	return parse_integer(text, 10, out);
}

/* Up to where no number can go on: "1e-5" is one token, "0x1e-5" and "1-5" are not. */
static size_t token_len(const struct nw_literal_reader *reader)
{
	const char *p = reader->p;
	bool is_hex = reader->end - p > 1 && p[0] == '0' && (p[1] | 0x20) == 'x';
	bool is_behind_e = false;

	while (p < reader->end && (is_word(*p) || *p == '.' || (is_behind_e && (*p == '+' || *p == '-')))) {
		is_behind_e = !is_hex && (*p | 0x20) == 'e';
		p++;
	}
	return (size_t)(p - reader->p);
}

int nw_literal_number_read(struct nw_literal_reader *reader, struct nw_literal *out, struct nw_err *err)
{
	struct nw_span token = {reader->p, token_len(reader)};
	char shown[80];
	int rc = nw_literal_number_parse(token, out);

	if (rc == -ERANGE) {
		return nw_err_set(err, -EINVAL, "%s is too large", nw_quote_into(shown, sizeof(shown), token));
	}
	if (rc != 0) {
		return nw_err_set(err, -EINVAL, "%s is not a number (octal is written 0o22)",
				  nw_quote_into(shown, sizeof(shown), token));
	}
	reader->p += token.len;
	return 0;
}

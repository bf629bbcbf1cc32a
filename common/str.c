#include "common/str.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

struct nw_span nw_span_of(const char *s)
{
	return (struct nw_span){s, strlen(s)};
}

bool nw_span_eq(struct nw_span a, const char *b)
{
	return strlen(b) == a.len && (a.len == 0 || memcmp(a.p, b, a.len) == 0);
}

bool nw_span_eq_nocase(struct nw_span a, const char *b)
{
	return strlen(b) == a.len && (a.len == 0 || strncasecmp(a.p, b, a.len) == 0);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct nw_span nw_span_trim(struct nw_span s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1])) {
		s.len--;
	}
	return s;
}

bool nw_span_is_token(struct nw_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\0' || (!isalnum((unsigned char)s.p[i]) && strchr("!#$%&'*+-.^_`|~", s.p[i]) == NULL)) {
			return false;
		}
	}
	return s.len > 0;
}

bool nw_span_cut(struct nw_span *rest, char separator, struct nw_span *out)
{
	if (rest->p == NULL) {
		return false;
	}
	const char *end = rest->len > 0 ? memchr(rest->p, separator, rest->len) : NULL;

	*out = *rest;
	if (end == NULL) {
		*rest = (struct nw_span){NULL, 0};
		return true;
	}
	out->len = (size_t)(end - rest->p);
	*rest = (struct nw_span){end + 1, rest->len - out->len - 1};
	return true;
}

int nw_span_to_int64(struct nw_span s, int64_t min, int64_t max, int64_t *out)
{
	bool is_negative = s.len > 0 && s.p[0] == '-';
	int64_t value = 0; /* kept negative: INT64_MIN has no positive twin */

	if (s.len == (is_negative ? 1 : 0)) {
		return -EINVAL;
	}
	for (size_t i = is_negative ? 1 : 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return -EINVAL;
		}
	}
	for (size_t i = is_negative ? 1 : 0; i < s.len; i++) {
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, s.p[i] - '0', &value)) {
			return -ERANGE;
		}
	}
	if (!is_negative && __builtin_sub_overflow(0, value, &value)) {
		return -ERANGE;
	}
	if (value < min || value > max) {
		return -ERANGE;
	}
	*out = value;
	return 0;
}

int nw_str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out)
{
	return nw_span_to_int64(nw_span_of(s), min, max, out);
}

enum { NEAREST_LEN = 63 }; /* names are shorter; longer ones are no typos */

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t row[NEAREST_LEN + 1];

	for (size_t j = 0; j <= b_len; j++) {
		row[j] = j;
	}
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len];
}

const char *nw_str_nearest(const char *s, const char *const *candidates, size_t n)
{
	size_t len = strlen(s);
	size_t best = len / 3 + 2; /* at this distance it is another word */
	const char *nearest = NULL;

	for (size_t i = 0; i < n && len <= NEAREST_LEN; i++) {
		size_t candidate_len = strlen(candidates[i]);

		if (candidate_len > NEAREST_LEN) {
			continue;
		}
		size_t d = distance(s, len, candidates[i], candidate_len);

		if (d < best && d < candidate_len) {
			best = d;
			nearest = candidates[i];
		}
	}
	return nearest;
}

void nw_str_escape(struct nw_buf *out, struct nw_span s)
{
	size_t plain = 0; /* begin of the run of bytes that stay as they are */

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			continue;
		}
		nw_buf_add(out, s.p + plain, i - plain);
		plain = i + 1;
		if (c == '"' || c == '\\') {
			nw_buf_addf(out, "\\%c", c);
		} else {
			nw_buf_addf(out, "\\x%02X", c);
		}
	}
	nw_buf_add(out, s.p + plain, s.len - plain);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
		return (c | 0x20) - 'a' + 10;
	}
	return -1;
}

ptrdiff_t nw_str_percent_decode(struct nw_span in, bool plus, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (c == '%') {
			int high = i + 2 < in.len ? hex_digit(in.p[i + 1]) : -1;
			int low = i + 2 < in.len ? hex_digit(in.p[i + 2]) : -1;

			if (high < 0 || low < 0) {
				return -EINVAL;
			}
			c = (char)(high << 4 | low);
			i += 2;
		} else if (plus && c == '+') {
			c = ' ';
		}
		out[n++] = c;
	}
	return (ptrdiff_t)n;
}

void nw_str_add_uri(struct nw_buf *out, struct nw_span uri)
{
	for (size_t i = 0; i < uri.len; i++) {
		unsigned char c = (unsigned char)uri.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}", c) != NULL) {
			nw_buf_addf(out, "%%%02X", c);
		} else {
			nw_buf_addc(out, (char)c);
		}
	}
}

void nw_str_add_slashed(struct nw_buf *out, struct nw_span path, struct nw_span query)
{
	nw_str_add_uri(out, path);
	nw_buf_addc(out, '/');
	if (query.len > 0) {
		nw_buf_addc(out, '?');
		nw_str_add_uri(out, query);
	}
}

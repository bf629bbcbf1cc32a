#include "worker/app/parameter.h"

#include <errno.h>

#include "worker/http/chars.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(struct nw_span s, size_t at)
{
	while (at < s.len && is_blank(s.p[at])) {
		at++;
	}
	return at;
}

static size_t skip_token(struct nw_span s, size_t at)
{
	while (at < s.len && nw_char_is(s.p[at], NW_CHAR_TOKEN)) {
		at++;
	}
	return at;
}

/* Behind the quote that ends what begins at @at; 0: there is none. */
static size_t skip_quoted(struct nw_span s, size_t at)
{
	for (; at < s.len; at++) {
		if (s.p[at] == '"') {
			return at + 1;
		}
		if (s.p[at] == '\\' && s.len - at > 2 && (s.p[at + 1] == '"' || s.p[at + 1] == '\\')) {
			at++;
		}
	}
	return 0;
}

static size_t skip_plain(struct nw_span s, size_t at)
{
	while (at < s.len && (unsigned char)s.p[at] > ' ' && s.p[at] != 0x7f && s.p[at] != ';' && s.p[at] != '"') {
		at++;
	}
	return at;
}

/* Behind the value that begins at @at; 0: there is none. */
static size_t value_read(struct nw_span s, size_t at, struct nw_span *out)
{
	bool is_quoted = at < s.len && s.p[at] == '"';
	size_t begin = at + is_quoted;
	size_t end = is_quoted ? skip_quoted(s, begin) : skip_plain(s, begin);

	if (end <= at) {
		return 0;
	}
	*out = (struct nw_span){s.p + begin, end - is_quoted - begin};
	return end;
}

/* Past "; ; "; false: something else begins here. */
static bool separator_skip(struct nw_span s, size_t *at)
{
	size_t begin = skip_blanks(s, *at);
	size_t end = begin;

	while (end < s.len && s.p[end] == ';') {
		end = skip_blanks(s, end + 1);
	}
	*at = end;
	return end > begin || end == s.len;
}

int nw_parameter_next(struct nw_span *rest, struct nw_parameter *out)
{
	struct nw_span s = *rest;
	size_t at = 0;

	if (!separator_skip(s, &at)) {
		return -EINVAL;
	}
	if (at == s.len) {
		return 0;
	}
	size_t equals = skip_token(s, at);

	if (equals == at || equals == s.len || s.p[equals] != '=') {
		return -EINVAL;
	}
	size_t end = value_read(s, equals + 1, &out->value);

	if (end == 0) {
		return -EINVAL;
	}
	out->name = (struct nw_span){s.p + at, equals - at};
	*rest = (struct nw_span){s.p + end, s.len - end};
	return 1;
}

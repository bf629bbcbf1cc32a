#include "worker/app/pairs.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static size_t count(struct nw_span text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		n += text.p[i] == c;
	}
	return n;
}

static char hex_value(char c)
{
	return (char)(isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* One byte of @in from @at, decoded; returns how many bytes it took. */
static size_t byte_take(struct nw_span in, size_t at, char *out)
{
	char c = in.p[at];

	if (c == '%' && in.len - at > 2 && isxdigit((unsigned char)in.p[at + 1]) &&
	    isxdigit((unsigned char)in.p[at + 2])) {
		*out = (char)(hex_value(in.p[at + 1]) << 4 | hex_value(in.p[at + 2]));
		return 3;
	}
	*out = c == '+' ? ' ' : c;
	return 1;
}

static char *byte_put(char *to, char c)
{
	static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

	if (c != '\0') {
		*to = c;
		return to + 1;
	}
	memcpy(to, replacement, 3);
	return to + 3;
}

/* Writes the decoded text and a NUL to @to; returns what lies behind. */
static char *decode(struct nw_span in, char *to)
{
	for (size_t at = 0; at < in.len;) {
		char c;

		at += byte_take(in, at, &c);
		to = byte_put(to, c);
	}
	*to = '\0';
	return to + 1;
}

char *nw_pairs_copy(struct nw_span text, char *to)
{
	for (size_t i = 0; i < text.len; i++) {
		to = byte_put(to, text.p[i]);
	}
	*to = '\0';
	return to + 1;
}

static struct nw_span piece_end(struct nw_span text, size_t at, char c)
{
	const char *end = memchr(text.p + at, c, text.len - at);

	return (struct nw_span){text.p + at, end == NULL ? text.len - at : (size_t)(end - text.p) - at};
}

static void fill(struct nw_pairs *pairs, struct nw_span text, char *to)
{
	for (size_t at = 0; at < text.len;) {
		struct nw_span piece = piece_end(text, at, '&');

		at += piece.len + 1;
		if (piece.len == 0) {
			continue;
		}
		struct nw_span name = piece_end(piece, 0, '=');
		struct nw_span value = {piece.p + name.len, piece.len - name.len};
		struct nw_pair *pair = &pairs->v[pairs->n++];

		if (value.len > 0) { /* '=' itself */
			value.p++;
			value.len--;
		}
		pair->name = to;
		to = decode(name, to);
		pair->value = to;
		to = decode(value, to);
	}
}

int nw_pairs_parse(struct nw_arena *arena, struct nw_span text, size_t max, struct nw_pairs *out)
{
	struct nw_pairs pairs = {.n = 0};
	size_t n = text.len == 0 ? 0 : count(text, '&') + 1;

	if (n > max) {
		return -E2BIG;
	}
	if (n > 0) {
		pairs.v = nw_arena_alloc(arena, n * sizeof(*pairs.v));
		/* A raw NUL grows to three bytes; each pair has two NULs of its own, and one '=' or '&' to spare. */
		char *room = nw_arena_alloc(arena, text.len + 2 * count(text, '\0') + 2 * n);

		if (pairs.v == NULL || room == NULL) {
			return -ENOMEM;
		}
		fill(&pairs, text, room);
	}
	*out = pairs;
	return 0;
}

const char *nw_pairs_get(const struct nw_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++) {
		if (strcmp(pairs->v[i].name, name) == 0) {
			return pairs->v[i].value;
		}
	}
	return NULL;
}

bool nw_pairs_at(const struct nw_pairs *pairs, size_t index, const char **out_name, const char **out_value)
{
	if (index >= pairs->n) {
		return false;
	}
	*out_name = pairs->v[index].name;
	*out_value = pairs->v[index].value;
	return true;
}

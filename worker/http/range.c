#include "worker/http/range.h"

#include <string.h>

#include "worker/http/chars.h"

/* What is left to read. */
struct reader {
	const char *p, *end;
};

static void skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t')) {
		r->p++;
	}
}

static bool take(struct reader *r, char c)
{
	if (r->p == r->end || *r->p != c) {
		return false;
	}
	r->p++;
	return true;
}

/* One digit at least; what is too large for the type is as large as it can be. */
static bool take_number(struct reader *r, uint64_t *out)
{
	const char *begin = r->p;
	uint64_t n = 0;

	for (; r->p < r->end && nw_char_is_digit(*r->p); r->p++) {
		unsigned digit = (unsigned)(*r->p - '0');

		n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
	}
	*out = n;
	return r->p > begin;
}

/* "-500": the last so many bytes. */
static bool take_suffix(struct reader *r, uint64_t size, struct nw_range *out)
{
	uint64_t len;

	if (!take_number(r, &len)) {
		return false;
	}
	len = len < size ? len : size;
	*out = (struct nw_range){size - len, len};
	return true;
}

/* "0-499", "500-", "-500". False: malformed. Of no byte that there is: len 0. */
static bool take_range(struct reader *r, uint64_t size, struct nw_range *out)
{
	uint64_t first, last;

	if (take(r, '-')) {
		return take_suffix(r, size, out);
	}
	if (!take_number(r, &first) || !take(r, '-')) {
		return false;
	}
	if (!take_number(r, &last)) {
		last = UINT64_MAX; /* to the end */
	}
	if (last < first) {
		return false;
	}
	last = last < size ? last : size - 1;
	*out = (struct nw_range){first, first < size ? last - first + 1 : 0};
	return true;
}

static bool touch(struct nw_range a, struct nw_range b)
{
	return a.at <= b.at + b.len && b.at <= a.at + a.len;
}

/* Add @range, made one with all that it touches, in the place of the first of those. */
static void add(struct nw_ranges *ranges, struct nw_range range)
{
	size_t place = ranges->n, n = 0;

	for (size_t i = 0; i < ranges->n; i++) {
		struct nw_range other = ranges->v[i];

		if (!touch(range, other)) {
			ranges->v[n++] = other;
			continue;
		}
		uint64_t end =
			other.at + other.len > range.at + range.len ? other.at + other.len : range.at + range.len;

		range.at = other.at < range.at ? other.at : range.at;
		range.len = end - range.at;
		if (place == ranges->n) {
			place = n++;
		}
	}
	if (place == ranges->n) {
		place = n++;
	}
	ranges->v[place] = range;
	ranges->n = n;
}

enum nw_range_is nw_range_read(struct nw_span value, uint64_t size, struct nw_ranges *out)
{
	static const char unit[] = "bytes";
	size_t unit_len = sizeof(unit) - 1, n_asked = 0;
	struct nw_ranges found = {0};

	if (size == 0 || value.len <= unit_len || !nw_char_same(value.p, unit, unit_len) || value.p[unit_len] != '=') {
		return NW_RANGE_IGNORED;
	}
	struct reader r = {value.p + unit_len + 1, value.p + value.len};

	do {
		struct nw_range range;

		skip_space(&r);
		if (r.p == r.end || *r.p == ',') {
			continue; /* an empty member of a list is none */
		}
		if (n_asked++ == NW_RANGES_MAX || !take_range(&r, size, &range)) {
			return NW_RANGE_IGNORED;
		}
		skip_space(&r);
		if (range.len > 0) {
			add(&found, range);
		}
	} while (take(&r, ','));
	if (r.p < r.end || n_asked == 0) {
		return NW_RANGE_IGNORED;
	}
	if (found.n == 0) {
		return NW_RANGE_UNSATISFIABLE;
	}
	*out = found;
	return NW_RANGE_SATISFIABLE;
}

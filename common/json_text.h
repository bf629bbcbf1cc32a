/** What reading and writing JSON text have in common: which bytes of a string need care. */
#ifndef NW_COMMON_JSON_TEXT_H
#define NW_COMMON_JSON_TEXT_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/buf.h"
#include "common/str.h"

/** ASCII from space on, neither '"' nor '\\': the same inside a JSON string and outside. */
static inline bool nw_json_text_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/** A bit at the top of each byte of @x that is not plain. Only the lowest of them is sure, as a borrow may set others.
 */
static inline uint64_t nw_json_text_marks(uint64_t x)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t quote = x ^ (ones * '"'), slash = x ^ (ones * '\\');

	return (x | ((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops;
}

static inline uint64_t nw_json_text_load(const char *s)
{
	uint64_t x;

	memcpy(&x, s, sizeof(x));
	return le64toh(x);
}

/** How many bytes at the start of @s are plain. */
static inline size_t nw_json_text_plain(const char *s, size_t len)
{
	size_t i = 0;

	while (len - i >= 8) {
		uint64_t marks = nw_json_text_marks(nw_json_text_load(s + i));

		if (marks != 0) {
			return i + (size_t)__builtin_ctzll(marks) / 8;
		}
		i += 8;
	}
	/* The last bytes again with some that are known to be plain, rather than one by one. */
	if (i != 0 && i < len && nw_json_text_marks(nw_json_text_load(s + len - 8)) == 0) {
		return len;
	}
	while (i < len && nw_json_text_is_plain((unsigned char)s[i])) {
		i++;
	}
	return i;
}

/** The length of the one UTF-8 sequence at the start of @s: 1 to 4; 0: it is not UTF-8 (surrogates, overlong, cut). */
size_t nw_json_text_utf8(const char *s, size_t len);

/** Add @s as a JSON string, with its quotes. What is not UTF-8 in it becomes U+FFFD. */
void nw_json_text_add(struct nw_buf *out, struct nw_span s);

#endif

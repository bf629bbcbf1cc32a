/** What a byte may be part of in HTTP/1.1: one table of bits. */
#ifndef NW_HTTP_CHARS_H
#define NW_HTTP_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	NW_CHAR_TOKEN = 1,  /* RFC 9110 tchar */
	NW_CHAR_METHOD = 2, /* the same without lower case and '#' */
	NW_CHAR_HOST = 4,   /* of a registered name (RFC 3986), without '%' */
	NW_CHAR_FIELD = 8,  /* of a field line */
	NW_CHAR_NAME = 16,  /* a letter or '-' */
	NW_CHAR_LOWER = 32, /* a lower-case letter */
};

extern const uint8_t nw_chars[256];

static inline bool nw_char_is(char c, unsigned class)
{
	return (nw_chars[(unsigned char)c] & class) != 0;
}

static inline bool nw_char_is_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/** Value of a hexadecimal digit; -1: it is none. */
static inline int nw_char_hex(char c)
{
	char lower = (char)(c | 0x20);

	if (nw_char_is_digit(c)) {
		return c - '0';
	}
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static inline uint64_t nw_char_load_8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t nw_char_load_4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/** ASCII letters and digits of @p in any case against @lower of the same length; exact for bytes above 0x1f. Made for
 *  constant lengths, of which a few words are compared. */
static inline bool nw_char_same(const char *p, const char *lower, size_t len)
{
	const uint64_t spaces = UINT64_C(0x2020202020202020);
	size_t i = 0;

	for (; i + 8 <= len; i += 8) {
		if ((nw_char_load_8(p + i) | spaces) != nw_char_load_8(lower + i)) {
			return false;
		}
	}
	if (i + 4 <= len) {
		if ((nw_char_load_4(p + i) | (uint32_t)spaces) != nw_char_load_4(lower + i)) {
			return false;
		}
		i += 4;
	}
	for (; i < len; i++) {
		if ((p[i] | 0x20) != lower[i]) {
			return false;
		}
	}
	return true;
}

#endif

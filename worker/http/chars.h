/** What a byte may be part of in HTTP/1.1: one table of bits. */
#ifndef NW_HTTP_CHARS_H
#define NW_HTTP_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NW_CHAR_TOKEN = 1,  /* RFC 9110 tchar */
	NW_CHAR_METHOD = 2, /* the same without lower case and '#' */
	NW_CHAR_HOST = 4,   /* of a registered name (RFC 3986), '%' included */
	NW_CHAR_FIELD = 8,  /* of a field line */
	NW_CHAR_NAME = 16,  /* of a token, without '_' */
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

/** ASCII letters and digits of @p in any case against @lower of the same length; exact for bytes above 0x1f. */
static inline bool nw_char_same(const char *p, const char *lower, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((p[i] | 0x20) != lower[i]) {
			return false;
		}
	}
	return true;
}

#endif

/**
 * Looking for the first byte of another kind, sixteen bytes at a time; the compiler makes of the vectors what the
 * machine has. Internal to the parser.
 */
#ifndef NW_HTTP_SCAN_H
#define NW_HTTP_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "worker/http/chars.h"

typedef uint8_t nw_bytes16 __attribute__((vector_size(16)));
typedef int8_t nw_signed16 __attribute__((vector_size(16)));

/** Whether a byte of @set is set (0xff, the others 0), and the index of the first one. */
static inline bool nw_scan_find(nw_bytes16 set, unsigned *out_at)
{
#ifdef __SSE2__
	typedef char chars16 __attribute__((vector_size(16)));
	unsigned bits = (unsigned)__builtin_ia32_pmovmskb128((chars16)set);

	if (bits == 0) {
		return false;
	}
	*out_at = (unsigned)__builtin_ctz(bits);
#else
	bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	uint64_t half[2];

	memcpy(half, &set, sizeof(half));
	if ((half[0] | half[1]) == 0) {
		return false;
	}
	unsigned skipped = half[0] == 0 ? 8 : 0;
	uint64_t bits = half[skipped / 8];

	*out_at = skipped + (unsigned)(is_little ? __builtin_ctzll(bits) : __builtin_clzll(bits)) / 8;
#endif
	return true;
}

/** Which bytes are within @low..@high: moved to the upper end of the signed bytes, so that one comparison does. */
static inline nw_bytes16 nw_scan_within(nw_bytes16 v, uint8_t low, uint8_t high)
{
	return (nw_bytes16)((nw_signed16)(v + (uint8_t)(127 - high)) > (int8_t)(126 - (high - low)));
}

static inline nw_bytes16 nw_scan_load(const char *p)
{
	nw_bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline bool nw_scan_has_16(const char *p, const char *end)
{
	return (uintptr_t)p + 16 <= (uintptr_t)end;
}

/** The first byte of @p..@end that is no letter and no '-', which names of fields consist of. */
static inline const char *nw_scan_name(const char *p, const char *end)
{
	for (; nw_scan_has_16(p, end); p += 16) {
		nw_bytes16 v = nw_scan_load(p);
		unsigned at;

		if (nw_scan_find(~(nw_scan_within(v | 0x20, 'a', 'z') | (nw_bytes16)(v == '-')), &at)) {
			return p + at;
		}
	}
	while (p < end && nw_char_is(*p, NW_CHAR_NAME)) {
		p++;
	}
	return p;
}

/** The first that is no letter, digit, '-' or '.', which hosts consist of. */
static inline const char *nw_scan_host(const char *p, const char *end)
{
	for (; nw_scan_has_16(p, end); p += 16) {
		nw_bytes16 v = nw_scan_load(p);
		nw_bytes16 is_letter = nw_scan_within(v | 0x20, 'a', 'z');
		nw_bytes16 is_other = nw_scan_within(v, '0', '9') | nw_scan_within(v, '-', '.');
		unsigned at;

		if (nw_scan_find(~(is_letter | is_other), &at)) {
			return p + at;
		}
	}
	while (p < end && (nw_char_is(*p, NW_CHAR_NAME) || nw_char_is_digit(*p) || *p == '.')) {
		p++;
	}
	return p;
}

/** The first control byte: CR, one that may not be in a field line, or a tab, which may. */
static inline const char *nw_scan_value(const char *p, const char *end)
{
	for (; nw_scan_has_16(p, end); p += 16) {
		nw_bytes16 v = nw_scan_load(p);
		unsigned at;

		if (nw_scan_find((nw_bytes16)(v <= 0x1f) | (nw_bytes16)(v == 0x7f), &at)) {
			return p + at;
		}
	}
	while (p < end && (unsigned char)*p > 0x1f && *p != 0x7f) {
		p++;
	}
	return p;
}

static inline bool nw_scan_is_visible(char c)
{
	return c > 0x20 && c < 0x7f;
}

/** The first byte that is not visible ASCII, or is @mark or @other (0: neither). For constants. */
static inline const char *nw_scan_target(const char *p, const char *end, char mark, char other)
{
	for (; nw_scan_has_16(p, end); p += 16) {
		nw_bytes16 v = nw_scan_load(p);
		nw_bytes16 is_mark = (nw_bytes16)(v == (uint8_t)mark) | (nw_bytes16)(v == (uint8_t)other);
		unsigned at;

		if (nw_scan_find(~nw_scan_within(v, 0x21, 0x7e) | is_mark, &at)) {
			return p + at;
		}
	}
	while (p < end && nw_scan_is_visible(*p) && *p != mark && *p != other) {
		p++;
	}
	return p;
}

#endif

#include "worker/app/header.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool nw_header_is_token(const char *s)
{
	size_t len = 0;

	for (; s[len] != '\0'; len++) {
		if (!isalnum((unsigned char)s[len]) && strchr("!#$%&'*+-.^_`|~", s[len]) == NULL) {
			return false;
		}
	}
	return len > 0;
}

static bool is_value_byte(char byte)
{
	unsigned char c = (unsigned char)byte;

	return (c >= 0x20 && c != 0x7f) || c == '\t';
}

/* Eight bytes at once: a bit for each below 0x20 or equal to 0x7f, and perhaps for some behind it. */
static uint64_t find_controls(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	uint64_t is_low = (word - ones * 0x20) & ~word;
	uint64_t is_delete = ((word ^ ones * 0x7f) - ones) & ~(word ^ ones * 0x7f);

	return (is_low | is_delete) & tops;
}

bool nw_header_is_value(const char *s)
{
	size_t len = strlen(s), at = 0;

	for (; len - at >= 8 && find_controls(s + at) == 0; at += 8) {
	}
	if (len >= 8 && len - at < 8 && find_controls(s + len - 8) == 0) { /* some of them for the second time */
		return true;
	}
	while (at < len && is_value_byte(s[at])) {
		at++;
	}
	return at == len;
}

bool nw_header_is_owned(const char *name)
{
	static const char *const owned[] = {
		"Connection", "Content-Length",    "Date",    "Keep-Alive",   "Proxy-Connection", "Server", "TE",
		"Trailer",    "Transfer-Encoding", "Upgrade", "X-Request-ID",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(owned); i++) {
		if (strcasecmp(name, owned[i]) == 0) {
			return true;
		}
	}
	return false;
}

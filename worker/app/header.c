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

bool nw_header_is_value(const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if ((unsigned char)(c - 0x20) < 0x5f) { /* nearly all of them: one comparison */
			continue;
		}
		if (c != '\t' && c < 0x80) {
			return false;
		}
	}
	return true;
}

bool nw_header_is_owned(const char *name)
{
	static const char *const owned[] = {
		"Connection", "Content-Length",    "Date",    "Keep-Alive", "Proxy-Connection", "Server", "TE",
		"Trailer",    "Transfer-Encoding", "Upgrade",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(owned); i++) {
		if (strcasecmp(name, owned[i]) == 0) {
			return true;
		}
	}
	return false;
}

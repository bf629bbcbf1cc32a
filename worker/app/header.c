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

void nw_header_add_uri(struct nw_buf *out, struct nw_span uri)
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

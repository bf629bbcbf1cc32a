#include "worker/app/header.h"

#include <string.h>
#include <strings.h>

#include "worker/http/scan.h"

bool nw_header_is_token(const char *s)
{
	return nw_span_is_token(nw_span_of(s));
}

bool nw_header_is_value_span(struct nw_span s)
{
	const char *p = s.p, *end = s.p + s.len;

	while ((p = nw_scan_value(p, end)) != end && *p == '\t') {
		p++;
	}
	return p == end;
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

#include "worker/http/compress.h"

#include <string.h>

#include "common/cc.h"

static bool ends(struct nw_span s, const char *lower)
{
	size_t len = strlen(lower);

	return s.len >= len && nw_span_eq_nocase((struct nw_span){s.p + s.len - len, len}, lower);
}

bool nw_compress_is_type(struct nw_span type)
{
	/* Beside text/..., ...+json and ...+xml. Fonts and images but these hold compressed bytes already. */
	static const char *const others[] = {
		"application/json",
		"application/javascript",
		"application/xml",
		"application/x-ndjson",
		"application/jsonlines",
		"application/json-seq",
		"application/x-javascript",
		"application/yaml",
		"application/toml",
		"application/sql",
		"application/graphql",
		"application/rtf",
		"application/wasm",
		"application/vnd.ms-fontobject",
		"font/ttf",
		"font/otf",
		"image/bmp",
		"image/x-icon",
		"image/vnd.microsoft.icon",
	};
	size_t len = 0;

	while (len < type.len && type.p[len] != ';' && type.p[len] != ' ' && type.p[len] != '\t') {
		len++;
	}
	type.len = len;
	if ((len > 5 && nw_span_eq_nocase((struct nw_span){type.p, 5}, "text/")) || ends(type, "+json") ||
	    ends(type, "+xml")) {
		return true;
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(others); i++) {
		if (nw_span_eq_nocase(type, others[i])) {
			return true;
		}
	}
	return false;
}

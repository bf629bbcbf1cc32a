#include "worker/app/cookie.h"

#include <string.h>

static struct nw_span unquote(struct nw_span value)
{
	if (value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"') {
		return (struct nw_span){value.p + 1, value.len - 2};
	}
	return value;
}

struct nw_span nw_cookie_find(struct nw_span text, const char *name)
{
	for (size_t at = 0; at < text.len;) {
		const char *begin = text.p + at;
		const char *semicolon = memchr(begin, ';', text.len - at);
		size_t len = semicolon == NULL ? text.len - at : (size_t)(semicolon - begin);
		const char *equals = memchr(begin, '=', len);
		size_t name_len = equals == NULL ? 0 : (size_t)(equals - begin);

		if (equals != NULL && nw_span_eq(nw_span_trim((struct nw_span){begin, name_len}), name)) {
			return unquote(nw_span_trim((struct nw_span){equals + 1, len - name_len - 1}));
		}
		at += len + 1;
	}
	return (struct nw_span){NULL, 0};
}

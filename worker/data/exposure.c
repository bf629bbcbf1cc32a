#include "worker/data/exposure.h"

#include <string.h>

#include "common/listener.h"
#include "common/str.h"

enum { ANY_PORT = 80 }; /* which one does not matter here */

static bool is_own(struct nw_span text)
{
	NW_AUTO_FREE char *copy = strndup(text.p, text.len);
	struct nw_addr addr;

	return copy != NULL && nw_addr_parse(copy, ANY_PORT, &addr, NULL) == 0 && nw_addr_is_loopback(&addr);
}

/* Python's list around addresses: '[' that is followed by a quote, or the end. */
static const char *skip_separators(const char *s)
{
	while (*s != '\0' && (strchr(" ,'\"", *s) != NULL || (*s == '[' && strchr("'\"]", s[1]) != NULL) ||
			      (*s == ']' && s[1] == '\0'))) {
		s++;
	}
	return s;
}

void nw_exposure_find(const char *bind, struct nw_buf *out)
{
	for (const char *s = skip_separators(bind); *s != '\0'; s = skip_separators(s)) {
		struct nw_span address = {s, strcspn(s, " ,'\"")};

		if (!is_own(address)) {
			if (out->len > 0) {
				nw_buf_adds(out, ", ");
			}
			nw_buf_add(out, address.p, address.len);
		}
		s += address.len;
	}
}

/** What may stand in a header field. */
#ifndef NW_APP_HEADER_H
#define NW_APP_HEADER_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/str.h"

/** A token of RFC 9110 section 5.6.2: a field name, a method, a cookie's name. */
bool nw_header_is_token(const char *s);

/** No control byte but tab: nothing that could end the line. */
bool nw_header_is_value_span(struct nw_span s);

static inline bool nw_header_is_value(const char *s)
{
	return nw_header_is_value_span(nw_span_of(s));
}

/** Is it a field that the server alone sets (framing, connection, Date, Server)? */
bool nw_header_is_owned(const char *name);

#endif

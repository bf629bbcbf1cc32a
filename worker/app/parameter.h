/** Parameters of a header field's value: `; name=value; name="value"` (RFC 9110 section 5.6.6). */
#ifndef NW_APP_PARAMETER_H
#define NW_APP_PARAMETER_H

#include "common/cc.h"
#include "common/str.h"

struct nw_parameter {
	struct nw_span name;
	struct nw_span value; /* without the quotes around it, escapes (\" and \\) as sent */
};

/**
 * The first parameter of @rest, which is then what lies behind it. 1; 0: there is none; -EINVAL: something else is
 * there. Kinder than the RFC in two ways that cannot be misread: a value without quotes may have any visible byte but
 * ';' and '"', and a '\' is an escape before '"' and '\' only, not before the quote that ends the field: that is how
 * browsers send the name of a file.
 */
int nw_parameter_next(struct nw_span *rest, struct nw_parameter *out) NW_MUST_CHECK;

#endif

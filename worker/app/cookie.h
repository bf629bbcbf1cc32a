/** The value of Cookie, taken apart (RFC 6265 section 4.2). */
#ifndef NW_APP_COOKIE_H
#define NW_APP_COOKIE_H

#include "common/str.h"

/**
 * The first cookie called @name in "a=1; b=2", without blanks or a pair of quotes around it; p NULL: not there.
 * Semicolons end a value whatever is around them: quotes must not swallow the cookies that follow.
 */
struct nw_span nw_cookie_find(struct nw_span text, const char *name);

#endif

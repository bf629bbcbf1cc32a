/** Dates as HTTP clients write them (RFC 9110 section 5.6.7). */
#ifndef NW_HTTP_DATE_H
#define NW_HTTP_DATE_H

#include <time.h>

#include "common/str.h"

/**
 * Read "Sun, 06 Nov 1994 08:49:37 GMT", or one of the two obsolete forms, "Sunday, 06-Nov-94 08:49:37 GMT" (years up to
 * 69 are of this century) and "Sun Nov  6 08:49:37 1994". The day of the week is not looked at. 0; -EINVAL: no date.
 */
int nw_date_read(struct nw_span text, time_t *out) NW_MUST_CHECK;

#endif

/** If-Match, If-None-Match and If-Modified-Since (RFC 9110 section 13), with Eve's leniency: etags may lack quotes. */
#ifndef NW_DATA_CONDITION_H
#define NW_DATA_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/str.h"

/** Does the list of etags in @field ("a", W/"b", c, or *) hold @etag? */
bool nw_condition_lists(const char *field, const char *etag);

/** The one etag that @field holds, without quotes. false: there are several, none, or it is *. */
bool nw_condition_single(const char *field, struct nw_span *out);

/** Is @field "*"? */
bool nw_condition_is_any(const char *field);

/** Is the client's copy good still? @none_match and @modified_since may be NULL; the first wins. */
bool nw_condition_is_fresh(const char *none_match, const char *modified_since, const char *etag, int64_t updated_ms);

#endif

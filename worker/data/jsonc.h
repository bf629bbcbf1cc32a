/** JSON with comments (// to the end of the line, and between slash-star and star-slash), as people write domain files.
 */
#ifndef NW_DATA_JSONC_H
#define NW_DATA_JSONC_H

#include <bson/bson.h>
#include <stddef.h>

#include "common/cc.h"
#include "common/err.h"

struct cJSON;

/**
 * Parse @len bytes of @text. 0: *out is the caller's (cJSON_Delete). -EINVAL: @err says "LINE:COLUMN: what is wrong".
 * Names that stand twice in one object are not looked for here (nw_jsonc_twice()).
 */
int nw_jsonc_parse(const char *text, size_t len, struct cJSON **out, struct nw_err *err) NW_MUST_CHECK;

/** A name that stands twice in the object; NULL: none. */
const char *nw_jsonc_twice(const struct cJSON *object);

/** Append @value under @key. Whole numbers become integers as far as a double holds them exactly. false: too deep or
 *  a name that BSON cannot hold. */
bool nw_jsonc_append(bson_t *out, const char *key, const struct cJSON *value);

#endif

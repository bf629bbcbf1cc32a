/** where={"age":{"$gt":40}}: a MongoDB filter, whose strings are read by the schema's types. */
#ifndef NW_DATA_WHERE_H
#define NW_DATA_WHERE_H

#include <bson/bson.h>
#include <stdbool.h>

#include "common/err.h"
#include "worker/data/resource.h"

/** May queries name @path (dotted)? */
bool nw_where_knows(const struct nw_resource *resource, const char *path);

/**
 * Read @text and append the filter to @out (initialised by the caller), checked as the store will check it.
 * -EINVAL: the sentence says what is wrong.
 */
int nw_where_read(const struct nw_resource *resource, const char *text, bson_t *out, struct nw_err *err) NW_MUST_CHECK;

#endif

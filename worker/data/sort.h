/** sort=-age,lastname, and Eve's sort=[("age",-1),("lastname",1)]. */
#ifndef NW_DATA_SORT_H
#define NW_DATA_SORT_H

#include <bson/bson.h>

#include "common/err.h"
#include "worker/data/resource.h"

enum { NW_SORT_FIELDS = 16 };

/**
 * Append {"age": -1, "lastname": 1} to @out, and _id last, so that equals keep their order from page to page.
 * -EINVAL: the sentence names what is wrong; a field that is not in the schema is, unless unknown ones are allowed.
 */
int nw_sort_read(const struct nw_resource *resource, const char *text, bson_t *out, struct nw_err *err) NW_MUST_CHECK;

#endif

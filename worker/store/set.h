/** What MongoDB's $set does to a document. */
#ifndef NW_STORE_SET_H
#define NW_STORE_SET_H

#include <bson/bson.h>

#include "common/cc.h"
#include "common/err.h"

/**
 * @doc with the members of @set (dotted names reach into documents and, by number, into arrays; what is missing on the
 * way is made). Known members keep their places; new ones come behind, in order of their names, numbers as numbers.
 * @out is initialised by this call on success and is then the caller's. -EINVAL: two names touch each other, a name
 * reaches into what is neither document nor array, an array would grow beyond reason.
 */
int nw_set_apply(const bson_t *doc, const bson_t *set, bson_t *out, struct nw_err *err) NW_MUST_CHECK;

#endif

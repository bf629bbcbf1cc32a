/**
 * BSON values in MongoDB's order: compared, made into keys of bytes, and found in a document for a sort.
 */
#ifndef NW_STORE_VALUE_H
#define NW_STORE_VALUE_H

#include <bson/bson.h>
#include <stdbool.h>

#include "common/buf.h"

enum { NW_VALUE_DEPTH = 200 }; /* levels of nesting that are looked into; MongoDB stores no more than 180 */

/** Values of one rank compare by value, others by rank. EOO: no value, which has the rank of undefined. */
int nw_value_rank(bson_type_t type);

/**
 * MongoDB's comparison order of BSON values: <0, 0, >0, over all types (MinKey, undefined, null, numbers, string and
 * symbol, object, array, binary, ObjectId, bool, date, timestamp, regex, DBPointer, code, code with scope, MaxKey).
 * Numbers compare by value across int32, int64, double, decimal128, exactly; NaN is the smallest and equals itself.
 */
int nw_value_compare(const bson_value_t *a, const bson_value_t *b);

/**
 * A key whose memcmp() order is nw_value_compare()'s, appended to @out: equal values (numbers of any type among them)
 * have equal keys, and no key is the beginning of another, so keys may be put one behind the other.
 * -EINVAL for a value that cannot be a key (deeper than NW_VALUE_DEPTH), -ENOMEM; then @out is as before.
 */
int nw_value_key(const bson_value_t *value, struct nw_buf *out);

/**
 * The value that MongoDB sorts @doc by for dotted @path: the element; of arrays on the way or at the end the smallest
 * (@descending: largest) element, undefined for an empty array; null when missing. *out is borrowed from @doc.
 * false: missing (out is null).
 */
bool nw_value_at(const bson_t *doc, const char *path, bool descending, bson_value_t *out);

#endif

/** The numbers of BSON's four number types by their exact value. */
#ifndef NW_STORE_VALUE_NUMBER_H
#define NW_STORE_VALUE_NUMBER_H

#include <bson/bson.h>

#include "common/buf.h"

/** <0, 0, >0 by value; NaN below all, equal to itself; -0 equals 0. */
int nw_value_number_compare(const bson_value_t *a, const bson_value_t *b);

/**
 * The key of a number: one byte for NaN, negative, zero or positive, then of the magnitude x the bits of the largest
 * double that is not above x, then 00 when that is x, else 01 and x in decimal (exponent, digits): what int64 and
 * decimal128 hold beyond a double. Negative numbers have all bytes after the first inverted.
 */
void nw_value_number_key(const bson_value_t *value, struct nw_buf *out);

#endif

/**
 * MongoDB's query language as far as Narwhal speaks it: compiled and checked before any driver sees it; matched in the
 * process by the embedded store, with MongoDB's meaning (dotted paths, arrays, null and missing, type brackets).
 * This far: equality (whole values, elements of arrays), $eq $ne $gt $gte $lt $lte $in.
 */
#ifndef NW_STORE_FILTER_H
#define NW_STORE_FILTER_H

#include <bson/bson.h>
#include <stdbool.h>

#include "common/err.h"
#include "worker/store/value.h"

struct nw_filter;

enum {
	NW_FILTER_DEPTH = 8,    /* levels of operators and documents */
	NW_FILTER_CLAUSES = 64, /* comparisons in one filter */
	NW_FILTER_IN = 1000,    /* values of one $in */
};

/**
 * @bson may be NULL or empty (matches all). Copies what it needs. -EINVAL names the operator or field; unlike MongoDB
 * it refuses empty names ("a..b") and documents that mix operators and fields in any order.
 */
int nw_filter_compile(const bson_t *bson, struct nw_filter **out, struct nw_err *err) NW_MUST_CHECK;
struct nw_filter *nw_filter_free(struct nw_filter *filter);

bool nw_filter_match(const struct nw_filter *filter, const bson_t *doc);

/** The one value that @field must equal for a match (a top-level equality), for an index; NULL: there is none. */
const bson_value_t *nw_filter_equality(const struct nw_filter *filter, const char *field);

#endif

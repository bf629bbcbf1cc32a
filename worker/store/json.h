/**
 * Documents between BSON and JSON text, in one pass and without a tree. Numbers keep their value.
 */
#ifndef NW_STORE_JSON_H
#define NW_STORE_JSON_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"
#include "common/err.h"

enum { NW_JSON_DEPTH = 64 }; /* levels of nesting */

/**
 * A JSON object or array (RFC 8259, UTF-8) to BSON. Integers become int32 or int64 (outside 64 bits: -ERANGE), others
 * double (overflow to infinity: -ERANGE); strings stay strings. Duplicate names: -EINVAL; NUL in names: -EINVAL. @out
 * is initialised by this call on success and is then the caller's (bson_destroy). *out_is_array: the top level.
 * Failure: @err has the byte offset and what was expected.
 */
int nw_json_to_bson(const char *text, size_t len, bson_t *out, bool *out_is_array, struct nw_err *err) NW_MUST_CHECK;

/**
 * BSON as plain JSON: ObjectId as 24 hex digits, dates as ISO 8601 in UTC (milliseconds only when there are some),
 * int64 as digits, decimal128 as a string, binary as base64, NaN and infinities as null. No trailing NUL.
 */
void nw_json_from_bson(struct nw_buf *out, const bson_t *doc);

/** One value / the members of @doc without the braces (so that the caller can add its own; "" for an empty one). */
void nw_json_from_value(struct nw_buf *out, const bson_iter_t *iter);
void nw_json_members(struct nw_buf *out, const bson_t *doc);

/** A JSON string with quotes and escapes. Bytes that are not UTF-8 become U+FFFD. */
void nw_json_string(struct nw_buf *out, const char *s, size_t len);

/** Dates: @ms since 1970. ISO 8601 "2026-11-23T10:00:00Z" and RFC 1123 "Mon, 23 Nov 2026 22:52:46 GMT". */
void nw_json_iso8601(struct nw_buf *out, int64_t ms);
void nw_json_rfc1123(struct nw_buf *out, int64_t ms);
/** Reads both forms (ISO with offset or Z, optional fraction; a date alone is midnight UTC). false: neither. */
bool nw_json_parse_date(const char *s, size_t len, int64_t *out_ms);

#endif

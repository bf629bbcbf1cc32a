/** Spans of text and the few things done to them everywhere. */
#ifndef NW_COMMON_STR_H
#define NW_COMMON_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/cc.h"

/** Bytes that belong to someone else; not NUL-terminated. */
struct nw_span {
	const char *p;
	size_t len;
};

struct nw_span nw_span_of(const char *s);
bool nw_span_eq(struct nw_span a, const char *b);
bool nw_span_eq_nocase(struct nw_span a, const char *b); /* ASCII only */
struct nw_span nw_span_trim(struct nw_span s);           /* without spaces and tabs around it */
bool nw_span_is_token(struct nw_span s);                 /* of RFC 9110 section 5.6.2; not empty */

/** Take what is in front of the first @separator off @rest. false: nothing is left (@rest->p is NULL). A text that ends
 *  with a separator, and an empty one, end with an empty piece. */
bool nw_span_cut(struct nw_span *rest, char separator, struct nw_span *out);

/** All of @s as a decimal integer in [min, max]. 0, -EINVAL (not a number), -ERANGE. */
int nw_str_to_int64(const char *s, int64_t min, int64_t max, int64_t *out) NW_MUST_CHECK;

/** The same for a span, digits only with an optional '-'. */
int nw_span_to_int64(struct nw_span s, int64_t min, int64_t max, int64_t *out) NW_MUST_CHECK;

/** The candidate nearest to @s by edit distance; NULL when none is near enough to be a typo of it. */
const char *nw_str_nearest(const char *s, const char *const *candidates, size_t n);

/**
 * For logs and messages: printable ASCII as it is, every other byte, '"' and '\\' as \xHH (or \" and \\),
 * so that nothing a client sends can forge a line.
 */
void nw_str_escape(struct nw_buf *out, struct nw_span s);

/** Add @uri with every byte that no URI may have as %HH, so that it can go into Location. '%' stays. */
void nw_str_add_uri(struct nw_buf *out, struct nw_span uri);

/** Add a request's @path and @query (len 0: none) with one more slash behind the path, as nw_str_add_uri() does: where
 *  to redirect to. */
void nw_str_add_slashed(struct nw_buf *out, struct nw_span path, struct nw_span query);

/** Decode %HH (and '+' as space when @plus) from @in into @out (at least in.len bytes). Returns the length,
 *  or -EINVAL for a broken %. May decode in place. */
ptrdiff_t nw_str_percent_decode(struct nw_span in, bool plus, char *out);

#endif

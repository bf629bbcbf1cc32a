/** Range (RFC 9110 section 14): which bytes of a representation a client asks for. */
#ifndef NW_HTTP_RANGE_H
#define NW_HTTP_RANGE_H

#include <stdint.h>

#include "common/str.h"

struct nw_range {
	uint64_t at, len; /* bytes of the whole, len > 0 */
};

/* A reader of PDF asks for a dozen at once; each is a part with a head of its own. */
enum { NW_RANGES_MAX = 32 };

/** In the order they were asked for, none touching another: no byte of the whole goes out twice. */
struct nw_ranges {
	size_t n;
	struct nw_range v[NW_RANGES_MAX];
};

enum nw_range_is {
	NW_RANGE_IGNORED,       /* not for us, malformed, or more than is sensible: the whole is sent */
	NW_RANGE_SATISFIABLE,   /* at least one */
	NW_RANGE_UNSATISFIABLE, /* none of them is of a byte that there is: 416 */
};

/**
 * Read @value ("bytes=0-99,-500") for a whole of @size bytes. Ranges that overlap or adjoin become one (section
 * 15.3.7.2 allows it), those beyond the end are dropped, and more than NW_RANGES_MAX are not even counted further
 * (section 14.2 allows to ignore them). Of nothing (@size 0) there is the whole only. @out is written when satisfiable.
 */
enum nw_range_is nw_range_read(struct nw_span value, uint64_t size, struct nw_ranges *out);

#endif

/**
 * multipart/form-data (RFC 7578) over a body that is whole: the parts in their order, as slices of it. Allocates
 * nothing. Strict: lines end with CRLF, what could be read in two ways is refused.
 */
#ifndef NW_APP_MULTIPART_H
#define NW_APP_MULTIPART_H

#include <stdbool.h>

#include "common/cc.h"
#include "common/str.h"

enum {
	NW_MULTIPART_BOUNDARY = 70, /* longest boundary (RFC 2046 section 5.1.1) */
	NW_MULTIPART_HEAD = 8192,   /* longest head of a part: a name, a file's name and a type, with room to spare */
};

struct nw_part {
	struct nw_span name, filename; /* as sent: see nw_part_text_into() */
	struct nw_span type;           /* the value of its Content-Type; len 0: none */
	struct nw_span data;
	bool is_file; /* it has a filename, perhaps an empty one */
};

struct nw_multipart {
	struct nw_span rest; /* of the body: behind the boundary that was found last */
	bool is_last;        /* that one ends the form */
	size_t delimiter_len;
	char delimiter[4 + NW_MULTIPART_BOUNDARY]; /* CRLF, "--", boundary */
	const char *fault;                         /* what is wrong, after a failure; static */
};

/**
 * @content_type: the field's whole value, whose boundary is looked for. @body: borrowed. 0, or -EBADMSG: @m has the
 * fault. A preamble is passed over.
 */
int nw_multipart_begin(struct nw_multipart *m, struct nw_span content_type, struct nw_span body) NW_MUST_CHECK;

/**
 * 1: *out is the next part; 0: that was all, and the last boundary was there (what follows it is passed over);
 * -EBADMSG: malformed; -E2BIG: the head of a part is too long. A line that only begins like the boundary is data.
 */
int nw_multipart_next(struct nw_multipart *m, struct nw_part *out) NW_MUST_CHECK;

/** Read the @head of a part, without its last CRLF, into all of *out but its data. NULL, or what is wrong. */
const char *nw_part_read(struct nw_span head, struct nw_part *out) NW_MUST_CHECK;

/**
 * A name as it was meant: without the escapes \" and \\, and with '"' for the %22 that browsers send in its place
 * (WHATWG HTML, "multipart form data"). Writes at most text.len bytes, returns how many. No NUL is among them.
 */
size_t nw_part_text_into(struct nw_span text, char *out);

#endif

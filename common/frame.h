/** Messages of the control socket: 4 bytes, the length of what follows, big-endian, then so many bytes of JSON. */
#ifndef NW_COMMON_FRAME_H
#define NW_COMMON_FRAME_H

#include <stddef.h>

#include "common/buf.h"
#include "common/str.h"

enum {
	NW_FRAME_HEAD = 4,
	NW_FRAME_REQUEST_MAX = 64 * 1024, /* bytes; the longest command is far from it */
	NW_FRAME_ANSWER_MAX = 16 * 1024 * 1024,
};

/**
 * The frame that @in begins with: its payload in *@out_body (borrowed), the bytes that it takes, head and all, in
 * *@out_size. 0; -EAGAIN: more has to come; -EBADMSG: it is empty or longer than @max.
 */
int nw_frame_take(struct nw_span in, size_t max, struct nw_span *out_body, size_t *out_size) NW_MUST_CHECK;

/** Begin a frame behind what is in @out; returns its place, for nw_frame_end(). */
size_t nw_frame_begin(struct nw_buf *out);

/** All of the payload is there. */
void nw_frame_end(struct nw_buf *out, size_t at);

#endif

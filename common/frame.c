#include "common/frame.h"

#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int nw_frame_take(struct nw_span in, size_t max, struct nw_span *out_body, size_t *out_size)
{
	uint32_t len;

	if (in.len < NW_FRAME_HEAD) {
		return -EAGAIN;
	}
	memcpy(&len, in.p, sizeof(len));
	len = be32toh(len);
	if (len == 0 || len > max) {
		return -EBADMSG;
	}
	if (in.len - NW_FRAME_HEAD < len) {
		return -EAGAIN;
	}
	*out_body = (struct nw_span){in.p + NW_FRAME_HEAD, len};
	*out_size = NW_FRAME_HEAD + len;
	return 0;
}

size_t nw_frame_begin(struct nw_buf *out)
{
	size_t at = out->len;

	nw_buf_add(out, "\0\0\0", NW_FRAME_HEAD);
	return at;
}

void nw_frame_end(struct nw_buf *out, size_t at)
{
	if (!out->failed) {
		uint32_t len = htobe32((uint32_t)(out->len - at - NW_FRAME_HEAD));

		memcpy(out->data + at, &len, sizeof(len));
	}
}

#define ZLIB_CONST

#include "worker/http/encoder_kind.h"

#include <errno.h>
#include <zlib.h>

enum {
	LEVEL = 4,        /* from here on zlib looks for longer matches; 6 takes twice as long for 3% less */
	STREAM_BITS = 13, /* of a stream's window: 8 KiB, and all of it takes 72 KiB */
	LEAST_BITS = 9,
	MOST_BITS = 15,
	IS_GZIP = 16,        /* added to the bits: gzip's head and foot instead of zlib's */
	SLICE_MAX = 1 << 30, /* zlib counts in 32 bits */
};

static void *alloc(void *encoder, unsigned n, unsigned size)
{
	size_t all;

	return __builtin_mul_overflow((size_t)n, (size_t)size, &all) ? NULL : nw_encoder_alloc(encoder, all);
}

static int begin(struct nw_encoder *encoder, uint64_t size)
{
	int bits = size == 0 ? STREAM_BITS : nw_encoder_bits(size, LEAST_BITS, MOST_BITS);
	z_stream *z = nw_encoder_alloc(encoder, sizeof(*z));

	if (z == NULL) {
		return -ENOMEM;
	}
	*z = (z_stream){.zalloc = alloc, .zfree = nw_encoder_release, .opaque = encoder};
	encoder->state = z;
	/* Its tables as large as the window asks for: a small answer pays for no more than it fills. */
	return deflateInit2(z, LEVEL, Z_DEFLATED, bits + IS_GZIP, bits - 7, Z_DEFAULT_STRATEGY) == Z_OK ? 0 : -ENOMEM;
}

static int run(z_stream *z, int flush, struct nw_buf *out)
{
	int rc;

	do {
		size_t room;

		z->next_out = nw_encoder_room(out, &room);
		if (z->next_out == NULL) {
			return -ENOMEM;
		}
		room = room < SLICE_MAX ? room : SLICE_MAX;
		z->avail_out = (uInt)room;
		rc = deflate(z, flush);
		out->len += room - z->avail_out;
	} while (z->avail_out == 0 && rc != Z_STREAM_END);
	return 0;
}

static int add(struct nw_encoder *encoder, struct nw_span data, enum nw_encode what, struct nw_buf *out)
{
	static const int flushes[] = {
		[NW_ENCODE_MORE] = Z_NO_FLUSH,
		[NW_ENCODE_FLUSH] = Z_SYNC_FLUSH,
		[NW_ENCODE_END] = Z_FINISH,
	};
	z_stream *z = encoder->state;
	int rc;

	do {
		size_t n = data.len < SLICE_MAX ? data.len : SLICE_MAX;

		z->next_in = (const unsigned char *)data.p;
		z->avail_in = (uInt)n;
		data.p = n > 0 ? data.p + n : data.p;
		data.len -= n;
		rc = run(z, data.len == 0 ? flushes[what] : Z_NO_FLUSH, out);
	} while (rc == 0 && data.len > 0);
	return rc;
}

static void end(struct nw_encoder *encoder)
{
	if (encoder->state != NULL) {
		deflateEnd(encoder->state);
		nw_encoder_release(encoder, encoder->state);
	}
}

const struct nw_encoder_kind nw_encoder_gzip = {begin, add, end};

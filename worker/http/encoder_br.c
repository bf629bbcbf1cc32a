#include "worker/http/encoder_kind.h"

#include <brotli/encode.h>
#include <errno.h>

enum {
	QUALITY = 3,      /* half the time of gzip's level 4 for less bytes; from 4 on its tables take megabytes */
	STREAM_BITS = 14, /* of a stream's window: 16 KiB */
	MOST_BITS = 17,
};

static int begin(struct nw_encoder *encoder, uint64_t size)
{
	int bits = size == 0 ? STREAM_BITS : nw_encoder_bits(size, BROTLI_MIN_WINDOW_BITS, MOST_BITS);
	BrotliEncoderState *br = BrotliEncoderCreateInstance(nw_encoder_alloc, nw_encoder_release, encoder);

	encoder->state = br;
	if (br == NULL) {
		return -ENOMEM;
	}
	BrotliEncoderSetParameter(br, BROTLI_PARAM_QUALITY, QUALITY);
	BrotliEncoderSetParameter(br, BROTLI_PARAM_LGWIN, (uint32_t)bits);
	return 0;
}

static int add(struct nw_encoder *encoder, struct nw_span data, enum nw_encode what, struct nw_buf *out)
{
	static const BrotliEncoderOperation operations[] = {
		[NW_ENCODE_MORE] = BROTLI_OPERATION_PROCESS,
		[NW_ENCODE_FLUSH] = BROTLI_OPERATION_FLUSH,
		[NW_ENCODE_END] = BROTLI_OPERATION_FINISH,
	};
	BrotliEncoderState *br = encoder->state;
	const uint8_t *in = (const uint8_t *)data.p;

	do {
		size_t room, left;
		uint8_t *to = nw_encoder_room(out, &room);

		if (to == NULL) {
			return -ENOMEM;
		}
		left = room;
		if (!BrotliEncoderCompressStream(br, operations[what], &data.len, &in, &left, &to, NULL)) {
			return -ENOMEM;
		}
		out->len += room - left;
	} while (data.len > 0 || BrotliEncoderHasMoreOutput(br));
	return 0;
}

static void end(struct nw_encoder *encoder)
{
	if (encoder->state != NULL) {
		BrotliEncoderDestroyInstance(encoder->state);
	}
}

const struct nw_encoder_kind nw_encoder_br = {begin, add, end};

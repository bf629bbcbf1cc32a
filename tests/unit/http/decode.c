#define ZLIB_CONST

#include "tests/unit/http/decode.h"

#include <string.h>
#include <zlib.h>
#if NW_HAS_BROTLI
#include <brotli/decode.h>
#endif

enum { CHUNK = 64 * 1024 };

static bool decode_gzip(const char *data, size_t len, struct nw_buf *out)
{
	z_stream z = {.next_in = (const unsigned char *)data, .avail_in = (unsigned)len};
	int rc = inflateInit2(&z, 15 + 16);

	while (rc == Z_OK) {
		z.next_out = (unsigned char *)nw_buf_reserve(out, CHUNK);
		z.avail_out = CHUNK;
		rc = inflate(&z, Z_SYNC_FLUSH);
		out->len += CHUNK - z.avail_out;
		if (z.avail_out > 0) {
			break;
		}
	}
	inflateEnd(&z);
	return rc == Z_STREAM_END && z.avail_in == 0;
}

#if NW_HAS_BROTLI
static bool decode_br(const char *data, size_t len, struct nw_buf *out)
{
	BrotliDecoderState *br = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	const uint8_t *in = (const uint8_t *)data;

	while (rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		uint8_t *to = (uint8_t *)nw_buf_reserve(out, CHUNK);
		size_t left = CHUNK;

		rc = BrotliDecoderDecompressStream(br, &len, &in, &left, &to, NULL);
		out->len += CHUNK - left;
	}
	BrotliDecoderDestroyInstance(br);
	return rc == BROTLI_DECODER_RESULT_SUCCESS && len == 0;
}
#endif

bool decode(enum nw_coding coding, const char *data, size_t len, struct nw_buf *out)
{
	switch (coding) {
	case NW_CODING_GZIP:
		return decode_gzip(data, len, out);
#if NW_HAS_BROTLI
	case NW_CODING_BR:
		return decode_br(data, len, out);
#endif
	default:
		return false;
	}
}

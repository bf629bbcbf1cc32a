#include "worker/http/encoder.h"

#include <stdlib.h>

#include "worker/http/encoder_kind.h"

enum {
	ROOM_MIN = 64,   /* zlib wants more than six bytes, or it marks a flush twice */
	ROOM_ADD = 1024, /* asked for when there is less */
};

/* In front of each piece of memory, which stays aligned. */
union piece {
	size_t size;
	max_align_t align;
};

static const struct nw_encoder_kind *const kinds[NW_CODINGS] = {
	[NW_CODING_GZIP] = &nw_encoder_gzip,
#if NW_HAS_BROTLI
	[NW_CODING_BR] = &nw_encoder_br,
#endif
};

unsigned nw_encoder_codings(void)
{
	unsigned codings = 0;

	for (unsigned i = 0; i < NW_CODINGS; i++) {
		codings |= kinds[i] != NULL ? NW_CODING_BIT(i) : 0;
	}
	return codings;
}

struct nw_encoder *nw_encoder_new(enum nw_coding coding, uint64_t size)
{
	struct nw_encoder *encoder = malloc(sizeof(*encoder));

	if (encoder == NULL) {
		return NULL;
	}
	*encoder = (struct nw_encoder){.kind = kinds[coding], .left = NW_ENCODER_MEMORY};
	return encoder->kind->begin(encoder, size) == 0 ? encoder : nw_encoder_free(encoder);
}

int nw_encoder_add(struct nw_encoder *encoder, struct nw_span data, enum nw_encode what, struct nw_buf *out)
{
	return encoder->kind->add(encoder, data, what, out);
}

struct nw_encoder *nw_encoder_free(struct nw_encoder *encoder)
{
	if (encoder != NULL) {
		encoder->kind->end(encoder);
		free(encoder);
	}
	return NULL;
}

void *nw_encoder_alloc(void *encoder, size_t size)
{
	struct nw_encoder *e = encoder;
	union piece *piece = size > e->left ? NULL : malloc(sizeof(*piece) + size);

	if (piece == NULL) {
		return NULL;
	}
	piece->size = size;
	e->left -= size;
	return piece + 1;
}

void nw_encoder_release(void *encoder, void *memory)
{
	struct nw_encoder *e = encoder;

	if (memory != NULL) {
		union piece *piece = (union piece *)memory - 1;

		e->left += piece->size;
		free(piece);
	}
}

int nw_encoder_bits(uint64_t size, int least, int most)
{
	int bits = least;

	while (bits < most && (UINT64_C(1) << bits) < size) {
		bits++;
	}
	return bits;
}

unsigned char *nw_encoder_room(struct nw_buf *out, size_t *out_len)
{
	if (out->cap - out->len < ROOM_MIN && nw_buf_reserve(out, ROOM_ADD) == NULL) {
		return NULL;
	}
	*out_len = out->cap - out->len;
	return (unsigned char *)out->data + out->len;
}

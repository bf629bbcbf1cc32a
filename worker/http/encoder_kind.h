/** What the encoders have in common, and what each brings. Internal to worker/http/encoder*.c. */
#ifndef NW_HTTP_ENCODER_KIND_H
#define NW_HTTP_ENCODER_KIND_H

#include "worker/http/encoder.h"

struct nw_encoder_kind {
	int (*begin)(struct nw_encoder *encoder, uint64_t size); /* 0 or -ENOMEM; end() follows in both cases */
	int (*add)(struct nw_encoder *encoder, struct nw_span data, enum nw_encode what, struct nw_buf *out);
	void (*end)(struct nw_encoder *encoder);
};

struct nw_encoder {
	const struct nw_encoder_kind *kind;
	size_t left; /* of NW_ENCODER_MEMORY */
	void *state; /* the library's; NULL: it has not begun */
};

extern const struct nw_encoder_kind nw_encoder_gzip, nw_encoder_br;

/** Memory for a library, as its hooks want it: @encoder is the struct nw_encoder. NULL: over NW_ENCODER_MEMORY. */
void *nw_encoder_alloc(void *encoder, size_t size);
void nw_encoder_release(void *encoder, void *memory);

/** The least power of two, as its exponent from @least to @most, that is as large as @size. */
int nw_encoder_bits(uint64_t size, int least, int most);

/** Where the next bytes of @out go, and how many there is room for: some at least, or NULL. */
unsigned char *nw_encoder_room(struct nw_buf *out, size_t *out_len);

#endif

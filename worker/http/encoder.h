/**
 * Bytes in, compressed bytes out, in pieces: gzip (RFC 1952), and br (RFC 7932) where libbrotlienc was there at build.
 * By one thread at a time.
 */
#ifndef NW_HTTP_ENCODER_H
#define NW_HTTP_ENCODER_H

#include <stdint.h>

#include "common/buf.h"
#include "worker/http/accept.h"

/** Bytes that one never exceeds. Of gzip it is 272 KiB, of a stream 72 KiB; of br a stream takes 330 KiB. */
enum { NW_ENCODER_MEMORY = 1536 * 1024 };

struct nw_encoder;

enum nw_encode {
	NW_ENCODE_MORE,  /* what comes out may wait for more */
	NW_ENCODE_FLUSH, /* whoever has what came out so far can decode all that went in */
	NW_ENCODE_END,   /* this was all */
};

/** The codings that there are encoders for: a set of NW_CODING_BIT(). */
unsigned nw_encoder_codings(void);

/** @coding: one of nw_encoder_codings(). @size: of all that will go in; 0: not known, and less memory then. NULL: no
 *  memory. The caller's, until nw_encoder_free(). */
struct nw_encoder *nw_encoder_new(enum nw_coding coding, uint64_t size) NW_MUST_CHECK;

/**
 * Take @data (borrowed; may be empty) and add to @out what comes of it. 0, or -ENOMEM: no memory, or @out did not grow;
 * then nothing more can be made of this encoder. Nothing may follow NW_ENCODE_END.
 */
int nw_encoder_add(struct nw_encoder *encoder, struct nw_span data, enum nw_encode what,
		   struct nw_buf *out) NW_MUST_CHECK;

/** At any time. Accepts NULL, returns NULL. */
struct nw_encoder *nw_encoder_free(struct nw_encoder *encoder);

#endif

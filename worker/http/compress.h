/**
 * Compression of whole answers: which are worth it, what their header fields say then (Content-Encoding, Vary, ETag;
 * RFC 9110 sections 8.4, 12.5.5, 8.8.1), and the bytes themselves.
 */
#ifndef NW_HTTP_COMPRESS_H
#define NW_HTTP_COMPRESS_H

#include "worker/http/accept.h"
#include "worker/http/exchange.h"

enum {
	NW_COMPRESS_MIN = 1024,     /* bytes of a body that is worth it */
	NW_COMPRESS_BRIEF = 4 << 10 /* bytes that take less than some 100 us: not too much for the loop */
};

/** The codings that "br,gzip", "gzip" or "off" names, as far as there are encoders: a set of NW_CODING_BIT(). NULL:
 * none. */
unsigned nw_compress_codings(const char *names);

/** Whether bytes of this Content-Type, its parameters or none behind it, become fewer by compression. */
bool nw_compress_is_type(struct nw_span type);

/**
 * The coding that the answer is to have, and Vary in its fields if another client gets another. Identity where
 * compression would be wrong (it has a coding or a length, is a part, must not be transformed) or pointless (its type).
 * To a 304, which has no body, it gives the fields that the 200 would have. Once, when the answer is set; any thread
 * that owns the exchange.
 */
enum nw_coding nw_compress_choose_any(struct nw_exchange *x, unsigned codings);

/** nw_compress_choose_any() of an answer that is whole: identity, too, where it is not worth it. */
static inline enum nw_coding nw_compress_choose(struct nw_exchange *x, unsigned codings)
{
	const struct nw_answer *answer = &x->answer;

	return codings != 0 && (answer->body.len >= NW_COMPRESS_MIN || answer->status == 304)
		       ? nw_compress_choose_any(x, codings)
		       : NW_CODING_IDENTITY;
}

/**
 * Give the answer its @coding (not identity): the body in the arena, and what nw_compress_say() says. An answer that
 * does not become smaller, or has no memory for that, stays as it is. Takes processor time: some 10 to 20 us a KiB. Any
 * thread that owns the exchange.
 */
void nw_compress_body(struct nw_exchange *x, enum nw_coding coding);

/** Its body has that @coding: Content-Encoding, and a strong ETag becomes weak, since it was made of other bytes.
 * False: no memory, the fields are as they were. */
bool nw_compress_say(struct nw_exchange *x, enum nw_coding coding) NW_MUST_CHECK;

#endif

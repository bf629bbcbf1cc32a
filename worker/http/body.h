/** The chunked transfer coding (RFC 9112 section 7.1), decoded in place, incrementally, without allocation. */
#ifndef NW_HTTP_BODY_H
#define NW_HTTP_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "worker/http/parser.h"
#include "worker/http/status.h"

struct nw_chunked {
	int state;         /* implementation's own */
	uint64_t left;     /* of the chunk under way */
	uint64_t total;    /* data bytes so far */
	uint32_t line_len; /* of the chunk line or trailer field under way */
	uint32_t n_trailers;
	unsigned flags; /* forbidden trailer names that the one under way may still be: implementation's own */
	bool is_done;
	const char *reason; /* after a refusal */
};

void nw_chunked_init(struct nw_chunked *chunked);

/**
 * Take @in bytes of coded body; data bytes are written to @out (room for in_len; may be the same memory).
 * *out_used: coded bytes taken (less than in_len only when the body is done: the rest is the next request);
 * *out_len: data bytes written. 0, or the status to refuse with (400; 413 over @limit; 431).
 */
enum nw_status nw_chunked_feed(struct nw_chunked *chunked, const struct nw_parser_rules *rules, uint64_t limit,
			       const char *in, size_t in_len, char *out, size_t *out_used, size_t *out_len);

#endif

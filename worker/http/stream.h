/**
 * An answer that is made bit by bit: nw_stream_begin() instead of nw_exchange_send(), any number of writes, one
 * nw_stream_end(). On the loop only. Bytes that the client does not take wait here, up to a high-water mark that the
 * writer has to heed; a client that takes nothing for write_ms is closed.
 */
#ifndef NW_HTTP_STREAM_H
#define NW_HTTP_STREAM_H

#include "worker/http/exchange.h"

enum {
	NW_STREAM_HIGH = 64 * 1024, /* bytes that wait: it is full ... */
	NW_STREAM_LOW = 16 * 1024,  /* ... until no more than these do */
};

/**
 * Write the head of x->answer; its body and pieces are not looked at. Content-Length is answer.content_length if
 * answer.has_length. Else the body is chunked, or ends with the connection of an HTTP/1.0 client; HEAD, 204, 205 and
 * 304 have none. 0, also when the client is gone; -EINVAL: the answer is none (its status, its fields), nothing was
 * done.
 */
int nw_stream_begin(struct nw_exchange *x) NW_MUST_CHECK;

/**
 * The next bytes of the body; copied. 0; -EPIPE: nobody takes them, the client is gone or the answer has no body;
 * -EOVERFLOW: they go beyond the Content-Length: what does is dropped, and the connection ends with this answer.
 */
int nw_stream_write(struct nw_exchange *x, const void *data, size_t len);

/** So much waits, or was written in this turn of the loop, that the writer should go on in on_drain. */
bool nw_stream_is_full(const struct nw_exchange *x);

/**
 * The exchange is not the caller's afterwards. Unless it @is_whole, or if it is shorter than its Content-Length, the
 * connection ends in a way that shows it (RFC 9112 section 8).
 */
void nw_stream_end(struct nw_exchange *x, bool is_whole);

/**
 * 103 Early Hints (RFC 8297) with @fields ("Name: value\r\n" lines), before the answer or a stream has begun; any
 * number. Nothing for HTTP/1.0 clients, nor while the client does not take what was written before.
 */
void nw_stream_hint(struct nw_exchange *x, struct nw_span fields);

#endif

/** Requests that whoever works on them does not give back in time. On the loop's thread. */
#ifndef NW_HTTP_DETACH_H
#define NW_HTTP_DETACH_H

#include "worker/http/http.h"

/**
 * Be done with @x without the one who works on it, and who may look at it still: its client gets 503 and the end of the
 * connection, or, if its answer has begun, just the end, so that it is not taken for whole. is_gone is true from now
 * on. It ends by nw_exchange_send() or nw_stream_end() as ever, should that come, and nothing is sent then. False: it
 * waits for its client, which has deadlines of its own; nothing was done. Not from within on_request.
 */
bool nw_detach_exchange(struct nw_exchange *x);

/** Those that have not come back. While there are any, what they may use cannot be freed. */
uint32_t nw_detach_count(const struct nw_http *http);

#endif

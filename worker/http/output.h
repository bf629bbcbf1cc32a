/**
 * What goes out on connections: answers are gathered in a buffer that all share and written at the end of a step;
 * what a socket does not take then waits in one of the connection's own. Internal to worker/http.
 */
#ifndef NW_HTTP_OUTPUT_H
#define NW_HTTP_OUTPUT_H

#include "worker/http/connection.h"

/** Write the head of the answer and the body; ends the exchange unless the rest of it has to wait. */
void nw_output_answer(struct nw_conn *c);
/** Tell us by an event when there is room again. */
void nw_output_want_write(struct nw_conn *c);

void nw_output_continue(struct nw_conn *c); /* 100 Continue */

/** Gather the head alone. */
void nw_output_head(struct nw_conn *c);
/** The whole of a stream was gathered: end the exchange, unless some has to wait. @flush: write it first. */
void nw_output_end(struct nw_conn *c, bool flush);
/** Where the bytes of @c go now; until another's are gathered. */
struct nw_buf *nw_output_gather(struct nw_conn *c);

void nw_output_flush(struct nw_http *http); /* write what was gathered */
void nw_output_resume(struct nw_conn *c);   /* write what waits */
bool nw_output_is_waiting(const struct nw_conn *c);
uint64_t nw_output_rest(const struct nw_conn *c); /* bytes counted as sent that are not written yet */

/* stream.c */

void nw_stream_settle(struct nw_conn *c); /* a step is over: on_drain follows where there is room again */
void nw_stream_ring(struct nw_conn *c);   /* on_drain follows in any case */
void nw_stream_wake(struct nw_conn *c);   /* from the loop: call on_drain if there is a stream, and it is due */

#endif

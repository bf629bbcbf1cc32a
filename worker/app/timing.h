/**
 * Inside the app layer: how long a request took, and on what, for Server-Timing (W3C Server Timing). With the setting
 * server_timing only: without it there is none, and nobody looks at a clock.
 */
#ifndef NW_APP_TIMING_H
#define NW_APP_TIMING_H

#include "worker/app/call.h"

/** The app's part of the request begins. Leaves call->timing NULL when there is no memory. */
void nw_timing_begin(struct nw_call *call);

/** It begins to wait for a handler thread, and has one. Nothing without a timing. */
void nw_timing_wait(struct nw_call *call);
void nw_timing_go_on(struct nw_call *call);

/** The answer is there: add the field. Nothing without a timing. */
void nw_timing_write(struct nw_call *call, struct nw_buf *fields);

#endif

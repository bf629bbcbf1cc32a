/** The scoreboard as JSON: what the whole pod is doing, from any worker. */
#ifndef NW_WORKER_STATUS_H
#define NW_WORKER_STATUS_H

#include "common/buf.h"
#include "common/scoreboard.h"
#include "worker/http/exchange.h"

/** @arena: for the time of the call. */
void nw_status_json(struct nw_buf *out, const struct nw_board *board, struct nw_arena *arena);

/** Answer @x with it: GET and HEAD, other methods 405. */
void nw_status_answer(struct nw_exchange *x, const struct nw_board *board);

#endif

/** The scoreboard as members of a JSON object, for /status and the control socket. No comma before or behind them. */
#ifndef NW_COMMON_BOARD_JSON_H
#define NW_COMMON_BOARD_JSON_H

#include "common/buf.h"
#include "common/scoreboard.h"

/** "bucket_seconds": the upper bounds of the latency histogram, without the last one. */
void nw_board_json_buckets(struct nw_buf *out);

/** What one worker shows, without its pid. */
void nw_board_json_worker(struct nw_buf *out, const struct nw_board_worker *worker);

/** "totals": an object. */
void nw_board_json_totals(struct nw_buf *out, const struct nw_board *board, const struct nw_board_sum *sum);

#endif

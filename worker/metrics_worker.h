/** The workers of a pod in /metrics, one by one. Their label is a number that is used again: there are never many. */
#ifndef NW_WORKER_METRICS_WORKER_H
#define NW_WORKER_METRICS_WORKER_H

#include <stddef.h>

#include "common/buf.h"
#include "common/scoreboard.h"

void nw_metrics_workers(struct nw_buf *out, const struct nw_board_worker *workers, size_t n);

/** How many there are in each state. */
void nw_metrics_worker_states(struct nw_buf *out, const struct nw_board_sum *sum);

#endif

/** The scoreboard as Prometheus text (exposition format 0.0.4): one answer for the whole pod, from any worker. */
#ifndef NW_WORKER_METRICS_H
#define NW_WORKER_METRICS_H

#include "common/buf.h"
#include "common/scoreboard.h"

void nw_metrics_text(struct nw_buf *out, const struct nw_board *board);

#endif

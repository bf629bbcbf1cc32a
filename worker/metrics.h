/** The scoreboard as Prometheus text (exposition format 0.0.4): one answer for the whole pod, from any worker. */
#ifndef NW_WORKER_METRICS_H
#define NW_WORKER_METRICS_H

#include "common/arena.h"
#include "common/buf.h"
#include "common/scoreboard.h"

struct nw_metrics {
	const struct nw_board *board;
	struct nw_arena *arena; /* for what the text is made of */
	const int *listeners;   /* of clients, @n_listeners */
	size_t n_listeners;
};

void nw_metrics_text(struct nw_buf *out, const struct nw_metrics *metrics);

#endif

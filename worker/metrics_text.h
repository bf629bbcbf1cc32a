/** Prometheus text, line by line (exposition format 0.0.4). */
#ifndef NW_WORKER_METRICS_TEXT_H
#define NW_WORKER_METRICS_TEXT_H

#include "common/buf.h"
#include "common/scoreboard_times.h"

/** What begins each metric: its name, counter, gauge or histogram, and a sentence. */
void nw_metrics_head(struct nw_buf *out, const char *name, const char *type, const char *help);

/** A metric of one line. */
void nw_metrics_one(struct nw_buf *out, const char *name, const char *type, const char *help, uint64_t value);

/** `,name="text"` as it has to be written; without the comma at the begin of @out. */
void nw_metrics_label(struct nw_buf *out, const char *name, const char *text);

/** The lines of one histogram. @labels: made by nw_metrics_label(), or "". */
void nw_metrics_times(struct nw_buf *out, const char *name, const char *labels, const struct nw_board_times *times);

#endif

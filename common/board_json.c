#include "common/board_json.h"

#include <inttypes.h>

#include "common/clock.h"

static double seconds(int64_t ms)
{
	return (double)(ms < 0 ? 0 : ms) / 1e3;
}

static void add(struct nw_buf *out, const char *name, uint64_t n)
{
	nw_buf_addf(out, "\"%s\":%" PRIu64 ",", name, n);
}

/* In place of the last comma. */
static void end_with(struct nw_buf *out, const char *end)
{
	out->len -= out->len > 0 ? 1 : 0;
	nw_buf_adds(out, end);
}

void nw_board_json_buckets(struct nw_buf *out)
{
	nw_buf_adds(out, "\"bucket_seconds\":[");
	for (size_t i = 0; i + 1 < NW_BOARD_BUCKETS; i++) {
		nw_buf_addf(out, "%g,", (double)nw_board_bucket_us[i] / 1e6);
	}
	end_with(out, "]");
}

void nw_board_json_worker(struct nw_buf *out, const struct nw_board_worker *worker)
{
	int64_t now_ms = nw_clock_ms();

	nw_buf_addf(out, "\"generation\":%" PRIu32 ",\"state\":\"%s\",", worker->generation,
		    nw_board_state_names[worker->state]);
	nw_buf_addf(out, "\"uptime_seconds\":%.3f,\"heartbeat_age_seconds\":%.3f,", seconds(now_ms - worker->born_ms),
		    seconds(now_ms - worker->heartbeat_ms));
	add(out, "connections", worker->open);
	add(out, "in_flight", worker->in_flight);
	add(out, "threads", worker->threads);
	add(out, "threads_busy", worker->threads_busy);
	add(out, "threads_queued", worker->queued);
	add(out, "requests", worker->requests);
	add(out, "resident_bytes", worker->resident_bytes);
	end_with(out, "");
}

static void add_traffic(struct nw_buf *out, const struct nw_board_sum *sum)
{
	static const char *const classes[] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

	add(out, "requests", sum->requests);
	nw_buf_adds(out, "\"status\":{");
	for (size_t i = 0; i < NW_ARRAY_LEN(classes); i++) {
		add(out, classes[i], sum->status[i]);
	}
	end_with(out, "},");
	add(out, "received_bytes", sum->bytes_in);
	add(out, "sent_bytes", sum->bytes_out);
	add(out, "connections", sum->connections);
	nw_buf_adds(out, "\"latency\":[");
	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		nw_buf_addf(out, "%" PRIu64 ",", sum->latency.bucket[i]);
	}
	end_with(out, "],");
	nw_buf_addf(out, "\"latency_seconds\":%.6f,", (double)sum->latency.us / 1e6);
	add(out, "queue_full", sum->queue_full);
}

static void add_ends(struct nw_buf *out, const struct nw_board *board)
{
	nw_buf_adds(out, "\"workers_ended\":{");
	for (size_t i = 0; i < NW_END_KINDS; i++) {
		add(out, nw_board_end_names[i], NW_READ(board->ends[i]));
	}
	end_with(out, "},");
}

void nw_board_json_totals(struct nw_buf *out, const struct nw_board *board, const struct nw_board_sum *sum)
{
	nw_buf_adds(out, "\"totals\":{");
	add_traffic(out, sum);
	add(out, "store_operations", sum->store_ops);
	add(out, "store_errors", sum->store_errors);
	add(out, "store_batches", sum->store_batches);
	add(out, "handler_timeouts", sum->handler_timeouts);
	add(out, "workers_spawned", NW_READ(board->spawned));
	add_ends(out, board);
	add(out, "workers_died", NW_READ(board->died));
	add(out, "worker_boot_failures", NW_READ(board->boot_failures));
	add(out, "worker_timeouts", NW_READ(board->timeouts));
	add(out, "reloads_ok", NW_READ(board->reloads_ok));
	add(out, "reloads_failed", NW_READ(board->reloads_failed));
	end_with(out, "}");
}

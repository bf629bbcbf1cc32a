#include "worker/metrics.h"

#include <inttypes.h>

#include "common/clock.h"
#include "worker/metrics_text.h"

static const char *const classes[NW_BOARD_CLASSES] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

static void add_requests(struct nw_buf *out, const struct nw_board_sum *sum)
{
	nw_metrics_head(out, "narwhal_http_requests_total", "counter",
			"Requests by class of their answer; none: the client left before it.");
	for (size_t i = 0; i < NW_ARRAY_LEN(classes); i++) {
		nw_buf_addf(out, "narwhal_http_requests_total{status=\"%s\"} %" PRIu64 "\n", classes[i],
			    sum->status[i]);
	}
}

/* Only what was ever answered has a line. */
static void add_responses(struct nw_buf *out, const struct nw_board *board)
{
	uint64_t n[NW_BOARD_CODES];

	nw_board_codes(board, n);
	nw_metrics_head(out, "narwhal_http_responses_total", "counter", "Requests by the status of their answer.");
	for (size_t code = 1; code < NW_BOARD_CODES; code++) {
		if (n[code] != 0) {
			nw_buf_addf(out, "narwhal_http_responses_total{code=\"%zu\"} %" PRIu64 "\n", code, n[code]);
		}
	}
}

static void add_route(struct nw_buf *out, const struct nw_board_route *route, struct nw_arena *arena,
		      const struct nw_board_times times[NW_BOARD_CLASSES])
{
	struct nw_buf labels = {.grow = nw_arena_grow_any, .grow_arg = arena};

	for (size_t i = 0; i < NW_BOARD_CLASSES; i++) {
		if (nw_times_requests(&times[i]) != 0) {
			labels.len = 0;
			nw_metrics_label(&labels, "method", route->methods);
			nw_metrics_label(&labels, "route", route->path);
			nw_metrics_label(&labels, "status", classes[i]);
			nw_metrics_times(out, "narwhal_route_request_duration_seconds", &labels, &times[i]);
		}
	}
	out->failed |= labels.failed;
}

/* Routes are few, since apps declare them, and paths of clients are none. */
static void add_routes(struct nw_buf *out, const struct nw_metrics *metrics)
{
	const struct nw_board_route *route;
	struct nw_board_times times[NW_BOARD_CLASSES];

	nw_metrics_head(out, "narwhal_route_request_duration_seconds", "histogram",
			"The same by the route of an app and class of the answer; without a route: files, and what was "
			"refused.");
	for (unsigned number = 0; (route = nw_board_route_read(metrics->board, number, times)) != NULL; number++) {
		add_route(out, route, metrics->arena, times);
	}
}

static void add_latency(struct nw_buf *out, const struct nw_board_sum *sum)
{
	static const char name[] = "narwhal_http_request_duration_seconds";
	struct nw_buf none = {0};

	nw_metrics_head(out, name, "histogram", "Time from the first byte of a request to the last of its answer.");
	nw_metrics_times(out, name, &none, &sum->latency);
}

static void add_workers(struct nw_buf *out, const struct nw_board *board, const struct nw_board_sum *sum)
{
	static const char *const states[] = {NULL, "booting", "serving", "draining"};

	nw_metrics_head(out, "narwhal_workers", "gauge", "Worker processes by state.");
	for (size_t i = 1; i < NW_ARRAY_LEN(states); i++) {
		nw_buf_addf(out, "narwhal_workers{state=\"%s\"} %u\n", states[i], sum->workers[i]);
	}
	nw_metrics_one(out, "narwhal_workers_target", "gauge", "Worker processes that there should be.",
		       NW_READ(board->workers_target));
	nw_metrics_one(out, "narwhal_workers_resident_bytes", "gauge",
		       "Resident memory of the workers, what they share counted in each.", sum->resident_bytes);
	nw_metrics_one(out, "narwhal_workers_spawned_total", "counter", "Worker processes started.",
		       NW_READ(board->spawned));
	nw_metrics_one(out, "narwhal_workers_died_total", "counter",
		       "Worker processes that ended without being asked to.", NW_READ(board->died));
	nw_metrics_one(out, "narwhal_worker_timeouts_total", "counter", "Workers killed for a missed heartbeat.",
		       NW_READ(board->timeouts));
}

static void add_master(struct nw_buf *out, const struct nw_board *board)
{
	nw_metrics_one(out, "narwhal_generation", "gauge",
		       "Number of the configuration that serves; 1 at the start, another one after each reload.",
		       NW_READ(board->generation));
	nw_metrics_head(out, "narwhal_reloads_total", "counter", "Reloads by result.");
	nw_buf_addf(out, "narwhal_reloads_total{result=\"ok\"} %" PRIu64 "\n", NW_READ(board->reloads_ok));
	nw_buf_addf(out, "narwhal_reloads_total{result=\"failed\"} %" PRIu64 "\n", NW_READ(board->reloads_failed));
	nw_metrics_head(out, "narwhal_uptime_seconds", "gauge", "Seconds since the master started.");
	nw_buf_addf(out, "narwhal_uptime_seconds %.3f\n", (double)(nw_clock_ms() - board->started_ms) / 1e3);
	nw_metrics_head(out, "narwhal_info", "gauge", "The version.");
	nw_buf_addf(out, "narwhal_info{version=\"%s\"} 1\n", NW_VERSION);
}

void nw_metrics_text(struct nw_buf *out, const struct nw_metrics *metrics)
{
	const struct nw_board *board = metrics->board;
	struct nw_board_sum sum;

	nw_board_sum(board, &sum);
	add_requests(out, &sum);
	add_responses(out, board);
	add_latency(out, &sum);
	add_routes(out, metrics);
	nw_metrics_one(out, "narwhal_http_received_bytes_total", "counter", "Bytes read from clients.", sum.bytes_in);
	nw_metrics_one(out, "narwhal_http_sent_bytes_total", "counter", "Bytes written to clients.", sum.bytes_out);
	nw_metrics_one(out, "narwhal_http_connections_total", "counter", "Connections accepted.", sum.connections);
	nw_metrics_one(out, "narwhal_http_connections", "gauge", "Connections open now.", sum.open);
	nw_metrics_one(out, "narwhal_http_in_flight", "gauge", "Requests being worked on now.", sum.in_flight);
	nw_metrics_one(out, "narwhal_threads_busy", "gauge", "Handler threads that run a handler now.",
		       sum.threads_busy);
	nw_metrics_one(out, "narwhal_threads_queued", "gauge", "Requests that wait for a handler thread.", sum.queued);
	nw_metrics_one(out, "narwhal_threads_queue_full_total", "counter", "Requests refused since the queue was full.",
		       sum.queue_full);
	nw_metrics_one(out, "narwhal_store_operations_total", "counter", "Store operations.", sum.store_ops);
	nw_metrics_one(out, "narwhal_store_errors_total", "counter",
		       "Store operations that the database failed or did not answer.", sum.store_errors);
	nw_metrics_one(out, "narwhal_store_batches_total", "counter", "Commands or transactions that lanes ran.",
		       sum.store_batches);
	add_workers(out, board, &sum);
	add_master(out, board);
}

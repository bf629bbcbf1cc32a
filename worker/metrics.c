#include "worker/metrics.h"

#include <inttypes.h>

#include "common/accept_queue.h"
#include "common/clock.h"
#include "common/listener.h"
#include "worker/metrics_text.h"
#include "worker/metrics_worker.h"

enum { FORKED_MEANWHILE = 16 }; /* slots that may be claimed while we look */

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
			nw_metrics_times(out, "narwhal_route_request_duration_seconds", nw_buf_str(&labels), &times[i]);
		}
	}
	out->failed |= labels.failed;
}

/* Routes are few, since apps declare them, and paths of clients are none. */
static void add_routes(struct nw_buf *out, const struct nw_metrics *metrics)
{
	const struct nw_board_route *route;
	struct nw_board_times times[NW_BOARD_CLASSES];

	nw_metrics_head(
		out, "narwhal_route_request_duration_seconds", "histogram",
		"Time of requests by the route of an app and class of the answer; without a route: files, and what was "
		"refused.");
	for (unsigned number = 0; (route = nw_board_route_read(metrics->board, number, times)) != NULL; number++) {
		add_route(out, route, metrics->arena, times);
	}
}

static void add_latency(struct nw_buf *out, const struct nw_board_sum *sum)
{
	static const char name[] = "narwhal_http_request_duration_seconds";

	nw_metrics_head(out, name, "histogram", "Time from the first byte of a request to the last of its answer.");
	nw_metrics_times(out, name, "", &sum->latency);
}

static void add_exits(struct nw_buf *out, const struct nw_board *board)
{
	nw_metrics_head(out, "narwhal_worker_exits_total", "counter",
			"Worker processes that ended, by reason; asked: by a reload, a stop, or for fewer workers.");
	for (size_t i = 0; i < NW_END_KINDS; i++) {
		nw_buf_addf(out, "narwhal_worker_exits_total{reason=\"%s\"} %" PRIu64 "\n", nw_board_end_names[i],
			    NW_READ(board->ends[i]));
	}
}

static void add_workers(struct nw_buf *out, const struct nw_board *board, const struct nw_board_sum *sum)
{
	nw_metrics_worker_states(out, sum);
	nw_metrics_one(out, "narwhal_workers_target", "gauge", "Worker processes that there should be.",
		       NW_READ(board->workers_target));
	nw_metrics_one(out, "narwhal_workers_resident_bytes", "gauge",
		       "Resident memory of the workers, what they share counted in each.", sum->resident_bytes);
	nw_metrics_one(out, "narwhal_workers_spawned_total", "counter", "Worker processes started.",
		       NW_READ(board->spawned));
	nw_metrics_one(out, "narwhal_workers_died_total", "counter",
		       "Worker processes that ended without being asked to.", NW_READ(board->died));
	add_exits(out, board);
	nw_metrics_one(out, "narwhal_handler_timeouts_total", "counter",
		       "Requests given up since a handler thread took longer than the setting timeout.",
		       sum->handler_timeouts);
	nw_metrics_one(out, "narwhal_worker_boot_failures_total", "counter",
		       "Workers that died while they booted or just after; the next one is tried after a pause.",
		       NW_READ(board->boot_failures));
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
	nw_metrics_one(out, "narwhal_reload_last_successful", "gauge",
		       "1: the last reload took effect, or there was none; 0: the configuration before it serves on.",
		       NW_READ(board->was_reload_ok));
	nw_metrics_head(out, "narwhal_reload_last_timestamp_seconds", "gauge",
			"When the last reload was over, or the master started; seconds since 1970.");
	nw_buf_addf(out, "narwhal_reload_last_timestamp_seconds %.3f\n", (double)NW_READ(board->reloaded_ms) / 1e3);
	nw_metrics_head(out, "narwhal_reload_last_duration_seconds", "gauge",
			"How long it took until the new configuration served, or failed; 0: there was none.");
	nw_buf_addf(out, "narwhal_reload_last_duration_seconds %.6f\n", (double)NW_READ(board->reload_us) / 1e6);
	nw_metrics_head(out, "narwhal_uptime_seconds", "gauge", "Seconds since the master started.");
	nw_buf_addf(out, "narwhal_uptime_seconds %.3f\n", (double)(nw_clock_ms() - board->started_ms) / 1e3);
	nw_metrics_head(out, "narwhal_info", "gauge", "The version.");
	nw_buf_addf(out, "narwhal_info{version=\"%s\"} 1\n", NW_VERSION);
}

static void add_traffic(struct nw_buf *out, const struct nw_board_sum *sum)
{
	nw_metrics_one(out, "narwhal_http_received_bytes_total", "counter", "Bytes read from clients.", sum->bytes_in);
	nw_metrics_one(out, "narwhal_http_sent_bytes_total", "counter", "Bytes written to clients.", sum->bytes_out);
	nw_metrics_one(out, "narwhal_http_connections_accepted_total", "counter", "Connections accepted.",
		       sum->connections);
	nw_metrics_one(out, "narwhal_http_connections", "gauge", "Connections open now.", sum->open);
	nw_metrics_one(out, "narwhal_http_in_flight", "gauge", "Requests being worked on now.", sum->in_flight);
}

static void add_listeners(struct nw_buf *out, const struct nw_metrics *metrics)
{
	struct nw_buf labels = {.grow = nw_arena_grow_any, .grow_arg = metrics->arena};
	struct nw_buf limits = {.grow = nw_arena_grow_any, .grow_arg = metrics->arena};
	struct nw_accept_queue queue;
	struct nw_addr addr;

	nw_metrics_head(out, "narwhal_listener_waiting", "gauge", "Clients that wait to be accepted.");
	nw_metrics_head(&limits, "narwhal_listener_backlog", "gauge", "How many may wait.");
	for (size_t i = 0; i < metrics->n_listeners; i++) {
		if (nw_addr_of_fd(metrics->listeners[i], &addr) != 0 ||
		    nw_accept_queue_read(metrics->listeners[i], &queue) != 0) {
			continue;
		}
		labels.len = 0;
		nw_metrics_label(&labels, "listener", addr.text);
		nw_buf_addf(out, "narwhal_listener_waiting{%s} %" PRIu32 "\n", nw_buf_str(&labels), queue.waiting);
		nw_buf_addf(&limits, "narwhal_listener_backlog{%s} %" PRIu32 "\n", nw_buf_str(&labels), queue.limit);
	}
	nw_buf_add(out, limits.data, limits.len);
	out->failed |= labels.failed || limits.failed;
}

static void add_threads(struct nw_buf *out, const struct nw_board_sum *sum)
{
	nw_metrics_one(out, "narwhal_threads", "gauge", "Handler threads.", sum->threads);
	nw_metrics_one(out, "narwhal_threads_busy", "gauge", "Handler threads that run a handler now.",
		       sum->threads_busy);
	nw_metrics_one(out, "narwhal_threads_queued", "gauge", "Requests that wait for a handler thread.", sum->queued);
	nw_metrics_one(out, "narwhal_threads_queue_limit", "gauge", "How many may wait.", sum->queue_limit);
	nw_metrics_one(out, "narwhal_threads_queue_full_total", "counter", "Requests refused since the queue was full.",
		       sum->queue_full);
}

static void add_store(struct nw_buf *out, const struct nw_board_sum *sum)
{
	nw_metrics_one(out, "narwhal_store_operations_total", "counter", "Store operations.", sum->store_ops);
	nw_metrics_one(out, "narwhal_store_errors_total", "counter",
		       "Store operations that the database failed or did not answer.", sum->store_errors);
	nw_metrics_one(out, "narwhal_store_batches_total", "counter", "Commands or transactions that lanes ran.",
		       sum->store_batches);
	nw_metrics_one(out, "narwhal_store_connections", "gauge",
		       "Connections of threads to the database; of MongoDB: the most that were ever in use at once.",
		       sum->store_open);
	nw_metrics_one(out, "narwhal_store_connections_busy", "gauge", "Those in use now.", sum->store_busy);
	nw_metrics_one(out, "narwhal_store_connections_waiting", "gauge", "Threads that wait for one now.",
		       sum->store_waiting);
	nw_metrics_one(out, "narwhal_store_connections_limit", "gauge",
		       "How many there may be; 0: as many as there are threads.", sum->store_limit);
	nw_metrics_one(out, "narwhal_store_connection_timeouts_total", "counter", "Waits for one that were given up.",
		       sum->store_timeouts);
}

void nw_metrics_text(struct nw_buf *out, const struct nw_metrics *metrics)
{
	const struct nw_board *board = metrics->board;
	size_t cap = NW_READ(board->n_slots) + FORKED_MEANWHILE;
	struct nw_board_worker *workers = nw_arena_alloc(metrics->arena, cap * sizeof(*workers));
	struct nw_board_sum sum;
	size_t n = nw_board_snapshot(board, &sum, workers, workers == NULL ? 0 : cap);

	out->failed |= workers == NULL;
	add_requests(out, &sum);
	add_responses(out, board);
	add_latency(out, &sum);
	add_routes(out, metrics);
	add_traffic(out, &sum);
	add_listeners(out, metrics);
	add_threads(out, &sum);
	add_store(out, &sum);
	add_workers(out, board, &sum);
	nw_metrics_workers(out, workers, n);
	add_master(out, board);
}

#include "worker/metrics.h"

#include <inttypes.h>

#include "common/clock.h"

static void head(struct nw_buf *out, const char *name, const char *type, const char *help)
{
	nw_buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(struct nw_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	head(out, name, type, help);
	nw_buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

static const char *const classes[NW_BOARD_CLASSES] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

static void add_requests(struct nw_buf *out, const struct nw_board_sum *sum)
{
	head(out, "narwhal_http_requests_total", "counter",
	     "Requests by class of their answer; none: the client left before it.");
	for (size_t i = 0; i < NW_ARRAY_LEN(classes); i++) {
		nw_buf_addf(out, "narwhal_http_requests_total{status=\"%s\"} %" PRIu64 "\n", classes[i],
			    sum->status[i]);
	}
}

/* What stands between the quotes of a label. */
static void add_label(struct nw_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			nw_buf_addc(out, '\\');
		}
		nw_buf_addc(out, *text);
	}
}

/* Routes are few, since apps declare them; only what was ever answered has a line. */
static void add_routes(struct nw_buf *out, const struct nw_board *board)
{
	const struct nw_board_route *route;
	uint64_t n[NW_BOARD_CLASSES];

	head(out, "narwhal_route_requests_total", "counter",
	     "Requests by the route of an app and class of their answer; without a route: files, and what was "
	     "refused.");
	for (unsigned number = 0; (route = nw_board_route_read(board, number, n)) != NULL; number++) {
		for (size_t i = 0; i < NW_BOARD_CLASSES; i++) {
			if (n[i] == 0) {
				continue;
			}
			nw_buf_adds(out, "narwhal_route_requests_total{method=\"");
			add_label(out, route->methods);
			nw_buf_adds(out, "\",route=\"");
			add_label(out, route->path);
			nw_buf_addf(out, "\",status=\"%s\"} %" PRIu64 "\n", classes[i], n[i]);
		}
	}
}

static void add_latency(struct nw_buf *out, const struct nw_board_sum *sum)
{
	static const char name[] = "narwhal_http_request_duration_seconds";
	uint64_t below = 0;

	head(out, name, "histogram", "Time from the first byte of a request to the last of its answer.");
	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		below += sum->latency[i];
		if (i + 1 < NW_BOARD_BUCKETS) {
			nw_buf_addf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
				    (double)nw_board_bucket_us[i] / 1e6, below);
		} else {
			nw_buf_addf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, below);
		}
	}
	nw_buf_addf(out, "%s_sum %.6f\n%s_count %" PRIu64 "\n", name, (double)sum->latency_us / 1e6, name, below);
}

static void add_workers(struct nw_buf *out, const struct nw_board *board, const struct nw_board_sum *sum)
{
	static const char *const states[] = {NULL, "booting", "serving", "draining"};

	head(out, "narwhal_workers", "gauge", "Worker processes by state.");
	for (size_t i = 1; i < NW_ARRAY_LEN(states); i++) {
		nw_buf_addf(out, "narwhal_workers{state=\"%s\"} %u\n", states[i], sum->workers[i]);
	}
	one(out, "narwhal_workers_target", "gauge", "Worker processes that there should be.",
	    NW_READ(board->workers_target));
	one(out, "narwhal_workers_resident_bytes", "gauge",
	    "Resident memory of the workers, what they share counted in each.", sum->resident_bytes);
	one(out, "narwhal_workers_spawned_total", "counter", "Worker processes started.", NW_READ(board->spawned));
	one(out, "narwhal_workers_died_total", "counter", "Worker processes that ended without being asked to.",
	    NW_READ(board->died));
	one(out, "narwhal_worker_timeouts_total", "counter", "Workers killed for a missed heartbeat.",
	    NW_READ(board->timeouts));
}

static void add_master(struct nw_buf *out, const struct nw_board *board)
{
	one(out, "narwhal_generation", "gauge",
	    "Number of the configuration that serves; 1 at the start, another one after each reload.",
	    NW_READ(board->generation));
	head(out, "narwhal_reloads_total", "counter", "Reloads by result.");
	nw_buf_addf(out, "narwhal_reloads_total{result=\"ok\"} %" PRIu64 "\n", NW_READ(board->reloads_ok));
	nw_buf_addf(out, "narwhal_reloads_total{result=\"failed\"} %" PRIu64 "\n", NW_READ(board->reloads_failed));
	head(out, "narwhal_uptime_seconds", "gauge", "Seconds since the master started.");
	nw_buf_addf(out, "narwhal_uptime_seconds %.3f\n", (double)(nw_clock_ms() - board->started_ms) / 1e3);
	head(out, "narwhal_info", "gauge", "The version.");
	nw_buf_addf(out, "narwhal_info{version=\"%s\"} 1\n", NW_VERSION);
}

void nw_metrics_text(struct nw_buf *out, const struct nw_board *board)
{
	struct nw_board_sum sum;

	nw_board_sum(board, &sum);
	add_requests(out, &sum);
	add_routes(out, board);
	add_latency(out, &sum);
	one(out, "narwhal_http_received_bytes_total", "counter", "Bytes read from clients.", sum.bytes_in);
	one(out, "narwhal_http_sent_bytes_total", "counter", "Bytes written to clients.", sum.bytes_out);
	one(out, "narwhal_http_connections_total", "counter", "Connections accepted.", sum.connections);
	one(out, "narwhal_http_connections", "gauge", "Connections open now.", sum.open);
	one(out, "narwhal_http_in_flight", "gauge", "Requests being worked on now.", sum.in_flight);
	one(out, "narwhal_threads_busy", "gauge", "Handler threads that run a handler now.", sum.threads_busy);
	one(out, "narwhal_threads_queued", "gauge", "Requests that wait for a handler thread.", sum.queued);
	one(out, "narwhal_threads_queue_full_total", "counter", "Requests refused since the queue was full.",
	    sum.queue_full);
	one(out, "narwhal_store_operations_total", "counter", "Store operations.", sum.store_ops);
	one(out, "narwhal_store_errors_total", "counter",
	    "Store operations that the database failed or did not answer.", sum.store_errors);
	one(out, "narwhal_store_batches_total", "counter", "Commands or transactions that lanes ran.",
	    sum.store_batches);
	add_workers(out, board, &sum);
	add_master(out, board);
}

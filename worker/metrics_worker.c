#include "worker/metrics_worker.h"

#include <inttypes.h>
#include <stddef.h>

#include "common/clock.h"
#include "worker/metrics_text.h"

/* A gauge that each of them has. */
struct gauge {
	const char *name;
	const char *help;
	size_t at; /* a uint64_t of struct nw_board_worker */
};

static const struct gauge gauges[] = {
	{"narwhal_worker_resident_bytes", "Resident memory, what is shared included.",
	 offsetof(struct nw_board_worker, resident_bytes)},
	{"narwhal_worker_connections", "Connections open now.", offsetof(struct nw_board_worker, open)},
	{"narwhal_worker_in_flight", "Requests being worked on now.", offsetof(struct nw_board_worker, in_flight)},
	{"narwhal_worker_threads_busy", "Handler threads that run a handler now.",
	 offsetof(struct nw_board_worker, threads_busy)},
	{"narwhal_worker_threads_queued", "Requests that wait for a handler thread.",
	 offsetof(struct nw_board_worker, queued)},
};

static void add_gauge(struct nw_buf *out, const struct gauge *gauge, const struct nw_board_worker *workers, size_t n)
{
	nw_metrics_head(out, gauge->name, "gauge", gauge->help);
	for (size_t i = 0; i < n; i++) {
		const char *worker = (const char *)&workers[i];

		nw_buf_addf(out, "%s{worker=\"%" PRIu32 "\"} %" PRIu64 "\n", gauge->name, workers[i].number,
			    *(const uint64_t *)(const void *)(worker + gauge->at));
	}
}

static void add_states(struct nw_buf *out, const struct nw_board_worker *workers, size_t n)
{
	nw_metrics_head(out, "narwhal_worker_state", "gauge", "1 for the state that a worker is in.");
	for (size_t i = 0; i < n; i++) {
		for (size_t k = NW_WORKER_BOOTING; k < NW_WORKER_STATES; k++) {
			nw_buf_addf(out, "narwhal_worker_state{worker=\"%" PRIu32 "\",state=\"%s\"} %d\n",
				    workers[i].number, nw_board_state_names[k], workers[i].state == k);
		}
	}
}

static void add_seconds(struct nw_buf *out, uint32_t number, const char *name, int64_t since_ms)
{
	int64_t ms = nw_clock_ms() - since_ms;

	nw_buf_addf(out, "%s{worker=\"%" PRIu32 "\"} %.3f\n", name, number, (double)(ms < 0 ? 0 : ms) / 1e3);
}

static void add_ages(struct nw_buf *out, const struct nw_board_worker *workers, size_t n)
{
	nw_metrics_head(out, "narwhal_worker_age_seconds", "gauge", "Seconds since it was started.");
	for (size_t i = 0; i < n; i++) {
		add_seconds(out, workers[i].number, "narwhal_worker_age_seconds", workers[i].born_ms);
	}
	nw_metrics_head(out, "narwhal_worker_heartbeat_age_seconds", "gauge",
			"Seconds since its last heartbeat, which is due each second.");
	for (size_t i = 0; i < n; i++) {
		add_seconds(out, workers[i].number, "narwhal_worker_heartbeat_age_seconds", workers[i].heartbeat_ms);
	}
}

/* As numbers, so that a new process in the place of an old one is no new series. */
static void add_names(struct nw_buf *out, const struct nw_board_worker *workers, size_t n)
{
	nw_metrics_head(out, "narwhal_worker_pid", "gauge", "Process id of the worker that has this number now.");
	for (size_t i = 0; i < n; i++) {
		nw_buf_addf(out, "narwhal_worker_pid{worker=\"%" PRIu32 "\"} %" PRId32 "\n", workers[i].number,
			    workers[i].pid);
	}
	nw_metrics_head(out, "narwhal_worker_generation", "gauge", "The configuration that it was started with.");
	for (size_t i = 0; i < n; i++) {
		nw_buf_addf(out, "narwhal_worker_generation{worker=\"%" PRIu32 "\"} %" PRIu32 "\n", workers[i].number,
			    workers[i].generation);
	}
	nw_metrics_head(out, "narwhal_worker_requests_total", "counter",
			"Requests that it has answered, from 0 on with each process.");
	for (size_t i = 0; i < n; i++) {
		nw_buf_addf(out, "narwhal_worker_requests_total{worker=\"%" PRIu32 "\"} %" PRIu64 "\n",
			    workers[i].number, workers[i].requests);
	}
}

void nw_metrics_workers(struct nw_buf *out, const struct nw_board_worker *workers, size_t n)
{
	add_names(out, workers, n);
	add_states(out, workers, n);
	add_ages(out, workers, n);
	for (size_t i = 0; i < NW_ARRAY_LEN(gauges); i++) {
		add_gauge(out, &gauges[i], workers, n);
	}
}

void nw_metrics_worker_states(struct nw_buf *out, const struct nw_board_sum *sum)
{
	nw_metrics_head(out, "narwhal_workers", "gauge", "Worker processes by state.");
	for (size_t i = NW_WORKER_BOOTING; i < NW_WORKER_STATES; i++) {
		nw_buf_addf(out, "narwhal_workers{state=\"%s\"} %u\n", nw_board_state_names[i], sum->workers[i]);
	}
}

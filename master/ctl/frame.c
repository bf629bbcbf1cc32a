#include "master/ctl/frame.h"

#include <stddef.h>
#include <stdio.h>

#include "common/json_text.h"
#include "master/ctl/format.h"
#include "master/ctl/table.h"

static void format_rate(char *buf, size_t size, double rate)
{
	if (rate < 0) {
		snprintf(buf, size, "-");
	} else {
		snprintf(buf, size, rate < 9.95 ? "%.1f" : "%.0f", rate);
	}
}

static void add_bytes_rate(struct nw_buf *out, const char *name, double rate)
{
	char text[32] = "-";

	if (rate >= 0) {
		nw_ctl_format_bytes(text, sizeof(text), rate);
	}
	nw_buf_addf(out, "   %s %s/s", name, text);
}

static void add_load(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	char rate[32], failures[32], p50[32], p90[32], p99[32];

	format_rate(rate, sizeof(rate), figures->rate);
	format_rate(failures, sizeof(failures), figures->failure_rate);
	nw_ctl_format_latency(p50, sizeof(p50), figures->p50_s);
	nw_ctl_format_latency(p90, sizeof(p90), figures->p90_s);
	nw_ctl_format_latency(p99, sizeof(p99), figures->p99_s);
	nw_buf_addf(out, "requests %s/s   5xx %s/s   p50 %s   p90 %s   p99 %s", rate, failures, p50, p90, p99);
	add_bytes_rate(out, "in", figures->in_rate);
	add_bytes_rate(out, "out", figures->out_rate);
	nw_buf_addc(out, '\n');
}

static double sum(const struct nw_ctl_figures *figures, size_t offset)
{
	double total = 0;

	for (size_t i = 0; i < figures->n_workers; i++) {
		total += *(const double *)(const void *)((const char *)&figures->workers[i] + offset);
	}
	return total;
}

static void add_sums(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	char memory[32];

	nw_ctl_format_bytes(memory, sizeof(memory), sum(figures, offsetof(struct nw_ctl_worker, memory)));
	nw_buf_addf(out, "workers %zu of %.0f   connections %.0f   active %.0f   threads %.0f of %.0f   queued %.0f   ",
		    figures->n_workers, figures->target, sum(figures, offsetof(struct nw_ctl_worker, connections)),
		    sum(figures, offsetof(struct nw_ctl_worker, active)),
		    sum(figures, offsetof(struct nw_ctl_worker, threads)),
		    figures->threads * (double)figures->n_workers,
		    sum(figures, offsetof(struct nw_ctl_worker, queued)));
	nw_buf_addf(out, "memory %s\n", memory);
	nw_buf_addf(out,
		    "total: requests %.0f   5xx %.0f   queue full %.0f   workers died %.0f   timed out %.0f   "
		    "reloads %.0f",
		    figures->requests, figures->failures, figures->queue_full, figures->died, figures->timeouts,
		    figures->reloads_ok);
	if (figures->reloads_failed > 0) {
		nw_buf_addf(out, ", %.0f failed", figures->reloads_failed);
	}
	nw_buf_addc(out, '\n');
}

static void add_head(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	char up[32];

	nw_ctl_format_seconds(up, sizeof(up), figures->up_s);
	nw_buf_addf(out, "narwhal %s   master %d   %s   generation %.0f   up %s\n", figures->version, figures->pid,
		    figures->state, figures->generation, up);
}

static void add_workers(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	struct nw_ctl_table table;

	nw_ctl_table_init(&table, "PID GEN <STATE UP BEAT REQ/S REQUESTS CONNS ACTIVE THREADS QUEUED MEMORY");
	for (size_t i = 0; i < figures->n_workers; i++) {
		const struct nw_ctl_worker *worker = &figures->workers[i];
		char up[32], beat[32], rate[32], memory[32];

		nw_ctl_format_seconds(up, sizeof(up), worker->up_s);
		nw_ctl_format_seconds(beat, sizeof(beat), worker->beat_s);
		format_rate(rate, sizeof(rate), worker->rate);
		nw_ctl_format_bytes(memory, sizeof(memory), worker->memory);
		nw_ctl_table_add(&table, "%d", worker->pid);
		nw_ctl_table_add(&table, "%.0f", worker->generation);
		nw_ctl_table_add(&table, "%s", worker->state);
		nw_ctl_table_add(&table, "%s", up);
		nw_ctl_table_add(&table, "%s", beat);
		nw_ctl_table_add(&table, "%s", rate);
		nw_ctl_table_add(&table, "%.0f", worker->requests);
		nw_ctl_table_add(&table, "%.0f", worker->connections);
		nw_ctl_table_add(&table, "%.0f", worker->active);
		nw_ctl_table_add(&table, "%.0f", worker->threads);
		nw_ctl_table_add(&table, "%.0f", worker->queued);
		nw_ctl_table_add(&table, "%s", memory);
	}
	nw_ctl_table_print(&table, out);
	nw_ctl_table_fini(&table);
}

static void add_running(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	struct nw_ctl_table table;

	nw_ctl_table_init(&table, "PID FOR <METHOD <ROUTE <DOING <REQUEST-ID");
	for (size_t i = 0; i < figures->n_running; i++) {
		const struct nw_ctl_running *running = &figures->running[i];
		char lasts[32];

		nw_ctl_format_latency(lasts, sizeof(lasts), running->seconds);
		nw_ctl_table_add(&table, "%d", running->pid);
		nw_ctl_table_add(&table, "%s", lasts);
		nw_ctl_table_add(&table, "%s", running->method);
		nw_ctl_table_add(&table, "%s", running->route);
		nw_ctl_table_add(&table, "%s", running->phase);
		nw_ctl_table_add(&table, "%s", running->id);
	}
	nw_ctl_table_print(&table, out);
	nw_ctl_table_fini(&table);
}

void nw_ctl_frame_text(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	add_head(out, figures);
	add_load(out, figures);
	add_sums(out, figures);
	nw_buf_addc(out, '\n');
	add_workers(out, figures);
	if (figures->n_running > 0) {
		nw_buf_addc(out, '\n');
		add_running(out, figures);
	}
}

/* null: not known. */
static void add_number(struct nw_buf *out, const char *name, double value)
{
	if (value < 0) {
		nw_buf_addf(out, "\"%s\":null,", name);
	} else {
		nw_buf_addf(out, "\"%s\":%.6g,", name, value);
	}
}

static void add_text(struct nw_buf *out, const char *name, const char *text)
{
	nw_buf_addf(out, "\"%s\":", name);
	nw_json_text_add(out, nw_span_of(text));
	nw_buf_addc(out, ',');
}

static void add_count(struct nw_buf *out, const char *name, double value, const char *end)
{
	nw_buf_addf(out, "\"%s\":%.0f%s", name, value, end);
}

static void add_json_workers(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	for (size_t i = 0; i < figures->n_workers; i++) {
		const struct nw_ctl_worker *worker = &figures->workers[i];

		nw_buf_addf(out, "%s{\"pid\":%d,", i == 0 ? "" : ",", worker->pid);
		add_text(out, "state", worker->state);
		add_count(out, "generation", worker->generation, ",");
		add_number(out, "requests_per_second", worker->rate);
		add_count(out, "requests", worker->requests, ",");
		add_count(out, "connections", worker->connections, ",");
		add_count(out, "in_flight", worker->active, ",");
		add_count(out, "threads_busy", worker->threads, ",");
		add_count(out, "threads_queued", worker->queued, ",");
		add_count(out, "resident_bytes", worker->memory, "}");
	}
}

static void add_json_running(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	for (size_t i = 0; i < figures->n_running; i++) {
		const struct nw_ctl_running *running = &figures->running[i];

		nw_buf_addf(out, "%s{\"pid\":%d,", i == 0 ? "" : ",", running->pid);
		add_text(out, "method", running->method);
		add_text(out, "route", running->route);
		add_text(out, "phase", running->phase);
		add_text(out, "request_id", running->id);
		nw_buf_addf(out, "\"seconds\":%.3f}", running->seconds);
	}
}

void nw_ctl_frame_json(struct nw_buf *out, const struct nw_ctl_figures *figures)
{
	nw_buf_addf(out, "{\"pid\":%d,", figures->pid);
	add_text(out, "state", figures->state);
	add_count(out, "generation", figures->generation, ",");
	add_number(out, "requests_per_second", figures->rate);
	add_number(out, "failures_per_second", figures->failure_rate);
	add_number(out, "received_bytes_per_second", figures->in_rate);
	add_number(out, "sent_bytes_per_second", figures->out_rate);
	add_number(out, "p50_seconds", figures->p50_s);
	add_number(out, "p90_seconds", figures->p90_s);
	add_number(out, "p99_seconds", figures->p99_s);
	add_count(out, "requests", figures->requests, ",");
	add_count(out, "workers_target", figures->target, ",\"workers\":[");
	add_json_workers(out, figures);
	nw_buf_adds(out, "],\"running\":[");
	add_json_running(out, figures);
	nw_buf_adds(out, "]}\n");
}

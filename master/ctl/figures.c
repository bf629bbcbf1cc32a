#include "master/ctl/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/str.h"
#include "master/ctl/format.h"

static void read_text(const cJSON *object, const char *name, char *buf, size_t size)
{
	struct nw_buf text = {0};

	nw_ctl_format_text(&text, nw_ctl_string(object, name));
	snprintf(buf, size, "%s", nw_buf_str(&text));
	nw_buf_free(&text);
}

static void read_buckets(struct nw_ctl_figures *out, const cJSON *stats, const cJSON *totals)
{
	const cJSON *item;
	size_t i = 0;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(totals, "latency"))
	{
		if (out->n_buckets < NW_CTL_BUCKETS) {
			out->latency[out->n_buckets++] = item->valuedouble;
		}
	}
	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(stats, "bucket_seconds"))
	{
		if (i < NW_CTL_BUCKETS) {
			out->upper_s[i++] = item->valuedouble;
		}
	}
}

static void read_totals(struct nw_ctl_figures *out, const cJSON *totals)
{
	out->requests = nw_ctl_number(totals, "requests");
	out->failures = nw_ctl_number(cJSON_GetObjectItemCaseSensitive(totals, "status"), "5xx");
	out->bytes_in = nw_ctl_number(totals, "received_bytes");
	out->bytes_out = nw_ctl_number(totals, "sent_bytes");
	out->died = nw_ctl_number(totals, "workers_died");
	out->timeouts = nw_ctl_number(totals, "worker_timeouts");
	out->reloads_ok = nw_ctl_number(totals, "reloads_ok");
	out->reloads_failed = nw_ctl_number(totals, "reloads_failed");
	out->queue_full = nw_ctl_number(totals, "queue_full");
}

static void read_running(struct nw_ctl_figures *out, const cJSON *worker, int pid)
{
	const cJSON *thread;

	cJSON_ArrayForEach(thread, cJSON_GetObjectItemCaseSensitive(worker, "running"))
	{
		struct nw_ctl_running *running = &out->running[out->n_running];

		if (out->n_running == NW_CTL_RUNNING) {
			return;
		}
		running->pid = pid;
		running->seconds = nw_ctl_number(thread, "seconds");
		read_text(thread, "method", running->method, sizeof(running->method));
		read_text(thread, "route", running->route, sizeof(running->route));
		read_text(thread, "request_id", running->id, sizeof(running->id));
		read_text(thread, "phase", running->phase, sizeof(running->phase));
		out->n_running++;
	}
}

static void read_worker(struct nw_ctl_worker *out, const cJSON *worker)
{
	out->pid = (int)nw_ctl_number(worker, "pid");
	out->generation = nw_ctl_number(worker, "generation");
	out->up_s = nw_ctl_number(worker, "uptime_seconds");
	out->beat_s = nw_ctl_number(worker, "last_heartbeat");
	out->connections = nw_ctl_number(worker, "connections");
	out->active = nw_ctl_number(worker, "in_flight");
	out->threads = nw_ctl_number(worker, "threads_busy");
	out->queued = nw_ctl_number(worker, "threads_queued");
	out->requests = nw_ctl_number(worker, "requests");
	out->memory = nw_ctl_number(worker, "resident_bytes");
	out->rate = -1;
	read_text(worker, "state", out->state, sizeof(out->state));
}

static int longest_first(const void *a, const void *b)
{
	double one = ((const struct nw_ctl_running *)a)->seconds, two = ((const struct nw_ctl_running *)b)->seconds;

	return (one < two) - (one > two);
}

static void read_workers(struct nw_ctl_figures *out, const cJSON *workers)
{
	const cJSON *worker;

	cJSON_ArrayForEach(worker, cJSON_GetObjectItemCaseSensitive(workers, "workers"))
	{
		if (out->n_workers < NW_CTL_WORKERS) {
			struct nw_ctl_worker *to = &out->workers[out->n_workers++];

			read_worker(to, worker);
			read_running(out, worker, to->pid);
		}
	}
	qsort(out->running, out->n_running, sizeof(out->running[0]), longest_first);
}

/* A second; a counter that went back is another server's. */
static double rate(double now, double before, double seconds)
{
	return seconds <= 0 || now < before ? -1 : (now - before) / seconds;
}

static void compare_workers(struct nw_ctl_figures *now, const struct nw_ctl_figures *before, double seconds)
{
	for (size_t i = 0; i < now->n_workers; i++) {
		struct nw_ctl_worker *worker = &now->workers[i];
		double earlier = 0; /* of a new worker: all since it was forked */

		for (size_t k = 0; k < before->n_workers; k++) {
			earlier = before->workers[k].pid == worker->pid ? before->workers[k].requests : earlier;
		}
		worker->rate = rate(worker->requests, earlier, seconds);
	}
}

double nw_ctl_figures_percentile(const struct nw_ctl_figures *now, const struct nw_ctl_figures *before, double share)
{
	double counts[NW_CTL_BUCKETS], total = 0, below = 0;

	for (size_t i = 0; i < now->n_buckets; i++) {
		counts[i] = now->latency[i] - before->latency[i];
		counts[i] = counts[i] < 0 ? 0 : counts[i];
		total += counts[i];
	}
	if (total <= 0) {
		return -1;
	}
	for (size_t i = 0; i + 1 < now->n_buckets; i++) {
		double lower_s = i == 0 ? 0 : now->upper_s[i - 1];

		if (counts[i] > 0 && below + counts[i] >= share * total) {
			return lower_s + (now->upper_s[i] - lower_s) * (share * total - below) / counts[i];
		}
		below += counts[i];
	}
	return now->n_buckets < 2 ? -1 : now->upper_s[now->n_buckets - 2]; /* or longer: no bound is known */
}

static void compare(struct nw_ctl_figures *now, const struct nw_ctl_figures *before)
{
	double seconds = (double)(now->at_ms - before->at_ms) / 1e3;

	now->rate = rate(now->requests, before->requests, seconds);
	now->failure_rate = rate(now->failures, before->failures, seconds);
	now->in_rate = rate(now->bytes_in, before->bytes_in, seconds);
	now->out_rate = rate(now->bytes_out, before->bytes_out, seconds);
	now->p50_s = nw_ctl_figures_percentile(now, before, 0.5);
	now->p90_s = nw_ctl_figures_percentile(now, before, 0.9);
	now->p99_s = nw_ctl_figures_percentile(now, before, 0.99);
	compare_workers(now, before, seconds);
}

void nw_ctl_figures_read(struct nw_ctl_figures *out, const struct nw_ctl_figures *before, const cJSON *stats,
			 const cJSON *workers, int64_t at_ms)
{
	const cJSON *totals = cJSON_GetObjectItemCaseSensitive(stats, "totals");

	memset(out, 0, sizeof(*out));
	out->at_ms = at_ms;
	out->pid = (int)nw_ctl_number(stats, "pid");
	out->up_s = nw_ctl_number(stats, "uptime");
	out->generation = nw_ctl_number(stats, "generation");
	out->target = nw_ctl_number(stats, "workers_target");
	out->threads = nw_ctl_number(stats, "threads");
	read_text(stats, "state", out->state, sizeof(out->state));
	read_text(stats, "version", out->version, sizeof(out->version));
	read_totals(out, totals);
	read_buckets(out, stats, totals);
	read_workers(out, workers);
	out->rate = out->failure_rate = out->in_rate = out->out_rate = out->p50_s = out->p90_s = out->p99_s = -1;
	if (before != NULL && before->pid == out->pid) {
		compare(out, before);
	}
}

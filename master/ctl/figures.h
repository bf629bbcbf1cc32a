/** What top shows, read from two answers, and what follows from the two before them. */
#ifndef NW_MASTER_CTL_FIGURES_H
#define NW_MASTER_CTL_FIGURES_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	NW_CTL_BUCKETS = 64, /* of the latency histogram, at most */
	NW_CTL_WORKERS = 1024,
	NW_CTL_RUNNING = 64, /* of what runs now: the longest */
};

struct nw_ctl_worker {
	int pid;
	double generation, up_s, beat_s, connections, active, threads, queued, requests, memory;
	char state[16];
	double rate; /* requests a second; below 0: not known */
};

/** What one thread is at. */
struct nw_ctl_running {
	int pid;
	double seconds; /* since when */
	char method[16], route[128], id[72], phase[80];
};

struct nw_ctl_figures {
	int64_t at_ms; /* nw_clock_ms() */
	int pid;       /* of the master */
	char state[16], version[32];
	double up_s, generation, target, threads;
	double requests, failures; /* 5xx */
	double bytes_in, bytes_out, died, timeouts, reloads_ok, reloads_failed, queue_full;
	size_t n_buckets;
	double upper_s[NW_CTL_BUCKETS]; /* of the last: infinite, and not set */
	double latency[NW_CTL_BUCKETS];

	/* Since the figures before; below 0: not known. */
	double rate, failure_rate, in_rate, out_rate;
	double p50_s, p90_s, p99_s;

	size_t n_workers, n_running;
	struct nw_ctl_worker workers[NW_CTL_WORKERS];
	struct nw_ctl_running running[NW_CTL_RUNNING];
};

/** From the answers to `show stats` and `show workers`. @before: NULL, or those of the same server. */
void nw_ctl_figures_read(struct nw_ctl_figures *out, const struct nw_ctl_figures *before, const cJSON *stats,
			 const cJSON *workers, int64_t at_ms);

/** The latency that @share (0.99) of the requests since @before stay below, in seconds; below 0: there was none. */
double nw_ctl_figures_percentile(const struct nw_ctl_figures *now, const struct nw_ctl_figures *before, double share);

#endif

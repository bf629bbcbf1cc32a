/**
 * What one worker process has, for the files that make it up: worker.c has its life, reception.c what clients reach.
 */
#ifndef NW_WORKER_STATE_H
#define NW_WORKER_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/boot.h"
#include "common/scoreboard.h"
#include "common/settings.h"
#include "worker/http/proxy.h"
#include "worker/loop.h"

enum { NW_WORKER_SIGNALS = 4 }; /* TERM, INT, QUIT, USR1 */

struct nw_worker {
	const struct nw_boot *boot;
	const struct nw_settings *settings;
	struct nw_loop loop;
	struct nw_pool *pool;
	struct nw_store *store;
	struct nw_apps *apps;
	struct nw_static *files;    /* NULL: none */
	struct nw_span status_path; /* len 0: off */
	int resident_fd;            /* nw_resident_open() */
	struct nw_access_log *access_log;
	struct nw_forward *forward;
	struct nw_proxy proxy;
	struct nw_http *http;
	struct nw_admin *admin;
	struct event *tick;
	struct event *channel;
	struct event *end; /* one shot; the latest it may go on draining */
	struct event *signals[NW_WORKER_SIGNALS];
	uint64_t n_requests;   /* begun, for max_requests */
	uint64_t max_requests; /* with jitter; 0: never */
	int64_t starved_ms;    /* when the log last said that nothing can be accepted; 0: never */
	bool has_overrun;      /* a handler has, and the master does not know yet */
	bool is_draining;
};

/**
 * Ask the master for somebody in this worker's place, for @end, and say @line; it serves on until told to go. false:
 * the master was not told, try again.
 */
bool nw_worker_recycle(struct nw_worker *worker, enum nw_board_end end, const char *line);

#endif

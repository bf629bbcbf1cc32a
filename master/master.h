/**
 * The master: one libevent loop whose callbacks only note what happened, and one function that decides,
 * nw_master_step(), called after every turn of the loop. It never serves a request and never blocks.
 */
#ifndef NW_MASTER_MASTER_H
#define NW_MASTER_MASTER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/boot.h"
#include "master/autoreload.h"
#include "master/child.h"
#include "master/control.h"
#include "master/generation.h"
#include "master/oom.h"
#include "master/rehearsal.h"
#include "master/successor.h"

enum nw_master_state {
	NW_MASTER_STARTING,  /* no worker has ever been READY */
	NW_MASTER_SERVING,   /* at least one has */
	NW_MASTER_RELOADING, /* the first worker of the next generation boots; the serving one goes on */
	NW_MASTER_DEPARTING, /* TERM came; serves on for drain_delay, and what is on its way to the accept queues */
	NW_MASTER_STOPPING,  /* workers were told TERM */
	NW_MASTER_HURRYING,  /* workers were told QUIT */
	NW_MASTER_STOPPED,   /* no worker is left */
};

/** Why it stops; decides the exit code. */
enum nw_stop_reason {
	NW_STOP_NONE,
	NW_STOP_SIGNAL,      /* TERM, INT, QUIT: exit 0 */
	NW_STOP_BOOT_FAILED, /* no worker ever came up: exit 3 */
	NW_STOP_APP_FAILED,  /* the same, because there is no such app: exit 4 */
};

/** Signals that came since the last step. */
struct nw_pending {
	bool term, quit, hup, usr1, chld, usr2, winch;
	bool files; /* some that we are made of have changed */
	bool newer_serves;
	int workers; /* TTINs less TTOUs */
	bool tick;
};

/** Workers that die at boot are tried again after 1, 2, 4 ... 30 s. */
struct nw_backoff {
	unsigned failures;    /* in a row; workers that were forked together fail once */
	int64_t failed_at_ms; /* the last one */
	int64_t retry_at_ms;  /* no fork before */
	int64_t unit_ms;      /* the first pause; 1000, tests shorten it */
};

/** The generation on trial, state RELOADING only. */
struct nw_reload {
	struct nw_rehearsal rehearsal;
	struct nw_generation *next; /* NULL: the rehearsal goes on */
	struct nw_child *trial;     /* NULL: it died, `why` says how */
	int64_t began_us;
	int64_t deadline_ms;
	int64_t deadline_s; /* as it was given */
	char why[2560];
};

/** State DEPARTING only; by nw_clock_ms(). */
struct nw_depart {
	int64_t look_at_ms; /* again whether it is over */
	int64_t pause_ms;   /* until the look after that */
	int64_t shut_at_ms; /* nobody is let in any more, at the latest */
	int64_t until_ms;   /* the latest */
	bool is_shut;
};

enum {
	NW_MASTER_N_SIGNALS = 10,
	NW_MASTER_MAX_WORKERS = NW_BOARD_SLOTS / 2, /* so that two generations fit */
};

struct nw_master {
	const struct nw_program *program;
	int argc;
	char *const *argv; /* as started: every reload reads them again */
	char *const *environ;

	enum nw_master_state state; /* only by nw_master_set_state() */
	enum nw_stop_reason stop_reason;
	bool has_served;
	int target;           /* workers wanted; 0: WINCH sent them away */
	unsigned target_told; /* as hooks know it */
	bool is_ready_told;   /* that it serves, for the first time, to hooks and to who started us */
	uint32_t last_generation;
	struct nw_generation *generation; /* the serving one, never NULL while running */
	struct nw_reload reload;
	struct nw_autoreload autoreload;
	struct nw_depart depart;
	pid_t parent; /* the older master that we are to replace; valid while the generation has that partner */
	pid_t newer;  /* the newer one that is to replace us; 0: none */
	struct nw_successor successor;
	struct nw_backoff backoff;
	struct nw_children children;
	struct nw_board *board;
	struct nw_oom oom;
	struct nw_control *control; /* made by its first step */
	uint64_t workers_told;      /* of those that are gone: told to go */

	struct event_base *base;
	struct event *signals[NW_MASTER_N_SIGNALS];
	struct event *tick_event;
	struct event *wake_event; /* the next deadline */
	int64_t tick_ms;          /* 1000; tests shorten it */
	int64_t ticked_at_ms;
	unsigned workers_counted; /* as statsd was told */
	struct nw_pending pending;
};

/**
 * From here on, and until nw_master_init() has handlers for them, the master's signals wait: before a generation is
 * opened, whose pidfile and sockets a signal's default action would leave behind.
 */
void nw_master_hold_signals(void);

/**
 * Prepare a master that serves @generation (taken on success). @argv and @environ are kept. Listening sockets are
 * open, nothing is forked yet. nw_master_fini() ends it.
 */
int nw_master_init(struct nw_master *master, const struct nw_program *program, struct nw_generation *generation,
		   int argc, char *const *argv, char *const *environ, struct nw_err *err) NW_MUST_CHECK;

/** Serve until told to stop. Returns the exit code: 0, or 3 or 4: no worker came up. In workers it does not return. */
int nw_master_run(struct nw_master *master);

void nw_master_fini(struct nw_master *master);

/** In a forked worker, signals blocked: end the loop and all that is the master's; @mine and the scoreboard stay. */
void nw_master_shed(struct nw_master *master, struct nw_generation *mine);

/** Decide what follows from all that happened. */
void nw_master_step(struct nw_master *master);

/** For the steps below nw_master_step() only. */
void nw_master_set_state(struct nw_master *master, enum nw_master_state state);

/** "SERVING" */
const char *nw_master_state_name(enum nw_master_state state);

/** Milliseconds that a worker may take from TERM until it is KILLed: graceful_timeout, and a little for its leaving. */
int64_t nw_master_grace_ms(const struct nw_master *master);

bool nw_master_is_stopping(const struct nw_master *master);

/** Say in the process title who we are. */
void nw_master_set_title(const struct nw_master *master);

/** "Master"; "Master.2" while the older one lives. For the log. */
const char *nw_master_label(const struct nw_master *master);

#endif

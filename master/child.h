/** One worker as the master sees it, from fork to reap. */
#ifndef NW_MASTER_CHILD_H
#define NW_MASTER_CHILD_H

#include <sys/queue.h>
#include <sys/types.h>

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/channel.h"
#include "common/scoreboard.h"
#include "master/oom.h"

enum nw_child_state {
	NW_CHILD_BOOTING, /* forked */
	NW_CHILD_SERVING, /* said READY */
	NW_CHILD_LEAVING, /* drains, by itself or because we told it to */
};

struct nw_child {
	TAILQ_ENTRY(nw_child) link; /* oldest first */
	pid_t pid;
	uint64_t age; /* 1, 2, ... in the order of their forks */
	uint32_t generation;
	enum nw_child_state state;
	bool was_ready;
	bool is_told;            /* TERM, QUIT or KILL was sent: its death is our wish */
	bool is_aborted;         /* missed its heartbeat: ABRT was sent */
	enum nw_board_end wish;  /* why another one should take its place; ASKED: none needs to */
	bool is_recycled;        /* told to go since another one took its place */
	bool owes_reopen;        /* USR1 came while it was booting */
	const char *killed_for;  /* static text; why we sent KILL; NULL: we did not */
	enum nw_oom_verdict oom; /* of a KILL that was not ours */
	int64_t born_ms;         /* these by nw_clock_ms() */
	int64_t ready_ms;
	int64_t timeout_ms;   /* most age of its heartbeat; 0: any */
	int64_t kill_at_ms;   /* KILL it then; 0: never */
	int64_t old_at_ms;    /* max_worker_age is over; 0: never */
	uint64_t ready_bytes; /* of memory, when it said READY */
	struct nw_slot *slot;
	int channel_fd; /* -1: its end is closed */
	struct event *channel_event;
	char why[sizeof(((struct nw_channel_msg *)0)->text)]; /* what it said when it FAILED */
};

TAILQ_HEAD(nw_children, nw_child);

/** Takes @channel_fd (on failure too). NULL: no memory. The loop listens to it from now on. */
struct nw_child *nw_child_new(struct event_base *base, int channel_fd, struct nw_slot *slot);
struct nw_child *nw_child_free(struct nw_child *child);

/** Note what it said on the channel, if anything. Called by the loop, and once more when it is dead. */
void nw_child_listen(struct nw_child *child);

/** Send TERM, QUIT or KILL; it is LEAVING from now on. @kill_at_ms: the latest it may live; an earlier one stays. */
void nw_child_tell(struct nw_child *child, int sig, int64_t kill_at_ms);

/** KILL, and remember @why. */
void nw_child_kill(struct nw_child *child, const char *why);

/** Reopen log files: now, or when it has handlers. */
void nw_child_reopen(struct nw_child *child);

#endif

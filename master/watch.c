#include "master/watch.h"

#include <signal.h>

#include "common/clock.h"
#include "common/log.h"
#include "master/autopsy.h"
#include "master/notify.h"
#include "master/recycle.h"
#include "master/spawn.h"

enum {
	/* A tick that comes so much too late: we were stopped ourselves, and our workers probably too. */
	LATE_MS = 2000,
};

static void kill_overdue(struct nw_master *master, int64_t now)
{
	struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		if (child->kill_at_ms != 0 && now >= child->kill_at_ms) {
			nw_child_kill(child, "it did not leave in the time it was given");
		}
	}
}

static void check_heartbeat(struct nw_master *master, struct nw_child *child, int64_t now)
{
	int64_t age = now - NW_READ(child->slot->heartbeat_ms);

	if (child->timeout_ms == 0 || age <= child->timeout_ms || child->killed_for != NULL) {
		return;
	}
	if (child->is_aborted) {
		nw_child_kill(child, "it missed its heartbeat (timeout) and survived SIGABRT");
		return;
	}
	NW_LOG_CRITICAL("WORKER TIMEOUT (pid:%d)", (int)child->pid);
	NW_COUNT(master->board->timeouts, 1);
	nw_autopsy(master->board, child, NW_LEVEL_CRITICAL);
	child->is_aborted = true;
	kill(child->pid, SIGABRT);
}

/* A worker that drains without having been asked may have died before it could say so, or says it only here. */
static void note_draining(struct nw_child *child)
{
	if (child->state == NW_CHILD_SERVING && NW_READ(child->slot->state) == NW_WORKER_DRAINING) {
		child->state = NW_CHILD_LEAVING;
	}
}

static void forgive(struct nw_master *master, const struct nw_child *child, int64_t now)
{
	struct nw_backoff *backoff = &master->backoff;

	if (child->state == NW_CHILD_SERVING && child->generation == master->generation->number &&
	    child->ready_ms > backoff->failed_at_ms && now - child->ready_ms >= backoff->unit_ms) {
		if (backoff->failures >= NW_SPAWN_LOOP) {
			NW_LOG_INFO("Workers come up again, after %u starts in a row that failed", backoff->failures);
		}
		backoff->failures = 0;
	}
}

static void limit_leaving(struct nw_master *master, struct nw_child *child, int64_t now)
{
	if (child->state == NW_CHILD_LEAVING && !child->is_told && child->kill_at_ms == 0) {
		child->kill_at_ms = now + nw_master_grace_ms(master);
	}
}

void nw_watch_step(struct nw_master *master)
{
	int64_t now = nw_clock_ms();
	struct nw_child *child;

	kill_overdue(master, now);
	if (!master->pending.tick) {
		return;
	}
	bool is_late = now - master->ticked_at_ms > master->tick_ms + LATE_MS;

	master->pending.tick = false;
	nw_notify_watchdog(master);
	master->ticked_at_ms = now;
	TAILQ_FOREACH(child, &master->children, link)
	{
		note_draining(child);
		limit_leaving(master, child, now);
		forgive(master, child, now);
		nw_recycle_look(master, child, now);
		if (!is_late) {
			check_heartbeat(master, child, now);
		}
	}
}

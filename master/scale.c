#include "master/scale.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "master/hooks.h"
#include "master/recycle.h"
#include "master/spawn.h"

/* Whoever drags a terminal's corner means its foreground, us, but not our workers. */
static bool is_in_foreground(void)
{
	NW_AUTO_CLOSE int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	return fd != -1 && tcgetpgrp(fd) == getpgrp();
}

/* One that comes during a reload is for the generation that serves after it. */
static void send_away(struct nw_master *master)
{
	if (!master->pending.winch || master->state == NW_MASTER_RELOADING) {
		return;
	}
	master->pending.winch = false;
	if (is_in_foreground()) {
		NW_LOG_DEBUG("The terminal has another size");
		return;
	}
	NW_LOG_INFO("graceful stop of workers");
	master->target = 0;
}

static void follow_signals(struct nw_master *master)
{
	int least = master->target > 0 ? 1 : 0;
	int target = master->target + master->pending.workers;

	master->pending.workers = 0;
	if (target > NW_MASTER_MAX_WORKERS) {
		target = NW_MASTER_MAX_WORKERS;
	} else if (target < least) {
		target = least;
	}
	if (target == master->target) {
		return;
	}
	NW_LOG_INFO("Workers: %d -> %d", master->target, target);
	master->target = target;
}

void nw_scale_restore(struct nw_master *master)
{
	if (master->target == 0) {
		master->target = master->generation->settings->workers;
		NW_LOG_INFO("Workers: 0 -> %d, as configured", master->target);
	}
}

static bool is_current(const struct nw_master *master, const struct nw_child *child)
{
	return child->generation == master->generation->number && child->state != NW_CHILD_LEAVING;
}

static int count_current(const struct nw_master *master, bool only_serving)
{
	const struct nw_child *child;
	int n = 0;

	TAILQ_FOREACH(child, &master->children, link)
	{
		n += is_current(master, child) && (!only_serving || child->state == NW_CHILD_SERVING);
	}
	return n;
}

static void let_go(struct nw_master *master, struct nw_child *child)
{
	NW_LOG_DEBUG("Worker (pid:%d) is told to leave", (int)child->pid);
	nw_child_tell(child, SIGTERM, nw_clock_ms() + nw_master_grace_ms(master));
}

/*
 * The youngest that does not serve yet, else one that is to be replaced, else the oldest: what serves is never fewer
 * than what is wanted.
 */
static struct nw_child *find_dispensable(struct nw_master *master)
{
	struct nw_child *child;

	TAILQ_FOREACH_REVERSE(child, &master->children, nw_children, link)
	{
		if (is_current(master, child) && child->state == NW_CHILD_BOOTING) {
			return child;
		}
	}
	child = nw_recycle_next(master);
	if (child != NULL) {
		return child;
	}
	TAILQ_FOREACH(child, &master->children, link)
	{
		if (is_current(master, child)) {
			return child;
		}
	}
	return NULL;
}

/* Those that are at their end are processes, too. */
static int count_alive(const struct nw_master *master, bool *out_has_old)
{
	const struct nw_child *child;
	int n = 0;

	*out_has_old = false;
	TAILQ_FOREACH(child, &master->children, link)
	{
		*out_has_old |= child->generation < master->generation->number;
		n++;
	}
	return n;
}

static bool is_anyone_staying(const struct nw_master *master)
{
	const struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		if (child->state != NW_CHILD_LEAVING) {
			return true;
		}
	}
	return false;
}

/* How many may be forked now. Those that leave may take their time, and are not to be the only ones meanwhile. */
static int room(const struct nw_master *master)
{
	const char *strategy = master->generation->settings->reload_strategy;
	bool has_old;
	int n = count_alive(master, &has_old);

	if (!has_old || strategy == NULL || strcmp(strategy, "rolling") != 0) {
		return INT_MAX;
	}
	int left = master->target + nw_recycle_step_of(master) - n;

	return left > 0 || is_anyone_staying(master) ? left : 1;
}

bool nw_scale_has_room(const struct nw_master *master)
{
	return room(master) > 0;
}

static void fill(struct nw_master *master)
{
	int wanted = master->target + nw_recycle_extra(master);
	int n = count_current(master, false);

	for (; n > wanted; n--) {
		let_go(master, find_dispensable(master));
	}
	if (nw_clock_ms() < master->backoff.retry_at_ms) {
		return;
	}
	int n_forks = wanted - n < room(master) ? wanted - n : room(master);

	while (n_forks > 0 && nw_spawn_worker(master, master->generation) != NULL) {
		n_forks--;
	}
}

/* Others serve in their place. */
static void let_recycled_go(struct nw_master *master)
{
	struct nw_child *child;

	for (int n = count_current(master, true); n > master->target; n--) {
		child = nw_recycle_next(master);
		if (child == NULL) {
			return;
		}
		child->is_recycled = true;
		let_go(master, child);
	}
}

static bool is_old(const struct nw_master *master, const struct nw_child *child)
{
	return child->generation < master->generation->number && child->state != NW_CHILD_LEAVING;
}

/* Of the older generations, as many go on as the new one still lacks. */
static void let_old_go(struct nw_master *master)
{
	struct nw_child *child;
	int surplus = count_current(master, true) - master->target;

	TAILQ_FOREACH(child, &master->children, link)
	{
		surplus += is_old(master, child) && child->state == NW_CHILD_SERVING;
	}
	TAILQ_FOREACH(child, &master->children, link)
	{
		if (!is_old(master, child)) {
			continue;
		}
		if (child->state == NW_CHILD_BOOTING) {
			let_go(master, child);
		} else if (surplus > 0) {
			surplus--;
			let_go(master, child);
		}
	}
}

static void note_first_ready(struct nw_master *master)
{
	if (count_current(master, true) > 0) {
		master->has_served = true;
	}
	if (master->has_served && master->state == NW_MASTER_STARTING) {
		nw_master_set_state(master, NW_MASTER_SERVING);
	}
}

void nw_scale_step(struct nw_master *master)
{
	note_first_ready(master);
	follow_signals(master);
	send_away(master);
	nw_hooks_tell_workers(master);
	fill(master);
	let_recycled_go(master);
	let_old_go(master);
	NW_GAUGE(master->board->workers_target, (uint32_t)master->target);
}

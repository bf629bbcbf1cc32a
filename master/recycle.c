#include "master/recycle.h"

#include <sys/random.h>

#include "common/clock.h"
#include "common/log.h"

enum {
	ONE_IN = 8, /* workers is replaced at a time */
};

/* 0..@most */
static int64_t chance(int64_t most)
{
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), GRND_NONBLOCK) != sizeof(number)) {
		number = (uint64_t)nw_clock_us();
	}
	return (int64_t)(number % ((uint64_t)most + 1));
}

void nw_recycle_date(struct nw_child *child, const struct nw_settings *settings)
{
	int64_t age_ms = INT64_C(1000) * settings->max_worker_age_s;

	if (age_ms > 0) {
		child->old_at_ms = nw_clock_ms() + age_ms + chance(INT64_C(1000) * settings->max_worker_age_jitter_s);
	}
}

static bool may_be_replaced(const struct nw_master *master, const struct nw_child *child)
{
	return child->generation == master->generation->number && child->state == NW_CHILD_SERVING;
}

/* What it needs from the start, the next one needs too. */
static bool is_too_large(const struct nw_master *master, const struct nw_child *child)
{
	uint64_t limit = (uint64_t)master->generation->settings->max_worker_memory;

	return limit != 0 && child->ready_bytes <= limit && NW_READ(child->slot->resident_bytes) > limit;
}

static void complain_of_limit(struct nw_generation *generation, const struct nw_child *child)
{
	int64_t limit = generation->settings->max_worker_memory;

	if (limit == 0 || child->ready_bytes <= (uint64_t)limit || generation->is_limit_told) {
		return;
	}
	generation->is_limit_told = true;
	NW_LOG_WARN("max_worker_memory: a worker that has just booted has %.1f MiB, the limit is %.1f MiB: "
		    "not replaced for it",
		    (double)child->ready_bytes / (1 << 20), (double)limit / (1 << 20));
}

void nw_recycle_look(struct nw_master *master, struct nw_child *child, int64_t now_ms)
{
	if (!may_be_replaced(master, child) || child->wish != NW_END_ASKED) {
		return;
	}
	complain_of_limit(master->generation, child);
	if (is_too_large(master, child)) {
		child->wish = NW_END_MEMORY;
		NW_LOG_INFO("Worker (pid:%d) has %.1f MiB (max_worker_memory): another one will take its place",
			    (int)child->pid, (double)NW_READ(child->slot->resident_bytes) / (1 << 20));
	} else if (child->old_at_ms != 0 && now_ms >= child->old_at_ms) {
		child->wish = NW_END_AGE;
		NW_LOG_INFO("Worker (pid:%d) is %d s old (max_worker_age): another one will take its place",
			    (int)child->pid, (int)((now_ms - child->born_ms) / 1000));
	}
}

int nw_recycle_step_of(const struct nw_master *master)
{
	return (master->target + ONE_IN - 1) / ONE_IN;
}

int nw_recycle_extra(const struct nw_master *master)
{
	int most = nw_recycle_step_of(master);
	const struct nw_child *child;
	int n = 0;

	/* The next generation replaces them anyway, and who departs does not begin anew. */
	if (master->state != NW_MASTER_SERVING) {
		return 0;
	}
	TAILQ_FOREACH(child, &master->children, link)
	{
		n += may_be_replaced(master, child) && child->wish != NW_END_ASKED;
		most -= child->is_recycled;
	}
	return n < most ? n : most > 0 ? most : 0;
}

struct nw_child *nw_recycle_next(const struct nw_master *master)
{
	struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		if (may_be_replaced(master, child) && child->wish != NW_END_ASKED) {
			return child;
		}
	}
	return NULL;
}

#include "master/depart.h"

#include <signal.h>

#include "common/clock.h"
#include "common/log.h"
#include "master/budget.h"
#include "master/deferred.h"
#include "master/door.h"
#include "master/reload.h"

enum {
	LOOK_MS = 10, /* from the first look at what is on its way to the second; each later one takes twice as long */
	FDS_MAX = 64, /* listening sockets that are looked at */
};

static size_t listeners_of(const struct nw_generation *generation, int fds[FDS_MAX])
{
	size_t n = 0;

	for (; n < generation->n_endpoints && n < FDS_MAX; n++) {
		fds[n] = generation->endpoints[n].fd;
	}
	return n;
}

static bool is_anybody_coming(const struct nw_master *master)
{
	int fds[FDS_MAX];

	return nw_deferred_any(fds, listeners_of(master->generation, fds));
}

static void stop_deferring(const struct nw_master *master)
{
	int fds[FDS_MAX];
	size_t n = listeners_of(master->generation, fds);

	for (size_t i = 0; i < n; i++) {
		nw_deferred_stop(fds[i]);
	}
}

static void drop_reload(struct nw_master *master)
{
	if (master->reload.trial != NULL) {
		nw_child_tell(master->reload.trial, SIGTERM, nw_clock_ms() + nw_master_grace_ms(master));
	}
	nw_reload_drop(master);
}

/* Each worker makes an end to its connections by and by. */
static void say_so(const struct nw_master *master)
{
	const struct nw_child *child;

	NW_GAUGE(master->board->is_leaving, 1);
	TAILQ_FOREACH(child, &master->children, link)
	{
		if (child->channel_fd != -1) {
			nw_channel_send(child->channel_fd, NW_CHANNEL_DEPART, NULL);
		}
	}
}

/*
 * The door stays open for as long as somebody was seen on the way: whoever comes is served. It is shut when nobody was,
 * or the time is over, and those who set out in between have got through when nobody is seen again.
 */
static bool look(struct nw_master *master, int64_t now)
{
	struct nw_depart *depart = &master->depart;

	if (!depart->is_shut && (now >= depart->shut_at_ms || !is_anybody_coming(master))) {
		nw_door_shut_network(master->generation);
		depart->is_shut = true;
		depart->pause_ms = LOOK_MS;
	}
	if (depart->is_shut && (now >= depart->until_ms || !is_anybody_coming(master))) {
		return true;
	}
	int64_t latest_ms = depart->is_shut ? depart->until_ms : depart->shut_at_ms;

	depart->look_at_ms = now + depart->pause_ms < latest_ms ? now + depart->pause_ms : latest_ms;
	depart->pause_ms *= 2;
	return false;
}

bool nw_depart_begin(struct nw_master *master)
{
	const int64_t delay_ms = INT64_C(1000) * master->generation->settings->drain_delay_s;
	int64_t now = nw_clock_ms();

	if (master->generation->partner == NW_PARTNER_NEWER) { /* whose sockets they are, too: it serves on */
		return false;
	}
	if (!master->has_served) {
		return false;
	}
	stop_deferring(master);
	master->depart = (struct nw_depart){
		.look_at_ms = now + delay_ms,
		.pause_ms = LOOK_MS,
		.shut_at_ms = now + nw_budget_depart_ms(master->generation->settings) - NW_BUDGET_CONNECTING_MS,
		.until_ms = now + nw_budget_depart_ms(master->generation->settings),
	};
	if (delay_ms == 0 && look(master, now)) {
		return false;
	}
	if (delay_ms > 0) {
		NW_LOG_INFO("Leaving: not ready any more, accepting for %d s more (drain_delay)",
			    master->generation->settings->drain_delay_s);
	} else {
		NW_LOG_INFO("Clients that connected have not spoken yet: going on for a moment");
	}
	drop_reload(master);
	say_so(master);
	nw_master_set_state(master, NW_MASTER_DEPARTING);
	return true;
}

bool nw_depart_is_over(struct nw_master *master)
{
	int64_t now = nw_clock_ms();

	return now >= master->depart.look_at_ms && look(master, now);
}

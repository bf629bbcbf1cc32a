#include "master/depart.h"

#include <signal.h>

#include "common/clock.h"
#include "common/log.h"
#include "master/budget.h"
#include "master/deferred.h"
#include "master/door.h"
#include "master/reload.h"

enum {
	LOOK_MS = 100, /* from the first look at what is held back to the second; the next ones take twice as long */
	FDS_MAX = 64,  /* listening sockets that are looked at */
};

static size_t listeners_of(const struct nw_generation *generation, int fds[FDS_MAX])
{
	size_t n = 0;

	for (; n < generation->n_endpoints && n < FDS_MAX; n++) {
		fds[n] = generation->endpoints[n].fd;
	}
	return n;
}

/* From the first time on, nobody sets out any more. */
static bool is_anybody_coming(const struct nw_master *master)
{
	int fds[FDS_MAX];

	nw_door_shut_network(master->generation);
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
	if (delay_ms == 0 && !is_anybody_coming(master)) {
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
	master->depart = (struct nw_depart){
		.look_at_ms = now + (delay_ms > 0 ? delay_ms : LOOK_MS),
		.pause_ms = LOOK_MS,
		.until_ms = now + nw_budget_depart_ms(master->generation->settings),
	};
	nw_master_set_state(master, NW_MASTER_DEPARTING);
	return true;
}

bool nw_depart_is_over(struct nw_master *master)
{
	struct nw_depart *depart = &master->depart;
	int64_t now = nw_clock_ms();

	if (now < depart->look_at_ms) {
		return false;
	}
	if (!is_anybody_coming(master) || now >= depart->until_ms) {
		return true;
	}
	depart->look_at_ms = now + depart->pause_ms < depart->until_ms ? now + depart->pause_ms : depart->until_ms;
	depart->pause_ms *= 2;
	return false;
}

#include "master/stop.h"

#include <signal.h>

#include "common/clock.h"
#include "common/log.h"
#include "master/daemon.h"
#include "master/depart.h"
#include "master/door.h"
#include "master/reload.h"
#include "master/say.h"

enum {
	HURRY_MS = 2000, /* that a worker may take to leave after QUIT */
};

static void tell_all(struct nw_master *master, int sig, int64_t grace_ms)
{
	int64_t kill_at_ms = nw_clock_ms() + grace_ms;
	struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		nw_child_tell(child, sig, kill_at_ms);
	}
}

/*
 * Workers are told before our descriptors go: each of them answers what is in the accept queue through its own, and
 * with ours gone too the last of them to leave ends the queue, so that nobody waits in it for nobody.
 */
static void begin(struct nw_master *master, enum nw_stop_reason reason, bool is_hurried)
{
	master->stop_reason = reason;
	nw_reload_drop(master);
	nw_door_shut_network(master->generation);
	nw_door_shut_local(master->generation);
	if (is_hurried) {
		tell_all(master, SIGQUIT, HURRY_MS);
	} else {
		tell_all(master, SIGTERM, nw_master_grace_ms(master));
	}
	nw_generation_close_listeners(master->generation);
	nw_master_set_state(master, is_hurried ? NW_MASTER_HURRYING : NW_MASTER_STOPPING);
}

void nw_stop_boot_failed(struct nw_master *master, enum nw_stop_reason reason, const char *why)
{
	nw_say_fatal(master->generation->settings->errorlog, why);
	nw_daemon_note(why);
	if (!nw_master_is_stopping(master)) {
		begin(master, reason, true);
	}
}

static void hurry(struct nw_master *master)
{
	if (master->state == NW_MASTER_STOPPING) {
		NW_LOG_INFO("Quick shutdown requested");
		tell_all(master, SIGQUIT, HURRY_MS);
		nw_master_set_state(master, NW_MASTER_HURRYING);
	} else if (!nw_master_is_stopping(master)) {
		begin(master, NW_STOP_SIGNAL, true);
	}
}

/* A second TERM asks for what is under way. */
static bool is_time_to_leave(struct nw_master *master)
{
	if (master->state == NW_MASTER_DEPARTING) {
		return nw_depart_is_over(master);
	}
	return master->pending.term && !nw_master_is_stopping(master) && !nw_depart_begin(master);
}

void nw_stop_step(struct nw_master *master)
{
	struct nw_pending *pending = &master->pending;

	if (pending->quit) {
		hurry(master);
	} else if (is_time_to_leave(master)) {
		begin(master, NW_STOP_SIGNAL, false);
	}
	pending->term = pending->quit = false;
	if (nw_master_is_stopping(master) && TAILQ_EMPTY(&master->children)) {
		nw_master_set_state(master, NW_MASTER_STOPPED);
	}
}

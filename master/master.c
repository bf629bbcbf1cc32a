#include "master/master.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/proc.h"
#include "master/budget.h"
#include "master/control.h"
#include "master/daemon.h"
#include "master/figures.h"
#include "master/hooks.h"
#include "master/logfile.h"
#include "master/notify.h"
#include "master/reap.h"
#include "master/reload.h"
#include "master/scale.h"
#include "master/stop.h"
#include "master/upgrade.h"
#include "master/watch.h"

static const struct {
	int number;
	const char *name; /* as Gunicorn logs it */
} handled[NW_MASTER_N_SIGNALS] = {
	{SIGTERM, "term"}, {SIGINT, "int"},   {SIGQUIT, "quit"}, {SIGHUP, "hup"},     {SIGUSR1, "usr1"},
	{SIGCHLD, "chld"}, {SIGTTIN, "ttin"}, {SIGTTOU, "ttou"}, {SIGWINCH, "winch"}, {SIGUSR2, "usr2"},
};

static void note_signal(struct nw_master *master, int sig)
{
	struct nw_pending *pending = &master->pending;

	for (size_t i = 0; i < NW_ARRAY_LEN(handled); i++) {
		if (handled[i].number == sig) {
			NW_LOG_AT(sig == SIGCHLD ? NW_LEVEL_DEBUG : NW_LEVEL_INFO, "Handling signal: %s",
				  handled[i].name);
		}
	}
	pending->term |= sig == SIGTERM;
	pending->quit |= sig == SIGINT || sig == SIGQUIT;
	pending->hup |= sig == SIGHUP;
	pending->usr1 |= sig == SIGUSR1;
	pending->chld |= sig == SIGCHLD;
	pending->usr2 |= sig == SIGUSR2;
	pending->winch |= sig == SIGWINCH;
	pending->workers += (sig == SIGTTIN) - (sig == SIGTTOU);
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct nw_master *master = arg;

	(void)what;
	note_signal(master, sig);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct nw_master *master = arg;

	(void)fd;
	(void)what;
	master->pending.tick = true;
}

/* Its firing ends the loop's turn, and the step after it sees what is due. */
static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static struct timeval timeval_of(int64_t ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	return tv;
}

static int make_events(struct nw_master *master)
{
	master->base = event_base_new();
	if (master->base == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(handled); i++) {
		master->signals[i] = evsignal_new(master->base, handled[i].number, on_signal, master);
		if (master->signals[i] == NULL || event_add(master->signals[i], NULL) == -1) {
			return -ENOMEM;
		}
	}
	master->tick_event = event_new(master->base, -1, EV_PERSIST, on_tick, master);
	master->wake_event = evtimer_new(master->base, on_wake, master);
	return master->tick_event == NULL || master->wake_event == NULL ? -ENOMEM : 0;
}

static void free_event(struct event **event)
{
	if (*event != NULL) {
		event_free(*event);
		*event = NULL;
	}
}

static void free_events(struct nw_master *master)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(master->signals); i++) {
		free_event(&master->signals[i]);
	}
	free_event(&master->tick_event);
	free_event(&master->wake_event);
	if (master->base != NULL) {
		event_base_free(master->base);
		master->base = NULL;
	}
}

static void ignore_signals(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* The loop has handlers for those that were held, and whoever started us may have blocked what we wait for. */
static void release_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void nw_master_hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < NW_ARRAY_LEN(handled); i++) {
		sigaddset(&set, handled[i].number);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int nw_master_init(struct nw_master *master, const struct nw_program *program, struct nw_generation *generation,
		   int argc, char *const *argv, char *const *environ_, struct nw_err *err)
{
	memset(master, 0, sizeof(*master));
	master->program = program;
	master->argc = argc;
	master->argv = argv;
	master->environ = environ_;
	master->backoff.unit_ms = 1000;
	master->tick_ms = 1000;
	TAILQ_INIT(&master->children);
	ignore_signals();
	nw_oom_init(&master->oom, "/proc/self/cgroup", "/sys/fs/cgroup");
	master->board = nw_board_new();
	if (master->board == NULL || make_events(master) != 0) {
		nw_master_fini(master);
		return nw_err_set(err, -ENOMEM, "cannot make the master's loop and scoreboard: out of memory");
	}
	release_signals();
	master->generation = generation;
	master->last_generation = generation->number;
	master->target = generation->settings->workers;
	return 0;
}

void nw_master_fini(struct nw_master *master)
{
	nw_control_end(master);
	nw_autoreload_end(master);
	nw_successor_end(master);
	free_events(master);
	master->generation = nw_generation_free(master->generation);
	master->board = nw_board_free(master->board);
}

static void free_children(struct nw_master *master)
{
	struct nw_child *child;

	while ((child = TAILQ_FIRST(&master->children)) != NULL) {
		TAILQ_REMOVE(&master->children, child, link);
		nw_child_free(child);
	}
}

static struct nw_generation *shed_generation(struct nw_generation *generation, struct nw_generation *mine)
{
	if (generation != NULL && generation != mine) {
		nw_generation_disown(generation, mine);
		nw_generation_free(generation);
	}
	return NULL;
}

void nw_master_shed(struct nw_master *master, struct nw_generation *mine)
{
	/* Without it, freeing the events would take them out of the parent's epoll set. */
	event_reinit(master->base);
	free_children(master);
	nw_control_shed(master);
	nw_daemon_shed();
	nw_autoreload_end(master);
	nw_successor_end(master);
	free_events(master);
	master->generation = shed_generation(master->generation, mine);
	master->reload.next = shed_generation(master->reload.next, mine);
	nw_rehearsal_shed(&master->reload.rehearsal);
}

const char *nw_master_state_name(enum nw_master_state state)
{
	static const char *const names[] = {"STARTING", "SERVING",  "RELOADING", "DEPARTING",
					    "STOPPING", "HURRYING", "STOPPED"};

	return names[state];
}

void nw_master_set_state(struct nw_master *master, enum nw_master_state state)
{
	if (state != master->state) {
		NW_LOG_DEBUG("Master: %s -> %s", nw_master_state_name(master->state), nw_master_state_name(state));
		master->state = state;
		nw_notify_state(master);
	}
	if (state == NW_MASTER_SERVING && !master->is_ready_told) {
		master->is_ready_told = true;
		nw_daemon_tell(0, "");
		nw_hooks_call(master, master->generation, NW_HOOK_WHEN_READY, NULL, 0);
	}
}

int64_t nw_master_grace_ms(const struct nw_master *master)
{
	return nw_budget_leave_ms(master->generation->settings);
}

bool nw_master_is_stopping(const struct nw_master *master)
{
	return master->state >= NW_MASTER_STOPPING;
}

static void reopen_logs(struct nw_master *master)
{
	struct nw_err err = {0};
	struct nw_child *child;

	const struct nw_settings *settings = master->generation->settings;

	if (nw_logfile_reopen(settings, &err) != 0 || nw_logfile_make_access(settings, &err) != 0) {
		NW_LOG_WARN("%s, going on with the log as it is", err.msg);
	}
	TAILQ_FOREACH(child, &master->children, link)
	{
		nw_child_reopen(child);
	}
}

static void earlier(int64_t *deadline_ms, int64_t other_ms)
{
	if (other_ms != 0 && other_ms < *deadline_ms) {
		*deadline_ms = other_ms;
	}
}

/* Sleep no longer than until the next thing is due. */
static void arm(struct nw_master *master)
{
	int64_t now = nw_clock_ms();
	int64_t deadline = INT64_MAX;
	const struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		earlier(&deadline, child->kill_at_ms);
	}
	if (!nw_master_is_stopping(master) && master->backoff.retry_at_ms > now) {
		earlier(&deadline, master->backoff.retry_at_ms);
	}
	if (master->state == NW_MASTER_RELOADING) {
		earlier(&deadline, master->reload.deadline_ms);
	}
	if (master->state == NW_MASTER_DEPARTING) {
		earlier(&deadline, master->depart.look_at_ms);
	}
	if (deadline == INT64_MAX) {
		event_del(master->wake_event);
		return;
	}
	struct timeval tv = timeval_of(deadline > now ? deadline - now : 0);

	event_add(master->wake_event, &tv);
}

void nw_master_step(struct nw_master *master)
{
	nw_reap_step(master);
	nw_control_step(master);
	nw_figures_step(master);
	nw_watch_step(master);
	nw_upgrade_step(master);
	nw_successor_step(master);
	nw_stop_step(master);
	if (master->pending.usr1) {
		master->pending.usr1 = false;
		reopen_logs(master);
	}
	if (!nw_master_is_stopping(master)) {
		nw_autoreload_step(master);
		nw_reload_step(master);
		nw_scale_step(master);
	}
	arm(master);
}

const char *nw_master_label(const struct nw_master *master)
{
	return master->generation->partner == NW_PARTNER_OLDER ? "Master.2" : "Master";
}

void nw_master_set_title(const struct nw_master *master)
{
	const char *number = master->generation->partner == NW_PARTNER_OLDER ? ".2" : "";

	nw_proc_title_set("narwhal: master%s [%s]", number, nw_generation_name(master->generation));
}

static void announce(const struct nw_master *master)
{
	const struct nw_settings *settings = master->generation->settings;
	char text[1024];

	NW_LOG_INFO("Listening at: %s (%d)", nw_generation_text(master->generation, text, sizeof(text)), (int)getpid());
	if (strcmp(settings->worker_class, "narwhal") == 0) {
		NW_LOG_INFO("Using worker: narwhal");
	} else {
		NW_LOG_INFO("Using worker: narwhal (worker_class '%s' is another name for it here)",
			    settings->worker_class);
	}
	nw_budget_say(master->generation->settings, master->environ);
}

int nw_master_run(struct nw_master *master)
{
	struct timeval tick = timeval_of(master->tick_ms);

	announce(master);
	nw_master_set_title(master);
	NW_GAUGE(master->board->generation, master->generation->number);
	master->ticked_at_ms = nw_clock_ms();
	nw_autoreload_follow(master, master->generation->settings);
	event_add(master->tick_event, &tick);
	nw_hooks_call(master, master->generation, NW_HOOK_ON_STARTING, NULL, 0);
	nw_hooks_tell_workers(master);
	/* Between turns of the loop, never inside one: a fork in a callback would leave the child in the loop. */
	for (nw_master_step(master); master->state != NW_MASTER_STOPPED; nw_master_step(master)) {
		event_base_loop(master->base, EVLOOP_ONCE);
	}
	NW_LOG_INFO("Shutting down: %s", nw_master_label(master));
	nw_hooks_call(master, master->generation, NW_HOOK_ON_EXIT, NULL, 0);
	if (master->stop_reason == NW_STOP_BOOT_FAILED) {
		NW_LOG_ERROR("Reason: Worker failed to boot.");
		return NW_EXIT_BOOT;
	}
	if (master->stop_reason == NW_STOP_APP_FAILED) {
		NW_LOG_ERROR("Reason: App failed to load.");
		return NW_EXIT_APP;
	}
	return 0;
}

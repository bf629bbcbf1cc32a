#include "master/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/proc.h"
#include "master/hooks.h"
#include "master/inherit.h"
#include "master/notify.h"
#include "master/scale.h"
#include "master/successor.h"

/* What speaks of the process that it was given to, and what we say ourselves. */
static bool is_stale(const char *variable)
{
	static const char *const names[] = {"LISTEN_PID",     "LISTEN_FDS",    "LISTEN_FDNAMES",
					    NW_INHERIT_PID,   NW_INHERIT_FD,   NW_INHERIT_ACTIVATED,
					    NW_INHERIT_ADMIN, NW_SUCCESSOR_FD, "WATCHDOG_PID"};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if (strncmp(variable, names[i], len) == 0 && variable[len] == '=') {
			return true;
		}
	}
	return false;
}

/* "NAME=5,6" of those sockets, which stay open on exec; "" of none. In the child only. */
static void hand_over(const struct nw_generation *generation, bool is_activated, const char *name, struct nw_buf *out)
{
	for (size_t i = 0; i <= generation->n_endpoints; i++) {
		bool is_admin = i == generation->n_endpoints;
		const struct nw_endpoint *endpoint = is_admin ? &generation->admin : &generation->endpoints[i];

		if (endpoint->fd == -1 || endpoint->is_activated != is_activated || (is_admin && is_activated)) {
			continue;
		}
		nw_buf_addf(out, "%s%s%d", out->len == 0 ? name : "", out->len == 0 ? "=" : ",", endpoint->fd);
		fcntl(endpoint->fd, F_SETFD, 0);
	}
}

static void hand_over_admin(const struct nw_generation *generation, struct nw_buf *out)
{
	if (generation->admin.fd != -1 && generation->admin.is_activated) {
		nw_buf_addf(out, "%s=%d", NW_INHERIT_ADMIN, generation->admin.fd);
		fcntl(generation->admin.fd, F_SETFD, 0);
	}
}

static void hand_over_pipe(int fd, struct nw_buf *out)
{
	if (fd != -1) {
		nw_buf_addf(out, "%s=%d", NW_SUCCESSOR_FD, fd);
		fcntl(fd, F_SETFD, 0);
	}
}

/* The environment as we were started with it, and what the new master has to know. NULL: no memory. */
static char **make_environ(const struct nw_master *master, pid_t parent, int ready_fd)
{
	enum { ADDED = 5 };
	struct nw_buf added[ADDED] = {0};
	size_t n = 0;

	while (master->environ[n] != NULL) {
		n++;
	}
	char **variables = calloc(n + ADDED + 1, sizeof(*variables));

	if (variables == NULL) {
		return NULL;
	}
	n = 0;
	for (size_t i = 0; master->environ[i] != NULL; i++) {
		if (!is_stale(master->environ[i])) {
			variables[n++] = master->environ[i];
		}
	}
	nw_buf_addf(&added[0], "%s=%d", NW_INHERIT_PID, (int)parent);
	hand_over(master->generation, false, NW_INHERIT_FD, &added[1]);
	hand_over(master->generation, true, NW_INHERIT_ACTIVATED, &added[2]);
	hand_over_admin(master->generation, &added[3]);
	hand_over_pipe(ready_fd, &added[4]);
	for (size_t i = 0; i < ADDED; i++) {
		if (added[i].len > 0) {
			nw_buf_addc(&added[i], 0);
			variables[n++] = added[i].data;
		}
	}
	return variables;
}

/* The child's whole life under our name. */
static _Noreturn void be_newer(const struct nw_master *master, pid_t parent, int ready_fd)
{
	const char *start_dir = master->generation->settings->start_dir;
	char **variables = make_environ(master, parent, ready_fd);

	if (start_dir != NULL && chdir(start_dir) == -1) {
		NW_LOG_ERROR("cannot go back to '%s', where narwhal was started: %s", start_dir, strerror(errno));
		_exit(EXIT_FAILURE);
	}
	nw_proc_reset_signals(); /* our handlers would tell the older one, whose loop it still is */
	nw_log_capture(false);
	nw_hooks_call(master, master->generation, NW_HOOK_PRE_EXEC, NULL, 0);
	if (variables != NULL) {
		execvpe(master->argv[0], master->argv, variables);
	}
	NW_LOG_ERROR("cannot run '%s': %s", master->argv[0], strerror(variables == NULL ? ENOMEM : errno));
	_exit(EXIT_FAILURE);
}

static void begin(struct nw_master *master)
{
	pid_t self = getpid();

	if (master->generation->partner != NW_PARTNER_NONE) {
		NW_LOG_WARN("USR2 signal ignored. %s exists.",
			    master->generation->partner == NW_PARTNER_NEWER ? "Child" : "Parent");
		return;
	}
	NW_AUTO_CLOSE int ours = -1, theirs = -1;

	(void)nw_successor_pipe(&ours, &theirs);
	fflush(NULL);
	pid_t pid = nw_proc_fork();

	if (pid == 0) {
		be_newer(master, self, theirs);
	}
	if (pid == -1) {
		NW_LOG_ERROR("Upgrade: cannot fork: %s", strerror(errno));
		return;
	}
	NW_LOG_INFO("Upgrade: new master (pid:%d) starts", (int)pid);
	if (self == 1) {
		NW_LOG_WARN(
			"Upgrade: we are process 1, whose end is the container's: the new master cannot stay alone");
	}
	master->newer = pid;
	master->generation->partner = NW_PARTNER_NEWER;
	if (ours != -1) {
		nw_successor_watch(master, nw_take_fd(&ours));
	}
}

void nw_upgrade_end(struct nw_master *master, int status)
{
	char text[64];
	bool is_wanted = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	NW_LOG_AT(is_wanted ? NW_LEVEL_INFO : NW_LEVEL_ERROR, "Upgrade: new master (pid:%d) %s, going on as we are",
		  (int)master->newer, nw_proc_status_text(status, text, sizeof(text)));
	master->newer = 0;
	nw_successor_end(master);
	NW_GAUGE(master->board->is_succeeded, 0);
	master->generation->partner = NW_PARTNER_NONE;
	if (master->reload.next != NULL) {
		master->reload.next->partner = NW_PARTNER_NONE;
	}
	if (!nw_master_is_stopping(master)) {
		nw_scale_restore(master);
	}
}

void nw_upgrade_await(struct nw_master *master, pid_t parent)
{
	master->parent = parent;
	nw_successor_await(master, parent != 0);
	if (parent != 0) {
		/* It wakes the loop; at the latest the tick does. */
		prctl(PR_SET_PDEATHSIG, SIGCHLD);
	}
}

static void promote(struct nw_master *master)
{
	nw_generation_promote(master->generation);
	nw_master_set_title(master);
	NW_LOG_INFO("Master has been promoted.");
	nw_notify_state(master);
}

void nw_upgrade_step(struct nw_master *master)
{
	struct nw_pending *pending = &master->pending;

	/* A generation on trial may have borrowed the pidfile: what is asked for is done after it. */
	if (master->state == NW_MASTER_RELOADING) {
		return;
	}
	if (master->generation->partner == NW_PARTNER_OLDER && getppid() != master->parent) {
		promote(master);
	}
	/* A server that was told to end does not begin anew, be it by a USR2 that had to wait for a reload. */
	bool is_leaving = master->state >= NW_MASTER_DEPARTING || pending->term || pending->quit;

	if (pending->usr2 && !is_leaving) {
		begin(master);
	}
	pending->usr2 = false;
}

#include "master/reap.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/proc.h"
#include "master/autopsy.h"
#include "master/hooks.h"
#include "master/spawn.h"
#include "master/stop.h"
#include "master/upgrade.h"

static struct nw_child *find(struct nw_master *master, pid_t pid)
{
	struct nw_child *child;

	TAILQ_FOREACH(child, &master->children, link)
	{
		if (child->pid == pid) {
			return child;
		}
	}
	return NULL;
}

/* "exited with code 3: SENTENCE" */
static const char *cause(const struct nw_child *child, int status, char *buf, size_t size)
{
	char text[64];

	snprintf(buf, size, "%s%s%s", nw_proc_status_text(status, text, sizeof(text)),
		 child->why[0] == '\0' ? "" : ": ", child->why);
	return buf;
}

static void report_kill(const struct nw_child *child)
{
	unsigned mib = (unsigned)(NW_READ(child->slot->resident_bytes) >> 20);

	switch (child->oom) {
	case NW_OOM_YES:
		NW_LOG_ERROR(
			"Worker (pid:%d) was sent SIGKILL! Out of memory: the kernel ended it; it had %u MiB at its "
			"last heartbeat",
			(int)child->pid, mib);
		break;
	case NW_OOM_NO:
		NW_LOG_ERROR(
			"Worker (pid:%d) was sent SIGKILL! Not by the master, nor by the kernel for want of memory",
			(int)child->pid);
		break;
	case NW_OOM_UNKNOWN:
		NW_LOG_ERROR("Worker (pid:%d) was sent SIGKILL! Perhaps out of memory?", (int)child->pid);
		break;
	}
}

static void report_signal(const struct nw_child *child, int status)
{
	char name[32];
	int sig = WTERMSIG(status);

	nw_proc_signal_name(sig, name, sizeof(name));
	if (child->killed_for != NULL) {
		NW_LOG_WARN("Worker (pid:%d) was sent SIGKILL by the master: %s", (int)child->pid, child->killed_for);
	} else if (sig == SIGKILL) {
		report_kill(child);
	} else {
		NW_LOG_AT(sig == SIGTERM ? NW_LEVEL_INFO : NW_LEVEL_WARN, "Worker (pid:%d) was sent %s!%s",
			  (int)child->pid, name, WCOREDUMP(status) ? " (core dumped)" : "");
	}
}

static void report(const struct nw_child *child, int status)
{
	if (WIFSIGNALED(status)) {
		report_signal(child, status);
	} else if (WEXITSTATUS(status) != 0) {
		NW_LOG_ERROR("Worker (pid:%d) exited with code %d.", (int)child->pid, WEXITSTATUS(status));
	} else {
		NW_LOG_DEBUG("Worker (pid:%d) left", (int)child->pid);
	}
}

/* A crash so soon after READY that one more fork at once would only repeat it. KILL comes from outside. */
static bool is_early_crash(const struct nw_master *master, const struct nw_child *child, int status)
{
	bool is_crash = WIFSIGNALED(status) ? WTERMSIG(status) != SIGKILL : WEXITSTATUS(status) != 0;

	return is_crash && nw_clock_ms() - child->ready_ms < master->backoff.unit_ms;
}

static void join_lines(char *text)
{
	for (char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
		*p = ';';
	}
}

static void report_loop(const struct nw_master *master)
{
	const struct nw_child *child;
	int n = 0;

	TAILQ_FOREACH(child, &master->children, link)
	{
		n += child->state == NW_CHILD_SERVING;
	}
	NW_LOG_CRITICAL("%u starts of workers in a row have failed, %d of %d serve; trying again every %.0f s at last: "
			"mend what the lines above say, and send HUP",
			master->backoff.failures, n, master->target,
			(double)(master->backoff.unit_ms * NW_SPAWN_BACK_OFF_MAX) / 1000);
}

static void back_off(struct nw_master *master, const struct nw_child *child, int status)
{
	char text[2560];
	unsigned before = master->backoff.failures;
	int64_t pause = nw_spawn_back_off(&master->backoff, child->born_ms, nw_clock_ms());

	cause(child, status, text, sizeof(text));
	join_lines(text);
	NW_LOG_ERROR("Worker (pid:%d) %s: %s; next try in %.1f s", (int)child->pid,
		     child->was_ready ? "crashed when it had just booted" : "failed to boot", text,
		     (double)pause / 1000);
	NW_COUNT(master->board->boot_failures, 1);
	if (master->has_served && before < NW_SPAWN_LOOP && master->backoff.failures == NW_SPAWN_LOOP) {
		report_loop(master);
	}
}

/* No worker ever came up: a worker that says so itself is believed, one that crashes is tried again. */
static void judge_first_boot(struct nw_master *master, const struct nw_child *child, int status)
{
	char text[2560];

	bool is_app = WIFEXITED(status) && WEXITSTATUS(status) == NW_EXIT_APP;

	if (is_app || (WIFEXITED(status) && WEXITSTATUS(status) == NW_EXIT_BOOT)) {
		report(child, status);
		nw_stop_boot_failed(master, is_app ? NW_STOP_APP_FAILED : NW_STOP_BOOT_FAILED,
				    child->why[0] == '\0' ? "The worker did not say why." : child->why);
		return;
	}
	back_off(master, child, status);
	if (master->backoff.failures >= NW_SPAWN_LOOP) {
		nw_stop_boot_failed(master, NW_STOP_BOOT_FAILED, cause(child, status, text, sizeof(text)));
	}
}

static void judge(struct nw_master *master, const struct nw_child *child, int status)
{
	bool is_wanted = child->is_told && !child->is_aborted;
	/* A terminal's ^C reaches workers too, and a booting one is dead before we heed our own. */
	bool is_ending = nw_master_is_stopping(master) || master->pending.term || master->pending.quit;
	bool is_early = !child->was_ready || is_early_crash(master, child, status);

	if (child == master->reload.trial) {
		char text[sizeof(master->reload.why) - 64];

		snprintf(master->reload.why, sizeof(master->reload.why), "worker (pid:%d) %s", (int)child->pid,
			 cause(child, status, text, sizeof(text)));
		master->reload.trial = NULL;
		report(child, status);
		return;
	}
	if (is_wanted || is_ending) {
		report(child, status);
		return;
	}
	bool is_failure = !WIFEXITED(status) || WEXITSTATUS(status) != 0;

	if (is_failure) {
		NW_COUNT(master->board->died, 1);
	}
	if (!master->has_served && !child->was_ready) {
		judge_first_boot(master, child, status);
	} else if (is_early && child->generation == master->generation->number) {
		back_off(master, child, status);
	} else {
		report(child, status);
	}
	if (is_failure && !child->is_aborted) { /* else it was told when it was found stuck */
		nw_autopsy(master->board, child, NW_LEVEL_ERROR);
	}
}

/* Its last act decides: one that was to be replaced may crash before. */
static enum nw_board_end end_of(const struct nw_child *child, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (child->is_aborted) {
		return NW_END_TIMEOUT;
	}
	if (child->is_told) {
		return child->is_recycled ? child->wish : NW_END_ASKED;
	}
	if (child->oom == NW_OOM_YES) {
		return NW_END_OOM;
	}
	if (sig == SIGKILL || sig == SIGTERM || sig == SIGINT) {
		return NW_END_KILLED;
	}
	if (sig == 0 && WEXITSTATUS(status) == NW_EXIT_OK) {
		return NW_END_ASKED;
	}
	bool is_said = sig == 0 && (WEXITSTATUS(status) == NW_EXIT_BOOT || WEXITSTATUS(status) == NW_EXIT_APP);

	return is_said && !child->was_ready ? NW_END_BOOT : NW_END_CRASH;
}

static void collect(struct nw_master *master, pid_t pid, int status)
{
	struct nw_child *child = find(master, pid);

	if (child == NULL && pid == master->newer) {
		nw_upgrade_end(master, status);
		return;
	}
	if (child == NULL && pid == master->reload.rehearsal.pid) {
		nw_rehearsal_end(&master->reload.rehearsal, status);
		return;
	}
	if (child == NULL) {
		/* As process 1 of a container we inherit strangers. */
		NW_LOG_DEBUG("Reaped unknown process %d", (int)pid);
		return;
	}
	nw_child_listen(child);
	if (child->was_ready && child != master->reload.trial) {
		master->has_served = true;
	}
	TAILQ_REMOVE(&master->children, child, link);
	master->workers_told += child->is_told;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && child->killed_for == NULL) {
		child->oom = nw_oom_judge(&master->oom);
	}
	NW_COUNT(master->board->ends[end_of(child, status)], 1);
	judge(master, child, status);
	nw_hooks_call(master, master->generation, NW_HOOK_CHILD_EXIT, child, status);
	nw_board_release(master->board, child->slot);
	nw_child_free(child);
}

void nw_reap_step(struct nw_master *master)
{
	pid_t pid;
	int status;

	if (!master->pending.chld) {
		return;
	}
	master->pending.chld = false;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		collect(master, pid, status);
	}
}

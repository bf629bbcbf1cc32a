#include "master/reload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memo.h"
#include "master/budget.h"
#include "master/hooks.h"
#include "master/logfile.h"
#include "master/notify.h"
#include "master/say.h"
#include "master/scale.h"
#include "master/spawn.h"

enum {
	DEFAULT_BOOT_S = 30, /* to read it, and for the first worker to boot, when timeout is off */
};

void nw_reload_drop(struct nw_master *master)
{
	struct nw_generation *next = master->reload.next;

	nw_rehearsal_drop(&master->reload.rehearsal);
	if (next == NULL) {
		memset(&master->reload, 0, sizeof(master->reload));
		return;
	}
	/* Relative paths of sockets are unlinked where they were made. */
	nw_generation_enter(next);
	nw_generation_free(next);
	nw_generation_enter(master->generation);
	memset(&master->reload, 0, sizeof(master->reload));
}

static void fail(struct nw_master *master, const char *why)
{
	nw_log_lines(NW_LEVEL_ERROR, "Reload failed: ", why);
	NW_LOG_ERROR("Reload failed, keeping old configuration, keeping generation %u", master->generation->number);
	nw_board_note_reload(master->board, false, master->reload.began_us);
	if (master->reload.trial != NULL) {
		nw_child_kill(master->reload.trial, "its generation failed to come up");
	}
	nw_reload_drop(master);
	nw_scale_restore(master);
	if (master->state == NW_MASTER_RELOADING) {
		nw_master_set_state(master, master->has_served ? NW_MASTER_SERVING : NW_MASTER_STARTING);
	}
	if (master->generation->partner != NW_PARTNER_OLDER) {
		nw_notify_send("STATUS=Reload failed, generation %u serves: see the log", master->generation->number);
	}
}

static void give_time(struct nw_reload *reload, const struct nw_settings *settings)
{
	reload->deadline_s = settings->timeout_s > 0 ? settings->timeout_s : DEFAULT_BOOT_S;
	reload->deadline_ms = nw_clock_ms() + reload->deadline_s * 1000;
}

int nw_reload_read(const struct nw_master *master, const char *start_dir, struct nw_settings **out, struct nw_err *err)
{
	enum nw_settings_action action = NW_SETTINGS_RUN;
	struct nw_buf text = {0};

	/* By its name: if that is a symbolic link, a deployment may have turned it to a new release. */
	if (start_dir != NULL && chdir(start_dir) == -1) {
		return nw_err_errno(err, "cannot go back to '%s', where narwhal was started", start_dir);
	}
	int failed = nw_settings_load(master->argc, master->argv, master->environ, out, &action, &text, err);

	nw_buf_free(&text);
	if (failed == 0 && action != NW_SETTINGS_RUN) {
		*out = nw_settings_free(*out);
		return nw_err_set(err, -EINVAL, "check_config and print_config are for a start, not for a reload");
	}
	return failed;
}

/* The book is open: nothing of this waits for anybody. */
static int open_next(struct nw_master *master, struct nw_err *err)
{
	struct nw_reload *reload = &master->reload;
	struct nw_settings *settings = NULL;
	char buf[sizeof(err->msg)];
	int failed = nw_reload_read(master, master->generation->settings->start_dir, &settings, err);
	const char *why = nw_rehearsal_failure(&reload->rehearsal, buf, sizeof(buf));

	if (failed != 0) {
		/* In the book of one that did not come to its end, what is missing is no failure of the file's. */
		return reload->rehearsal.why[0] == '\0' ? failed : nw_err_set(err, failed, "%s", why);
	}
	nw_say_notices(settings);
	nw_autoreload_follow(master, settings);
	if (why != NULL) {
		nw_settings_free(settings);
		return nw_err_set(err, -EINVAL, "%s", why);
	}
	return nw_generation_open(master->program, master->last_generation + 1, settings, master->generation,
				  &reload->next, err);
}

static void try_next(struct nw_master *master)
{
	struct nw_reload *reload = &master->reload;
	struct nw_err err = {0};

	nw_memo_replay(nw_buf_str(&reload->rehearsal.book), reload->rehearsal.book.len);
	int failed = open_next(master, &err);

	nw_memo_replay(NULL, 0);
	nw_generation_enter(master->generation);
	if (failed != 0) {
		fail(master, err.msg);
		return;
	}
	master->last_generation++;
	give_time(reload, reload->next->settings);
	reload->trial = nw_spawn_worker(master, reload->next);
	snprintf(reload->why, sizeof(reload->why), "its first worker could not be started");
}

static void begin(struct nw_master *master)
{
	struct nw_err err = {0};

	NW_LOG_INFO("Hang up: %s", nw_master_label(master));
	master->reload.began_us = nw_clock_us();
	nw_master_set_state(master, NW_MASTER_RELOADING);
	if (nw_rehearsal_start(master, &err) != 0) {
		fail(master, err.msg);
		return;
	}
	give_time(&master->reload, master->generation->settings);
}

static void commit(struct nw_master *master)
{
	struct nw_generation *old = master->generation;
	struct nw_generation *next = master->reload.next;
	const struct nw_settings *settings = next->settings;
	struct nw_err err = {0};
	int64_t began_us = master->reload.began_us;
	char text[1024];

	nw_generation_adopt(next, old);
	master->generation = next;
	master->reload.next = NULL;
	master->backoff.failures = 0;
	master->backoff.retry_at_ms = 0;
	master->has_served = true;
	nw_generation_free(old);
	nw_generation_enter(next);
	nw_memo_replay(nw_buf_str(&master->reload.rehearsal.book), master->reload.rehearsal.book.len);
	if (nw_logfile_open(settings, &err) != 0) {
		NW_LOG_WARN("%s, going on with the log as it is", err.msg);
	}
	nw_log_capture(settings->capture_output);
	nw_memo_replay(NULL, 0);
	nw_reload_drop(master);
	if (master->target != settings->workers) {
		NW_LOG_INFO("Workers: %d -> %d, as configured", master->target, settings->workers);
		master->target = settings->workers;
	}
	nw_master_set_title(master);
	NW_GAUGE(master->board->generation, next->number);
	nw_board_note_reload(master->board, true, began_us);
	nw_hooks_call(master, next, NW_HOOK_ON_RELOAD, NULL, 0);
	NW_LOG_INFO("Reloaded: generation %u serves", next->number);
	NW_LOG_INFO("Listening at: %s (%d)", nw_generation_text(next, text, sizeof(text)), (int)getpid());
	nw_budget_say(settings, master->environ);
	nw_master_set_state(master, NW_MASTER_SERVING);
}

/* It is being read. */
static void await_rehearsal(struct nw_master *master)
{
	struct nw_reload *reload = &master->reload;
	char why[128];

	if (reload->rehearsal.pid == 0 && nw_scale_has_room(master)) {
		try_next(master);
	} else if (reload->rehearsal.pid == 0) {
		reload->deadline_ms = INT64_MAX; /* those that leave have one of their own */
	} else if (nw_clock_ms() >= reload->deadline_ms) {
		snprintf(why, sizeof(why),
			 "configuration, apps, and names of hosts and users were not read within %d s",
			 (int)reload->deadline_s);
		fail(master, why);
	}
}

static void judge(struct nw_master *master)
{
	struct nw_reload *reload = &master->reload;
	const struct nw_child *trial = reload->trial;
	char why[64];

	if (reload->next == NULL) {
		await_rehearsal(master);
	} else if (trial == NULL) {
		char copy[sizeof(reload->why)]; /* fail() ends the reload that it is part of */

		memcpy(copy, reload->why, sizeof(copy));
		fail(master, copy);
	} else if (trial->was_ready) {
		commit(master);
	} else if (nw_clock_ms() >= reload->deadline_ms) {
		snprintf(why, sizeof(why), "worker (pid:%d) was not ready within %d s", (int)trial->pid,
			 (int)reload->deadline_s);
		fail(master, why);
	}
}

void nw_reload_step(struct nw_master *master)
{
	if (master->state == NW_MASTER_DEPARTING) {
		return;
	}
	if (master->state == NW_MASTER_RELOADING) {
		judge(master);
	}
	/* HUPs that come during a reload are one more reload, after it. */
	if (master->pending.hup && master->state != NW_MASTER_RELOADING) {
		master->pending.hup = false;
		begin(master);
	}
}

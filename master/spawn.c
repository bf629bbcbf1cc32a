#include "master/spawn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/channel.h"
#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/proc.h"
#include "master/environment.h"
#include "master/hooks.h"
#include "master/logfile.h"
#include "master/recycle.h"

enum {
	BACK_OFF_MAX_SHIFT = 5, /* 2^5 > NW_SPAWN_BACK_OFF_MAX */
};

int64_t nw_spawn_back_off(struct nw_backoff *backoff, int64_t born_ms, int64_t now_ms)
{
	/* The siblings of one that failed already fail for the same cause. */
	if (backoff->failures == 0 || born_ms > backoff->failed_at_ms) {
		unsigned shift = backoff->failures < BACK_OFF_MAX_SHIFT ? backoff->failures : BACK_OFF_MAX_SHIFT;
		int64_t times = INT64_C(1) << shift;

		backoff->failures++;
		backoff->failed_at_ms = now_ms;
		backoff->retry_at_ms =
			now_ms + backoff->unit_ms * (times < NW_SPAWN_BACK_OFF_MAX ? times : NW_SPAWN_BACK_OFF_MAX);
	}
	return backoff->retry_at_ms > now_ms ? backoff->retry_at_ms - now_ms : 0;
}

/* What a worker needs of its own before it is one. */
static int enter(const struct nw_settings *settings, bool is_trial, struct nw_err *err)
{
	if (settings->chdir != NULL && chdir(settings->chdir) == -1) {
		return nw_err_errno(err, "chdir '%s'", settings->chdir);
	}
	if (is_trial) {
		/* The master has the serving generation's log open until this one has proved itself. */
		int failed = nw_logfile_open(settings, err);

		if (failed != 0) {
			return failed;
		}
		nw_log_capture(settings->capture_output);
	}
	return nw_proc_drop(settings->user, settings->group, err);
}

static bool is_orphaned(const struct nw_boot *boot)
{
	struct nw_channel_msg msg;

	nw_channel_receive(boot->channel_fd, &msg);
	return msg.kind == NW_CHANNEL_EOF;
}

static int run_worker(const struct nw_program *program, const struct nw_boot *boot, bool is_trial)
{
	struct nw_err err = {0};

	NW_GAUGE(boot->slot->pid, getpid());
	if (boot->preloaded != NULL && program->run_hook != NULL) {
		const struct nw_hook_facts facts = nw_boot_facts(boot);

		program->run_hook(boot->preloaded, NW_HOOK_POST_FORK, &facts);
	}
	if (enter(boot->settings, is_trial, &err) != 0) {
		nw_channel_send(boot->channel_fd, NW_CHANNEL_FAILED, err.msg);
		return NW_EXIT_BOOT;
	}
	/* It sees the end of its channel once it serves; until then, however long it boots, TERM ends it. */
	nw_proc_end_with_parent();
	if (is_orphaned(boot)) {
		return NW_EXIT_OK;
	}
	NW_LOG_INFO("Booting worker with pid: %d", (int)getpid());
	return program->run_worker(boot);
}

/*
 * The child's whole life. It exits rather than returns, the normal way: leak checkers and coverage then see a worker
 * that has freed what it inherited.
 */
static _Noreturn void be_worker(struct nw_master *master, struct nw_generation *generation,
				const struct nw_child *child, int channel_fd)
{
	const struct nw_program *program = master->program;
	bool is_trial = generation != master->generation;
	int *listeners = calloc(generation->n_endpoints + 1, sizeof(*listeners));
	struct nw_boot boot = {
		.settings = generation->settings,
		.listeners = listeners,
		.n_listeners = generation->n_endpoints,
		.admin_fd = generation->admin.fd,
		.channel_fd = channel_fd,
		.tls = generation->tls,
		.board = master->board,
		.slot = child->slot,
		.generation = generation->number,
		.age = child->age,
		.is_first = generation->n_forked == 1,
		.is_initial = generation->n_forked <= (uint64_t)generation->settings->workers,
		.preloaded = generation->preloaded,
	};
	int code = NW_EXIT_BOOT;

	nw_master_shed(master, generation);
	nw_environment_enter(generation->environment);
	nw_proc_reset_signals();
	nw_proc_title_set("narwhal: worker [%s]", nw_generation_name(generation));
	if (listeners != NULL) {
		for (size_t i = 0; i < generation->n_endpoints; i++) {
			listeners[i] = generation->endpoints[i].fd;
		}
		code = run_worker(program, &boot, is_trial);
	}
	free(listeners);
	nw_generation_disown(generation, generation);
	nw_generation_free(generation);
	nw_board_free(boot.board);
	exit(code);
}

static struct nw_child *prepare(struct nw_master *master, const struct nw_generation *generation, int *out_worker_fd,
				struct nw_err *err)
{
	struct nw_slot *slot = nw_board_claim(master->board, generation->number);
	int master_fd = -1;

	if (slot == NULL) {
		nw_err_set(err, -EAGAIN, "all %d slots for workers are taken", NW_BOARD_SLOTS);
		return NULL;
	}
	struct nw_child *child = NULL;

	if (nw_channel_open(&master_fd, out_worker_fd, err) == 0) {
		child = nw_child_new(master->base, master_fd, slot);
		if (child == NULL) {
			*out_worker_fd = nw_fd_close(*out_worker_fd);
			nw_err_set(err, -ENOMEM, "out of memory");
		}
	}
	if (child == NULL) {
		nw_board_release(master->board, slot);
		return NULL;
	}
	child->age = NW_READ(master->board->spawned) + 1;
	child->generation = generation->number;
	child->timeout_ms = INT64_C(1000) * generation->settings->timeout_s;
	child->born_ms = nw_clock_ms();
	nw_recycle_date(child, generation->settings);
	return child;
}

struct nw_child *nw_spawn_worker(struct nw_master *master, struct nw_generation *generation)
{
	NW_AUTO_CLOSE int worker_fd = -1;
	struct nw_err err = {0};
	struct nw_child *child = prepare(master, generation, &worker_fd, &err);
	int64_t now = nw_clock_ms();

	if (child != NULL) {
		TAILQ_INSERT_TAIL(&master->children, child, link);
		generation->n_forked++;
		nw_hooks_call(master, generation, NW_HOOK_PRE_FORK, child, 0);
		fflush(NULL); /* or the child's exit() would write it a second time */
		child->pid = nw_proc_fork();
		if (child->pid == 0) {
			be_worker(master, generation, child, nw_take_fd(&worker_fd));
		}
		if (child->pid > 0) {
			NW_GAUGE(child->slot->pid, child->pid);
			NW_COUNT(master->board->spawned, 1);
			return child;
		}
		nw_err_errno(&err, "fork");
		TAILQ_REMOVE(&master->children, child, link);
		nw_board_release(master->board, child->slot);
		nw_child_free(child);
	}
	int64_t pause = nw_spawn_back_off(&master->backoff, now, now);

	NW_LOG_ERROR("Cannot start a worker: %s; next try in %d ms", err.msg, (int)pause);
	return NULL;
}

/**
 * What the master hands to a process that it forks as a worker. The master knows a worker only by this
 * function type; master/main.c alone says which function it is.
 */
#ifndef NW_COMMON_BOOT_H
#define NW_COMMON_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/hook.h"
#include "common/scoreboard.h"
#include "common/settings.h"

struct ssl_ctx_st;

/** Exit codes of a worker; the master acts on them (Gunicorn's arbiter). */
enum {
	NW_EXIT_OK = 0,
	NW_EXIT_BOOT = 3, /* cannot boot: the sentence went over the channel */
	NW_EXIT_APP = 4,  /* the same, because there is no such app */
};

struct nw_boot {
	const struct nw_settings *settings;
	const int *listeners; /* listening sockets; the worker may close them, for itself */
	size_t n_listeners;
	int admin_fd;           /* -1: none */
	int channel_fd;         /* the worker's end */
	struct ssl_ctx_st *tls; /* of its listening sockets (common/tls_context), borrowed; NULL: none */
	struct nw_board *board;
	struct nw_slot *slot; /* its own */
	uint32_t generation;
	uint64_t age;    /* 1, 2, ... in the order of forks */
	bool is_first;   /* of its generation: what is to be said once is said by it */
	bool is_initial; /* one of those that its generation begins with: takes nobody's place */
	void *preloaded; /* what nw_program.preload() made, borrowed: unload() follows run_worker(); or NULL */
};

/** What hooks are told in the worker that @boot made. */
struct nw_hook_facts nw_boot_facts(const struct nw_boot *boot);

struct nw_program {
	/**
	 * Become a worker; returns the exit code, for exit(): with all its threads joined, or it ends the process by
	 * _exit() itself. Called in the child: the master's loop is gone, signals are at their defaults (nw_proc.h),
	 * the current directory is settings->chdir, the error log is open, user and group are switched.
	 */
	int (*run_worker)(const struct nw_boot *boot);
	/** Check apps and their files without serving (--check-config). 0 or a negative errno; -ENOEXEC: no such app.
	 */
	int (*check)(const struct nw_settings *settings, struct nw_err *err);
	/** preload_app (results as above): load the apps in the master, no store, no threads. Owned by the generation,
	 * in workers too. */
	int (*preload)(const struct nw_settings *settings, void **out, struct nw_err *err);
	void (*unload)(void *preloaded);
	/** Call a hook in the apps of @preloaded that export it: in the master, and POST_FORK in a worker. */
	void (*run_hook)(void *preloaded, enum nw_hook_id id, const struct nw_hook_facts *facts);
};

#endif

/** Hooks of the server, which apps may export (narwhal/server.h): what the master and a worker say about themselves. */
#ifndef NW_COMMON_HOOK_H
#define NW_COMMON_HOOK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

enum nw_hook_id {
	/* In the master, which has apps under preload_app only. */
	NW_HOOK_ON_STARTING,
	NW_HOOK_WHEN_READY,
	NW_HOOK_ON_RELOAD,
	NW_HOOK_NWORKERS_CHANGED,
	NW_HOOK_PRE_FORK,
	NW_HOOK_CHILD_EXIT,
	NW_HOOK_ON_EXIT,
	NW_HOOK_PRE_EXEC,
	/* In a worker. */
	NW_HOOK_POST_FORK,
	NW_HOOK_POST_WORKER_INIT,
	NW_HOOK_WORKER_INT,
	NW_HOOK_WORKER_ABORT,
	NW_HOOK_WORKER_EXIT,
	NW_N_HOOKS,
};

struct nw_hook_facts {
	pid_t master;
	const char *name; /* of the server */
	uint32_t generation;
	unsigned n_workers, n_workers_before; /* wanted */
	pid_t worker;                         /* 0: none, or not forked yet; this and below: of the worker */
	uint64_t age;
	int status; /* as wait(2) tells it, in CHILD_EXIT */
};

static inline bool nw_hook_is_masters(enum nw_hook_id id)
{
	return id < NW_HOOK_POST_FORK;
}

#endif

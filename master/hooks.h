/** Hooks of the apps that the master has: those of a generation that was preloaded (narwhal/server.h). */
#ifndef NW_MASTER_HOOKS_H
#define NW_MASTER_HOOKS_H

#include "common/hook.h"
#include "master/master.h"

/** In the apps of @generation, if it has any. @child: what it is about, or NULL. @status: of wait(2), or 0. */
void nw_hooks_call(const struct nw_master *master, const struct nw_generation *generation, enum nw_hook_id id,
		   const struct nw_child *child, int status);

/** NWORKERS_CHANGED, if they have since the last call. */
void nw_hooks_tell_workers(struct nw_master *master);

#endif

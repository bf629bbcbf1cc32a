/** Calling the hooks of narwhal/server.h. */
#ifndef NW_APP_HOOKS_H
#define NW_APP_HOOKS_H

#include "common/hook.h"
#include "worker/app/app.h"

/** Call it in each app that exports it, in order. */
void nw_hooks_run(const struct nw_apps *apps, enum nw_hook_id id, const struct nw_hook_facts *facts);

/** A hook of the master that one of the apps exports: "narwhal_pre_fork"; NULL: none does. */
const char *nw_hooks_of_master(const struct nw_apps *apps);

/** Look up WORKER_ABORT, so that nw_hooks_abort() can call it. @facts: its name must stay. By one thread, once. */
void nw_hooks_learn_abort(const struct nw_apps *apps, const struct nw_hook_facts *facts);

/** In a signal handler: WORKER_ABORT, if it was learnt. */
void nw_hooks_abort(void);

#endif

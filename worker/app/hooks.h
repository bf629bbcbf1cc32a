/** Calling the hooks of narwhal/server.h. */
#ifndef NW_APP_HOOKS_H
#define NW_APP_HOOKS_H

#include "common/hook.h"
#include "worker/app/app.h"

/** Call it in each app that exports it, in order. */
void nw_hooks_run(const struct nw_apps *apps, enum nw_hook_id id, const struct nw_hook_facts *facts);

/** A hook of the master that one of the apps exports: "narwhal_pre_fork"; NULL: none does. */
const char *nw_hooks_of_master(const struct nw_apps *apps);

/**
 * In a worker, once: call WORKER_ABORT when SIGABRT comes, and then do what is done about that signal now. For as long
 * as @apps are loaded; @facts: its name must stay.
 */
void nw_hooks_await_abort(const struct nw_apps *apps, const struct nw_hook_facts *facts);

/** The apps are about to be unloaded: SIGABRT as it was before. */
void nw_hooks_forget_abort(void);

#endif

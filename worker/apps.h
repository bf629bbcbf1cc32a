/** The apps that the settings name, loaded in a worker, in the master (preload_app), or to be checked. */
#ifndef NW_WORKER_APPS_H
#define NW_WORKER_APPS_H

#include "common/hook.h"
#include "common/settings.h"
#include "worker/app/app.h"

/** Load all of them in order. @settings is borrowed for the life of the result. */
int nw_worker_load_apps(const struct nw_settings *settings, struct nw_apps **out, struct nw_err *err) NW_MUST_CHECK;

/** As struct nw_program wants them. */
int nw_worker_preload_apps(const struct nw_settings *settings, void **out, struct nw_err *err) NW_MUST_CHECK;
void nw_worker_unload_apps(void *preloaded);
void nw_worker_run_hook(void *preloaded, enum nw_hook_id id, const struct nw_hook_facts *facts);

/** What can be known without serving: apps and their files, the store's URI, the access log's format, static folders,
 *  the one for large bodies. */
int nw_worker_check_apps(const struct nw_settings *settings, struct nw_err *err) NW_MUST_CHECK;

#endif

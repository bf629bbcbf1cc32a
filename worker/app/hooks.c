#include "worker/app/hooks.h"

#include <dlfcn.h>
#include <narwhal/server.h>
#include <signal.h>
#include <string.h>

#include "worker/app/apps.h"

enum { MOST_ABORTS = 8 }; /* apps that are told of it */

typedef void (*server_hook)(const struct nw_server *server);
typedef void (*number_hook)(const struct nw_server *server, unsigned now, unsigned before);
typedef void (*worker_hook)(const struct nw_server *server, const struct nw_worker *worker);

/* Of the process: a signal handler has no argument that could lead to it. */
static struct {
	worker_hook hooks[MOST_ABORTS];
	size_t n;
	struct nw_hook_facts facts;
	struct sigaction before; /* what else is done about it */
} aborts;

static const char *const names[NW_N_HOOKS] = {
	[NW_HOOK_ON_STARTING] = "narwhal_on_starting", [NW_HOOK_WHEN_READY] = "narwhal_when_ready",
	[NW_HOOK_ON_RELOAD] = "narwhal_on_reload",     [NW_HOOK_NWORKERS_CHANGED] = "narwhal_nworkers_changed",
	[NW_HOOK_PRE_FORK] = "narwhal_pre_fork",       [NW_HOOK_CHILD_EXIT] = "narwhal_child_exit",
	[NW_HOOK_ON_EXIT] = "narwhal_on_exit",         [NW_HOOK_PRE_EXEC] = "narwhal_pre_exec",
	[NW_HOOK_POST_FORK] = "narwhal_post_fork",     [NW_HOOK_POST_WORKER_INIT] = "narwhal_post_worker_init",
	[NW_HOOK_WORKER_INT] = "narwhal_worker_int",   [NW_HOOK_WORKER_ABORT] = "narwhal_worker_abort",
	[NW_HOOK_WORKER_EXIT] = "narwhal_worker_exit",
};

/* Its own, not one of a library that it needs: an app that is linked to another would else call the other's again. */
static void *find(const struct nw_app *app, enum nw_hook_id id)
{
	void *symbol = app->file.handle == NULL ? NULL : dlsym(app->file.handle, names[id]);
	Dl_info own, its;

	if (symbol == NULL || dladdr(app->module, &own) == 0 || dladdr(symbol, &its) == 0) {
		return NULL;
	}
	return own.dli_fbase == its.dli_fbase ? symbol : NULL;
}

static void call(void *symbol, enum nw_hook_id id, const struct nw_hook_facts *facts)
{
	const struct nw_server server = {facts->master, facts->name, facts->generation, facts->n_workers};
	const struct nw_worker worker = {facts->worker, facts->age, facts->status};

	switch (id) {
	case NW_HOOK_ON_STARTING:
	case NW_HOOK_WHEN_READY:
	case NW_HOOK_ON_RELOAD:
	case NW_HOOK_ON_EXIT:
	case NW_HOOK_PRE_EXEC:
		((server_hook)symbol)(&server);
		break;
	case NW_HOOK_NWORKERS_CHANGED:
		((number_hook)symbol)(&server, facts->n_workers, facts->n_workers_before);
		break;
	case NW_HOOK_PRE_FORK:
	case NW_HOOK_CHILD_EXIT:
	case NW_HOOK_POST_FORK:
	case NW_HOOK_POST_WORKER_INIT:
	case NW_HOOK_WORKER_INT:
	case NW_HOOK_WORKER_ABORT:
	case NW_HOOK_WORKER_EXIT:
		((worker_hook)symbol)(&server, &worker);
		break;
	case NW_N_HOOKS:
		break;
	}
}

void nw_hooks_run(const struct nw_apps *apps, enum nw_hook_id id, const struct nw_hook_facts *facts)
{
	const struct nw_app *app;

	TAILQ_FOREACH(app, &apps->list, link)
	{
		void *symbol = find(app, id);

		if (symbol != NULL) {
			call(symbol, id, facts);
		}
	}
}

const char *nw_hooks_of_master(const struct nw_apps *apps)
{
	const struct nw_app *app;

	TAILQ_FOREACH(app, &apps->list, link)
	{
		for (unsigned id = 0; id < NW_N_HOOKS; id++) {
			if (nw_hook_is_masters(id) && find(app, id) != NULL) {
				return names[id];
			}
		}
	}
	return NULL;
}

static void on_abort(int sig)
{
	const struct nw_hook_facts *facts = &aborts.facts;
	const struct nw_server server = {facts->master, facts->name, facts->generation, facts->n_workers};
	const struct nw_worker worker = {facts->worker, facts->age, facts->status};

	for (size_t i = 0; i < aborts.n; i++) {
		aborts.hooks[i](&server, &worker);
	}
	/* It comes again as soon as this returns. */
	sigaction(sig, &aborts.before, NULL);
	raise(sig);
}

void nw_hooks_await_abort(const struct nw_apps *apps, const struct nw_hook_facts *facts)
{
	const struct sigaction action = {.sa_handler = on_abort, .sa_flags = SA_ONSTACK};
	const struct nw_app *app;

	aborts.n = 0;
	aborts.facts = *facts;
	TAILQ_FOREACH(app, &apps->list, link)
	{
		void *symbol = find(app, NW_HOOK_WORKER_ABORT);

		if (symbol != NULL && aborts.n < MOST_ABORTS) {
			aborts.hooks[aborts.n++] = (worker_hook)symbol;
		}
	}
	if (aborts.n > 0) {
		sigaction(SIGABRT, &action, &aborts.before);
	}
}

void nw_hooks_forget_abort(void)
{
	if (aborts.n > 0) {
		sigaction(SIGABRT, &aborts.before, NULL);
		aborts.n = 0;
	}
}

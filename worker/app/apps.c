#include "worker/app/apps.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "worker/http/compress.h"

struct nw_apps *nw_apps_new(const struct nw_settings *settings)
{
	struct nw_apps *apps = calloc(1, sizeof(*apps));

	if (apps == NULL) {
		return NULL;
	}
	apps->settings = settings;
	apps->is_timed = settings != NULL && settings->server_timing;
	apps->codings = settings == NULL ? 0 : nw_compress_codings(settings->compress);
	TAILQ_INIT(&apps->list);
	pthread_mutex_init(&apps->lock, NULL);
	apps->arena = nw_arena_new(0);
	apps->router = nw_router_new();
	if (apps->arena == NULL || apps->router == NULL) {
		return nw_apps_free(apps);
	}
	return apps;
}

static int routes_add(struct nw_app *app)
{
	const struct nw_route *route = app->module->routes;

	for (; route != NULL && route->path != NULL; route++) {
		/* What is wrong with it is in app->why, and all the wrong ones are to be named. */
		(void)nw_app_route(app, route->methods, route->path, route->handler, route->flags);
	}
	return app->why.code;
}

/* Call load or init. An app may ignore what nw_app_fail() and nw_app_route() returned; we do not. */
static int phase_run(struct nw_app *app, const char *what, int (*phase)(struct nw_app *app), struct nw_err *err)
{
	int rc = phase == NULL ? 0 : phase(app);

	if (app->why.code != 0) {
		return nw_err_set(err, app->why.code, "%s", app->why.msg);
	}
	if (rc < 0) {
		return nw_err_set(err, rc, "%s: its %s failed: %s", app->label, what, strerror(-rc));
	}
	return 0;
}

static struct nw_app *app_new(struct nw_apps *apps, const struct nw_module *module, const char *path)
{
	struct nw_app *app = nw_arena_alloc(apps->arena, sizeof(*app));

	if (app == NULL) {
		return NULL;
	}
	app->apps = apps;
	app->module = module;
	app->label = nw_arena_strdup(apps->arena, path != NULL ? path : module->name);
	return app->label == NULL ? NULL : app;
}

int nw_apps_mount(struct nw_apps *apps, const struct nw_module *module, const char *path, struct nw_err *err)
{
	struct nw_module_file file = {.fd = -1};
	int rc;

	assert(module != NULL || path != NULL);
	if (module != NULL) {
		rc = nw_module_check(module, module->name == NULL ? "module" : module->name, err);
	} else {
		rc = nw_module_open(path, apps->settings != NULL && apps->settings->reload, &file, &module, err);
	}
	if (rc < 0) {
		return rc;
	}
	struct nw_app *app = app_new(apps, module, path);

	if (app == NULL) {
		nw_module_close(&file);
		return nw_err_set(err, -ENOMEM, "%s: no memory", path == NULL ? module->name : path);
	}
	app->file = file;
	TAILQ_INSERT_TAIL(&apps->list, app, link);
	if (routes_add(app) < 0) {
		return nw_err_set(err, app->why.code, "%s", app->why.msg);
	}
	app->is_loaded = true;
	return phase_run(app, "load", module->load, err);
}

void nw_apps_set_first(struct nw_apps *apps, bool is_first)
{
	apps->is_first = is_first;
}

void nw_apps_set_static(struct nw_apps *apps, const struct nw_static *files)
{
	apps->files = files;
}

void nw_apps_leave(struct nw_apps *apps)
{
	apps->is_leaving = true;
}

int nw_apps_init(struct nw_apps *apps, struct nw_store *store, struct nw_executor *loop, struct nw_executor *threads,
		 struct nw_counters *counters, struct nw_err *err)
{
	struct nw_app *app;

	apps->store = store;
	apps->loop = loop;
	apps->threads = threads;
	apps->counters = counters;
	TAILQ_FOREACH(app, &apps->list, link)
	{
		int rc = phase_run(app, "init", app->module->init, err);

		if (rc < 0) {
			return rc;
		}
	}
	apps->is_sealed = true;
	return 0;
}

struct nw_apps *nw_apps_free(struct nw_apps *apps)
{
	struct nw_app *app;

	if (apps == NULL) {
		return NULL;
	}
	TAILQ_FOREACH_REVERSE(app, &apps->list, nw_app_list, link)
	{
		if (app->is_loaded && app->module->fini != NULL) {
			app->module->fini(app);
		}
		nw_module_close(&app->file);
	}
	nw_router_free(apps->router);
	nw_arena_free(apps->arena);
	pthread_mutex_destroy(&apps->lock);
	free(apps);
	return NULL;
}

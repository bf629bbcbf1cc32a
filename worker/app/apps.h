/** Inside the app layer: what a worker knows of its applications. */
#ifndef NW_APP_APPS_H
#define NW_APP_APPS_H

#include <pthread.h>
#include <sys/queue.h>

#include "common/scoreboard.h"
#include "worker/app/app.h"
#include "worker/app/module.h"
#include "worker/app/router.h"

struct nw_hook {
	struct nw_hook *next;
	nw_handler handler;
};

struct nw_error_hook {
	struct nw_error_hook *next;
	unsigned status; /* 0: those without one of their own */
	nw_handler handler;
};

struct nw_app {
	TAILQ_ENTRY(nw_app) link;
	struct nw_apps *apps;
	struct nw_module_file file; /* holds nothing when linked in */
	const struct nw_module *module;
	const char *label;      /* for messages: the path, or the module's name */
	struct nw_hook *before; /* as they run */
	struct nw_hook *after;
	struct nw_error_hook *on_error;
	struct nw_err why; /* load or init failed; a line for each cause */
	bool is_loaded;    /* its load was called: fini is due */
	void *state;
};

TAILQ_HEAD(nw_app_list, nw_app);

struct nw_setting_text {
	struct nw_setting_text *next;
	const char *name, *value;
};

struct nw_apps {
	const struct nw_settings *settings;
	struct nw_arena *arena; /* of all that lives as long as the apps; by one thread, or under the lock */
	struct nw_router *router;
	struct nw_app_list list; /* as mounted */
	struct nw_route_target *routes;
	struct nw_store *store;
	struct nw_executor *loop, *threads;
	struct nw_counters *counters;  /* may be NULL */
	const struct nw_static *files; /* may be NULL */
	bool is_timed;                 /* server_timing */
	unsigned codings;              /* that answers may have: a set of NW_CODING_BIT() */
	_Atomic bool is_leaving;       /* set on the loop, read anywhere */
	bool is_first;                 /* worker of its generation */
	bool is_sealed;                /* every init is through: routes and hooks do not change any more */
	pthread_mutex_t lock;          /* of setting_texts and, once sealed, of the arena */
	struct nw_setting_text *setting_texts;
};

/** What a route leads to: the router's target. */
struct nw_route_target {
	struct nw_app *app;
	nw_handler handler;
	unsigned flags;  /* enum nw_route_flags */
	uint16_t number; /* nw_board_route() */
	uint32_t doing;  /* what a thread does that runs its handler */
	void *data;
	struct nw_route_target *next;
	const char *methods, *path; /* as declared */
};

/** One line to where nw_apps_set_log() says. Control bytes become spaces. */
void nw_apps_log(char level, const char *text);

/** The handler that @app has for error @status; NULL: none. */
nw_handler nw_app_error_hook(const struct nw_app *app, unsigned status);

#endif

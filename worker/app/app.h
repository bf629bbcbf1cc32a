/**
 * The applications of one worker: loaded, mounted in order, dispatched to. What an app sees of this is in
 * narwhal/app.h.
 */
#ifndef NW_APP_APP_H
#define NW_APP_APP_H

#include <narwhal/app.h>
#include <stdbool.h>

#include "common/err.h"
#include "common/scoreboard.h"
#include "common/settings.h"
#include "common/task.h"
#include "worker/http/exchange.h"
#include "worker/http/static.h"
#include "worker/store/store.h"

struct nw_apps;

/**
 * Where the lines go that apps write (nw_app_log()) and that tell why a handler failed. Of the process, once, before
 * threads; NULL: nowhere. @level as in nw_app_log(); @text: one line. Called from any thread.
 */
void nw_apps_set_log(void (*log)(char level, const char *text));

/** @settings is borrowed for the life of the result; NULL: no setting is set. NULL: no memory. */
struct nw_apps *nw_apps_new(const struct nw_settings *settings) NW_MUST_CHECK;

/**
 * Mount a module that is linked in (@path NULL), or dlopen() the one at @path ("./hello.so") and check its ABI. Calls
 * its load. The sentence names the path. No threads, no store: may run in the master. After a failure the apps are
 * good for nw_apps_free() only.
 */
int nw_apps_mount(struct nw_apps *apps, const struct nw_module *module, const char *path,
		  struct nw_err *err) NW_MUST_CHECK;

/** In the worker: give the apps their store and places to run, call their init in order. @counters may be NULL. */
int nw_apps_init(struct nw_apps *apps, struct nw_store *store, struct nw_executor *loop, struct nw_executor *threads,
		 struct nw_counters *counters, struct nw_err *err) NW_MUST_CHECK;

/** Before nw_apps_init(): this worker is the first of its generation (nw_app_is_first()). */
void nw_apps_set_first(struct nw_apps *apps, bool is_first);

/**
 * Files for paths that no app has a route for; borrowed, NULL: none. A browser gets the page of a single-page
 * application there (nw_static_answer()) unless an app has routes that begin with the same segment: below /api a path
 * that is not there is an error of the API, not a page.
 */
void nw_apps_set_static(struct nw_apps *apps, const struct nw_static *files);

/** After nw_apps_init(), before it serves: count the requests of each route apart, on @board. */
void nw_apps_count_routes(struct nw_apps *apps, struct nw_board *board);

/**
 * On the loop, after nw_apps_init(), where nw_http_options.on_head wants to know: what to do about a body that is not
 * there yet. A request that no route wants, or no thread has time for, is answered without it.
 */
enum nw_body_way nw_apps_on_head(struct nw_apps *apps, struct nw_exchange *x);

/** On the loop: from now on nw_app_is_leaving(). To be called before nw_http_drain(), which wakes streams up. */
void nw_apps_leave(struct nw_apps *apps);

/** On the loop, after nw_apps_init(): route, run or queue. Leads to one nw_exchange_send(). */
void nw_apps_dispatch(struct nw_apps *apps, struct nw_exchange *x);

/** Calls fini in reverse order, once no request is left. Accepts NULL, returns NULL. */
struct nw_apps *nw_apps_free(struct nw_apps *apps);

#endif

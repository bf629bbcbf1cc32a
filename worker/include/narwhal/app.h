/**
 * An application: a shared object that exports a table of routes and a few functions.
 *
 *	#include <narwhal/app.h>
 *	#include <narwhal/request.h>
 *	#include <narwhal/response.h>
 *
 *	static int hello(struct nw_request *req, struct nw_response *res)
 *	{
 *		return nw_response_text(res, 200, "Hello, %s\n", nw_request_param(req, "name"));
 *	}
 *
 *	static const struct nw_route routes[] = {
 *		{"GET", "/hello/<name>", hello, NW_INLINE},
 *		{NULL, NULL, NULL, 0},
 *	};
 *
 *	NW_APP("hello", .routes = routes)
 *
 * Build: cc -shared -fPIC -o hello.so hello.c $(pkg-config --cflags narwhal); run: narwhal ./hello.so
 */
#ifndef NARWHAL_APP_H
#define NARWHAL_APP_H

#include <stdbool.h>
#include <stdint.h>

#include <narwhal/abi.h>

struct nw_app; /* one loaded application in one worker */
struct nw_request;
struct nw_response;
struct nw_store;

/**
 * Answers a request, or prepares that. Returns what the nw_response_...() that it ends with returned: 0 once the
 * answer is set (or put off by nw_response_defer()); a negative errno: the answer becomes 500, without the header
 * fields that were added so far, and the log says so.
 */
typedef int (*nw_handler)(struct nw_request *req, struct nw_response *res);

enum nw_route_flags {
	NW_THREAD = 0, /* on a handler thread: may block (store calls, files), may compute */
	NW_INLINE = 1, /* on the loop: microseconds only, never blocks; may defer */
	NW_STREAM = 2, /* on a handler thread, as soon as the head is there: it reads the body by nw_request_read(), and
			  before hooks run before that. limit_request_body holds. Not with NW_INLINE */
};

struct nw_route {
	const char *methods; /* "GET" or "GET, POST"; HEAD comes with GET, OPTIONS by itself. "QUERY" (RFC 10008) is a
				GET whose body says what is asked for: safe, may be repeated. One that has no
				Content-Type is answered with 400; the handler answers 415 to types that it does not
				read, and may name those that it does in Accept-Query */
	const char *path;    /* Flask's syntax: /items/<int:id>, /files/<name>.json; converters string (the default),
				int, float, path, uuid, objectid. "/items/" also answers /items, by a redirect. It is
				the decoded path that is matched: %2F is a slash like any other */
	nw_handler handler;
	unsigned flags; /* enum nw_route_flags */
};

/** What a module exports, under the name narwhal_module. NW_APP() makes it. */
struct nw_module {
	uint32_t abi; /* NW_ABI */
	const char *name;
	const struct nw_route *routes; /* ended by one with path NULL; may be NULL */

	/**
	 * Read files, add routes and hooks; no threads, no store. May run in the master (preload_app, --check-config),
	 * and once more, fini after it, in a process that tries out what a reload is to load: leave nothing outside.
	 * 0, or what nw_app_fail() returned.
	 */
	int (*load)(struct nw_app *app);
	/** In each worker before it serves; the store is there. 0, or what nw_app_fail() returned. */
	int (*init)(struct nw_app *app);
	/** After the last request. Wherever load was called: also after one that failed, and without an init. */
	void (*fini)(struct nw_app *app);
};

#define NW_APP(name_, ...)                                                                                             \
	NW_API extern const struct nw_module narwhal_module;                                                           \
	const struct nw_module narwhal_module = {.abi = NW_ABI, .name = (name_), __VA_ARGS__};

/**
 * Add one route, in load or init. 0, or -EINVAL: bad path, same route twice, also of another app. The loader prints
 * why, and refuses the app even if it went on. @methods and @path are copied.
 */
NW_API int nw_app_route(struct nw_app *app, const char *methods, const char *path, nw_handler handler, unsigned flags);

/** A route that hands @data to its handler (nw_request_route_data()). Borrowed; must outlive the app. */
NW_API int nw_app_route_with(struct nw_app *app, const char *methods, const char *path, nw_handler handler,
			     unsigned flags, void *data);

/**
 * Hooks, in load or init; they run on the thread of the handler, in order of registration (after: reversed).
 * before: returning 1 means that it has answered (or put that off) and the handler is skipped; 0 goes on; negative:
 * 500. after: once the answer is set, errors too, before it is sent; may add headers or set another answer. A negative
 * return makes it a 500 and skips the rest. Both only for this app's routes.
 */
NW_API int nw_app_before(struct nw_app *app, nw_handler hook);
NW_API int nw_app_after(struct nw_app *app, nw_handler hook);

/**
 * Called instead of the built-in error body when this app's routes answer @status (400..599) by
 * nw_response_error() or by failing, and, from the first app mounted, for 404 and 405 of unknown routes (then on a
 * handler thread). 0: every status that has no handler of its own. It sees the status in nw_response_status(), keeps
 * the header fields that were added, and leaves the built-in body by setting no answer; if it fails: 500.
 */
NW_API int nw_app_on_error(struct nw_app *app, unsigned status, nw_handler handler);

/** One pointer of the app's own, per worker. */
NW_API void nw_app_set_state(struct nw_app *app, void *state);
NW_API void *nw_app_state(const struct nw_app *app);

/** The worker's store; NULL during load. */
NW_API struct nw_store *nw_app_store(const struct nw_app *app);

/**
 * In init: true in one worker of each generation, the first to be started; for what is to be said or done once after a
 * start or a reload.
 */
NW_API bool nw_app_is_first(const struct nw_app *app);

/** The worker leaves: a request that goes on without end should end now. Any thread; see also nw_response_wait(). */
NW_API bool nw_app_is_leaving(const struct nw_app *app);

/** A setting's value as text ("domain", "workers"); NULL: none of that name, or not set. Valid as long as the app. */
NW_API const char *nw_app_setting(const struct nw_app *app, const char *name);

/** Why load or init fails, for the log. Returns a negative number to return. */
NW_API int nw_app_fail(struct nw_app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** A line in the error log. @level: 'd'ebug, 'i'nfo, 'w'arning, 'e'rror. */
NW_API void nw_app_log(char level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif

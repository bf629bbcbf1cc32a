#include "worker/app/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "worker/app/apps.h"

/* Of the process, as the log itself is. Set before there are threads. */
static void (*log_line)(char level, const char *text);

void nw_apps_set_log(void (*log)(char level, const char *text))
{
	log_line = log;
}

void nw_apps_log(char level, const char *text)
{
	char line[2048];
	size_t len = strnlen(text, sizeof(line) - 1);

	if (log_line == NULL) {
		return;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		line[i] = c < 0x20 || c == 0x7f ? ' ' : (char)c;
	}
	line[len] = '\0';
	log_line(level, line);
}

void nw_app_log(char level, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	nw_apps_log(level, text);
}

int nw_app_fail(struct nw_app *app, const char *fmt, ...)
{
	char text[sizeof(app->why.msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return nw_err_add(&app->why, -EINVAL, "%s: %s", app->label, text);
}

/* Changes that come while requests are served would race with them. */
static bool is_open(struct nw_app *app, const char *what)
{
	if (app->apps->is_sealed) {
		nw_app_log('e', "%s: %s is for load and init", app->label, what);
	}
	return !app->apps->is_sealed;
}

int nw_app_route_with(struct nw_app *app, const char *methods, const char *path, nw_handler handler, unsigned flags,
		      void *data)
{
	struct nw_err err = {0};

	if (!is_open(app, "nw_app_route()")) {
		return -EINVAL;
	}
	if (methods == NULL || path == NULL || handler == NULL || (flags & ~(unsigned)(NW_INLINE | NW_STREAM)) != 0) {
		return nw_app_fail(app, "route '%s': it needs methods, a path, a handler and known flags",
				   path == NULL ? "" : path);
	}
	if (flags == (NW_INLINE | NW_STREAM)) {
		return nw_app_fail(app, "route '%s': NW_STREAM waits for the body, which an NW_INLINE handler cannot",
				   path);
	}
	struct nw_apps *apps = app->apps;
	struct nw_route_target *target = nw_arena_alloc(apps->arena, sizeof(*target));
	const char *methods_copy = nw_arena_strdup(apps->arena, methods);
	const char *path_copy = nw_arena_strdup(apps->arena, path);

	if (target == NULL || methods_copy == NULL || path_copy == NULL) {
		return nw_app_fail(app, "route '%s': no memory", path);
	}
	*target = (struct nw_route_target){
		.app = app,
		.handler = handler,
		.flags = flags,
		.doing = NW_BOARD_DOING(NW_PHASE_HANDLER, 0),
		.data = data,
		.next = apps->routes,
		.methods = methods_copy,
		.path = path_copy,
	};
	if (nw_router_add(apps->router, methods, path, target, &err) < 0) {
		return nw_app_fail(app, "%s", err.msg);
	}
	apps->routes = target;
	return 0;
}

void nw_apps_count_routes(struct nw_apps *apps, struct nw_board *board)
{
	for (struct nw_route_target *route = apps->routes; route != NULL; route = route->next) {
		route->number = (uint16_t)nw_board_route(board, route->methods, route->path);
		route->doing = NW_BOARD_DOING(NW_PHASE_HANDLER, route->number);
	}
}

int nw_app_route(struct nw_app *app, const char *methods, const char *path, nw_handler handler, unsigned flags)
{
	return nw_app_route_with(app, methods, path, handler, flags, NULL);
}

static struct nw_hook *hook_new(struct nw_app *app, const char *what, nw_handler handler)
{
	if (!is_open(app, what)) {
		return NULL;
	}
	struct nw_hook *hook = handler == NULL ? NULL : nw_arena_alloc(app->apps->arena, sizeof(*hook));

	if (hook == NULL) {
		nw_app_fail(app, "%s: no handler, or no memory", what);
		return NULL;
	}
	hook->handler = handler;
	return hook;
}

int nw_app_before(struct nw_app *app, nw_handler handler)
{
	struct nw_hook *hook = hook_new(app, "nw_app_before()", handler);
	struct nw_hook **last = &app->before;

	if (hook == NULL) {
		return -EINVAL;
	}
	while (*last != NULL) {
		last = &(*last)->next;
	}
	*last = hook;
	return 0;
}

int nw_app_after(struct nw_app *app, nw_handler handler)
{
	struct nw_hook *hook = hook_new(app, "nw_app_after()", handler);

	if (hook == NULL) {
		return -EINVAL;
	}
	hook->next = app->after;
	app->after = hook;
	return 0;
}

int nw_app_on_error(struct nw_app *app, unsigned status, nw_handler handler)
{
	if (!is_open(app, "nw_app_on_error()")) {
		return -EINVAL;
	}
	if (handler == NULL || (status != 0 && (status < 400 || status > 599))) {
		return nw_app_fail(app, "nw_app_on_error(): it needs a handler, and a status of 400 to 599 or 0");
	}
	struct nw_error_hook *hook = nw_arena_alloc(app->apps->arena, sizeof(*hook));

	if (hook == NULL) {
		return nw_app_fail(app, "nw_app_on_error(): no memory");
	}
	*hook = (struct nw_error_hook){app->on_error, status, handler};
	app->on_error = hook;
	return 0;
}

nw_handler nw_app_error_hook(const struct nw_app *app, unsigned status)
{
	nw_handler any = NULL;

	for (const struct nw_error_hook *hook = app->on_error; hook != NULL; hook = hook->next) {
		if (hook->status == status) {
			return hook->handler;
		}
		if (hook->status == 0 && any == NULL) {
			any = hook->handler;
		}
	}
	return any;
}

void nw_app_set_state(struct nw_app *app, void *state)
{
	app->state = state;
}

void *nw_app_state(const struct nw_app *app)
{
	return app->state;
}

bool nw_app_is_first(const struct nw_app *app)
{
	return app->apps->is_first;
}

bool nw_app_is_leaving(const struct nw_app *app)
{
	return app->apps->is_leaving;
}

struct nw_store *nw_app_store(const struct nw_app *app)
{
	return app->apps->store;
}

/* Kept once read, so that an app may ask in every request. */
static const char *setting_read(struct nw_apps *apps, const char *name)
{
	struct nw_setting_text *text = apps->setting_texts;

	while (text != NULL && strcmp(text->name, name) != 0) {
		text = text->next;
	}
	if (text != NULL) {
		return text->value;
	}
	/* Names that are not set have no bound: they are not kept. */
	const char *value = nw_settings_get(apps->settings, name, apps->arena);

	text = value == NULL ? NULL : nw_arena_alloc(apps->arena, sizeof(*text));
	if (text == NULL) {
		return NULL;
	}
	*text = (struct nw_setting_text){apps->setting_texts, nw_arena_strdup(apps->arena, name), value};
	if (text->name != NULL) {
		apps->setting_texts = text;
	}
	return value;
}

const char *nw_app_setting(const struct nw_app *app, const char *name)
{
	struct nw_apps *apps = app->apps;

	if (apps->settings == NULL || name == NULL) {
		return NULL;
	}
	pthread_mutex_lock(&apps->lock);
	const char *value = setting_read(apps, name);

	pthread_mutex_unlock(&apps->lock);
	return value;
}

#include "master/autoreload.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/log.h"
#include "common/tls_context.h"
#include "master/master.h"

/* What is to be watched. */
struct list {
	struct nw_arena *arena;
	struct nw_files_item *items;
	size_t n;
	bool failed; /* no memory */
};

static void on_change(const char *path, void *arg)
{
	struct nw_master *master = arg;

	NW_LOG_INFO("Worker reloading: %s modified", path);
	master->pending.files = true;
}

/* @path as seen from @dir. */
static void add(struct list *list, const char *dir, const char *path, bool is_pattern)
{
	bool is_whole = path[0] == '/';
	size_t size = list->n * sizeof(*list->items);
	struct nw_files_item *more = nw_arena_grow(list->arena, list->items, size, size + sizeof(*more));
	const char *whole = nw_arena_printf(list->arena, "%s%s%s", is_whole ? "" : dir, is_whole ? "" : "/", path);

	if (more == NULL || whole == NULL) {
		list->failed = true;
		return;
	}
	more[list->n++] = (struct nw_files_item){.path = whole, .is_pattern = is_pattern};
	list->items = more;
}

static void add_apps(struct list *list, const struct nw_settings *settings, const char *dir)
{
	for (size_t i = 0; i < settings->apps.n; i++) {
		bool is_data = strcmp(settings->apps.v[i], "data") == 0;

		add(list, dir, is_data ? settings->domain : settings->apps.v[i], false);
	}
}

static void add_extra(struct list *list, const struct nw_settings *settings, const char *dir)
{
	for (size_t i = 0; i < settings->reload_extra_files.n; i++) {
		const char *path = settings->reload_extra_files.v[i];
		bool is_pattern = strpbrk(path, "*?[") != NULL;

		add(list, dir, path, is_pattern);
		/* By its whole path: a reload is read where narwhal was started. */
		if (!list->failed && !is_pattern && access(list->items[list->n - 1].path, F_OK) == -1) {
			NW_LOG_WARN("reload_extra_files: '%s' is not there, waiting for it to be", path);
		}
	}
}

/* Certificates are renewed while a server serves, so these are watched always. */
static void add_certificates(struct list *list, const struct nw_settings *settings, const char *dir)
{
	const char *const paths[] = {settings->certfile, settings->keyfile, settings->ca_certs};

	for (size_t i = 0; nw_tls_context_is_wanted(settings) && i < NW_ARRAY_LEN(paths); i++) {
		if (paths[i] != NULL) {
			add(list, dir, paths[i], false);
		}
	}
}

static void list_files(struct list *list, const struct nw_settings *settings)
{
	char here[PATH_MAX] = "";
	const char *start = settings->start_dir;

	if (list->arena == NULL) {
		list->failed = true;
		return;
	}
	if (start == NULL) {
		start = getcwd(here, sizeof(here)) == NULL ? "" : here;
	}
	const char *dir = settings->chdir == NULL ? start : settings->chdir;

	add_certificates(list, settings, dir);
	if (!settings->reload) {
		return;
	}
	if (settings->config != NULL) {
		add(list, start, settings->config, false);
	}
	add_apps(list, settings, dir);
	add_extra(list, settings, dir);
}

static enum nw_files_engine engine_of(const struct nw_settings *settings)
{
	return strcmp(settings->reload_engine, "poll") == 0      ? NW_FILES_POLL
	       : strcmp(settings->reload_engine, "inotify") == 0 ? NW_FILES_INOTIFY
								 : NW_FILES_AUTO;
}

static void watch(struct nw_master *master, const struct nw_settings *settings, const struct list *list)
{
	struct nw_autoreload *own = &master->autoreload;
	struct nw_err err = {0};

	if (own->files == NULL && list->n > 0) {
		own->files = nw_files_new(master->base, NW_FILES_POLL_MS, NW_FILES_SETTLE_MS, on_change, master);
	}
	bool is_lost = list->failed || (own->files == NULL && list->n > 0);

	if (is_lost ||
	    (own->files != NULL && nw_files_watch(own->files, engine_of(settings), list->items, list->n, &err) != 0)) {
		NW_LOG_WARN("%s, going on without", is_lost ? "cannot watch files: out of memory" : err.msg);
	} else if (own->files != NULL && nw_files_trouble(own->files) != 0) {
		NW_LOG_WARN("cannot watch files by inotify: %s, looking at them once a second",
			    strerror(-nw_files_trouble(own->files)));
	}
}

void nw_autoreload_follow(struct nw_master *master, const struct nw_settings *settings)
{
	struct list list = {.arena = nw_arena_new(0)};

	if (settings->reload && !master->autoreload.is_on) {
		NW_LOG_WARN("Reloader is on. Use in development only!");
	}
	master->autoreload.is_on = settings->reload;
	list_files(&list, settings);
	watch(master, settings, &list);
	nw_arena_free(list.arena);
}

void nw_autoreload_step(struct nw_master *master)
{
	if (master->pending.files && master->target > 0 && master->generation->partner != NW_PARTNER_NEWER) {
		master->pending.files = false;
		master->pending.hup = true;
	}
}

void nw_autoreload_end(struct nw_master *master)
{
	master->autoreload.files = nw_files_free(master->autoreload.files);
}

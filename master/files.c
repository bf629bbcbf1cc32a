#include "master/files.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fd.h"
#include "master/files_way.h"

enum { EVENTS_SIZE = 4096 };

/* What one file was when it was last looked at. */
struct seen {
	char *path;
	struct stat st; /* st_ino 0: it was not there */
	bool is_here;   /* of the round that is under way */
};

struct item {
	char *path;
	bool is_pattern;
};

struct nw_files {
	nw_files_fn on_change;
	void *arg;
	enum nw_files_engine engine;
	struct item *items;
	size_t n_items;
	struct seen *seen;
	size_t n_seen;
	int inotify_fd; /* -1: none */
	int trouble;
	struct timeval poll_every, settle_within;
	struct event_base *base;
	struct event *inotify_event;
	struct event *poll_event;
	struct event *settle_event;
	char *changed; /* the first path that did, until it is told; NULL: none */
};

/* Times of access and of the inode say nothing of what is in it. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mode == b->st_mode && a->st_uid == b->st_uid && a->st_gid == b->st_gid &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct seen *find(struct nw_files *files, const char *path)
{
	for (size_t i = 0; i < files->n_seen; i++) {
		if (strcmp(files->seen[i].path, path) == 0) {
			return &files->seen[i];
		}
	}
	return NULL;
}

/* NULL: no memory. */
static struct seen *add(struct nw_files *files, const char *path)
{
	struct seen *more = realloc(files->seen, (files->n_seen + 1) * sizeof(*more));

	if (more == NULL) {
		return NULL;
	}
	files->seen = more;
	char *copy = strdup(path);

	if (copy == NULL) {
		return NULL;
	}
	more[files->n_seen] = (struct seen){.path = copy};
	return &more[files->n_seen++];
}

static void note(struct nw_files *files, const char *path)
{
	if (files->changed == NULL) {
		files->changed = strdup(path);
	}
}

/* true: it changed. A file without memory to remember it by is looked at anew the next time. */
static bool look_at(struct nw_files *files, const char *path, bool is_kept)
{
	struct seen *seen = find(files, path);
	struct stat st;
	bool is_there = stat(path, &st) == 0;

	if (seen == NULL) {
		seen = is_there || is_kept ? add(files, path) : NULL;
	}
	if (seen == NULL) {
		return false;
	}
	seen->is_here = seen->is_here || is_there || is_kept;
	if (!is_there || is_same(&seen->st, &st)) {
		return false;
	}
	seen->st = st;
	note(files, path);
	return true;
}

static bool look_for(struct nw_files *files, const char *pattern)
{
	glob_t found = {0};
	bool has_changed = false;

	if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			has_changed |= look_at(files, found.gl_pathv[i], false);
		}
	}
	globfree(&found);
	return has_changed;
}

/* What no item leads to any more is forgotten. */
static void forget(struct nw_files *files)
{
	size_t kept = 0;

	for (size_t i = 0; i < files->n_seen; i++) {
		if (files->seen[i].is_here) {
			files->seen[kept++] = files->seen[i];
		} else {
			free(files->seen[i].path);
		}
	}
	files->n_seen = kept;
}

static bool look(struct nw_files *files)
{
	bool has_changed = false;

	for (size_t i = 0; i < files->n_seen; i++) {
		files->seen[i].is_here = false;
	}
	for (size_t i = 0; i < files->n_items; i++) {
		const struct item *item = &files->items[i];

		has_changed |= item->is_pattern ? look_for(files, item->path) : look_at(files, item->path, true);
	}
	forget(files);
	return has_changed;
}

static void close_inotify(struct nw_files *files)
{
	if (files->inotify_event != NULL) {
		event_free(files->inotify_event);
		files->inotify_event = NULL;
	}
	files->inotify_fd = nw_fd_close(files->inotify_fd);
}

static void settle(struct nw_files *files)
{
	event_add(files->settle_event, &files->settle_within);
}

static void on_inotify(evutil_socket_t fd, short what, void *arg)
{
	struct nw_files *files = arg;
	char events[EVENTS_SIZE];

	(void)what;
	while (read(fd, events, sizeof(events)) > 0) {
		/* Which of them it was is seen by looking. */
	}
	/* Its time runs already: a directory where much happens does not put it off. */
	if (!event_pending(files->settle_event, EV_TIMEOUT, NULL)) {
		settle(files);
	}
}

static int open_inotify(struct nw_files *files)
{
	files->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (files->inotify_fd == -1) {
		return -errno;
	}
	files->inotify_event = event_new(files->base, files->inotify_fd, EV_READ | EV_PERSIST, on_inotify, files);
	if (files->inotify_event == NULL || event_add(files->inotify_event, NULL) == -1) {
		return -ENOMEM;
	}
	int failed = 0;

	for (size_t i = 0; failed == 0 && i < files->n_items; i++) {
		const struct item *item = &files->items[i];

		failed = item->is_pattern ? nw_files_way_watch_pattern(files->inotify_fd, item->path)
					  : nw_files_way_watch(files->inotify_fd, item->path);
	}
	return failed;
}

static bool is_far(const struct nw_files *files)
{
	for (size_t i = 0; i < files->n_items; i++) {
		if (nw_files_way_is_far(files->items[i].path)) {
			return true;
		}
	}
	return false;
}

/* The ways to the files may be others by now, so all of them are walked anew. */
static void rearm(struct nw_files *files)
{
	bool needs_poll = files->engine == NW_FILES_POLL || (files->engine == NW_FILES_AUTO && is_far(files));

	close_inotify(files);
	files->trouble = 0;
	if (files->engine != NW_FILES_POLL && files->n_items > 0) {
		files->trouble = open_inotify(files);
		needs_poll = needs_poll || files->trouble != 0;
	}
	if (needs_poll && files->n_items > 0) {
		if (!event_pending(files->poll_event, EV_TIMEOUT, NULL)) {
			event_add(files->poll_event, &files->poll_every);
		}
	} else {
		event_del(files->poll_event);
	}
}

/* Until two looks in a row see the same. */
static void go_on(struct nw_files *files)
{
	if (look(files)) {
		settle(files);
		return;
	}
	char *changed = files->changed;

	files->changed = NULL;
	if (changed != NULL) {
		files->on_change(changed, files->arg);
	}
	free(changed);
}

static void on_settle(evutil_socket_t fd, short what, void *arg)
{
	struct nw_files *files = arg;

	(void)fd;
	(void)what;
	rearm(files);
	go_on(files);
}

static void on_poll(evutil_socket_t fd, short what, void *arg)
{
	struct nw_files *files = arg;

	(void)fd;
	(void)what;
	if (!event_pending(files->settle_event, EV_TIMEOUT, NULL)) {
		go_on(files);
	}
}

static struct timeval timeval_of(int ms)
{
	return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

struct nw_files *nw_files_new(struct event_base *base, int poll_ms, int settle_ms, nw_files_fn on_change, void *arg)
{
	struct nw_files *files = calloc(1, sizeof(*files));

	if (files == NULL) {
		return NULL;
	}
	files->base = base;
	files->on_change = on_change;
	files->arg = arg;
	files->inotify_fd = -1;
	files->poll_every = timeval_of(poll_ms);
	files->settle_within = timeval_of(settle_ms);
	files->poll_event = event_new(base, -1, EV_PERSIST, on_poll, files);
	files->settle_event = evtimer_new(base, on_settle, files);
	return files->poll_event == NULL || files->settle_event == NULL ? nw_files_free(files) : files;
}

static struct item *free_items(struct item *items, size_t n)
{
	for (size_t i = 0; items != NULL && i < n; i++) {
		free(items[i].path);
	}
	free(items);
	return NULL;
}

/* NULL: no memory. */
static struct item *copy_items(const struct nw_files_item *items, size_t n)
{
	struct item *copy = calloc(n + 1, sizeof(*copy));
	bool is_whole = copy != NULL;

	for (size_t i = 0; is_whole && i < n; i++) {
		copy[i] = (struct item){.path = strdup(items[i].path), .is_pattern = items[i].is_pattern};
		is_whole = copy[i].path != NULL;
	}
	return is_whole ? copy : free_items(copy, n);
}

/* What is new is as it is now. */
static void meet(struct nw_files *files)
{
	struct seen *old = files->seen;
	size_t n_old = files->n_seen;
	char *changed = files->changed;

	files->seen = NULL;
	files->n_seen = 0;
	files->changed = NULL;
	look(files);
	for (size_t i = 0; i < n_old; i++) {
		struct seen *seen = find(files, old[i].path);

		if (seen != NULL) {
			seen->st = old[i].st;
		}
		free(old[i].path);
	}
	free(old);
	free(files->changed);
	files->changed = changed;
}

int nw_files_watch(struct nw_files *files, enum nw_files_engine engine, const struct nw_files_item *items, size_t n,
		   struct nw_err *err)
{
	struct item *copy = copy_items(items, n);

	if (copy == NULL) {
		return nw_err_set(err, -ENOMEM, "cannot watch files: out of memory");
	}
	free_items(files->items, files->n_items);
	files->engine = engine;
	files->items = copy;
	files->n_items = n;
	rearm(files);
	meet(files);
	if (n > 0) {
		settle(files);
	}
	return 0;
}

int nw_files_trouble(const struct nw_files *files)
{
	return files->trouble;
}

struct nw_files *nw_files_free(struct nw_files *files)
{
	if (files == NULL) {
		return NULL;
	}
	close_inotify(files);
	if (files->poll_event != NULL) {
		event_free(files->poll_event);
	}
	if (files->settle_event != NULL) {
		event_free(files->settle_event);
	}
	for (size_t i = 0; i < files->n_seen; i++) {
		free(files->seen[i].path);
	}
	free(files->seen);
	free_items(files->items, files->n_items);
	free(files->changed);
	free(files);
	return NULL;
}

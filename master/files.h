/**
 * Files that somebody else may change, watched from the master's loop: by inotify where there is one, else by looking
 * once a second. What counts is the file that a path leads to now, whoever made it: written in place, renamed over,
 * or reached by a symbolic link, of the file or of a directory on the way, that was turned to another. A change is told
 * once it is over: when nothing has changed for a moment. A file that is gone is no news until it is there again.
 */
#ifndef NW_MASTER_FILES_H
#define NW_MASTER_FILES_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/cc.h"
#include "common/err.h"

struct nw_files;

struct nw_files_item {
	const char *path; /* absolute; it need not be there yet */
	bool is_pattern;  /* of glob(7): what it matches at the time; a new one is a change, too */
};

enum nw_files_engine {
	NW_FILES_AUTO,    /* inotify, and looking for what is on a network or another system's file system */
	NW_FILES_INOTIFY, /* and looking if there is none */
	NW_FILES_POLL,
};

/** Called in the loop with the first path that changed; is to note it and nothing more. */
typedef void (*nw_files_fn)(const char *path, void *arg);

enum {
	NW_FILES_POLL_MS = 1000,
	NW_FILES_SETTLE_MS = 50,
};

/**
 * @poll_ms: how often to look. @settle_ms: a change is over when there was no other for so long. Tests shorten them.
 * NULL: no memory.
 */
struct nw_files *nw_files_new(struct event_base *base, int poll_ms, int settle_ms, nw_files_fn on_change, void *arg);

/**
 * Watch @items (copied) in the place of what was watched until now. A change since then of what was watched already is
 * told still; of what is new, the changes from now on. 0; -ENOMEM: all stays as it was.
 */
int nw_files_watch(struct nw_files *files, enum nw_files_engine engine, const struct nw_files_item *items, size_t n,
		   struct nw_err *err) NW_MUST_CHECK;

/** Why there is no inotify though it was wanted: negative errno; 0: there is, or none is needed. */
int nw_files_trouble(const struct nw_files *files);

/** Accepts NULL, returns NULL. In a forked child, too: what the parent watches stays watched. */
struct nw_files *nw_files_free(struct nw_files *files);

#endif

/** The way to a file: every directory in which a change could make a path lead to another file. */
#ifndef NW_MASTER_FILES_WAY_H
#define NW_MASTER_FILES_WAY_H

#include <stdbool.h>

#include "common/cc.h"

/**
 * Let @inotify_fd watch the directory of @path (absolute), those of all symbolic links on the way, and, where the way
 * ends too early, the last directory that is there. 0 or -errno: of inotify, or -ENOMEM.
 */
int nw_files_way_watch(int inotify_fd, const char *path) NW_MUST_CHECK;

/** The same for all that matches @pattern, and for the directories where more could. */
int nw_files_way_watch_pattern(int inotify_fd, const char *pattern) NW_MUST_CHECK;

/** Others may change it without our kernel knowing: it is on a network, or handed in from another system. */
bool nw_files_way_is_far(const char *path);

#endif

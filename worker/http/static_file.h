/**
 * Opening files below a folder and never outside it, whatever the name and whatever symbolic links there are. Internal
 * to worker/http/static.
 */
#ifndef NW_HTTP_STATIC_FILE_H
#define NW_HTTP_STATIC_FILE_H

#include <sys/stat.h>

#include <stdbool.h>

#include "common/str.h"

struct nw_static_file {
	int fd;         /* to read from */
	struct stat st; /* of a regular file, or a folder */
};

/**
 * Does @path, which begins with '/', name what may be served? No empty segment but a last one, none that begins with a
 * dot (hidden files, "." and ".."), no NUL.
 */
bool nw_static_file_is_plain(struct nw_span path);

/** Whether the kernel resolves beneath a folder by itself (openat2, Linux 5.6; a container's filter may forbid it). */
bool nw_static_file_can_resolve(int dir);

/**
 * Open @name, relative, below @dir. With @can_resolve symbolic links may lead anywhere within @dir; without, no link is
 * followed at all. 0; -ENOENT: there is nothing that may be served; -EACCES; another errno: it went wrong.
 */
int nw_static_file_open(int dir, const char *name, bool can_resolve, struct nw_static_file *out) NW_MUST_CHECK;

#endif

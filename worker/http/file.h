/** Opening files below a folder and never outside it, whatever the name and whatever symbolic links there are. */
#ifndef NW_HTTP_FILE_H
#define NW_HTTP_FILE_H

#include <sys/stat.h>

#include <stdbool.h>

#include "common/str.h"

struct nw_file {
	int fd;         /* to read from */
	struct stat st; /* of a regular file, or a folder */
};

/** In the place of a folder's descriptor: the name is a path of our own making, and leads wherever it leads. */
enum { NW_FILE_ANYWHERE = -100 /* AT_FDCWD */ };

/**
 * Does @path, which begins with '/', name what may be served? No empty segment but a last one, none that begins with a
 * dot (hidden files, "." and ".."), no NUL.
 */
bool nw_file_is_plain(struct nw_span path);

/**
 * Open @name, relative, below @dir. Symbolic links may lead anywhere within @dir; where the kernel cannot see to that
 * (openat2, Linux 5.6; a container's filter may forbid it) none is followed, and the name has to be plain. 0; -ENOENT:
 * there is nothing that may be served; -EACCES; another errno: it went wrong.
 */
int nw_file_open(int dir, const char *name, struct nw_file *out) NW_MUST_CHECK;

/** What nw_file_open() does where the kernel is no help. */
int nw_file_open_stepwise(int dir, const char *name, struct nw_file *out) NW_MUST_CHECK;

#endif

/** File descriptors: owned by one variable, closed on exec. */
#ifndef NW_COMMON_FD_H
#define NW_COMMON_FD_H

#include <stddef.h>

#include "common/cc.h"

void nw_auto_close(int *fd);

/** `NW_AUTO_CLOSE int fd = -1;`: closed at the end of the scope unless it is -1 by then. */
#define NW_AUTO_CLOSE __attribute__((cleanup(nw_auto_close)))

/** Moves the descriptor out of @fd, which is -1 afterwards. */
int nw_take_fd(int *fd);

/** close() that keeps errno. Always returns -1: `c->fd = nw_fd_close(c->fd);` Accepts -1. */
int nw_fd_close(int fd);

/** Open /dev/null for each standard stream that is closed, or the next file of any kind would become it. 0 or -errno.
 */
int nw_fd_fill_std(void) NW_MUST_CHECK;

/** Write all of it to a blocking descriptor. 0 or -errno. */
int nw_fd_write_all(int fd, const void *data, size_t len) NW_MUST_CHECK;

/** A whole file, NUL-terminated, malloc'ed: caller frees. At most @limit bytes. 0 or -errno (-EFBIG). */
int nw_fd_read_file(const char *path, size_t limit, char **out_text, size_t *out_len) NW_MUST_CHECK;

#endif

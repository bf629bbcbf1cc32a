/** Where control sockets are that nobody gave a path: one for each server, so that none takes another's. */
#ifndef NW_COMMON_CONTROL_PATH_H
#define NW_COMMON_CONTROL_PATH_H

#include <sys/types.h>

#include <stddef.h>

#include "common/err.h"

/**
 * That of the master @pid: narwhal-PID.ctl in $XDG_RUNTIME_DIR if that is a directory, else in ~/.narwhal. -ENOENT:
 * there is no HOME either.
 */
int nw_control_path_default(pid_t pid, char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

#endif

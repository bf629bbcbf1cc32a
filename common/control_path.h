/** Where control sockets are that nobody gave a path: one for each server, so that none takes another's. */
#ifndef NW_COMMON_CONTROL_PATH_H
#define NW_COMMON_CONTROL_PATH_H

#include <sys/types.h>

#include <stddef.h>

#include "common/err.h"

/** The directory of them: $XDG_RUNTIME_DIR if that is one, else ~/.narwhal. -ENOENT: there is no HOME either. */
int nw_control_path_dir(char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

/** That of the master @pid: DIR/narwhal-PID.ctl. */
int nw_control_path_default(pid_t pid, char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

/** The pid that a file of that name belongs to; 0: it is no such name. */
pid_t nw_control_path_pid(const char *name);

#endif

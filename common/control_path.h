/** Where control sockets are that nobody gave a path: one for each server, so that none takes another's. */
#ifndef NW_COMMON_CONTROL_PATH_H
#define NW_COMMON_CONTROL_PATH_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

/** $XDG_RUNTIME_DIR if that is a directory, else ~/.narwhal, there or not. -ENOENT: there is no HOME either. */
int nw_control_path_dir(char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

/** That of the master @pid: narwhal-PID.ctl in nw_control_path_dir(). */
int nw_control_path_default(pid_t pid, char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

enum nw_control_path_state {
	NW_CONTROL_PATH_LIVE,    /* somebody listens there, or may do so */
	NW_CONTROL_PATH_DEAD,    /* nobody does */
	NW_CONTROL_PATH_FOREIGN, /* no socket, or one that is not for us */
};

enum nw_control_path_state nw_control_path_look(const char *path);

/** Call @found for each narwhal-PID.ctl in @dir, whatever it is, in any order. No directory: for none. */
void nw_control_path_each(const char *dir, void (*found)(const char *path, pid_t pid, void *arg), void *arg);

/**
 * Remove from @dir what masters left that were killed: sockets of ours with the name of a process that is not there,
 * on which nobody listens. Returns how many.
 */
unsigned nw_control_path_sweep(const char *dir);

#endif

/**
 * Leaving the terminal (`daemon`): the process that was started waits until the server serves and then exits with what
 * has become of it, so that whoever started it knows. A process has one starter, or none; without one the calls below
 * do nothing.
 */
#ifndef NW_MASTER_DAEMON_H
#define NW_MASTER_DAEMON_H

#include "common/err.h"
#include "common/settings.h"

/**
 * Return in the daemon, a process of a session of its own, without terminal. The process that called does not return:
 * it prints what nw_daemon_tell() says, and exits. Before anything is opened that belongs to one process id. 0 or
 * -errno: nothing was forked.
 */
int nw_daemon_begin(struct nw_err *err) NW_MUST_CHECK;

/** From here on nothing is for the terminal any more: standard streams to /dev/null, as enable_stdio_inheritance says.
 */
void nw_daemon_detach(const struct nw_settings *settings);

/** Why the server is about to end without having served: what nw_daemon_tell() will say, once all is cleaned up. */
void nw_daemon_note(const char *why);

/** The starter exits with @code, and says @why, or "" what was noted. Only the first call counts. */
void nw_daemon_tell(int code, const char *why);

/** In a forked process that is not the daemon. */
void nw_daemon_shed(void);

#endif

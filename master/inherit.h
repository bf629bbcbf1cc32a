/**
 * Listening sockets that came with exec: from a service manager (LISTEN_FDS, sd_listen_fds(3)) or from the master that
 * we are to take the place of (GUNICORN_FD, upgrade.h).
 */
#ifndef NW_MASTER_INHERIT_H
#define NW_MASTER_INHERIT_H

#include <sys/types.h>

#include "common/err.h"
#include "master/generation.h"

/** Names of variables. The first two are Gunicorn's. */
#define NW_INHERIT_PID "GUNICORN_PID"           /* the older master's */
#define NW_INHERIT_FD "GUNICORN_FD"             /* 5,6: its sockets, taken where `bind` has their addresses */
#define NW_INHERIT_ACTIVATED "NARWHAL_LISTEN"   /* 3,4: those that it had of its service manager */
#define NW_INHERIT_ADMIN "NARWHAL_LISTEN_ADMIN" /* 4: the one of them that is the admin listener */

/**
 * Read those variables and LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, and remove them from the environment.
 * *out: a generation without settings, to be the `serving` of nw_generation_open() and nw_generation_adopt(); what
 * nobody wanted is closed with it by nw_generation_free(). NULL: nothing was inherited. A socket of the service
 * manager that is named "admin" (FileDescriptorName=) is the admin listener, all others take the place of `bind`.
 * *out_parent: the older master; 0: there is none.
 */
int nw_inherit_read(struct nw_generation **out, pid_t *out_parent, struct nw_err *err) NW_MUST_CHECK;

#endif

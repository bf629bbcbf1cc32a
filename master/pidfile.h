/** The file that says which process is the master: `PID\n`, written whole or not at all. */
#ifndef NW_MASTER_PIDFILE_H
#define NW_MASTER_PIDFILE_H

#include "common/err.h"

/** Write our pid to @path (a new file renamed over the old). -EEXIST: a live process of that number is named there. */
int nw_pidfile_create(const char *path, struct nw_err *err) NW_MUST_CHECK;

/** Remove it, if it still names us. */
void nw_pidfile_remove(const char *path);

#endif

/** Ending the server: gracefully, in a hurry, or because it never came up. */
#ifndef NW_MASTER_STOP_H
#define NW_MASTER_STOP_H

#include "master/master.h"

/** Follow TERM, INT and QUIT; STOPPED when the last worker is reaped. */
void nw_stop_step(struct nw_master *master);

/** No worker ever came up; @why: one sentence or several lines, for the log and for stderr. */
void nw_stop_boot_failed(struct nw_master *master, enum nw_stop_reason reason, const char *why);

#endif

/** Heartbeats and deadlines of workers. */
#ifndef NW_MASTER_WATCH_H
#define NW_MASTER_WATCH_H

#include "master/master.h"

/** KILL what outlived its deadline; on a tick, ABRT what missed its heartbeat, and KILL it on the next. */
void nw_watch_step(struct nw_master *master);

#endif

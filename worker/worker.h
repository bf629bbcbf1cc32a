/** A worker process: one event loop, its connections, its handler threads, its apps, its store. */
#ifndef NW_WORKER_WORKER_H
#define NW_WORKER_WORKER_H

#include "common/boot.h"

/** The functions that the master knows a worker by. */
extern const struct nw_program nw_worker_program;

#endif

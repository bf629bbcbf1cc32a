/**
 * What clients reach of a worker: HTTP on its listening sockets by the settings' limits, and the admin listener.
 */
#ifndef NW_WORKER_RECEPTION_H
#define NW_WORKER_RECEPTION_H

#include "common/err.h"
#include "worker/state.h"

/** Listen on all sockets; the loop, the apps and the logs are there. 0 or a negative errno; worker->http may be there.
 */
int nw_reception_open(struct nw_worker *worker, struct nw_err *err) NW_MUST_CHECK;

#endif

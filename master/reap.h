/** Children that ended: what it means, what the log says of it. */
#ifndef NW_MASTER_REAP_H
#define NW_MASTER_REAP_H

#include "master/master.h"

/** Collect every child that ended since the last step. */
void nw_reap_step(struct nw_master *master);

#endif

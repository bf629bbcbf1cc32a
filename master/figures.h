/** What the master tells statsd: how many workers there are, when that changes, and the backlog once a second. */
#ifndef NW_MASTER_FIGURES_H
#define NW_MASTER_FIGURES_H

#include "master/master.h"

/** Part of nw_master_step(), before the tick is used up. */
void nw_figures_step(struct nw_master *master);

#endif

/** What a worker was doing when it was found stuck or dead: from its black box to the log. */
#ifndef NW_MASTER_AUTOPSY_H
#define NW_MASTER_AUTOPSY_H

#include "common/log.h"
#include "master/child.h"

/** A line for each thread that was busy and one for the rest. Before its slot is released. */
void nw_autopsy(const struct nw_board *board, const struct nw_child *child, enum nw_log_level level);

#endif

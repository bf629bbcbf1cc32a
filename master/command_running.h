/** What the threads of a worker are at, for `show workers` and `show all`. */
#ifndef NW_MASTER_COMMAND_RUNNING_H
#define NW_MASTER_COMMAND_RUNNING_H

#include "common/buf.h"
#include "common/scoreboard.h"

/** Add "running": an array of those that do something. */
void nw_command_running(struct nw_buf *out, const struct nw_board *board, const struct nw_slot *slot);

#endif

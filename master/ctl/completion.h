/** What bash offers behind narwhalctl and a tabulator. */
#ifndef NW_MASTER_CTL_COMPLETION_H
#define NW_MASTER_CTL_COMPLETION_H

#include "common/buf.h"

/** The script, from the tables of options and commands. */
void nw_ctl_completion(struct nw_buf *out);

#endif

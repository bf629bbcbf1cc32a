/** Workers, load and what runs, as they change. */
#ifndef NW_MASTER_CTL_TOP_H
#define NW_MASTER_CTL_TOP_H

#include "master/ctl/client.h"
#include "master/ctl/options.h"

/** On a terminal until q; else one frame, or as many as asked for. Returns an exit code. */
int nw_ctl_top(struct nw_ctl_client *client, const struct nw_ctl_options *options);

#endif

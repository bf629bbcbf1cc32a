/** Which server is meant when nobody says it. */
#ifndef NW_MASTER_CTL_FIND_H
#define NW_MASTER_CTL_FIND_H

#include <stddef.h>

#include "common/err.h"

/** The path of the one live control socket at its default place. -ENOENT: there is none; -EEXIST: @err lists them. */
int nw_ctl_find(char *buf, size_t size, struct nw_err *err) NW_MUST_CHECK;

#endif

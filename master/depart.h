/**
 * State DEPARTING, the first part of a graceful stop: workers accept and answer for drain_delay, and while
 * connections that were made before are still on their way to them. Internal to the master.
 */
#ifndef NW_MASTER_DEPART_H
#define NW_MASTER_DEPART_H

#include "master/master.h"

/** TERM came. false: there is nothing to wait for, stop at once. */
bool nw_depart_begin(struct nw_master *master);

/** Is it over? Sets when to look again. */
bool nw_depart_is_over(struct nw_master *master);

#endif

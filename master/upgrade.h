/**
 * USR2: another program takes our place, on our sockets. A new master is started from argv as we were, with its
 * pidfile at `pidfile`.2, and both serve. TERM to the old one ends the upgrade: the new one is promoted then. TERM to
 * the new one takes it back; HUP brings the old one's workers back, if WINCH had sent them away.
 */
#ifndef NW_MASTER_UPGRADE_H
#define NW_MASTER_UPGRADE_H

#include "master/master.h"

/** We are the new master, and @parent is the old one; 0: we are not. Once, before the first step. */
void nw_upgrade_await(struct nw_master *master, pid_t parent);

/** Start the new master if USR2 asks for it; be promoted if the older one is gone. */
void nw_upgrade_step(struct nw_master *master);

/** The new master is dead: go on alone, with our workers. */
void nw_upgrade_end(struct nw_master *master, int status);

#endif

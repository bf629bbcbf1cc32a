/**
 * The listening sockets of a server that ends: who has connected stays in their queues for the workers to take, and
 * nobody comes any more, so that a queue once taken is empty when its socket is closed. Sockets that others go on
 * listening on (a service manager, a master of an upgrade) are left as they are. Internal to the master.
 */
#ifndef NW_MASTER_DOOR_H
#define NW_MASTER_DOOR_H

#include "master/generation.h"

/** TCP: no new handshake begins; its client tries again, a second later, and is refused then or served by another. */
void nw_door_shut_network(const struct nw_generation *generation);

/** Unix sockets: connecting is refused. Workers find them readable from now on: they have to be told to leave next. */
void nw_door_shut_local(const struct nw_generation *generation);

#endif

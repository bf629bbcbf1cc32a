/** What a service manager is told of us (sd_notify(3)), if it asks by NOTIFY_SOCKET. */
#ifndef NW_MASTER_NOTIFY_H
#define NW_MASTER_NOTIFY_H

#include "common/cc.h"
#include "master/master.h"

/** Send one message, lines of NAME=VALUE. Never waits; what cannot be sent is lost. */
void nw_notify_send(const char *fmt, ...) NW_PRINTF(1, 2);

/**
 * Tell of a state just entered: READY=1 when workers serve, RELOADING=1, STOPPING=1. A new master beside an old one
 * says nothing, since it is not the service yet; an old one that leaves names the new one (MAINPID=).
 */
void nw_notify_state(const struct nw_master *master);

/** The tick: WATCHDOG=1, if the service manager watches us. */
void nw_notify_watchdog(const struct nw_master *master);

#endif

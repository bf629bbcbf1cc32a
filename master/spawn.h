/** Forking workers, and the pause between attempts that fail. */
#ifndef NW_MASTER_SPAWN_H
#define NW_MASTER_SPAWN_H

#include "master/master.h"

/**
 * Failed starts in a row that make a boot loop. Before anything ever served, they end the start. Later there is no
 * end: what still serves goes on, the log says so once, and it is tried again, at last every 30 s.
 */
enum {
	NW_SPAWN_LOOP = 5,
	NW_SPAWN_BACK_OFF_MAX = 30, /* times the first pause */
};

/** Fork one worker of @generation; it is in master->children. NULL: could not; logged, and backed off. */
struct nw_child *nw_spawn_worker(struct nw_master *master, struct nw_generation *generation);

/** A worker born at @born_ms failed early: put off the next fork. Returns the pause in milliseconds. */
int64_t nw_spawn_back_off(struct nw_backoff *backoff, int64_t born_ms, int64_t now_ms);

#endif

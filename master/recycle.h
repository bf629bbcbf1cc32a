/**
 * Workers that others should take the place of: after max_requests, which they say, and beyond max_worker_age and
 * max_worker_memory, which is seen here. All of them serve until a replacement is READY, and few are replaced at a
 * time.
 */
#ifndef NW_MASTER_RECYCLE_H
#define NW_MASTER_RECYCLE_H

#include "master/master.h"

/** A worker of @settings is being forked: when it will be old. */
void nw_recycle_date(struct nw_child *child, const struct nw_settings *settings);

/** On a tick: should @child be replaced? Sets child->wish. */
void nw_recycle_look(struct nw_master *master, struct nw_child *child, int64_t now_ms);

/** How many workers may be replaced at a time, by a rolling reload too. At least 1, but for the target 0. */
int nw_recycle_step_of(const struct nw_master *master);

/** How many workers more than the target there may be now, to take others' places. */
int nw_recycle_extra(const struct nw_master *master);

/** The one to go now that there is one too many; NULL: none should be replaced. */
struct nw_child *nw_recycle_next(const struct nw_master *master);

#endif

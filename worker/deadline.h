/**
 * The setting timeout for handlers on threads: one that overruns it costs its client the answer (503), but not the
 * others theirs. Time in which it waits for its client (body, stream) does not count.
 */
#ifndef NW_WORKER_DEADLINE_H
#define NW_WORKER_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/scoreboard.h"
#include "worker/pool.h"

/**
 * On the loop, now and then: give up what has taken more than @timeout_ms (0: nothing has), and have other threads in
 * the place of those that are at it. True: there was something, and this worker should be replaced, since nobody knows
 * whether they ever come back.
 */
bool nw_deadline_check(struct nw_pool *pool, const struct nw_board *board, struct nw_counters *counters,
		       int64_t timeout_ms, int64_t now_ms);

#endif

/** Handler threads: they run what may block. One bounded queue feeds them all. */
#ifndef NW_WORKER_POOL_H
#define NW_WORKER_POOL_H

#include "common/err.h"
#include "common/scoreboard.h"
#include "common/task.h"

struct nw_pool;

/** @slot: gauges threads_busy and queued; NULL: none are kept. Signals are blocked in the threads. */
int nw_pool_new(unsigned n_threads, unsigned queue_limit, struct nw_slot *slot, struct nw_pool **out,
		struct nw_err *err) NW_MUST_CHECK;

/** The pool as a place for tasks: -EAGAIN when queue_limit tasks wait already. */
struct nw_executor *nw_pool_executor(struct nw_pool *pool);

/** Runs what is queued, joins the threads. Accepts NULL, returns NULL. */
struct nw_pool *nw_pool_free(struct nw_pool *pool);

#endif

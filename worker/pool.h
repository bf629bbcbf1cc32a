/** Handler threads: they run what may block. One bounded queue feeds them all. */
#ifndef NW_WORKER_POOL_H
#define NW_WORKER_POOL_H

#include "common/err.h"
#include "common/scoreboard.h"
#include "common/task.h"

struct nw_pool;

enum { NW_POOL_SPARES = 64 }; /* most threads in the place of others */

/** @slot: gauges threads, threads_busy and queued; NULL: none are kept. Signals are blocked in the threads. */
int nw_pool_new(unsigned n_threads, unsigned queue_limit, struct nw_slot *slot, struct nw_pool **out,
		struct nw_err *err) NW_MUST_CHECK;

/** The pool as a place for tasks: -EAGAIN when queue_limit tasks wait already. */
struct nw_executor *nw_pool_executor(struct nw_pool *pool);

/**
 * One thread more, in the place of one that does not come back; it stays if that one does. 0 or a negative errno,
 * -EUSERS: there are as many as there may be. By who made the pool.
 */
int nw_pool_add_thread(struct nw_pool *pool) NW_MUST_CHECK;

/**
 * The record of a thread that has been at one task since before @before_ms (nw_clock_ms()) without having waited for
 * the client meanwhile; NULL: there is none. Each task is found once. *@out_subject: what it works on, which stays
 * until this thread, that of the loop, gets it back by a task. By who made the pool.
 */
struct nw_board_thread *nw_pool_find_overdue(struct nw_pool *pool, int64_t before_ms, void **out_subject);

/** Runs what is queued, joins the threads. Accepts NULL, returns NULL. */
struct nw_pool *nw_pool_free(struct nw_pool *pool);

#endif

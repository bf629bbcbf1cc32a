/**
 * The way back of operations that are done: callbacks run on the loop, all that came meanwhile by one task; threads
 * that wait are woken.
 */
#ifndef NW_STORE_FINISH_H
#define NW_STORE_FINISH_H

#include <pthread.h>

#include "common/cc.h"
#include "common/task.h"
#include "worker/store/store.h"

struct nw_finish;

/** A thread that waits for one operation; on its stack. */
struct nw_waiter {
	pthread_cond_t cond;
	bool is_done;
};

/** NULL: no memory. */
struct nw_finish *nw_finish_open(struct nw_executor *loop);

/** On the loop, when no lane runs any more: calls back what is left. Accepts NULL, returns NULL. */
struct nw_finish *nw_finish_close(struct nw_finish *finish);

/** From any thread: these are done. An operation without a done callback has a waiter (op->lane). */
void nw_finish_ops(struct nw_finish *finish, struct nw_store_op **ops, size_t n);

/** Before @op is submitted by a thread that will wait for it, and then. */
void nw_finish_expect(struct nw_waiter *waiter, struct nw_store_op *op);
void nw_finish_wait_sync(struct nw_finish *finish, struct nw_waiter *waiter);

#endif

/**
 * A queue of operations and the threads that run it. A thread that is free takes the oldest operation and all that go
 * with it (same collection and kind) as one batch; nothing waits for a batch to fill, and no collection waits for
 * another's queue to be empty. Independent operations may overtake each other: who needs an order submits the second
 * one when the first is answered.
 */
#ifndef NW_STORE_LANE_H
#define NW_STORE_LANE_H

#include "common/cc.h"
#include "common/err.h"
#include "worker/store/store.h"

enum {
	NW_LANE_BATCH = 256,  /* operations in a batch, at most */
	NW_LANE_THREADS = 16, /* at most */
};

struct nw_lane;

struct nw_lane_config {
	unsigned n_threads;
	unsigned max_batch;
	bool mixes_writes; /* writes of any kind and collection go together */
	/** On a lane thread: run them, give them back. */
	void (*run)(void *arg, struct nw_store_op **ops, size_t n);
	void *arg;
};

/** Starts the threads, which take no signals. */
int nw_lane_open(const struct nw_lane_config *config, struct nw_lane **out, struct nw_err *err) NW_MUST_CHECK;

/** Runs what is queued, then ends the threads. Accepts NULL, returns NULL. */
struct nw_lane *nw_lane_close(struct nw_lane *lane);

/** From any thread, until nw_lane_close(). Takes @op until it is run. */
void nw_lane_submit(struct nw_lane *lane, struct nw_store_op *op);

#endif

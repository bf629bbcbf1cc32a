#include "worker/store/lane.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "common/scoreboard_thread.h"
#include "common/thread.h"
#include "worker/store/op.h"

enum { LOOK_AHEAD = 1024 }; /* operations looked at for one batch: what holds the lock must end soon */

struct nw_lane {
	struct nw_lane_config config;
	pthread_mutex_t lock;
	pthread_cond_t filled;             /* or closing */
	struct nw_store_op *first, **last; /* oldest first */
	bool is_closing;
	unsigned n_threads;
	pthread_t threads[NW_LANE_THREADS];
};

static bool is_same_collection(const struct nw_store_op *a, const struct nw_store_op *b)
{
	if (a->collection == b->collection) {
		return true;
	}
	return a->collection != NULL && b->collection != NULL && strcmp(a->collection, b->collection) == 0;
}

static bool goes_with(const struct nw_lane *lane, const struct nw_store_op *a, const struct nw_store_op *b)
{
	if (lane->config.mixes_writes && nw_op_is_write(a) && nw_op_is_write(b)) {
		return true;
	}
	return a->kind == b->kind && is_same_collection(a, b);
}

/* The oldest operation and those that go with it, out of the queue. */
static size_t take(struct nw_lane *lane, struct nw_store_op **ops)
{
	struct nw_store_op **link = &lane->first;
	size_t n = 0;

	for (int looked = 0; *link != NULL && n < lane->config.max_batch && looked < LOOK_AHEAD; looked++) {
		struct nw_store_op *op = *link;

		if (n == 0 || goes_with(lane, ops[0], op)) {
			*link = op->next;
			ops[n++] = op;
		} else {
			link = &op->next;
		}
	}
	if (*link == NULL) {
		lane->last = link;
	}
	return n;
}

static void *lane_main(void *arg)
{
	struct nw_lane *lane = arg;
	struct nw_store_op *ops[NW_LANE_BATCH];
	struct nw_board_thread spare = {0};

	nw_board_thread_join(NW_ROLE_LANE, &spare);
	pthread_mutex_lock(&lane->lock);
	for (;;) {
		while (lane->first == NULL && !lane->is_closing) {
			pthread_cond_wait(&lane->filled, &lane->lock);
		}
		if (lane->first == NULL) {
			break;
		}
		size_t n = take(lane, ops);

		pthread_mutex_unlock(&lane->lock);
		lane->config.run(lane->config.arg, ops, n);
		pthread_mutex_lock(&lane->lock);
	}
	pthread_mutex_unlock(&lane->lock);
	return NULL;
}

static int start_threads(struct nw_lane *lane)
{
	int code = 0;

	while (lane->n_threads < lane->config.n_threads && code == 0) {
		code = nw_thread_start(&lane->threads[lane->n_threads], lane_main, lane);
		if (code == 0) {
			pthread_setname_np(lane->threads[lane->n_threads], "store-lane");
			lane->n_threads++;
		}
	}
	return code;
}

int nw_lane_open(const struct nw_lane_config *config, struct nw_lane **out, struct nw_err *err)
{
	struct nw_lane *lane = calloc(1, sizeof(*lane));

	assert(config->n_threads <= NW_LANE_THREADS && config->max_batch <= NW_LANE_BATCH);
	if (lane == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	lane->config = *config;
	lane->last = &lane->first;
	pthread_mutex_init(&lane->lock, NULL);
	pthread_cond_init(&lane->filled, NULL);
	int code = start_threads(lane);

	if (code != 0) {
		nw_lane_close(lane);
		return nw_err_set(err, code, "store: cannot start a thread: %s", strerror(-code));
	}
	*out = lane;
	return 0;
}

struct nw_lane *nw_lane_close(struct nw_lane *lane)
{
	if (lane == NULL) {
		return NULL;
	}
	pthread_mutex_lock(&lane->lock);
	lane->is_closing = true;
	pthread_cond_broadcast(&lane->filled);
	pthread_mutex_unlock(&lane->lock);
	for (unsigned i = 0; i < lane->n_threads; i++) {
		pthread_join(lane->threads[i], NULL);
	}
	pthread_cond_destroy(&lane->filled);
	pthread_mutex_destroy(&lane->lock);
	free(lane);
	return NULL;
}

void nw_lane_submit(struct nw_lane *lane, struct nw_store_op *op)
{
	op->next = NULL;
	pthread_mutex_lock(&lane->lock);
	*lane->last = op;
	lane->last = &op->next;
	pthread_cond_signal(&lane->filled);
	pthread_mutex_unlock(&lane->lock);
}

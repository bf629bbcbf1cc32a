/** A worker's event loop as a place that takes tasks from any thread; from others than its own through an eventfd. */
#ifndef NW_WORKER_LOOP_H
#define NW_WORKER_LOOP_H

#include <event2/event.h>
#include <pthread.h>

#include "common/err.h"
#include "common/task.h"

struct nw_loop {
	struct nw_executor executor; /* first: submit() gets back from it to the loop. Never refuses */
	struct event_base *base;
	pthread_t thread; /* that it was made on, and runs on */
	int wake_fd;
	struct event *wake;
	pthread_mutex_t lock; /* guards tasks */
	struct nw_task_list tasks;
};

int nw_loop_init(struct nw_loop *loop, struct nw_err *err) NW_MUST_CHECK;

/** Run what was submitted up to now; the loop calls it by itself. On the loop's thread. */
void nw_loop_run_tasks(struct nw_loop *loop);

/** Runs what is left, then frees the base. Accepts a zeroed one. */
void nw_loop_fini(struct nw_loop *loop);

#endif

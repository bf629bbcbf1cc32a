/**
 * Work that one thread hands to another. A worker has two places that take tasks: its loop (which
 * always takes one) and its handler threads (whose queue is bounded). Libraries below the worker get a
 * pointer to such a place and know nothing else of it.
 */
#ifndef NW_COMMON_TASK_H
#define NW_COMMON_TASK_H

#include <sys/queue.h>

#include <stdbool.h>

#include "common/cc.h"

struct nw_task {
	void (*run)(struct nw_task *task); /* called once, on the thread of the place it was submitted to */
	TAILQ_ENTRY(nw_task) link;         /* the place's, from submit until run */
};

TAILQ_HEAD(nw_task_list, nw_task);

struct nw_executor {
	/** From any thread. 0, or -EAGAIN: the queue is full, the task was not taken. The loop's never refuses. */
	int (*submit)(struct nw_executor *executor, struct nw_task *task);
	/** Whether submit() would refuse now. NULL: it never does. */
	bool (*is_full)(struct nw_executor *executor);
};

#endif

/** A loop small enough for a test: runs what other threads hand over, on the thread that waits. */
#ifndef NW_TESTS_CONFORMANCE_LOOP_H
#define NW_TESTS_CONFORMANCE_LOOP_H

#include <pthread.h>

#include "common/task.h"

struct loop {
	struct nw_executor executor; /* first: loop_submit() gets it */
	pthread_mutex_t lock;
	pthread_cond_t filled;
	struct nw_task_list tasks;
};

static inline int loop_submit(struct nw_executor *executor, struct nw_task *task)
{
	struct loop *loop = (struct loop *)executor;

	pthread_mutex_lock(&loop->lock);
	TAILQ_INSERT_TAIL(&loop->tasks, task, link);
	pthread_cond_signal(&loop->filled);
	pthread_mutex_unlock(&loop->lock);
	return 0;
}

static inline void loop_init(struct loop *loop)
{
	loop->executor.submit = loop_submit;
	pthread_mutex_init(&loop->lock, NULL);
	pthread_cond_init(&loop->filled, NULL);
	TAILQ_INIT(&loop->tasks);
}

static inline void loop_run_first(struct loop *loop)
{
	struct nw_task *task = TAILQ_FIRST(&loop->tasks);

	TAILQ_REMOVE(&loop->tasks, task, link);
	pthread_mutex_unlock(&loop->lock);
	task->run(task);
	pthread_mutex_lock(&loop->lock);
}

/** Until *@waiting, which callbacks on this loop count down, is zero. */
static inline void loop_run(struct loop *loop, const int *waiting)
{
	pthread_mutex_lock(&loop->lock);
	while (*waiting > 0) {
		if (TAILQ_EMPTY(&loop->tasks)) {
			pthread_cond_wait(&loop->filled, &loop->lock);
		} else {
			loop_run_first(loop);
		}
	}
	pthread_mutex_unlock(&loop->lock);
}

/** What is there and no more; when the store is closed. */
static inline void loop_fini(struct loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	while (!TAILQ_EMPTY(&loop->tasks)) {
		loop_run_first(loop);
	}
	pthread_mutex_unlock(&loop->lock);
	pthread_cond_destroy(&loop->filled);
	pthread_mutex_destroy(&loop->lock);
}

#endif

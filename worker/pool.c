#include "worker/pool.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "common/thread.h"
#include "worker/crash.h"

struct pool_thread {
	struct pool_thread *next;
	struct nw_pool *pool;
	pthread_t id;
	_Atomic(struct nw_board_thread *) record; /* NULL: it has not begun yet */
	struct nw_board_thread spare;
	int64_t given_up_ms; /* the begin_ms of the task that was found overdue; 0: none */
};

struct nw_pool {
	struct nw_executor executor; /* first: submit() gets back from it to the pool */
	struct nw_slot *slot;
	pthread_mutex_t lock; /* guards all below */
	pthread_cond_t work;  /* a task came, or the end */
	struct nw_task_list tasks;
	unsigned n_queued, queue_limit;
	unsigned n_busy;
	bool is_ending;
	struct pool_thread *threads; /* these three are of who made the pool */
	unsigned n_threads;
	unsigned n_wanted; /* without the spare ones */
};

static void show_gauges(struct nw_pool *pool)
{
	if (pool->slot != NULL) {
		NW_GAUGE(pool->slot->queued, pool->n_queued);
		NW_GAUGE(pool->slot->threads_busy, pool->n_busy);
	}
}

static int pool_submit(struct nw_executor *executor, struct nw_task *task)
{
	struct nw_pool *pool = (struct nw_pool *)executor;
	int result = -EAGAIN;

	pthread_mutex_lock(&pool->lock);
	if (pool->n_queued < pool->queue_limit) {
		TAILQ_INSERT_TAIL(&pool->tasks, task, link);
		pool->n_queued++;
		show_gauges(pool);
		pthread_cond_signal(&pool->work);
		result = 0;
	}
	pthread_mutex_unlock(&pool->lock);
	return result;
}

static bool pool_is_full(struct nw_executor *executor)
{
	struct nw_pool *pool = (struct nw_pool *)executor;

	pthread_mutex_lock(&pool->lock);
	bool is_full = pool->n_queued >= pool->queue_limit;

	pthread_mutex_unlock(&pool->lock);
	return is_full;
}

/* The next task, waiting for one; NULL: the queue is empty and the pool ends. The lock is held. */
static struct nw_task *take_task(struct nw_pool *pool)
{
	while (TAILQ_EMPTY(&pool->tasks) && !pool->is_ending) {
		pthread_cond_wait(&pool->work, &pool->lock);
	}
	struct nw_task *task = TAILQ_FIRST(&pool->tasks);

	if (task != NULL) {
		TAILQ_REMOVE(&pool->tasks, task, link);
		pool->n_queued--;
	}
	return task;
}

static void *thread_main(void *arg)
{
	struct pool_thread *thread = arg;
	struct nw_pool *pool = thread->pool;
	struct nw_task *task;
	void *stack = nw_crash_stack_open();

	thread->record = nw_board_thread_join(NW_ROLE_HANDLER, &thread->spare);
	pthread_mutex_lock(&pool->lock);
	while ((task = take_task(pool)) != NULL) {
		pool->n_busy++;
		show_gauges(pool);
		pthread_mutex_unlock(&pool->lock);
		task->run(task);
		pthread_mutex_lock(&pool->lock);
		pool->n_busy--;
		show_gauges(pool);
	}
	pthread_mutex_unlock(&pool->lock);
	nw_crash_stack_close(stack);
	return NULL;
}

static int add_thread(struct nw_pool *pool)
{
	struct pool_thread *thread = aligned_alloc(_Alignof(struct pool_thread), sizeof(*thread));

	if (thread == NULL) {
		return -ENOMEM;
	}
	memset((void *)thread, 0, sizeof(*thread));
	thread->pool = pool;
	int failed = nw_thread_start(&thread->id, thread_main, thread);

	if (failed != 0) {
		free(thread);
		return failed;
	}
	thread->next = pool->threads;
	pool->threads = thread;
	pool->n_threads++;
	if (pool->slot != NULL) {
		NW_GAUGE(pool->slot->threads, pool->n_threads);
	}
	return 0;
}

int nw_pool_add_thread(struct nw_pool *pool)
{
	return pool->n_threads - pool->n_wanted < NW_POOL_SPARES ? add_thread(pool) : -EUSERS;
}

int nw_pool_new(unsigned n_threads, unsigned queue_limit, struct nw_slot *slot, struct nw_pool **out,
		struct nw_err *err)
{
	struct nw_pool *pool = calloc(1, sizeof(*pool));
	int failed = 0;

	if (pool == NULL) {
		return nw_err_set(err, -ENOMEM, "threads: out of memory");
	}
	pool->executor.submit = pool_submit;
	pool->executor.is_full = pool_is_full;
	pool->slot = slot;
	pool->queue_limit = queue_limit;
	pool->n_wanted = n_threads;
	if (slot != NULL) {
		NW_GAUGE(slot->queue_limit, queue_limit);
	}
	TAILQ_INIT(&pool->tasks);
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	while (failed == 0 && pool->n_threads < n_threads) {
		failed = add_thread(pool);
	}
	if (failed != 0) {
		nw_err_set(err, failed, "threads: cannot start handler thread %u of %u: %s", pool->n_threads + 1,
			   n_threads, strerror(-failed));
		nw_pool_free(pool);
		return failed;
	}
	*out = pool;
	return 0;
}

struct nw_executor *nw_pool_executor(struct nw_pool *pool)
{
	return &pool->executor;
}

struct nw_board_thread *nw_pool_find_overdue(struct nw_pool *pool, int64_t before_ms, void **out_subject)
{
	for (struct pool_thread *thread = pool->threads; thread != NULL; thread = thread->next) {
		struct nw_board_thread *record = thread->record;
		/* In this order: whoever sees the subject sees when it began, or that of a later one; and whoever sees
		 * that it does not wait for the client sees when it came back from there. */
		void *subject = record == NULL ? NULL : atomic_load_explicit(&record->subject, memory_order_acquire);

		if (subject == NULL ||
		    atomic_load_explicit(&record->doing, memory_order_acquire) >> 16 >= NW_PHASE_BODY ||
		    NW_READ(record->busy_ms) > before_ms) {
			continue;
		}
		int64_t begin_ms = NW_READ(record->begin_ms);

		if (begin_ms != thread->given_up_ms) {
			thread->given_up_ms = begin_ms;
			*out_subject = subject;
			return record;
		}
	}
	return NULL;
}

struct nw_pool *nw_pool_free(struct nw_pool *pool)
{
	if (pool == NULL) {
		return NULL;
	}
	pthread_mutex_lock(&pool->lock);
	pool->is_ending = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	while (pool->threads != NULL) {
		struct pool_thread *thread = pool->threads;

		pool->threads = thread->next;
		pthread_join(thread->id, NULL);
		free(thread);
	}
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return NULL;
}

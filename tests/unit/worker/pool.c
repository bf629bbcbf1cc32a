#include "worker/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "tests/unit/unit.h"

struct job {
	struct nw_task task; /* first */
	_Atomic int *count;
	pthread_mutex_t *gate; /* NULL: none */
};

static void run_job(struct nw_task *task)
{
	struct job *job = (struct job *)task;

	if (job->gate != NULL) {
		pthread_mutex_lock(job->gate);
		pthread_mutex_unlock(job->gate);
	}
	atomic_fetch_add(job->count, 1);
}

START_TEST(every_task_runs_once_before_the_pool_is_gone)
{
	static struct job jobs[1000];
	_Atomic int count = 0;
	struct nw_pool *pool = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_pool_new(4, 1000, NULL, &pool, &err), 0);
	for (size_t i = 0; i < NW_ARRAY_LEN(jobs); i++) {
		jobs[i] = (struct job){.task.run = run_job, .count = &count};
		ck_assert_int_eq(nw_pool_executor(pool)->submit(nw_pool_executor(pool), &jobs[i].task), 0);
	}
	ck_assert_ptr_null(nw_pool_free(pool));
	ck_assert_int_eq(count, 1000);
}
END_TEST

START_TEST(a_full_queue_refuses_and_keeps_what_it_has)
{
	struct job jobs[8];
	_Atomic int count = 0;
	int taken = 0;
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct nw_pool *pool = NULL;
	struct nw_err err = {0};

	pthread_mutex_lock(&gate);
	ck_assert_int_eq(nw_pool_new(1, 3, NULL, &pool, &err), 0);
	for (size_t i = 0; i < NW_ARRAY_LEN(jobs); i++) {
		jobs[i] = (struct job){.task.run = run_job, .count = &count, .gate = &gate};
		int result = nw_pool_executor(pool)->submit(nw_pool_executor(pool), &jobs[i].task);

		ck_assert(result == 0 || result == -EAGAIN);
		ck_assert(i > 0 || !nw_pool_executor(pool)->is_full(nw_pool_executor(pool)));
		taken += result == 0;
	}
	/* Three wait; a fourth one may be with the thread already. */
	ck_assert_int_ge(taken, 3);
	ck_assert_int_le(taken, 4);
	ck_assert(nw_pool_executor(pool)->is_full(nw_pool_executor(pool)));
	pthread_mutex_unlock(&gate);
	nw_pool_free(pool);
	ck_assert_int_eq(count, taken);
}
END_TEST

static _Atomic bool is_at_it;

static void run_stuck(struct nw_task *task)
{
	struct job *job = (struct job *)task;

	nw_board_thread_take(NW_BOARD_DOING(NW_PHASE_HANDLER, 0), nw_span_of("GET"), nw_span_of("id"), job);
	is_at_it = true;
	pthread_mutex_lock(job->gate);
	pthread_mutex_unlock(job->gate);
	nw_board_thread_drop();
}

START_TEST(who_is_overdue_is_found_once_and_another_thread_goes_on)
{
	_Atomic int count = 0;
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct job stuck = {.task.run = run_stuck, .gate = &gate}, other = {.task.run = run_job, .count = &count};
	struct nw_pool *pool = NULL;
	struct nw_err err = {0};
	void *subject = NULL;

	pthread_mutex_lock(&gate);
	ck_assert_int_eq(nw_pool_new(1, 3, NULL, &pool, &err), 0);
	struct nw_executor *threads = nw_pool_executor(pool);

	ck_assert_int_eq(threads->submit(threads, &stuck.task), 0);
	ck_assert_int_eq(threads->submit(threads, &other.task), 0);
	while (!is_at_it) {
		sched_yield();
	}
	ck_assert_ptr_null(nw_pool_find_overdue(pool, 0, &subject));
	ck_assert_ptr_nonnull(nw_pool_find_overdue(pool, INT64_MAX, &subject));
	ck_assert_ptr_eq(subject, &stuck);
	ck_assert_ptr_null(nw_pool_find_overdue(pool, INT64_MAX, &subject));
	ck_assert_int_eq(count, 0);
	ck_assert_int_eq(nw_pool_add_thread(pool), 0);
	while (count == 0) {
		sched_yield();
	}
	pthread_mutex_unlock(&gate);
	nw_pool_free(pool);
}
END_TEST

START_TEST(spare_threads_have_an_end)
{
	struct nw_slot *slot = aligned_alloc(_Alignof(struct nw_slot), sizeof(*slot));
	struct nw_pool *pool = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_pool_new(2, 3, slot, &pool, &err), 0);
	ck_assert_uint_eq(NW_READ(slot->threads), 2);
	for (unsigned i = 0; i < NW_POOL_SPARES; i++) {
		ck_assert_int_eq(nw_pool_add_thread(pool), 0);
	}
	ck_assert_int_eq(nw_pool_add_thread(pool), -EUSERS);
	ck_assert_uint_eq(NW_READ(slot->threads), 2 + NW_POOL_SPARES);
	nw_pool_free(pool);
	free(slot);
}
END_TEST

NW_TEST_MAIN("worker/pool", spare_threads_have_an_end, who_is_overdue_is_found_once_and_another_thread_goes_on,
	     every_task_runs_once_before_the_pool_is_gone, a_full_queue_refuses_and_keeps_what_it_has)

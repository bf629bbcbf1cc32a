#include "worker/loop.h"

#include <unistd.h>

#include "tests/unit/unit.h"

enum { TASKS = 1000 };

static struct nw_loop loop;
static int n_run;
static pthread_t loop_thread;

static void run_task(struct nw_task *task)
{
	(void)task;
	ck_assert(pthread_equal(pthread_self(), loop_thread));
	n_run++;
	if (n_run == 2 * TASKS) {
		event_base_loopbreak(loop.base);
	}
}

static void *submit_all(void *arg)
{
	struct nw_task *tasks = arg;

	for (int i = 0; i < TASKS; i++) {
		tasks[i].run = run_task;
		loop.executor.submit(&loop.executor, &tasks[i]);
	}
	return NULL;
}

START_TEST(tasks_of_other_threads_run_on_the_loop)
{
	static struct nw_task tasks[2][TASKS];
	pthread_t threads[2];
	struct nw_err err = {0};

	ck_assert_int_eq(nw_loop_init(&loop, &err), 0);
	loop_thread = pthread_self();
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(pthread_create(&threads[i], NULL, submit_all, tasks[i]), 0);
	}
	event_base_dispatch(loop.base);
	ck_assert_int_eq(n_run, 2 * TASKS);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
	}
	nw_loop_fini(&loop);
}
END_TEST

static int n_steps;

/* From a task, the next. */
static void run_step(struct nw_task *task)
{
	if (++n_steps == TASKS) {
		event_base_loopbreak(loop.base);
	} else {
		loop.executor.submit(&loop.executor, task);
		ck_assert_int_ne(event_pending(loop.wake, EV_TIMEOUT, NULL), 0);
	}
}

START_TEST(tasks_of_its_own_run_when_it_is_back)
{
	struct nw_task task = {.run = run_step};
	struct nw_err err = {0};
	uint64_t count;

	ck_assert_int_eq(nw_loop_init(&loop, &err), 0);
	loop.executor.submit(&loop.executor, &task);
	ck_assert_int_eq(n_steps, 0);
	event_base_dispatch(loop.base);
	ck_assert_int_eq(n_steps, TASKS);
	ck_assert_int_eq(read(loop.wake_fd, &count, sizeof(count)), -1); /* it takes no system call */
	nw_loop_fini(&loop);
}
END_TEST

NW_TEST_MAIN("worker/loop", tasks_of_other_threads_run_on_the_loop, tasks_of_its_own_run_when_it_is_back)

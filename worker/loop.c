#include "worker/loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/fd.h"

static int loop_submit(struct nw_executor *executor, struct nw_task *task)
{
	struct nw_loop *loop = (struct nw_loop *)executor;

	pthread_mutex_lock(&loop->lock);
	bool was_empty = TAILQ_EMPTY(&loop->tasks);

	TAILQ_INSERT_TAIL(&loop->tasks, task, link);
	pthread_mutex_unlock(&loop->lock);
	if (was_empty && pthread_equal(pthread_self(), loop->thread)) {
		event_active(loop->wake, EV_TIMEOUT, 0);
	} else if (was_empty) {
		uint64_t one = 1;

		/* Cannot fail: the counter is read long before it is full. */
		(void)!write(loop->wake_fd, &one, sizeof(one));
	}
	return 0;
}

void nw_loop_run_tasks(struct nw_loop *loop)
{
	struct nw_task_list tasks = TAILQ_HEAD_INITIALIZER(tasks);
	struct nw_task *task;

	pthread_mutex_lock(&loop->lock);
	TAILQ_CONCAT(&tasks, &loop->tasks, link);
	pthread_mutex_unlock(&loop->lock);
	while ((task = TAILQ_FIRST(&tasks)) != NULL) {
		TAILQ_REMOVE(&tasks, task, link);
		task->run(task);
	}
}

static void on_loop_woken(evutil_socket_t fd, short what, void *arg)
{
	struct nw_loop *loop = arg;
	uint64_t count;

	if ((what & EV_READ) != 0) {
		(void)!read(fd, &count, sizeof(count));
	}
	nw_loop_run_tasks(loop);
}

/* Signals, timers and sockets only: libevent needs no locks of its own. */
static struct event_base *base_new(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config != NULL) {
		event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
		base = event_base_new_with_config(config);
		event_config_free(config);
	}
	return base;
}

int nw_loop_init(struct nw_loop *loop, struct nw_err *err)
{
	*loop = (struct nw_loop){.executor = {.submit = loop_submit}, .wake_fd = -1, .thread = pthread_self()};
	TAILQ_INIT(&loop->tasks);
	pthread_mutex_init(&loop->lock, NULL);
	loop->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (loop->wake_fd == -1) {
		return nw_err_errno(err, "cannot make an eventfd");
	}
	loop->base = base_new();
	if (loop->base == NULL) {
		return nw_err_set(err, -ENOMEM, "cannot make an event loop");
	}
	loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST, on_loop_woken, loop);
	if (loop->wake == NULL || event_add(loop->wake, NULL) != 0) {
		return nw_err_set(err, -ENOMEM, "cannot watch an eventfd");
	}
	return 0;
}

void nw_loop_fini(struct nw_loop *loop)
{
	if (loop->executor.submit == NULL) {
		return;
	}
	nw_loop_run_tasks(loop);
	if (loop->wake != NULL) {
		event_free(loop->wake);
	}
	if (loop->base != NULL) {
		event_base_free(loop->base);
	}
	loop->wake_fd = nw_fd_close(loop->wake_fd);
	pthread_mutex_destroy(&loop->lock);
}

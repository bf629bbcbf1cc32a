#include "worker/store/finish.h"

#include <stddef.h>

#include "worker/store/op.h"

struct nw_finish {
	struct nw_task task; /* first: on_finish_run() gets it */
	struct nw_executor *loop;
	pthread_mutex_t lock;
	struct nw_store_op *first, **last; /* done, not called back yet */
	bool is_posted;                    /* the loop has the task */
	bool is_closed;                    /* the task, still with the loop, frees */
};

static void finish_free(struct nw_finish *finish)
{
	pthread_mutex_destroy(&finish->lock);
	free(finish);
}

static struct nw_store_op *take_all(struct nw_finish *finish)
{
	struct nw_store_op *ops = finish->first;

	finish->first = NULL;
	finish->last = &finish->first;
	return ops;
}

static void call_back(struct nw_store_op *op)
{
	while (op != NULL) {
		struct nw_store_op *next = op->next; /* the callback may free the operation */

		nw_op_take_over(op);
		op->done(op);
		op = next;
	}
}

static void on_finish_run(struct nw_task *task)
{
	struct nw_finish *finish = (struct nw_finish *)task;

	pthread_mutex_lock(&finish->lock);
	struct nw_store_op *ops = take_all(finish);
	bool is_closed = finish->is_closed;

	finish->is_posted = false;
	pthread_mutex_unlock(&finish->lock);
	call_back(ops);
	if (is_closed) {
		finish_free(finish);
	}
}

struct nw_finish *nw_finish_open(struct nw_executor *loop)
{
	struct nw_finish *finish = calloc(1, sizeof(*finish));

	if (finish != NULL) {
		finish->task.run = on_finish_run;
		finish->loop = loop;
		finish->last = &finish->first;
		pthread_mutex_init(&finish->lock, NULL);
	}
	return finish;
}

struct nw_finish *nw_finish_close(struct nw_finish *finish)
{
	if (finish == NULL) {
		return NULL;
	}
	pthread_mutex_lock(&finish->lock);
	struct nw_store_op *ops = take_all(finish);
	bool is_posted = finish->is_posted;

	finish->is_closed = true;
	pthread_mutex_unlock(&finish->lock);
	call_back(ops);
	if (!is_posted) {
		finish_free(finish);
	}
	return NULL;
}

void nw_finish_ops(struct nw_finish *finish, struct nw_store_op **ops, size_t n)
{
	bool post = false;

	pthread_mutex_lock(&finish->lock);
	for (size_t i = 0; i < n; i++) {
		if (ops[i]->done == NULL) {
			struct nw_waiter *waiter = ops[i]->lane;

			/* Under the lock: the waiter's stack frame ends as soon as it sees is_done. */
			waiter->is_done = true;
			pthread_cond_signal(&waiter->cond);
			continue;
		}
		ops[i]->next = NULL;
		*finish->last = ops[i];
		finish->last = &ops[i]->next;
	}
	if (finish->first != NULL && !finish->is_posted) {
		finish->is_posted = true;
		post = true;
	}
	pthread_mutex_unlock(&finish->lock);
	if (post) {
		finish->loop->submit(finish->loop, &finish->task);
	}
}

void nw_finish_expect(struct nw_waiter *waiter, struct nw_store_op *op)
{
	pthread_cond_init(&waiter->cond, NULL);
	waiter->is_done = false;
	op->done = NULL;
	op->lane = waiter;
}

void nw_finish_wait_sync(struct nw_finish *finish, struct nw_waiter *waiter)
{
	pthread_mutex_lock(&finish->lock);
	while (!waiter->is_done) {
		pthread_cond_wait(&waiter->cond, &finish->lock);
	}
	pthread_mutex_unlock(&finish->lock);
	pthread_cond_destroy(&waiter->cond);
}

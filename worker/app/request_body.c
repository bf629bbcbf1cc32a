#include <narwhal/request.h>

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "worker/app/call.h"
#include "worker/app/outcome.h"

/* A nw_request_read() that waits for the client: on the stack of the handler's thread. */
struct nw_body_read {
	struct nw_task task; /* first: it is found by it */
	struct nw_exchange *x;
	void *buf;
	size_t size;
	ptrdiff_t n;
	bool is_through;
	pthread_mutex_t lock; /* of n and is_through */
	pthread_cond_t through;
};

const void *nw_request_body(struct nw_request *req, size_t *out_len)
{
	*out_len = 0;
	if (req->x->body.len == 0 || nw_request_is_streaming(req)) {
		return NULL;
	}
	/* What is handed out must not move when the answer is put off. */
	if (nw_request_keep(req) < 0) {
		nw_outcome_fail(&req->call->res, -ENOMEM, NULL);
		return NULL;
	}
	*out_len = req->x->body.len;
	return req->x->body.p;
}

static void on_pulled(struct nw_exchange *x, ptrdiff_t n)
{
	struct nw_call *call = x->user;
	struct nw_body_read *read = call->read;

	call->read = NULL;
	pthread_mutex_lock(&read->lock);
	read->n = n;
	read->is_through = true;
	pthread_cond_signal(&read->through);
	pthread_mutex_unlock(&read->lock);
}

static void on_loop(struct nw_task *task)
{
	struct nw_body_read *read = (struct nw_body_read *)task;
	struct nw_exchange *x = read->x;
	struct nw_call *call = x->user;

	call->read = read;
	x->on_pulled = on_pulled;
	nw_exchange_pull(x, read->buf, read->size);
}

/* The loop has the socket and the client's deadline, so it is the loop that reads. */
static ptrdiff_t pull_sync(struct nw_request *req, void *buf, size_t size)
{
	struct nw_executor *loop = req->apps->loop;
	struct nw_body_read read = {
		.task = {.run = on_loop},
		.x = req->x,
		.buf = buf,
		.size = size,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.through = PTHREAD_COND_INITIALIZER,
	};
	/* Before the loop has it: where it waits for the client, the black box says so. */
	uint32_t doing = nw_board_thread_enter(NW_PHASE_BODY);
	int rc = loop->submit(loop, &read.task);

	assert(rc == 0);
	pthread_mutex_lock(&read.lock);
	while (!read.is_through) {
		pthread_cond_wait(&read.through, &read.lock);
	}
	pthread_mutex_unlock(&read.lock);
	nw_board_thread_leave(doing);
	pthread_cond_destroy(&read.through);
	pthread_mutex_destroy(&read.lock);
	return read.n;
}

ptrdiff_t nw_request_read(struct nw_request *req, void *buf, size_t size)
{
	struct nw_exchange *x = req->x;
	size_t left = x->body.len - req->read_at;
	size_t n = size < left ? size : left;

	if (size == 0) {
		return -EINVAL; /* 0 would be the end */
	}
	if (n > 0) {
		memcpy(buf, x->body.p + req->read_at, n);
		req->read_at += n;
		return (ptrdiff_t)n;
	}
	return nw_request_is_streaming(req) && req->on_thread && x->is_body_left ? pull_sync(req, buf, size) : 0;
}

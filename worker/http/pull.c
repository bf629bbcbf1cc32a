#include <assert.h>
#include <errno.h>

#include "worker/http/output.h"

enum { READS_MAX = 16 }; /* of bytes that frame the chunks, before others have their turn */

/*
 * A body that the layer above reads by itself. The bytes go from the socket to where it wants them, one read each, and
 * none are read unless it asks: what it has no room for stays in the kernel, and the client waits.
 */

bool nw_pull_is_waiting(const struct nw_conn *c)
{
	return c->job != NULL && c->job->pull.to != NULL;
}

static void finish(struct nw_job *job, ptrdiff_t n)
{
	job->pull.to = NULL;
	job->x.on_pulled(&job->x, n);
}

void nw_pull_break(struct nw_conn *c, int error, enum nw_status status, const char *reason)
{
	struct nw_job *job = c->job;

	job->pull.error = error;
	job->x.body_status = status;
	job->x.body_reason = reason;
	finish(job, error);
}

/* Waiting for @n bytes is over. True: since the last 16 KiB it took longer than it may. */
static bool is_late(struct nw_conn *c, size_t n)
{
	struct nw_job *job = c->job;
	const struct nw_http *http = c->http;

	job->pull.spent_ms += (uint32_t)(http->now_us / 1000 - job->pull.at_ms);
	job->pull.moved += n < NW_HTTP_PROGRESS ? (uint32_t)n : NW_HTTP_PROGRESS;
	if (job->pull.moved >= NW_HTTP_PROGRESS) {
		job->pull.moved = 0;
		job->pull.spent_ms = 0;
	}
	return job->pull.spent_ms > http->options.body_ms;
}

/* @n bytes of the body are where they are wanted, or it has ended. */
static void deliver(struct nw_conn *c, size_t n)
{
	struct nw_job *job = c->job;

	if (job->x.is_body_left && is_late(c, n)) {
		nw_pull_break(c, -ETIMEDOUT, NW_STATUS_REQUEST_TIMEOUT, NW_LATE_BODY);
	} else {
		finish(job, (ptrdiff_t)n);
	}
}

static void take_length(struct nw_conn *c)
{
	struct nw_job *job = c->job;
	uint64_t left = job->x.head.content_length - job->pull.len;
	size_t n = nw_connection_receive(c, job->pull.to, left < job->pull.size ? (size_t)left : job->pull.size);

	if (n > 0) {
		job->pull.len += n;
		job->x.is_body_left = n < left;
		deliver(c, n);
	}
}

/* What lies behind the body is the next request. */
static void take_chunked(struct nw_conn *c)
{
	struct nw_job *job = c->job;
	const struct nw_http_options *options = &c->http->options;
	char *to = job->pull.to;
	size_t got = nw_connection_receive(c, to, job->pull.size), used = 0, n = 0;

	if (got == 0) {
		return;
	}
	enum nw_status status = nw_chunked_feed(&job->chunked, &options->head, options->body, to, got, to, &used, &n);

	if (status != NW_STATUS_NONE) {
		nw_pull_break(c, status == NW_STATUS_CONTENT_TOO_LARGE ? -EMSGSIZE : -EBADMSG, status,
			      job->chunked.reason);
		return;
	}
	if (job->chunked.is_done) {
		job->x.is_body_left = false;
		nw_connection_save(c, to + used, got - used);
	}
	if (n > 0 || job->chunked.is_done) {
		deliver(c, n);
	}
}

void nw_pull_resume(struct nw_conn *c)
{
	for (int i = 0; nw_pull_is_waiting(c) && c->is_unread; i++) {
		if (i == READS_MAX) {
			event_active(&c->event, EV_TIMEOUT, 0);
			return;
		}
		if (c->job->x.head.framing == NW_FRAMING_LENGTH) {
			take_length(c);
		} else {
			take_chunked(c);
		}
	}
}

void nw_exchange_pull(struct nw_exchange *x, void *to, size_t size)
{
	struct nw_job *job = (struct nw_job *)x;
	struct nw_conn *c = x->conn;

	assert(job->pull.to == NULL && size > 0);
	if (!x->is_body_left || job->pull.error != 0 || c->state == NW_CONN_CLOSED) {
		x->on_pulled(x, !x->is_body_left ? 0 : job->pull.error != 0 ? job->pull.error : -ECONNRESET);
		return;
	}
	bool has_entered = nw_connection_enter(c);
	bool asks = job->wants_continue && c->state == NW_CONN_WORK;

	job->pull.to = to;
	job->pull.size = size;
	job->pull.at_ms = c->http->now_us / 1000;
	job->wants_continue = false;
	if (asks) {
		nw_output_continue(c);
	}
	if (has_entered) {
		nw_pull_resume(c);
	} else if (nw_pull_is_waiting(c)) { /* within on_request: what came with the head is not put away yet */
		event_active(&c->event, EV_TIMEOUT, 0);
	}
	nw_connection_leave(c, has_entered);
}

#include "worker/http/connection.h"
#include "worker/http/forward.h"

#include "worker/http/output.h"

bool nw_intake_is_reading(const struct nw_conn *c)
{
	return (c->state == NW_CONN_HEAD || c->state == NW_CONN_BODY) && !c->is_last && !nw_output_is_waiting(c);
}

void nw_intake_refuse(struct nw_conn *c, enum nw_status status, const char *reason)
{
	struct nw_exchange *x = &c->job->x;

	x->is_refused = true;
	nw_exchange_error(x, status, reason);
	x->answer.close = true;
	nw_output_answer(c);
}

void nw_intake_refuse_head(struct nw_conn *c, enum nw_status status, const char *reason)
{
	struct nw_head *head = &c->job->x.head;

	*head = (struct nw_head){.base = "", .fields = head->fields, .cap = head->cap};
	nw_intake_refuse(c, status, reason);
}

/* Not over when on_request returned: its bytes must stay. */
static void keep(struct nw_conn *c)
{
	struct nw_exchange *x = &c->job->x;

	if (nw_exchange_keep(x) != 0) {
		/* Nothing can be done for it: whoever works on it finds an empty request of a client that left. */
		x->head = (struct nw_head){.base = "", .fields = x->head.fields, .cap = x->head.cap};
		x->body = (struct nw_span){NULL, 0};
		nw_connection_close(c);
	}
}

static void dispatch(struct nw_conn *c)
{
	struct nw_job *job = c->job;

	c->state = NW_CONN_WORK;
	c->is_used = true;
	c->has_moved = true;
	c->n_turn++;
	nw_job_set_in_flight(c->http, job, true);
	c->http->options.on_request(&job->x, c->http->options.arg);
	if (c->job == job) {
		keep(c);
	}
}

static void add_body(struct nw_conn *c, const char *data, size_t len)
{
	nw_buf_add(&c->job->body, data, len);
	if (c->job->body.failed) {
		nw_intake_refuse(c, NW_STATUS_UNAVAILABLE, "There is no memory for the body");
	}
}

void nw_intake_dispatch_body(struct nw_conn *c)
{
	c->job->x.body = (struct nw_span){c->job->body.data, c->job->body.len};
	dispatch(c);
}

/* The rest of the body is to come: the bytes of the head must outlive this read. */
static void await_body(struct nw_conn *c, const char *data, size_t len, bool has_more)
{
	if (nw_exchange_keep(&c->job->x) != 0) {
		nw_intake_refuse(c, NW_STATUS_UNAVAILABLE, "There is no memory for the request");
		return;
	}
	c->state = NW_CONN_BODY;
	if (len > 0) {
		add_body(c, data, len);
	} else if (c->job->x.head.expect_continue && !has_more) {
		nw_output_continue(c);
	}
}

static size_t begin_length(struct nw_conn *c, const char *data, size_t len)
{
	struct nw_exchange *x = &c->job->x;

	if (x->head.content_length > c->http->options.body) {
		nw_intake_refuse(c, NW_STATUS_CONTENT_TOO_LARGE, "The body is larger than the limit");
		return 0;
	}
	if (len < x->head.content_length) {
		await_body(c, data, len, false);
		return len;
	}
	size_t taken = (size_t)x->head.content_length;

	x->body = (struct nw_span){data, taken};
	dispatch(c);
	return taken;
}

static size_t begin_chunked(struct nw_conn *c, char *data, size_t len)
{
	struct nw_job *job = c->job;
	size_t used = 0, n = 0;

	nw_chunked_init(&job->chunked);
	enum nw_status status = nw_chunked_feed(&job->chunked, &c->http->options.head, c->http->options.body, data, len,
						data, &used, &n);

	if (status != NW_STATUS_NONE) {
		nw_intake_refuse(c, status, job->chunked.reason);
	} else if (job->chunked.is_done) {
		job->x.body = (struct nw_span){data, n};
		dispatch(c);
	} else {
		await_body(c, data, n, used > 0);
	}
	return used;
}

/* What the proxy in front says, if it is believed. */
static bool take_forwarded(struct nw_conn *c)
{
	const char *reason = NULL;
	enum nw_status status = nw_forward_take(c->http->options.forward, &c->job->x, &reason);

	if (status != NW_STATUS_NONE) {
		nw_intake_refuse(c, status, reason);
	}
	return status == NW_STATUS_NONE;
}

/* Bytes taken; 0: the head is not whole, or was refused. */
static size_t take_head(struct nw_conn *c, char *data, size_t len)
{
	if (c->job == NULL) {
		c->job = nw_job_take(c);
		if (c->job == NULL) {
			nw_connection_close(c);
			return 0;
		}
	}
	struct nw_job *job = c->job;
	struct nw_head *head = &job->x.head;
	enum nw_status status = nw_parser_feed(&job->parser, head, &c->http->options.head, data, len);

	if (status != NW_STATUS_NONE) {
		nw_intake_refuse_head(c, status, job->parser.reason);
		return 0;
	}
	if (job->parser.state != NW_PARSE_DONE) {
		return 0;
	}
	if (job->x.is_trusted && !take_forwarded(c)) {
		return 0;
	}
	size_t head_len = head->len;

	switch (head->framing) {
	case NW_FRAMING_NONE:
		dispatch(c);
		break;
	case NW_FRAMING_LENGTH:
		return head_len + begin_length(c, data + head_len, len - head_len);
	case NW_FRAMING_CHUNKED:
		return head_len + begin_chunked(c, data + head_len, len - head_len);
	}
	return head_len;
}

static size_t take_body(struct nw_conn *c, char *data, size_t len)
{
	struct nw_job *job = c->job;
	size_t used = 0, n = 0;

	if (job->x.head.framing == NW_FRAMING_LENGTH) {
		uint64_t left = job->x.head.content_length - job->body.len;

		used = len < left ? len : (size_t)left;
		add_body(c, data, used);
		if (c->state == NW_CONN_BODY && used == left) {
			nw_intake_dispatch_body(c);
		}
		return used;
	}
	enum nw_status status = nw_chunked_feed(&job->chunked, &c->http->options.head, c->http->options.body, data, len,
						data, &used, &n);

	if (status != NW_STATUS_NONE) {
		nw_intake_refuse(c, status, job->chunked.reason);
		return used;
	}
	add_body(c, data, n);
	if (c->state == NW_CONN_BODY && job->chunked.is_done) {
		nw_intake_dispatch_body(c);
	}
	return used;
}

size_t nw_intake_take(struct nw_conn *c, char *data, size_t len)
{
	size_t at = 0;

	while (at < len && nw_intake_is_reading(c)) {
		size_t n = c->state == NW_CONN_HEAD ? take_head(c, data + at, len - at)
						    : take_body(c, data + at, len - at);

		if (n == 0) {
			break;
		}
		at += n;
		if (c->http->out.len >= NW_HTTP_OUT_SIZE) {
			nw_output_flush(c->http);
		}
	}
	return at;
}

#include "worker/http/connection.h"
#include "worker/http/forward.h"

#include <errno.h>

#include "worker/http/output.h"
#include "worker/http/proxy.h"

enum {
	MEMORY_MAX = 1024 * 1024,    /* a longer body goes to a file ... */
	HELD_MAX = 32 * 1024 * 1024, /* ... and any, when all bodies together hold so much */
};

bool nw_intake_is_reading(const struct nw_conn *c)
{
	return c->state <= NW_CONN_BODY && !c->is_last && !nw_output_is_waiting(c);
}

void nw_intake_refuse(struct nw_conn *c, enum nw_status status, const char *reason)
{
	struct nw_exchange *x = &c->job->x;

	x->is_refused = true;
	nw_exchange_error(x, status, reason);
	x->answer.close = true;
	if (c->http->options.on_refused != NULL) {
		c->http->options.on_refused(x, c->http->options.arg);
	}
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

static void refuse_storage(struct nw_conn *c, int error)
{
	bool is_full = error == -ENOSPC || error == -EDQUOT || error == -EFBIG;
	bool is_short = error == -EMFILE || error == -ENFILE || error == -ENOMEM;

	c->job->x.storage_error = error;
	nw_intake_refuse(c,
			 is_full    ? NW_STATUS_INSUFFICIENT_STORAGE
			 : is_short ? NW_STATUS_UNAVAILABLE
				    : NW_STATUS_INTERNAL_ERROR,
			 "There is no room for the body");
}

/* @len: bytes that are there; of a body that says its length, all that are to come count. */
static bool must_spool(const struct nw_conn *c, size_t len)
{
	const struct nw_job *job = c->job;
	bool has_length = job->x.head.framing == NW_FRAMING_LENGTH;
	uint64_t coming = has_length ? job->x.head.content_length - job->body.len : len;

	return job->body.len + coming > MEMORY_MAX || c->http->held + coming > HELD_MAX;
}

/* From now on it goes to a file, as does what came already. */
static int begin_spool(struct nw_conn *c)
{
	struct nw_job *job = c->job;
	const char *dir = c->http->options.temp_dir;
	int failed = nw_spool_open(&job->spool, dir != NULL ? dir : "/tmp");

	if (failed == 0 && job->body.len > 0) {
		failed = nw_spool_add(&job->spool, job->body.data, job->body.len);
	}
	c->http->held -= job->body.len;
	nw_buf_free(&job->body);
	return failed;
}

static void add_body(struct nw_conn *c, const char *data, size_t len)
{
	struct nw_job *job = c->job;
	int failed = job->spool.fd == -1 && must_spool(c, len) ? begin_spool(c) : 0;

	nw_wait_note(c, len);
	if (failed == 0 && job->spool.fd != -1) {
		failed = nw_spool_add(&job->spool, data, len);
	} else if (failed == 0) {
		nw_buf_add(&job->body, data, len);
		if (job->body.failed) {
			failed = -ENOMEM;
		} else {
			c->http->held += len;
		}
	}
	if (failed != 0) {
		refuse_storage(c, failed);
	}
}

static uint64_t body_len(const struct nw_job *job)
{
	return job->spool.fd != -1 ? job->spool.len : job->body.len;
}

/* The body is whole. */
static void dispatch_body(struct nw_conn *c)
{
	struct nw_job *job = c->job;

	if (job->spool.fd != -1) {
		int failed = nw_spool_map(&job->spool);

		if (failed != 0) {
			refuse_storage(c, failed);
			return;
		}
		job->x.body = job->spool.map;
		job->x.body_fd = job->spool.fd;
	} else {
		job->x.body = (struct nw_span){job->body.data, job->body.len};
	}
	dispatch(c);
}

bool nw_intake_is_direct(const struct nw_conn *c)
{
	const struct nw_job *job = c->job;

	return job->x.head.framing == NW_FRAMING_LENGTH && job->spool.fd == -1 && !must_spool(c, 0);
}

void nw_intake_note(struct nw_conn *c, size_t n)
{
	struct nw_job *job = c->job;

	job->body.len += n;
	c->http->held += n;
	nw_wait_note(c, n);
	if (job->body.len == job->x.head.content_length) {
		dispatch_body(c);
	}
}

/* The rest of the body is to come: the bytes of the head must outlive this read. */
static void await_body(struct nw_conn *c, const char *data, size_t len)
{
	if (nw_exchange_keep(&c->job->x) != 0) {
		nw_intake_refuse(c, NW_STATUS_UNAVAILABLE, "There is no memory for the request");
		return;
	}
	c->state = NW_CONN_BODY;
	if (len > 0) {
		add_body(c, data, len);
	} else if (c->job->wants_continue) {
		nw_output_continue(c);
	}
}

/* @data: what of the body came with the head, decoded. @has_begun: some of it came, be it none of its data. */
static void begin_body(struct nw_conn *c, const char *data, size_t len, bool has_begun)
{
	struct nw_job *job = c->job;
	const struct nw_http_options *options = &c->http->options;
	enum nw_body_way way = options->on_head == NULL ? NW_BODY_WHOLE : options->on_head(&job->x, options->arg);

	job->has_body = true;
	job->wants_continue = job->x.head.expect_continue && !has_begun;
	if (way == NW_BODY_WHOLE) {
		await_body(c, data, len);
		return;
	}
	job->x.is_body_left = true;
	job->pull.len = len;
	if (way == NW_BODY_PULL) {
		job->x.body = (struct nw_span){data, len};
	}
	dispatch(c);
}

static size_t begin_length(struct nw_conn *c, const char *data, size_t len)
{
	struct nw_exchange *x = &c->job->x;

	if (x->head.content_length > c->http->options.body) {
		nw_intake_refuse(c, NW_STATUS_CONTENT_TOO_LARGE, "The body is larger than the limit");
		return 0;
	}
	if (len < x->head.content_length) {
		begin_body(c, data, len, len > 0);
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
		begin_body(c, data, n, used > 0);
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

/* What a proxy says about the connection. Bytes taken; 0 and state HEAD: it says nothing, or was refused. */
static size_t take_proxy(struct nw_conn *c, const char *data, size_t len)
{
	const struct nw_proxy *proxy = c->http->options.proxy;
	struct nw_proxy_header header;
	enum nw_proxy_found found = nw_proxy_read(proxy, data, len, &header);

	if (found == NW_PROXY_PART) {
		return 0;
	}
	c->state = NW_CONN_HEAD;
	if (found == NW_PROXY_NONE) {
		return 0;
	}
	if (!nw_proxy_trusts(proxy, &c->peer.sa)) {
		nw_intake_refuse_head(c, NW_STATUS_FORBIDDEN, "A PROXY header from a peer that may not send one");
		return 0;
	}
	if (found == NW_PROXY_BAD) {
		nw_intake_refuse_head(c, NW_STATUS_BAD_REQUEST, header.reason);
		return 0;
	}
	if (header.client.sa.sa_family != AF_UNSPEC) {
		nw_connection_set_peer(c, &header.client.sa);
	}
	return header.len;
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
	if (c->state == NW_CONN_PROXY) {
		size_t n = take_proxy(c, data, len);

		if (n > 0 || c->state == NW_CONN_PROXY || c->job == NULL) {
			return n;
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
		if (len <= 2 && data[0] == '\r') { /* so far an empty line, which begins none (RFC 9112 section 2.2) */
			nw_job_drop(c);
		}
		return 0;
	}
	if (job->x.is_trusted && !take_forwarded(c)) {
		return 0;
	}
	size_t head_len = head->len;

	job->x.recall = job->parser.recall;
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
		uint64_t left = job->x.head.content_length - body_len(job);

		used = len < left ? len : (size_t)left;
		add_body(c, data, used);
		if (c->state == NW_CONN_BODY && used == left) {
			dispatch_body(c);
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
		dispatch_body(c);
	}
	return used;
}

size_t nw_intake_take(struct nw_conn *c, char *data, size_t len)
{
	size_t at = 0;

	while (at < len && nw_intake_is_reading(c)) {
		size_t n = c->state <= NW_CONN_PROXY ? take_head(c, data + at, len - at)
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

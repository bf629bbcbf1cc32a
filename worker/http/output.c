#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "worker/http/connection.h"

enum {
	GATHER_MAX = 16 * 1024, /* a larger body is written from where it lies */
	OUT_KEEP = 4 * NW_HTTP_OUT_SIZE,
	TURN_MAX = 1024 * 1024, /* of one answer, before others have their turn */
};

bool nw_output_is_waiting(const struct nw_conn *c)
{
	return c->out != NULL || c->rest.len > 0;
}

/* Edge-triggered: registering anew reports room that came meanwhile, or is there still. */
static void register_write(struct nw_conn *c)
{
	event_callback_fn callback = event_get_callback(&c->event);

	c->wants_write = c->is_watched = true;
	event_del(&c->event);
	event_assign(&c->event, c->http->base, c->fd, EV_READ | EV_WRITE | EV_CLOSED | EV_ET | EV_PERSIST, callback, c);
	if (event_add(&c->event, NULL) == -1) {
		nw_connection_close(c);
	}
}

static void want_write(struct nw_conn *c)
{
	if (!c->wants_write) {
		register_write(c);
	}
}

/* Bytes written; 0: no room now, or the client is gone (and c closed). */
static size_t write_some(struct nw_conn *c, const struct iovec *iov, size_t n_iov)
{
	union { /* sendmsg() does not write to them */
		const struct iovec *in;
		struct iovec *out;
	} parts = {iov};
	struct msghdr msg = {.msg_iov = parts.out, .msg_iovlen = n_iov};
	ssize_t n;

	do {
		n = n_iov == 1 ? send(c->fd, iov->iov_base, iov->iov_len, MSG_NOSIGNAL)
			       : sendmsg(c->fd, &msg, MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	if (n >= 0) {
		NW_HTTP_COUNT(c->http, bytes_out, (uint64_t)n);
		return (size_t)n;
	}
	if (errno == EAGAIN) {
		want_write(c);
	} else {
		nw_connection_close(c);
	}
	return 0;
}

/* Keep what could not be written. */
static void append(struct nw_conn *c, const char *data, size_t len)
{
	size_t had = c->out_len - c->out_at;

	if (len == 0) {
		return;
	}
	char *out = len > UINT32_MAX / 2 || had > UINT32_MAX / 2 ? NULL : malloc(had + len);

	if (out == NULL) {
		nw_connection_close(c);
		return;
	}
	if (had > 0) {
		memcpy(out, c->out + c->out_at, had);
	}
	memcpy(out + had, data, len);
	free(c->out);
	c->out = out;
	c->out_at = 0;
	c->out_len = (uint32_t)(had + len);
}

/* Nothing of http->out is needed any more. */
static void empty(struct nw_http *http)
{
	http->out_conn = NULL;
	http->out.len = 0;
	if (http->out.failed || http->out.cap > OUT_KEEP) {
		nw_buf_free(&http->out);
	}
}

/* The client took all of a large answer. */
static void end_answer(struct nw_conn *c)
{
	c->state = NW_CONN_HEAD;
	nw_job_finish(c);
}

/* Make @c the one whose answers are gathered. */
static void gather(struct nw_conn *c)
{
	struct nw_http *http = c->http;

	if (http->out_conn != c) {
		nw_output_flush(http);
		http->out_conn = c;
	}
}

void nw_output_flush(struct nw_http *http)
{
	struct nw_conn *c = http->out_conn;

	if (c == NULL) {
		return;
	}
	http->out_conn = NULL;
	if (http->out.failed) { /* no memory for an answer that may be half there */
		nw_connection_close(c);
	}
	size_t sent = 0;

	while (c->state != NW_CONN_CLOSED && c->out == NULL && sent < http->out.len) {
		struct iovec iov = {http->out.data + sent, http->out.len - sent};
		size_t n = write_some(c, &iov, 1);

		if (n == 0) {
			break;
		}
		sent += n;
	}
	if (c->state != NW_CONN_CLOSED && sent < http->out.len) {
		append(c, http->out.data + sent, http->out.len - sent);
	}
	empty(http);
}

/* Take @n written bytes off the head at @at and off the rest of the body. */
static size_t advance(struct nw_conn *c, size_t head_left, size_t n)
{
	size_t of_head = n < head_left ? n : head_left;

	c->rest.p += n - of_head;
	c->rest.len -= n - of_head;
	return of_head;
}

/* Of the rest of a body, as much as one write may take. */
static struct iovec piece_of(const struct nw_conn *c)
{
	struct iovec piece = {.iov_len = c->rest.len < TURN_MAX ? c->rest.len : TURN_MAX};

	memcpy(&piece.iov_base, &c->rest.p, sizeof(c->rest.p)); /* drops its const */
	return piece;
}

/* A client that takes a large file as fast as we write it must not keep the loop to itself. */
static bool is_turn_over(struct nw_conn *c, size_t written)
{
	if (written < TURN_MAX) {
		return false;
	}
	register_write(c);
	return true;
}

/* The head lies in http->out, behind it answers that were gathered; the body is c->rest. */
static void write_large(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	size_t at = 0, turn = 0;

	while (c->out == NULL && !http->out.failed) {
		struct iovec iov[2] = {{http->out.data + at, http->out.len - at}};
		size_t n_iov = at < http->out.len ? 2 : 1;

		iov[n_iov - 1] = piece_of(c);
		size_t n = write_some(c, iov, n_iov);

		at += advance(c, http->out.len - at, n);
		turn += n;
		if (c->state == NW_CONN_CLOSED || (n > 0 && c->rest.len == 0)) {
			break;
		}
		if (n == 0 || is_turn_over(c, turn)) {
			append(c, http->out.data + at, http->out.len - at);
			empty(http);
			return;
		}
	}
	if (c->state != NW_CONN_CLOSED && c->rest.len > 0) {
		nw_output_flush(http); /* behind what waits already */
		return;
	}
	empty(http);
	if (c->state != NW_CONN_CLOSED) {
		end_answer(c);
	}
}

static bool is_last(const struct nw_conn *c, const struct nw_exchange *x)
{
	const struct nw_http *http = c->http;

	return x->answer.close || !x->head.keep_alive || http->is_draining || http->options.keepalive_ms == 0;
}

void nw_output_answer(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	struct nw_exchange *x = &c->job->x;
	struct nw_span body = nw_answer_has_body(x) ? x->answer.body : (struct nw_span){NULL, 0};

	if (is_last(c, x)) {
		c->is_last = true;
		/* A client that said close sends nothing more, so there is nothing to wait for. */
		c->must_linger = x->is_refused || x->head.keep_alive;
	}
	gather(c);
	nw_date_update(&http->date, time(NULL));
	nw_answer_write(x, &http->date, c->is_last, &http->out);
	x->bytes_sent = body.len;
	if (body.len <= GATHER_MAX) {
		nw_buf_add(&http->out, body.p, body.len);
		c->state = NW_CONN_HEAD;
		nw_job_finish(c);
		return;
	}
	c->state = NW_CONN_ANSWER;
	c->rest = body;
	write_large(c);
}

void nw_output_continue(struct nw_conn *c)
{
	gather(c);
	nw_buf_adds(&c->http->out, "HTTP/1.1 100 Continue\r\n\r\n");
	nw_output_flush(c->http);
}

void nw_output_resume(struct nw_conn *c)
{
	size_t turn = 0;

	while (nw_output_is_waiting(c)) {
		size_t head_left = c->out_len - c->out_at;
		struct iovec iov[2] = {{head_left > 0 ? c->out + c->out_at : NULL, head_left}};
		size_t n_iov = head_left > 0 && c->rest.len > 0 ? 2 : 1;

		if (c->rest.len > 0) {
			iov[n_iov - 1] = piece_of(c);
		}
		size_t n = write_some(c, iov, n_iov);

		if (n == 0) {
			return;
		}
		nw_wait_note(c, n);
		c->out_at += (uint32_t)advance(c, head_left, n);
		if (c->out_at == c->out_len) {
			free(c->out);
			c->out = NULL;
			c->out_at = c->out_len = 0;
		}
		turn += n;
		if (nw_output_is_waiting(c) && is_turn_over(c, turn)) {
			return;
		}
	}
	if (c->state == NW_CONN_ANSWER) {
		end_answer(c);
	}
}

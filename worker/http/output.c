#include "worker/http/output.h"

#include <errno.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	GATHER_MAX = 16 * 1024, /* a larger body is written from where it lies */
	OUT_KEEP = 4 * NW_HTTP_OUT_SIZE,
	TURN_MAX = 256 * 1024, /* of one answer, before others have their turn */
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

void nw_output_want_write(struct nw_conn *c)
{
	if (!c->wants_write) {
		register_write(c);
	}
}

/* Bytes written; 0: no room now, or the client is gone (and c closed). @n: what the system call returned. */
static size_t note_written(struct nw_conn *c, ssize_t n)
{
	if (n >= 0) {
		NW_HTTP_COUNT(c->http, bytes_out, (uint64_t)n);
		return (size_t)n;
	}
	if (errno == EAGAIN) {
		nw_output_want_write(c);
	} else {
		nw_connection_close(c);
	}
	return 0;
}

/* As note_written(). Its bytes by value, so that others' need not lie in memory. */
static NW_NOINLINE size_t write_tls(struct nw_conn *c, const char *data, size_t len, bool has_more)
{
	return note_written(c, nw_tls_write(c->tls, data, len, has_more));
}

/* As note_written(). @flags: MSG_MORE, when more is written at once. */
static size_t write_plain(struct nw_conn *c, const struct iovec *iov, size_t n_iov, int flags)
{
	union { /* sendmsg() does not write to them */
		const struct iovec *in;
		struct iovec *out;
	} parts = {iov};
	struct msghdr msg = {.msg_iov = parts.out, .msg_iovlen = n_iov};
	ssize_t n;

	do {
		/* As send(), which in a program with threads is a place to cancel one, and costs more for that. */
		n = n_iov == 1 ? syscall(SYS_sendto, c->fd, iov->iov_base, iov->iov_len, MSG_NOSIGNAL | flags, NULL, 0)
			       : sendmsg(c->fd, &msg, MSG_NOSIGNAL | flags);
	} while (n == -1 && errno == EINTR);
	return note_written(c, n);
}

/* Keep what could not be written. */
static void append(struct nw_conn *c, const char *data, size_t len)
{
	size_t had = c->out_len - c->out_at;

	if (len == 0) {
		return;
	}
	if (c->out != NULL && c->out_cap - c->out_len >= len) {
		memcpy(c->out + c->out_len, data, len);
		c->out_len += (uint32_t)len;
		return;
	}
	size_t cap = had + len + had / 2; /* what is added to may be added to again */
	char *out = cap > UINT32_MAX ? NULL : malloc(cap);

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
	c->out_cap = (uint32_t)cap;
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

struct nw_buf *nw_output_gather(struct nw_conn *c)
{
	struct nw_http *http = c->http;

	if (http->out_conn != c) {
		if (http->out_conn != NULL) {
			nw_output_flush(http);
		}
		http->out_conn = c;
	}
	return &http->out;
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
		size_t n = c->tls != NULL ? write_tls(c, http->out.data + sent, http->out.len - sent, false)
					  : write_plain(c, &iov, 1, 0);

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

uint64_t nw_output_rest(const struct nw_conn *c)
{
	const struct nw_exchange *x = &c->job->x;

	if (x->answer.is_stream) { /* with its framing, so that it may be a little more */
		uint64_t waits = c->out_len - c->out_at;

		return waits < x->bytes_sent ? waits : x->bytes_sent;
	}
	return c->rest.len + (c->piece == NULL ? 0 : nw_answer_pieces_length(c->piece->next));
}

/* The first one, from @piece on, that is not empty; NULL: there is none. */
static struct nw_piece *full_one(struct nw_piece *piece)
{
	while (piece != NULL && nw_answer_piece_length(piece) == 0) {
		piece = piece->next;
	}
	return piece;
}

/* What @piece has, or the ones behind it, becomes the rest. */
static void load(struct nw_conn *c, struct nw_piece *piece)
{
	piece = full_one(piece);
	c->piece = piece;
	if (piece != NULL) {
		c->rest = (struct nw_span){piece->data.p, (size_t)nw_answer_piece_length(piece)};
	}
}

/* Take @n written bytes off the @head_left ones of the head, and off the rest of the body. */
static size_t advance(struct nw_conn *c, size_t head_left, size_t n)
{
	size_t of_head = n < head_left ? n : head_left;

	c->rest.len -= n - of_head;
	if (c->rest.p != NULL) {
		c->rest.p += n - of_head;
	}
	if (c->rest.len == 0 && c->piece != NULL) {
		load(c, c->piece->next);
	}
	return of_head;
}

/* The file has less than it had: what was promised can only be broken off, and the client sees that it was. */
static void cut_off(struct nw_conn *c)
{
	c->job->x.bytes_sent -= nw_output_rest(c);
	c->rest.len = 0;
	c->piece = NULL;
	c->is_last = true;
	c->must_linger = true;
}

/* By way of http->copy, where the kernel cannot or shall not send it. As write_file(). */
static NW_NOINLINE size_t copy_file(struct nw_conn *c, size_t len)
{
	struct nw_http *http = c->http;
	ssize_t n;

	do {
		n = pread(c->piece->fd, http->copy, len < NW_HTTP_COPY_SIZE ? len : NW_HTTP_COPY_SIZE,
			  (off_t)c->piece->at);
	} while (n == -1 && errno == EINTR);
	if (n == 0) {
		cut_off(c);
	}
	if (n <= 0) {
		return n == 0 ? 0 : note_written(c, n);
	}
	bool has_more = (size_t)n < len;
	size_t sent =
		c->tls != NULL
			? write_tls(c, http->copy, (size_t)n, has_more)
			: note_written(c, send(c->fd, http->copy, (size_t)n, MSG_NOSIGNAL | (has_more ? MSG_MORE : 0)));

	c->piece->at += sent;
	return sent;
}

/* From the file of the piece. As note_written(), and 0 when the answer was cut off. */
static size_t write_file(struct nw_conn *c)
{
	size_t len = c->rest.len < TURN_MAX ? c->rest.len : TURN_MAX;
	off_t at = (off_t)c->piece->at;
	ssize_t n;

	if (c->http->copy != NULL) {
		return copy_file(c, len);
	}
	do {
		n = sendfile(c->fd, c->piece->fd, &at, len);
	} while (n == -1 && errno == EINTR);
	if (n == 0) {
		cut_off(c);
		return 0;
	}
	c->piece->at += n > 0 ? (uint64_t)n : 0;
	return note_written(c, n);
}

/* As write_plain(), by TLS. */
static NW_NOINLINE size_t write_parts(struct nw_conn *c, const struct iovec *iov, size_t n_iov, bool has_more)
{
	size_t sent = 0;

	for (size_t i = 0; i < n_iov; i++) {
		size_t n = write_tls(c, iov[i].iov_base, iov[i].iov_len, has_more || i + 1 < n_iov);

		sent += n;
		if (n < iov[i].iov_len) {
			break;
		}
	}
	return c->state == NW_CONN_CLOSED ? 0 : sent;
}

/* Write once: what is left of the head, and as much of the rest of the body as one write may take. */
static size_t write_once(struct nw_conn *c, char *head, size_t head_left)
{
	bool is_file = c->rest.len > 0 && c->rest.p == NULL;
	struct iovec iov[2] = {{head, head_left}};
	size_t n_iov = head_left > 0 ? 1 : 0;
	bool has_more = is_file || (c->piece != NULL && full_one(c->piece->next) != NULL);

	if (is_file && n_iov == 0) {
		return write_file(c);
	}
	if (!is_file && c->rest.len > 0) {
		struct iovec *body = &iov[n_iov++];

		body->iov_len = c->rest.len < TURN_MAX ? c->rest.len : TURN_MAX;
		memcpy(&body->iov_base, &c->rest.p, sizeof(c->rest.p)); /* drops its const */
	}
	return c->tls != NULL ? write_parts(c, iov, n_iov, has_more)
			      : write_plain(c, iov, n_iov, has_more ? MSG_MORE : 0);
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

/* The head lies in http->out, behind answers that were gathered; the body is the rest. */
static void write_large(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	size_t at = 0, turn = 0;

	while (c->rest.len > 0 && c->out == NULL && !http->out.failed) {
		size_t n = write_once(c, http->out.data + at, http->out.len - at);

		if (n == 0) {
			break;
		}
		at += advance(c, http->out.len - at, n);
		turn += n;
		if (c->rest.len > 0 && is_turn_over(c, turn)) {
			break;
		}
	}
	if (http->out.failed) { /* no memory for the head */
		nw_connection_close(c);
	}
	if (c->state != NW_CONN_CLOSED) {
		append(c, http->out.data + at, http->out.len - at);
	}
	empty(http);
	nw_output_end(c, false);
}

/* What of the body goes with the head, gathered as it is; the rest of it becomes c->rest. */
static void take_body(struct nw_conn *c, const struct nw_answer *answer)
{
	struct nw_buf *out = &c->http->out;
	struct nw_piece *piece = answer->pieces;
	size_t room = GATHER_MAX;

	if (piece == NULL && answer->body.len <= room) {
		nw_buf_add(out, answer->body.p, answer->body.len);
	} else if (piece == NULL) {
		c->rest = answer->body;
	}
	for (; piece != NULL && piece->data.p != NULL && piece->data.len <= room; piece = piece->next) {
		nw_buf_add(out, piece->data.p, piece->data.len);
		room -= piece->data.len;
	}
	load(c, piece);
}

static bool is_last(const struct nw_conn *c, const struct nw_exchange *x)
{
	const struct nw_http *http = c->http;

	return x->answer.close || x->is_body_left || !x->head.keep_alive || http->is_departing ||
	       http->options.keepalive_ms == 0;
}

static inline void write_head(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	const struct nw_exchange *x = &c->job->x;

	if (is_last(c, x)) {
		c->is_last = true;
		/* A client that said close sends nothing more, so there is nothing to wait for. */
		c->must_linger = x->is_refused || x->is_body_left || x->head.keep_alive;
	}
	nw_date_update(&http->date, http->now_us);
	nw_answer_write(x, &http->date, c->is_last, nw_output_gather(c));
}

void nw_output_head(struct nw_conn *c)
{
	write_head(c);
}

void nw_output_answer(struct nw_conn *c)
{
	struct nw_exchange *x = &c->job->x;

	write_head(c);
	if (nw_answer_has_body(x)) {
		x->bytes_sent = nw_answer_length(x);
		take_body(c, &x->answer);
	}
	if (c->rest.len == 0) {
		end_answer(c);
		return;
	}
	c->state = NW_CONN_ANSWER;
	write_large(c);
}

void nw_output_end(struct nw_conn *c, bool flush)
{
	if (flush) {
		nw_output_flush(c->http);
	}
	if (c->state == NW_CONN_ANSWER && !nw_output_is_waiting(c)) {
		end_answer(c);
	}
}

void nw_output_continue(struct nw_conn *c)
{
	nw_buf_adds(nw_output_gather(c), "HTTP/1.1 100 Continue\r\n\r\n");
	nw_output_flush(c->http);
}

void nw_output_resume(struct nw_conn *c)
{
	size_t turn = 0;

	while (nw_output_is_waiting(c)) {
		size_t head_left = c->out_len - c->out_at;
		size_t n = write_once(c, head_left > 0 ? c->out + c->out_at : NULL, head_left);

		if (n == 0) {
			break;
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
	nw_output_end(c, false);
}

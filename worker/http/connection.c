#include "worker/http/connection.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "worker/http/forward.h"
#include "worker/http/output.h"

enum {
	READS_MAX = 16,        /* reads of one connection before others have their turn ... */
	REQUESTS_MAX = 64,     /* ... and requests, as far as they came by earlier reads */
	HEAD_ROOM = 16 * 1024, /* most of a read that can be all requests */
	OWN_ROOM = 4 * 1024,   /* least room that its own buffer offers to a read */
	BODY_ROOM = 64 * 1024, /* most that is allocated before the bytes are there */
};

static void begin(struct nw_conn *c)
{
	assert(!c->is_stepping);
	c->is_stepping = true;
	c->http->now_us = nw_clock_us();
}

/* What is due already would keep it from being registered (libevent takes an active event for an added one). */
static void watch(struct nw_conn *c)
{
	bool is_due = event_pending(&c->event, EV_TIMEOUT, NULL) != 0;

	c->is_watched = true;
	if (is_due) {
		event_del(&c->event);
	}
	if (event_add(&c->event, NULL) == -1) {
		nw_connection_close(c);
	} else if (is_due) {
		event_active(&c->event, EV_TIMEOUT, 0);
	}
}

static void release(struct nw_conn *c)
{
	nw_tls_free(c->tls);
	free(c);
}

static void free_own(struct nw_conn *c)
{
	free(c->in);
	c->in = NULL;
	c->in_at = c->in_len = c->in_cap = 0;
}

static void end(struct nw_conn *c)
{
	if (c->http->out_conn == c) {
		nw_output_flush(c->http);
	}
	if (c->state <= NW_CONN_PROXY && c->is_last && !nw_output_is_waiting(c)) {
		nw_linger_begin(c);
	} else if (c->state == NW_CONN_STREAM) {
		nw_stream_settle(c);
	}
	/* Not before: many a connection is over by now. */
	if (c->state != NW_CONN_CLOSED && !c->is_watched) {
		watch(c);
	}
	c->is_stepping = false;
	if (c->state != NW_CONN_CLOSED) {
		nw_wait_update(c);
		return;
	}
	free_own(c);
	if (c->job == NULL) {
		release(c);
	}
}

static void take_own(struct nw_conn *c)
{
	size_t n = nw_intake_take(c, c->in + c->in_at, c->in_len - c->in_at);

	if (c->state == NW_CONN_CLOSED) {
		return;
	}
	c->in_at += (uint32_t)n;
	if (c->in_at == c->in_len) {
		free_own(c);
	}
}

void nw_connection_save(struct nw_conn *c, const char *data, size_t len)
{
	if (len == 0 || c->state == NW_CONN_CLOSED || c->is_last) {
		return;
	}
	c->in = malloc(len);
	if (c->in == NULL) {
		nw_connection_close(c);
		return;
	}
	memcpy(c->in, data, len);
	c->in_len = c->in_cap = (uint32_t)len;
}

static const char ENDED[] = "The body ended before it was whole";

void nw_connection_take_end(struct nw_conn *c)
{
	c->is_unread = false;
	c->is_at_end = true;
	if (c->state == NW_CONN_BODY) {
		nw_intake_refuse(c, NW_STATUS_BAD_REQUEST, ENDED);
		return;
	}
	if (nw_pull_is_waiting(c)) {
		nw_pull_break(c, -ECONNRESET, NW_STATUS_BAD_REQUEST, ENDED);
		return;
	}
	if (c->job != NULL) {
		nw_job_drop(c);
	}
	c->is_last = true;
}

size_t nw_connection_receive(struct nw_conn *c, char *to, size_t room)
{
	ssize_t n;

	if (c->tls != NULL) {
		return nw_tls_receive(c, to, room);
	}
	do {
		n = syscall(SYS_recvfrom, c->fd, to, room, 0, NULL, NULL); /* not recv(): see write_some() */
	} while (n == -1 && errno == EINTR);
	if (n > 0) {
		NW_HTTP_COUNT(c->http, bytes_in, (uint64_t)n);
		/* What comes later is a new edge. A reset that came with the bytes is not: within a body, which may be
		 * holding a file, it is looked for. */
		if ((size_t)n < room && !c->has_end && c->state <= NW_CONN_PROXY) {
			c->is_unread = false;
		}
		return (size_t)n;
	}
	if (n == 0) {
		nw_connection_take_end(c);
	} else if (errno == EAGAIN) {
		c->is_unread = false;
	} else {
		nw_connection_close(c);
	}
	return 0;
}

static void read_shared(struct nw_conn *c)
{
	char *in = c->http->in;
	size_t n = nw_connection_receive(c, in, c->state == NW_CONN_HEAD ? HEAD_ROOM : NW_HTTP_IN_SIZE);

	if (n > 0) {
		size_t used = nw_intake_take(c, in, n);

		nw_connection_save(c, in + used, n - used);
	}
}

/* Behind the beginning of a request. */
static void read_own(struct nw_conn *c)
{
	if (c->in_at > 0) {
		memmove(c->in, c->in + c->in_at, c->in_len - c->in_at);
		c->in_len -= c->in_at;
		c->in_at = 0;
	}
	if (c->in_cap - c->in_len < OWN_ROOM) {
		uint32_t cap = c->in_cap * 2 > c->in_len + OWN_ROOM ? c->in_cap * 2 : c->in_len + OWN_ROOM;
		char *in = realloc(c->in, cap);

		if (in == NULL) {
			nw_connection_close(c);
			return;
		}
		c->in = in;
		c->in_cap = cap;
	}
	size_t n = nw_connection_receive(c, c->in + c->in_len, c->in_cap - c->in_len);

	if (n > 0) {
		c->in_len += (uint32_t)n;
		take_own(c);
	}
}

/* Straight to where it stays. */
static void read_body(struct nw_conn *c)
{
	struct nw_buf *body = &c->job->body;
	uint64_t left = c->job->x.head.content_length - body->len;
	size_t room = left < BODY_ROOM ? (size_t)left : BODY_ROOM;
	char *to = nw_buf_reserve(body, room);

	if (to == NULL) {
		nw_intake_refuse(c, NW_STATUS_UNAVAILABLE, "There is no memory for the body");
		return;
	}
	size_t n = nw_connection_receive(c, to, room);

	if (n > 0) {
		nw_intake_note(c, n);
	}
}

static void read_once(struct nw_conn *c)
{
	if (c->in != NULL) {
		read_own(c);
	} else if (c->state == NW_CONN_BODY && nw_intake_is_direct(c)) {
		read_body(c);
	} else if (c->state == NW_CONN_PROXY && c->http->options.tls != NULL) {
		nw_hello_read(c);
	} else {
		read_shared(c);
	}
}

static void read_on(struct nw_conn *c)
{
	if (c->in != NULL && nw_intake_is_reading(c)) {
		take_own(c);
	}
	for (int i = 0; i < READS_MAX && c->n_turn < REQUESTS_MAX && c->is_unread && nw_intake_is_reading(c); i++) {
		read_once(c);
	}
	if (!c->is_unread || !nw_intake_is_reading(c)) {
		return;
	}
	if (c->tls != NULL && nw_tls_holds_input(c->tls)) { /* which no registering would report */
		event_active(&c->event, EV_TIMEOUT, 0);
	} else if (c->is_watched) { /* registering anew reports what is unread, after the others' turn */
		event_del(&c->event);
		if (event_add(&c->event, NULL) == -1) {
			nw_connection_close(c);
		}
	}
}

/* Its request is being worked on: more requests can wait. Whoever ended only its own side still waits for the answer;
 * nobody does where the connection was reset, or a local client closed its socket. */
static void check_presence(struct nw_conn *c)
{
	struct pollfd socket = {.fd = c->fd};

	if (poll(&socket, 1, 0) == 1 && (socket.revents & (POLLERR | POLLHUP)) != 0) {
		nw_connection_close(c);
	}
}

/* While nothing is to be read. */
static void take_otherwise(struct nw_conn *c, short what)
{
	bool may_have_left = (what & (EV_READ | EV_CLOSED)) != 0;

	if (c->state == NW_CONN_LINGER) {
		nw_linger_read(c);
		return;
	}
	if (nw_pull_is_waiting(c)) {
		nw_pull_resume(c);
	} else if (c->state == NW_CONN_WORK || (c->state == NW_CONN_STREAM && may_have_left)) {
		check_presence(c);
	}
	if (c->state == NW_CONN_STREAM || c->state == NW_CONN_CLOSED) {
		nw_stream_wake(c);
	}
}

static void take_event(struct nw_conn *c, short what)
{
	begin(c);
	c->n_turn = 0;
	if ((what & (EV_READ | EV_CLOSED)) != 0) {
		c->is_unread = true;
	}
	if ((what & EV_CLOSED) != 0) {
		c->has_end = true;
	}
	if (nw_output_is_waiting(c)) {
		nw_output_resume(c);
	}
	if (c->state > NW_CONN_BODY) {
		take_otherwise(c, what);
	}
	read_on(c);
	end(c);
}

/* Apart, or the usual one would be no more of a piece with what it calls. */
static NW_NOINLINE void on_conn_event(evutil_socket_t fd, short what, void *arg)
{
	struct nw_conn *c = arg;

	(void)fd;
	take_event(c, what);
}

/* Room to write may be what a handshake waits for, to be read on. */
static void on_tls_conn_event(evutil_socket_t fd, short what, void *arg)
{
	struct nw_conn *c = arg;

	c->is_unread = c->is_unread || (what & EV_WRITE) != 0;
	on_conn_event(fd, what, c);
}

/*
 * What came while the connection waited to be accepted is here already: it is read before the event is registered. Not
 * while draining, which may have begun within another's request, whose bytes lie in the shared buffers; and whoever is
 * answered now could come back before the queue is found empty, again and again.
 */
static void read_first(struct nw_conn *c)
{
	begin(c);
	if (!c->http->is_draining) {
		c->is_unread = true;
		read_on(c);
	}
	end(c);
}

void nw_connection_set_peer(struct nw_conn *c, const struct sockaddr *from)
{
	if (from->sa_family == AF_INET) {
		memcpy(&c->peer.in, from, sizeof(c->peer.in));
	} else if (from->sa_family == AF_INET6) {
		memcpy(&c->peer.in6, from, sizeof(c->peer.in6));
	} else {
		c->peer.sa.sa_family = from->sa_family;
	}
}

static void count_open(struct nw_http *http, int change)
{
	http->open += change;
	NW_GAUGE(http->slot->open, http->open);
}

int nw_connection_open(struct nw_http *http, int fd, const struct sockaddr *peer)
{
	NW_AUTO_CLOSE int owned = fd;
	struct nw_conn *c = calloc(1, sizeof(*c));
	bool is_tls = http->options.tls != NULL;

	if (c == NULL) {
		return -ENOMEM;
	}
	c->http = http;
	c->fd = fd;
	c->wait = NW_WAIT_NOTHING;
	nw_connection_set_peer(c, peer);
	c->state = http->options.proxy != NULL || is_tls ? NW_CONN_PROXY : NW_CONN_HEAD;
	c->is_trusted = nw_forward_trusts(http->options.forward, peer);
	event_assign(&c->event, http->base, fd, EV_READ | EV_CLOSED | EV_ET | EV_PERSIST,
		     is_tls ? on_tls_conn_event : on_conn_event, c);
	TAILQ_INSERT_TAIL(&http->waiting[NW_WAIT_NOTHING], c, link);
	count_open(http, 1);
	NW_HTTP_COUNT(http, connections, 1);
	(void)nw_take_fd(&owned);
	read_first(c);
	return 0;
}

/* What becomes of the exchange of a connection that was in @state when it was closed. */
static void abandon(struct nw_conn *c, enum nw_conn_state state)
{
	struct nw_exchange *x = &c->job->x;

	if (nw_pull_is_waiting(c)) {
		x->is_gone = true;
		nw_pull_break(c, -ECONNRESET, NW_STATUS_NONE, NULL);
		if (c->job == NULL) { /* who was told has ended it */
			return;
		}
	}
	switch (state) {
	case NW_CONN_WORK: /* ends when it is sent */
		x->is_gone = true;
		break;
	case NW_CONN_STREAM: /* ends when the writer is through */
		x->is_gone = true;
		x->bytes_sent -= nw_output_rest(c);
		nw_stream_ring(c);
		break;
	case NW_CONN_ANSWER:
	case NW_CONN_BODY:
		x->is_gone = true;
		x->bytes_sent -= nw_output_rest(c);
		nw_job_finish(c);
		break;
	case NW_CONN_HEAD:
	case NW_CONN_PROXY:
	case NW_CONN_LINGER:
	case NW_CONN_CLOSED:
		nw_job_drop(c);
		break;
	}
}

void nw_connection_close(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	enum nw_conn_state state = c->state;

	if (state == NW_CONN_CLOSED) {
		return;
	}
	c->state = NW_CONN_CLOSED;
	if (state == NW_CONN_LINGER) {
		http->n_lingering--;
	}
	event_del(&c->event);
	if (c->tls != NULL) {
		nw_tls_close(c->tls);
	}
	close(c->fd);
	nw_wait_remove(c);
	if (!c->is_stepping) { /* else a request that lies there may be looked at still, until the end of the step */
		free_own(c);
	}
	free(c->out);
	c->out = NULL;
	if (c->job != NULL) {
		abandon(c, state);
	}
	c->rest.len = 0;
	if (c->job == NULL && !c->is_stepping) {
		release(c);
	}
	count_open(http, -1);
	nw_http_closed(http);
}

void nw_connection_reset(struct nw_conn *c)
{
	struct linger at_once = {1, 0};

	if (c->tls != NULL) {
		nw_tls_break(c->tls);
	}
	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	nw_connection_close(c);
}

void nw_connection_answer(struct nw_conn *c)
{
	nw_job_set_in_flight(c->http, c->job, false);
	if (c->state == NW_CONN_CLOSED) {
		struct nw_http *http = c->http;

		nw_job_finish(c);
		if (!c->is_stepping) {
			release(c);
		}
		nw_http_closed(http);
		return;
	}
	assert(c->state == NW_CONN_WORK);
	bool has_entered = nw_connection_enter(c);

	nw_output_answer(c);
	nw_connection_leave(c, has_entered);
}

struct nw_conn *nw_connection_move(struct nw_conn *c)
{
	struct nw_conn *to = malloc(sizeof(*to));
	struct nw_tls *tls = c->tls == NULL ? NULL : nw_tls_move(c->tls);
	short events = event_get_events(&c->event);

	assert(!c->is_stepping && c->state == NW_CONN_WORK);
	if (to == NULL || (c->tls != NULL && tls == NULL)) {
		nw_tls_free(tls); /* where it went, the connection ends */
		free(to);
		return NULL;
	}
	if (c->http->out_conn == c) {
		nw_output_flush(c->http);
	}
	event_del(&c->event);
	*to = *c;
	to->job = NULL;
	to->tls = tls;
	to->is_watched = false; /* registered anew when it is left */
	event_assign(&to->event, c->http->base, c->fd, events, event_get_callback(&c->event), to);
	TAILQ_INSERT_AFTER(&c->http->waiting[c->wait], c, to, link);
	nw_wait_remove(c);
	/* The rest of it stays as it is, for who looks at whose peer it is. */
	c->state = NW_CONN_CLOSED;
	c->fd = -1;
	c->in = c->out = NULL;
	c->rest.len = 0;
	c->piece = NULL;
	return to;
}

bool nw_connection_enter(struct nw_conn *c)
{
	if (c->is_stepping) {
		return false;
	}
	begin(c);
	return true;
}

void nw_connection_leave(struct nw_conn *c, bool has_entered)
{
	if (!has_entered) {
		return;
	}
	nw_output_flush(c->http);
	if (nw_intake_is_reading(c) &&
	    (c->in != NULL || c->is_unread)) { /* from the loop: this may be within another's request */
		event_active(&c->event, EV_TIMEOUT, 0);
	}
	end(c);
}

void nw_connection_expire(struct nw_conn *c)
{
	enum nw_wait wait = c->wait;

	begin(c);
	if (wait == NW_WAIT_HEAD) {
		nw_intake_refuse_head(c, NW_STATUS_REQUEST_TIMEOUT, "The request did not arrive in time");
	} else if (wait == NW_WAIT_BODY && nw_pull_is_waiting(c)) {
		nw_pull_break(c, -ETIMEDOUT, NW_STATUS_REQUEST_TIMEOUT, NW_LATE_BODY);
	} else if (wait == NW_WAIT_BODY) {
		nw_intake_refuse(c, NW_STATUS_REQUEST_TIMEOUT, NW_LATE_BODY);
	} else if (wait == NW_WAIT_WRITE) { /* or the kernel would keep what it does not take, for minutes */
		nw_connection_reset(c);
	} else {
		nw_connection_close(c);
	}
	end(c);
}

#include "worker/http/listening.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "worker/http/connection.h"

enum {
	ACCEPTS_MAX = 64,  /* a wake-up */
	AHEAD_MIN = 4,     /* connections more than an even share, and ... */
	AHEAD_PART = 8,    /* ... this part of it, are nothing to speak of */
	YIELD_US = 1000,   /* the others' time to accept before us */
	CHURN_MIN = 100,   /* connections that ended within a second or two, and ... */
	CHURN_TIMES = 8,   /* ... so many times those that are open: they are too short to be shared out */
	LEFT_OVER = 4,     /* connections taken then, though we are ahead */
	QUEUE_MAX = 65535, /* that are taken to the end; it may be filled as fast, if others go on listening */
};

/* Watch the sockets, or do not. */
static void update(struct nw_accepting *accepting)
{
	bool is_off = accepting->is_paused || accepting->is_yielding || accepting->is_resting;

	if (accepting->is_off == is_off) {
		return;
	}
	accepting->is_off = is_off;
	for (struct nw_listening *l = accepting->sockets; l != NULL; l = l->next) {
		if (is_off) {
			event_del(&l->event);
		} else if (event_add(&l->event, NULL) == -1) {
			accepting->is_off = accepting->is_paused = true; /* the next sweep tries again */
		}
	}
}

void nw_http_rest(struct nw_http *http, bool is_resting)
{
	if (http->is_draining || http->accepting.is_resting == is_resting) {
		return;
	}
	http->is_departing = http->accepting.is_resting = is_resting;
	update(&http->accepting);
}

void nw_listening_pause(struct nw_http *http, bool is_paused)
{
	http->accepting.is_paused = is_paused;
	update(&http->accepting);
}

/* Each is over before it would be missed elsewhere, and waiting for others is all that yielding would add. */
static bool is_churning(const struct nw_http *http)
{
	const struct nw_accepting *accepting = &http->accepting;

	return accepting->n_closed + accepting->n_closed_before > CHURN_MIN + CHURN_TIMES * (uint64_t)http->open;
}

static bool is_ahead(const struct nw_http *http)
{
	if (http->options.even_share == NULL || http->open <= AHEAD_MIN || is_churning(http)) {
		return false;
	}
	uint32_t share = http->options.even_share(http->options.arg);

	return http->open > share + share / AHEAD_PART + AHEAD_MIN;
}

/* False: the next one is the others' to accept. */
static bool may_accept(struct nw_http *http)
{
	static const struct timeval moment = {0, YIELD_US};
	struct nw_accepting *accepting = &http->accepting;

	if (accepting->n_left_over > 0) {
		accepting->n_left_over--;
		return true;
	}
	if (!is_ahead(http)) {
		return true;
	}
	accepting->is_yielding = evtimer_add(&accepting->turn, &moment) == 0;
	update(accepting);
	return !accepting->is_yielding;
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct nw_accepting *accepting = arg;

	(void)fd;
	(void)what;
	accepting->is_yielding = false;
	accepting->n_left_over = LEFT_OVER;
	update(accepting);
}

/* Out of descriptors or memory. Who waits to be accepted goes on waiting. */
static void starve(struct nw_http *http, int error)
{
	nw_listening_pause(http, true);
	http->accepting.takes_queue |= http->is_draining;
	if (http->options.on_starved != NULL) {
		http->options.on_starved(error, http->options.arg);
	}
}

/* False when the queue is empty or nothing can be accepted now. */
static bool accept_one(struct nw_listening *l)
{
	struct nw_http *http = l->http;
	struct sockaddr_storage peer = {0};
	socklen_t len = sizeof(peer);
	int fd = accept4(event_get_fd(&l->event), (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int error = fd >= 0 ? 0 : errno;

	if (fd >= 0 && nw_connection_open(http, fd, (const struct sockaddr *)&peer) != 0) {
		error = ENOMEM;
	}
	switch (error) {
	case 0:
		if (http->open >= http->options.connections) {
			nw_listening_pause(http, true);
		}
		return true;
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case EPERM:
		return true;
	case EAGAIN:
	case EINVAL: /* a unix socket that the master has shut */
		return false;
	default:
		starve(http, error);
		return false;
	}
}

static void on_listener_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_listening *l = arg;
	struct nw_http *http = l->http;

	(void)fd;
	(void)what;
	http->now_us = nw_clock_us();
	/* What was accepted may have led to draining, which may be over by now. */
	for (int n = 0; n < ACCEPTS_MAX && !http->accepting.is_off && may_accept(http) && accept_one(l); n++) {
	}
}

int nw_http_listen(struct nw_http *http, int fd, struct nw_err *err)
{
	struct nw_listening *l = calloc(1, sizeof(*l));
	int on = 1;

	if (l == NULL) {
		return nw_err_set(err, -ENOMEM, "listen: out of memory");
	}
	l->http = http;
	/* What is accepted inherits it. A unix socket has none, and needs none. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	event_assign(&l->event, http->base, fd, EV_READ | EV_PERSIST, on_listener_readable, l);
	if (!http->accepting.is_off && !http->is_draining && event_add(&l->event, NULL) == -1) {
		free(l);
		return nw_err_set(err, -EINVAL, "listen: cannot watch descriptor %d", fd);
	}
	l->next = http->accepting.sockets;
	http->accepting.sockets = l;
	return 0;
}

void nw_listening_take_queue(struct nw_http *http)
{
	struct nw_accepting *accepting = &http->accepting;

	accepting->takes_queue = false;
	for (struct nw_listening *l = accepting->sockets; l != NULL; l = l->next) {
		for (int n = 0; n < QUEUE_MAX && accept_one(l); n++) {
		}
	}
	if (accepting->takes_queue || accepting->sockets == NULL) {
		return;
	}
	nw_listening_close(http);
	if (http->options.on_deaf != NULL) {
		http->options.on_deaf(http->options.arg);
	}
}

void nw_listening_init(struct nw_http *http)
{
	evtimer_assign(&http->accepting.turn, http->base, on_turn, &http->accepting);
}

void nw_listening_close(struct nw_http *http)
{
	while (http->accepting.sockets != NULL) {
		struct nw_listening *l = http->accepting.sockets;

		http->accepting.sockets = l->next;
		event_del(&l->event);
		free(l);
	}
	evtimer_del(&http->accepting.turn);
}

#include "worker/http/http.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "common/clock.h"
#include "common/fd.h"
#include "worker/http/memo.h"
#include "worker/http/output.h"

enum {
	ACCEPTS_MAX = 64, /* a wake-up */
	LINE_MAX_SIZE = 64 * 1024,
	FIELDS_MAX = 32768,
	FIELD_SIZE = 8190,
};

static void set_defaults(struct nw_parser_rules *rules)
{
	if (rules->line == 0) {
		rules->line = LINE_MAX_SIZE;
	}
	if (rules->fields == 0) {
		rules->fields = FIELDS_MAX;
	}
	if (rules->field_size == 0) {
		rules->field_size = FIELD_SIZE;
	}
}

struct nw_http *nw_http_new(struct event_base *base, const struct nw_http_options *options)
{
	int features = event_base_get_features(base);

	if ((features & EV_FEATURE_ET) == 0 || (features & EV_FEATURE_EARLY_CLOSE) == 0) {
		return NULL;
	}
	struct nw_http *http = calloc(1, sizeof(*http));

	if (http == NULL) {
		return NULL;
	}
	http->base = base;
	http->options = *options;
	set_defaults(&http->options.head);
	nw_trace_init(&http->trace);
	for (int i = 0; i < NW_WAIT_COUNT; i++) {
		TAILQ_INIT(&http->waiting[i]);
	}
	http->in = malloc(NW_HTTP_IN_SIZE);
	http->memos = calloc(NW_HTTP_MEMOS, sizeof(*http->memos));
	if (http->in == NULL || http->memos == NULL || nw_buf_reserve(&http->out, NW_HTTP_OUT_SIZE) == NULL) {
		return nw_http_free(http);
	}
	return http;
}

/* Stop or go on accepting. */
static void pause_accepting(struct nw_http *http, bool is_paused)
{
	if (http->is_paused == is_paused) {
		return;
	}
	http->is_paused = is_paused;
	for (struct nw_listening *l = http->listening; l != NULL; l = l->next) {
		if (is_paused) {
			event_del(&l->event);
		} else if (event_add(&l->event, NULL) == -1) {
			http->is_paused = true; /* the next sweep tries again */
		}
	}
}

/* Out of descriptors or memory. Who waits to be accepted goes on waiting. */
static void starve(struct nw_http *http, int error)
{
	pause_accepting(http, true);
	http->takes_queue |= http->is_draining;
	if (http->options.on_starved != NULL) {
		http->options.on_starved(error, http->options.arg);
	}
}

static void take_socket(struct nw_http *http, int fd, const struct sockaddr *peer)
{
	if (nw_connection_open(http, fd, peer) != 0) {
		starve(http, ENOMEM);
	}
}

/* Accept at most @max. False when the queue is empty or nothing can be accepted now. */
static bool accept_some(struct nw_listening *l, int max)
{
	struct nw_http *http = l->http;

	for (int i = 0; i < max; i++) {
		struct sockaddr_storage peer = {0};
		socklen_t len = sizeof(peer);
		int fd = accept4(event_get_fd(&l->event), (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			take_socket(http, fd, (const struct sockaddr *)&peer);
		} else if (errno == EAGAIN) {
			return false;
		} else if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO && errno != EPERM) {
			starve(http, errno);
			return false;
		}
		if (http->open >= http->options.connections) {
			pause_accepting(http, true);
		}
		if (http->is_paused && !http->is_draining) {
			return false;
		}
	}
	return true;
}

static void on_listener_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_listening *l = arg;

	(void)fd;
	(void)what;
	l->http->now_us = nw_clock_us();
	accept_some(l, ACCEPTS_MAX);
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
	if (!http->is_paused && !http->is_draining && event_add(&l->event, NULL) == -1) {
		free(l);
		return nw_err_set(err, -EINVAL, "listen: cannot watch descriptor %d", fd);
	}
	l->next = http->listening;
	http->listening = l;
	return 0;
}

/* Say once that nothing is left. */
static void check_drained(struct nw_http *http)
{
	if (http->is_draining && !http->is_drained && http->open == 0 && http->in_flight == 0) {
		http->is_drained = true;
		if (http->options.on_drained != NULL) {
			http->options.on_drained(http->options.arg);
		}
	}
}

/* Accept until nobody waits, or nothing can be accepted for now. */
static void take_queue(struct nw_http *http)
{
	http->takes_queue = false;
	for (struct nw_listening *l = http->listening; l != NULL; l = l->next) {
		while (accept_some(l, ACCEPTS_MAX)) {
		}
	}
}

void nw_http_closed(struct nw_http *http)
{
	if (http->is_draining) {
		if (http->takes_queue && http->listening != NULL) {
			take_queue(http);
		}
		check_drained(http);
	} else if (http->open < http->options.connections) {
		pause_accepting(http, false);
	}
}

/* Those that wait for a request get a last while. */
static void hurry(struct nw_http *http, enum nw_wait wait)
{
	struct nw_conn *c;

	while ((c = TAILQ_FIRST(&http->waiting[wait])) != NULL) {
		nw_wait_update(c);
	}
}

/* Who writes a stream without end may want to end it now. */
static void tell_streams(struct nw_http *http, enum nw_wait wait)
{
	struct nw_conn *c;

	TAILQ_FOREACH(c, &http->waiting[wait], link)
	{
		if (c->state == NW_CONN_STREAM) {
			nw_stream_ring(c);
		}
	}
}

void nw_http_drain(struct nw_http *http, bool with_queue)
{
	if (http->is_draining) {
		return;
	}
	http->now_us = nw_clock_us();
	http->is_draining = true;
	if (with_queue) {
		take_queue(http);
	}
	pause_accepting(http, true);
	tell_streams(http, NW_WAIT_NOTHING);
	tell_streams(http, NW_WAIT_WRITE);
	hurry(http, NW_WAIT_FRESH);
	hurry(http, NW_WAIT_IDLE);
	check_drained(http);
}

void nw_http_sweep(struct nw_http *http, int64_t now_ms)
{
	http->now_us = nw_clock_us();
	if (http->is_paused && !http->is_draining && http->open < http->options.connections) {
		pause_accepting(http, false);
	}
	if (http->takes_queue) {
		take_queue(http);
	}
	nw_wait_expire(http, now_ms);
}

uint32_t nw_http_open(const struct nw_http *http)
{
	return http->open;
}

uint32_t nw_http_in_flight(const struct nw_http *http)
{
	return http->in_flight;
}

struct nw_http *nw_http_free(struct nw_http *http)
{
	if (http == NULL) {
		return NULL;
	}
	assert(http->in_flight == 0);
	http->is_draining = true; /* nothing is accepted for those that close now ... */
	http->is_drained = true;  /* ... and nobody is told */
	http->takes_queue = false;
	for (int i = 0; i < NW_WAIT_COUNT; i++) {
		while (!TAILQ_EMPTY(&http->waiting[i])) {
			nw_connection_close(TAILQ_FIRST(&http->waiting[i]));
		}
	}
	while (http->listening != NULL) {
		struct nw_listening *l = http->listening;

		http->listening = l->next;
		event_del(&l->event);
		free(l);
	}
	nw_job_free_pool(http);
	nw_buf_free(&http->out);
	free(http->memos);
	free(http->in);
	free(http);
	return NULL;
}

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
	nw_listening_init(http);
	for (int i = 0; i < NW_WAIT_COUNT; i++) {
		TAILQ_INIT(&http->waiting[i]);
	}
	http->in = malloc(NW_HTTP_IN_SIZE);
	http->own_slot = options->slot == NULL ? calloc(1, sizeof(*http->own_slot)) : NULL;
	http->slot = options->slot != NULL ? options->slot : http->own_slot;
	http->memos = calloc(NW_HTTP_MEMOS, sizeof(*http->memos));
	bool copies = options->copies_files || options->tls != NULL;

	http->copy = copies ? malloc(NW_HTTP_COPY_SIZE) : NULL;
	if (http->in == NULL || (copies && http->copy == NULL) || http->slot == NULL || http->memos == NULL ||
	    nw_buf_reserve(&http->out, NW_HTTP_OUT_SIZE) == NULL) {
		return nw_http_free(http);
	}
	return http;
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

void nw_http_closed(struct nw_http *http)
{
	http->accepting.n_closed++;
	if (http->is_draining) {
		if (http->accepting.takes_queue && http->accepting.sockets != NULL) {
			nw_listening_take_queue(http);
		}
		check_drained(http);
	} else if (http->open < http->options.connections) {
		nw_listening_pause(http, false);
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

void nw_http_depart(struct nw_http *http)
{
	http->is_departing = true;
}

void nw_http_drain(struct nw_http *http, bool with_queue)
{
	if (http->is_draining) {
		return;
	}
	http->now_us = nw_clock_us();
	http->is_departing = http->is_draining = true;
	if (with_queue) {
		nw_listening_take_queue(http);
	}
	nw_listening_pause(http, true);
	tell_streams(http, NW_WAIT_NOTHING);
	tell_streams(http, NW_WAIT_WRITE);
	hurry(http, NW_WAIT_FRESH);
	hurry(http, NW_WAIT_IDLE);
	check_drained(http);
}

void nw_http_sweep(struct nw_http *http, int64_t now_ms)
{
	http->accepting.n_closed_before = http->accepting.n_closed;
	http->accepting.n_closed = 0;
	http->now_us = nw_clock_us();
	if (http->accepting.is_paused && !http->is_draining && http->open < http->options.connections) {
		nw_listening_pause(http, false);
	}
	if (http->accepting.takes_queue) {
		nw_listening_take_queue(http);
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
	http->accepting.takes_queue = false;
	for (int i = 0; i < NW_WAIT_COUNT; i++) {
		while (!TAILQ_EMPTY(&http->waiting[i])) {
			nw_connection_close(TAILQ_FIRST(&http->waiting[i]));
		}
	}
	nw_listening_close(http);
	nw_job_free_pool(http);
	nw_buf_free(&http->out);
	free(http->memos);
	free(http->own_slot);
	free(http->in);
	free(http->copy);
	free(http);
	return NULL;
}

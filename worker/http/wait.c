#include "worker/http/wait.h"

#include "worker/http/connection.h"
#include "worker/http/output.h"

enum { IDLE_SLACK = 16 }; /* a part of the time to idle that it may take longer */

static enum nw_wait fitting(const struct nw_conn *c)
{
	if (c->state == NW_CONN_LINGER) {
		return NW_WAIT_LINGER;
	}
	if (nw_output_is_waiting(c)) {
		return NW_WAIT_WRITE;
	}
	if (c->state == NW_CONN_BODY) {
		return NW_WAIT_BODY;
	}
	if (c->state > NW_CONN_PROXY) {
		return nw_pull_is_waiting(c) ? NW_WAIT_BODY : NW_WAIT_NOTHING;
	}
	if (c->job != NULL) {
		return NW_WAIT_HEAD;
	}
	if (c->http->is_draining) {
		return NW_WAIT_DRAIN;
	}
	return c->is_used ? NW_WAIT_IDLE : NW_WAIT_FRESH;
}

static int64_t span_ms(const struct nw_http_options *options, enum nw_wait wait)
{
	switch (wait) {
	case NW_WAIT_IDLE:
		return options->keepalive_ms;
	case NW_WAIT_FRESH:
	case NW_WAIT_HEAD:
		return options->head_ms;
	case NW_WAIT_BODY:
		return options->body_ms;
	case NW_WAIT_WRITE:
		return options->write_ms;
	case NW_WAIT_LINGER:
	case NW_WAIT_DRAIN:
		return options->linger_ms;
	case NW_WAIT_NOTHING:
	case NW_WAIT_COUNT:
		break;
	}
	return 0;
}

void nw_wait_note(struct nw_conn *c, size_t n)
{
	c->moved = n < NW_HTTP_PROGRESS ? c->moved + (uint32_t)n : NW_HTTP_PROGRESS;
	c->has_moved |= c->moved >= NW_HTTP_PROGRESS;
}

void nw_wait_update(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	enum nw_wait wait = fitting(c);

	if (wait == c->wait && (!c->has_moved || wait == NW_WAIT_NOTHING)) {
		return;
	}
	int64_t span = span_ms(&http->options, wait);
	int64_t deadline = http->now_us / 1000 + span;

	c->has_moved = false;
	c->moved = 0;
	if (wait == c->wait && deadline <= c->deadline_ms) {
		return;
	}
	/* A busy connection idles after each request: it is given a little more, and keeps its place for that long. */
	c->deadline_ms = deadline + (wait == NW_WAIT_IDLE ? span / IDLE_SLACK : 0);
	TAILQ_REMOVE(&http->waiting[c->wait], c, link);
	TAILQ_INSERT_TAIL(&http->waiting[wait], c, link);
	c->wait = (uint8_t)wait;
}

void nw_wait_remove(struct nw_conn *c)
{
	TAILQ_REMOVE(&c->http->waiting[c->wait], c, link);
}

void nw_wait_expire(struct nw_http *http, int64_t now_ms)
{
	for (int i = 0; i < NW_WAIT_NOTHING; i++) {
		struct nw_conn *c;

		while ((c = TAILQ_FIRST(&http->waiting[i])) != NULL && c->deadline_ms <= now_ms) {
			nw_connection_expire(c);
		}
	}
}

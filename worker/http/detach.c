#include "worker/http/detach.h"

#include <string.h>

#include "worker/http/connection.h"

uint32_t nw_detach_count(const struct nw_http *http)
{
	return http->n_detached;
}

/* What the log and the writing of an answer want to know of the request, in memory that the other does not have. */
static bool copy_request(struct nw_exchange *to, const struct nw_exchange *from)
{
	struct nw_field *fields = to->head.fields;
	uint32_t cap = to->head.cap;
	char *bytes = nw_arena_strndup(to->arena, from->head.base, from->head.len);

	if (bytes == NULL) {
		return false;
	}
	memcpy(fields, from->head.fields, from->head.n_fields * sizeof(*fields));
	to->head = from->head;
	to->head.base = bytes;
	to->head.fields = fields;
	to->head.cap = cap;
	to->is_body_left = from->is_body_left;
	to->trace = from->trace;
	to->begin_us = from->begin_us;
	to->route = from->route;
	to->scheme = from->scheme;
	return true;
}

/* On the socket of @x's connection, which is that of another exchange by now: @x keeps the old one. */
static void answer_instead(struct nw_exchange *x)
{
	struct nw_conn *c = nw_connection_move(x->conn);

	if (c == NULL) {
		nw_connection_close(x->conn);
		return;
	}
	c->job = nw_job_take(c);
	if (c->job == NULL || !copy_request(&c->job->x, x)) {
		nw_connection_close(c);
		return;
	}
	c->state = NW_CONN_WORK;
	nw_exchange_error(&c->job->x, NW_STATUS_UNAVAILABLE, "The request took longer than it may.");
	c->job->x.answer.close = true;
	nw_connection_answer(c);
}

bool nw_detach_exchange(struct nw_exchange *x)
{
	struct nw_conn *c = x->conn;
	struct nw_job *job = c->job;
	struct nw_http *http = c->http;

	if (job->is_detached || nw_pull_is_waiting(c)) {
		return false;
	}
	job->is_detached = true;
	http->n_detached++;
	nw_job_set_in_flight(http, job, false);
	if (c->state == NW_CONN_WORK) {
		job->is_counted = true; /* by the one in its place */
		x->is_gone = true;
		answer_instead(x);
	} else if (c->state == NW_CONN_STREAM) {
		if (job->stream.is_until_close) {
			nw_connection_reset(c);
		} else {
			nw_connection_close(c);
		}
		nw_job_count(c);
	}
	nw_http_closed(http);
	return true;
}

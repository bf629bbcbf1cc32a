#include "worker/http/job.h"

#include <string.h>

#include "common/clock.h"
#include "worker/http/connection.h"
#include "worker/http/memo.h"

enum {
	POOL_MAX = 64,
	ARENA_SPARE = 64 * 1024 * 1024, /* for answers and what handlers need */
	ARENA_BODY = 16 * 1024 * 1024,  /* a larger body is a file, and a handler gets no more memory for it */
	BODY_KEEP = 16 * 1024,          /* a body buffer up to this size stays with its pooled job */
};

static struct nw_job *job_new(const struct nw_http_options *options)
{
	size_t limit = (options->body < ARENA_BODY ? (size_t)options->body : ARENA_BODY) * 4 + ARENA_SPARE;
	struct nw_job *job = malloc(sizeof(*job) + options->head.fields * sizeof(job->fields[0]));

	if (job == NULL) {
		return NULL;
	}
	job->body = (struct nw_buf){0};
	job->spool = (struct nw_spool)NW_SPOOL_INIT;
	job->pull = (struct nw_pull){0};
	job->has_body = false;
	job->x.arena = nw_arena_new(limit);
	if (job->x.arena == NULL) {
		free(job);
		return NULL;
	}
	return job;
}

/* Of a body that did not come together with the head. */
static void drop_body(struct nw_http *http, struct nw_job *job)
{
	http->held -= job->body.len;
	if (job->body.cap > BODY_KEEP) {
		nw_buf_free(&job->body);
	}
	job->body.len = 0;
	job->body.failed = false;
	nw_spool_close(&job->spool);
	job->pull = (struct nw_pull){0};
	job->has_body = false;
}

static void job_free(struct nw_http *http, struct nw_job *job)
{
	nw_arena_free(job->x.arena);
	if (job->has_body) {
		drop_body(http, job);
	}
	nw_buf_free(&job->body);
	free(job);
}

struct nw_job *nw_job_take(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	struct nw_job *job = http->pool;

	if (job != NULL) {
		http->pool = job->next;
		http->n_pool--;
	} else {
		job = job_new(&http->options);
		if (job == NULL) {
			return NULL;
		}
	}
	struct nw_arena *arena = job->x.arena;

	memset(&job->x, 0, sizeof(job->x));
	job->x.conn = c;
	job->x.arena = arena;
	job->x.head.fields = job->fields;
	job->x.head.cap = http->options.head.fields;
	job->x.answer.fields.grow = nw_arena_grow_any;
	job->x.answer.fields.grow_arg = arena;
	job->x.peer = &c->peer.sa;
	job->x.trace = nw_trace_next(&http->trace);
	job->x.is_trusted = c->is_trusted;
	job->x.begin_us = http->now_us;
	job->x.body_fd = -1;
	job->next = NULL;
	job->stream.is_begun = false;
	job->is_kept = false;
	job->is_in_flight = job->is_detached = job->is_counted = false;
	nw_parser_init(&job->parser);
	job->parser.is_trusted = c->is_trusted;
	job->parser.memo = &http->memos[(uintptr_t)c / sizeof(*c) % NW_HTTP_MEMOS];
	return job;
}

void nw_job_drop(struct nw_conn *c)
{
	struct nw_http *http = c->http;
	struct nw_job *job = c->job;

	c->job = NULL;
	if (http->n_pool == POOL_MAX) {
		job_free(http, job);
		return;
	}
	nw_arena_reset(job->x.arena); /* before the body: what runs now may look at it */
	if (job->has_body) {
		drop_body(http, job);
	}
	job->next = http->pool;
	http->pool = job;
	http->n_pool++;
}

/* Always inline: they are on every request's way, and have another, rare, caller. */
static inline __attribute__((always_inline)) void count(struct nw_http *http, const struct nw_exchange *x)
{
	int64_t spent_us = nw_clock_us() - x->begin_us;
	uint64_t us = spent_us < 0 ? 0 : (uint64_t)spent_us;
	unsigned code = x->is_gone ? 0 : x->answer.status;
	_Atomic uint64_t *of_code = &http->slot->codes[code];

	NW_GAUGE(*of_code, NW_READ(*of_code) + 1);
	nw_times_note(&http->slot->routes[x->route][code / 100], us);
}

static inline __attribute__((always_inline)) void tell(struct nw_http *http, const struct nw_exchange *x)
{
	count(http, x);
	if (http->options.on_done != NULL) {
		http->options.on_done(x, http->options.arg);
	}
}

void nw_job_count(struct nw_conn *c)
{
	tell(c->http, &c->job->x);
	c->job->is_counted = true;
}

void nw_job_finish(struct nw_conn *c)
{
	struct nw_job *job = c->job;

	if (!job->is_counted) {
		tell(c->http, &job->x);
	}
	c->http->n_detached -= job->is_detached;
	nw_job_drop(c);
}

void nw_job_free_pool(struct nw_http *http)
{
	while (http->pool != NULL) {
		struct nw_job *job = http->pool;

		http->pool = job->next;
		job_free(http, job);
	}
	http->n_pool = 0;
}

void nw_job_set_in_flight(struct nw_http *http, struct nw_job *job, bool is_in_flight)
{
	if (job->is_in_flight != is_in_flight) {
		job->is_in_flight = is_in_flight;
		http->in_flight += is_in_flight ? 1 : -1;
		NW_GAUGE(http->slot->in_flight, http->in_flight);
	}
}

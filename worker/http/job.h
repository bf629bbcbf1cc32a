/** Exchanges with what reading and answering them needs; pooled. Internal to worker/http. */
#ifndef NW_HTTP_JOB_H
#define NW_HTTP_JOB_H

#include "worker/http/body.h"
#include "worker/http/exchange.h"
#include "worker/http/parser.h"
#include "worker/http/spool.h"

struct nw_http;

/** An answer that is made bit by bit. */
struct nw_stream {
	bool is_begun; /* else the rest says nothing */
	uint64_t left; /* of its Content-Length */
	uint32_t turn; /* bytes since others had their turn */
	bool has_body, has_length, is_chunked, is_until_close;
	bool is_broken; /* the writer gave more than the Content-Length */
	bool is_full;   /* the writer waits for on_drain */
	bool is_due;    /* on_drain is to be called, room or not */
};

/** A body that the layer above reads by itself. */
struct nw_pull {
	char *to;          /* it waits for bytes, to be put here; NULL: it does not */
	size_t size;       /* room there */
	uint64_t len;      /* bytes so far, of a body that says its length */
	int error;         /* there is no more; negative errno */
	int64_t at_ms;     /* since when it waits */
	uint32_t spent_ms; /* waited for bytes in vain ... */
	uint32_t moved;    /* ... since so many came */
};

struct nw_job {
	struct nw_exchange x; /* first: an exchange is its job */
	struct nw_job *next;  /* in the pool */
	struct nw_parser parser;
	struct nw_chunked chunked;
	struct nw_stream stream;
	struct nw_buf body;    /* on the heap, unless the body came together with the head */
	struct nw_spool spool; /* or in a file */
	struct nw_pull pull;
	bool has_body;       /* body, spool or pull is in use */
	bool wants_continue; /* the client waits for 100 Continue */
	bool is_kept;        /* head and body do not lie in a read buffer any more */
	bool is_in_flight;
	bool is_detached; /* nobody waits for it any more (http/detach) */
	bool is_counted;  /* and it is in the counters and the log already */
	struct nw_field fields[];
};

struct nw_job *nw_job_take(struct nw_conn *c); /* NULL: no memory */

/** Count it and tell on_done, unless that was done. */
void nw_job_count(struct nw_conn *c);
/** The same, and put it back. c->job is NULL afterwards. */
void nw_job_finish(struct nw_conn *c);
/** Put it back without a word. */
void nw_job_drop(struct nw_conn *c);
/** It was handed up, or its answer came. */
void nw_job_set_in_flight(struct nw_http *http, struct nw_job *job, bool is_in_flight);
void nw_job_free_pool(struct nw_http *http);

#endif

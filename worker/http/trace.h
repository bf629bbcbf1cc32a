/**
 * What ties the lines of several servers about one request together: its id (X-Request-ID) and its place in a trace
 * (W3C Trace Context, traceparent). Both come from a believed peer or are made here. An exchange carries two numbers;
 * text is made of them where it is asked for, always the same.
 */
#ifndef NW_HTTP_TRACE_H
#define NW_HTTP_TRACE_H

#include <stddef.h>
#include <stdint.h>

struct nw_exchange;

enum {
	NW_TRACE_ID_MAX = 128,    /* bytes of an id; one that is made has 32 */
	NW_TRACE_PARENT_LEN = 55, /* "00-" 32 digits "-" 16 digits "-" 2 digits */
};

/** Unique, not unguessable: the first half is the worker's, by chance, the second one never comes again in it. */
struct nw_trace {
	uint64_t worker, request;
};

/** At the start of a worker. */
void nw_trace_init(struct nw_trace *trace);

/** The numbers of the next request. */
static inline struct nw_trace nw_trace_next(struct nw_trace *trace)
{
	/* The step is odd, so that all 2^64 numbers come before one does again, and the golden ratio, so that
	 * neighbours look nothing alike: whoever samples traces by a part of their ids gets a fair share. */
	trace->request += UINT64_C(0x9e3779b97f4a7c15);
	return *trace;
}

/** The request's id: 1 to NW_TRACE_ID_MAX visible bytes, without a NUL. Returns how many. Any thread that has @x. */
size_t nw_trace_id_into(const struct nw_exchange *x, char to[NW_TRACE_ID_MAX]);

/**
 * The traceparent to send on with requests that are made for this one, NUL-terminated: the trace of a believed peer,
 * else a new one whose id is made as that of a request; this server as the parent. Any thread that has @x.
 */
void nw_trace_parent_into(const struct nw_exchange *x, char to[NW_TRACE_PARENT_LEN + 1]);

#endif

/**
 * Inside the app layer: one request on its way through an application. Begins in nw_apps_dispatch(), lives in the
 * exchange's arena, ends with nw_exchange_send(). On the loop, but for what a handler thread does between
 * nw_call_queue() and its way back.
 */
#ifndef NW_APP_CALL_H
#define NW_APP_CALL_H

#include "worker/app/apps.h"
#include "worker/app/pairs.h"
#include "worker/http/accept.h"

struct nw_call;
struct nw_form;
struct nw_timing;

/** Pointers into the head are never kept: its bytes move (nw_exchange_keep()). */
struct nw_request {
	struct nw_call *call;
	struct nw_exchange *x;
	struct nw_apps *apps;
	struct nw_app *app;                  /* of the route; no route: the first one mounted; NULL: there is none */
	const struct nw_route_target *route; /* NULL: none matched */
	const char *method;
	struct nw_span decoded; /* the path, in the arena; p NULL: as sent, there is nothing to decode */
	struct nw_router_match match;
	size_t read_at;    /* bytes of x->body that nw_request_read() gave away */
	bool is_path_text; /* the path could be decoded */
	bool on_thread;    /* on a handler thread now */
	bool is_kept;      /* head and body are in the arena */

	/* Made when they are asked for */
	const char *path;
	const char *params[NW_ROUTE_PARAMS];
	const char *query_string;
	const char *content_type;
	const char *cookie;
	struct nw_pairs query;
	struct nw_form *form;
	struct cJSON *json;
	bool is_query_read, is_json_read;
	int form_failed; /* negative errno of reading it */
	struct _mongoc_client_t *mongo;
};

/** What goes with a body that is a file, and is gone when another body is set. In the arena. */
struct nw_file_body {
	struct nw_span fields;
	const char *cache_control; /* unless the app has set a field of its own; NULL: none */
	struct nw_piece *pieces;   /* NULL: it is in the response's body */
	bool is_multipart;         /* the type is that of what wraps the parts: nobody else knows its boundary */
};

struct nw_response_stream;

struct nw_response {
	struct nw_call *call;
	unsigned status; /* 0: not set yet */
	bool is_set;     /* there is an answer */
	bool is_error;   /* the answer is the built-in error body */
	bool close;
	bool is_deferred;   /* the answer comes by nw_response_send() */
	bool is_sent;       /* and has come, perhaps just now: the app is not back from its callback */
	bool is_ended;      /* nw_response_end(), the same */
	nw_handler offload; /* to run on a handler thread; NULL: none */
	int failed;         /* negative errno of a function that sets the answer; sticks until nw_response_error() */
	unsigned refused;   /* it is the client's doing: answered with this status and why; 0: with 500 */
	const char *why;    /* the sentence to it; NULL: strerror() */
	const char *detail; /* of the error; "": none */
	struct nw_span body;
	struct nw_file_body *file;         /* the body is (of) one; NULL: it is not */
	struct nw_response_stream *stream; /* instead of the body; NULL: none */
	bool has_length;                   /* its Content-Length, and that of HEAD, is known: */
	uint64_t length;
	struct nw_span type;  /* of the body, by who set it; p NULL: none */
	const char *own_type; /* by nw_response_header(), which wins */
	const char *location;
	bool is_location_own; /* by nw_response_header(): stays when the body is set anew */
	struct nw_buf fields;
};

struct nw_call {
	struct nw_task task;       /* first: it is found by it */
	struct nw_body_read *read; /* nw_request_read() under way; NULL: none */
	nw_handler handler;        /* to run on the thread; NULL: none, only an error to answer */
	bool with_before;          /* and the before hooks first */
	bool is_overload;          /* no thread will have time for it: known before its body is read */
	enum nw_coding coding;     /* that the answer is to have */
	bool is_running;           /* a handler is on the stack */
	bool is_given;             /* back to the loop, or to a thread: the task is in use */
	bool is_finishing;         /* the answer is being made up: hooks run */
	bool is_finished;          /* they ran when the head of a stream was to go out */
	bool is_whole;             /* the stream was not broken off */
	struct nw_timing *timing;  /* NULL: off */
	struct nw_request req;
	struct nw_response res;
};

/** The path that is matched, decoded; valid until the head moves. */
struct nw_span nw_request_path_span(const struct nw_request *req);

/** Its handler reads the body by itself: there is none here. */
static inline bool nw_request_is_streaming(const struct nw_request *req)
{
	return req->route != NULL && (req->route->flags & NW_STREAM) != 0;
}

/** An error handler or an after hook is on the stack. */
static inline bool nw_call_is_in_hook(const struct nw_call *call)
{
	return call->is_finishing && !call->is_finished;
}

/** nw_exchange_keep(), once. 0 or -ENOMEM. */
int nw_request_keep(struct nw_request *req) NW_MUST_CHECK;

/** NULL: over the request's limit. */
struct nw_call *nw_call_new(struct nw_apps *apps, struct nw_exchange *x) NW_MUST_CHECK;

/** Hooks and handler, now, on the loop; then the answer, if it is there. */
void nw_call_run_inline(struct nw_call *call);

/** Run @handler (NULL: none) on a handler thread, before hooks first or not; then answer. Full: 503, at once. */
void nw_call_queue(struct nw_call *call, nw_handler handler, bool with_before);

/** Answer 503: the queue is full (@rc -EAGAIN), or there is no memory. On the loop. */
void nw_call_refuse(struct nw_call *call, int rc);

/** The handler is through with @rc: answer, queue or wait. On the loop. */
void nw_call_settle(struct nw_call *call, int rc);

/**
 * The app said that it is through. Settled when the handler that is on the stack has returned; where none is, when the
 * loop is back from whatever it called: until then request and response can still be looked at. On the loop.
 */
void nw_call_end(struct nw_call *call);

/** Answer with what is set, no handler and no hook. On the loop. */
void nw_call_send(struct nw_call *call);

#endif

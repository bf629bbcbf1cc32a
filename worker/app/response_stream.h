/**
 * Inside the app layer: an answer that is made bit by bit. On the loop it is written straight to the exchange. A
 * handler thread never touches that: it fills batches and hands them to the loop, which gives them back once the client
 * has taken enough; so much, and no more, is held for a client. Nobody waits for the other with a lock.
 */
#ifndef NW_APP_RESPONSE_STREAM_H
#define NW_APP_RESPONSE_STREAM_H

#include <semaphore.h>

#include "worker/app/call.h"
#include "worker/http/encoder.h"

enum {
	NW_BATCH_SIZE = 64 * 1024, /* bytes */
	NW_BATCHES = 2,            /* one is filled while the other is under way */
};

struct nw_batch {
	struct nw_task task; /* first: it is found by it */
	struct nw_response_stream *stream;
	size_t len;
	char data[NW_BATCH_SIZE];
};

struct nw_response_stream {
	struct nw_response *res;
	uint64_t written;
	bool is_out;    /* the head is on its way: it cannot change any more */
	bool is_events; /* server-sent ones */
	bool has_retry; /* one of them said when to come back, after the worker began to leave */

	/* Of the loop */
	void (*on_ready)(struct nw_response *res, void *arg);
	void *on_ready_arg;
	bool is_begun;   /* nw_stream_begin() */
	unsigned n_held; /* batches that are not given back yet */

	/* Of the handler thread */
	struct nw_encoder *encoder; /* NULL: what is written goes as it is */
	struct nw_buf coded;        /* what came out of it last */
	struct nw_batch *filling;   /* NULL: none */
	struct nw_batch *batches[NW_BATCHES];
	unsigned at; /* the one that comes next */

	/* Between them */
	_Atomic unsigned n_free;
	_Atomic bool is_woken; /* nw_response_wake() */
	sem_t bell;            /* rung by the loop: look again */
};

/** The head of the answer is on its way: the answer can only go on, or be broken off. */
static inline bool nw_response_stream_is_out(const struct nw_response *res)
{
	return res->stream != NULL && res->stream->is_out;
}

/** When the head of a stream was to go out an after hook has set another answer: that one stays. */
static inline bool nw_response_stream_is_canceled(const struct nw_response *res)
{
	return res->call->is_finished && res->stream == NULL;
}

/**
 * The handler returned @rc, or nw_response_end() was called, and nothing has gone out: what was written becomes the
 * body of a plain answer. The return value to go on with.
 */
int nw_response_stream_settle(struct nw_response *res, int rc);

/** The same when the head is out: what waits to be compressed goes, too. False, and a line in the log, when it failed.
 */
bool nw_response_stream_close(struct nw_response *res, int rc);

/** The last line of server-sent events of a worker that leaves: when to come back. NULL: it is said, or needs none. In
 *  @buf. */
const char *nw_response_event_farewell(const struct nw_response_stream *stream, char *buf, size_t size);

/** On the loop, once the handler is through: write what it left and end the exchange. */
void nw_response_stream_finish(struct nw_response *res, bool is_whole);

/** On the thread, when the head is about to go out: have an encoder if the client accepts a coding, and say so in the
 *  head. */
void nw_response_coding_begin(struct nw_response_stream *stream);

#endif

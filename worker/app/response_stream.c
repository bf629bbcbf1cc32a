#include "worker/app/response_stream.h"

#include <assert.h>
#include <errno.h>
#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "worker/app/outcome.h"
#include "worker/http/stream.h"

static struct nw_exchange *exchange_of(const struct nw_response *res)
{
	return res->call->req.x;
}

static bool is_on_thread(const struct nw_response *res)
{
	return res->call->req.on_thread;
}

static bool is_head(const struct nw_response *res)
{
	return nw_head_is_method(&exchange_of(res)->head, "HEAD", 4);
}

/* Of an answer to HEAD that is not out yet, a body says how long it is. */
static bool takes_body(const struct nw_response *res)
{
	return nw_outcome_has_body(res->status) && !(is_head(res) && res->stream->is_out);
}

static void bell_destroy(void *bell)
{
	sem_destroy(bell);
}

static struct nw_response_stream *stream_new(struct nw_response *res)
{
	struct nw_arena *arena = exchange_of(res)->arena;
	struct nw_response_stream *stream = nw_arena_alloc(arena, sizeof(*stream));

	if (stream == NULL || sem_init(&stream->bell, 0, 0) == -1) {
		return NULL;
	}
	if (nw_arena_defer(arena, bell_destroy, &stream->bell) != 0) {
		sem_destroy(&stream->bell);
		return NULL;
	}
	stream->res = res;
	stream->n_free = NW_BATCHES;
	return stream;
}

int nw_response_begin(struct nw_response *res, unsigned status, const char *type)
{
	int rc = nw_response_bytes(res, status, type, NULL, 0);

	if (rc < 0) {
		return rc;
	}
	if (res->call->is_finishing) {
		return nw_outcome_fail(res, -EINVAL, "a stream begun in a hook that runs after the handler");
	}
	if (res->call->is_given && !is_on_thread(res)) {
		return nw_outcome_fail(res, -EINVAL, "a stream begun when the answer was sent");
	}
	res->is_ended = false;
	res->stream = stream_new(res);
	return res->stream == NULL ? nw_outcome_fail(res, -ENOMEM, NULL) : 0;
}

static const char too_long[] = "its body is longer than its Content-Length";

int nw_response_length(struct nw_response *res, uint64_t len)
{
	struct nw_response_stream *stream = res->stream;

	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	if (stream == NULL || stream->is_out) {
		return nw_outcome_fail(res, -EINVAL, "a Content-Length of an answer that is not being begun");
	}
	if (stream->written > len) {
		return nw_outcome_fail(res, -EOVERFLOW, too_long);
	}
	res->has_length = true;
	res->length = len;
	return 0;
}

/* --- the loop's side --- */

static void give_back(struct nw_response_stream *stream, unsigned n)
{
	stream->n_free += n;
	sem_post(&stream->bell);
}

static void on_drain(struct nw_exchange *x)
{
	struct nw_response_stream *stream = ((struct nw_call *)x->user)->res.stream;

	if (x->is_gone || !nw_stream_is_full(x)) {
		unsigned n = stream->n_held;

		stream->n_held = 0;
		give_back(stream, n);
	} else {
		sem_post(&stream->bell); /* the worker is leaving */
	}
	if (stream->on_ready != NULL && !stream->res->is_ended) {
		stream->on_ready(stream->res, stream->on_ready_arg);
	}
}

static void begin_on_loop(struct nw_response_stream *stream)
{
	struct nw_exchange *x = exchange_of(stream->res);

	if (stream->is_begun) {
		return;
	}
	stream->is_begun = true;
	x->on_drain = on_drain;
	int rc = nw_stream_begin(x);

	assert(rc == 0); /* it was sealed */
}

static void take_batch(struct nw_batch *batch)
{
	struct nw_response_stream *stream = batch->stream;
	struct nw_exchange *x = exchange_of(stream->res);

	begin_on_loop(stream);
	/* That the client is gone, the thread sees by itself. */
	nw_stream_write(x, batch->data, batch->len);
	stream->n_held++;
	if (x->is_gone || !nw_stream_is_full(x)) {
		unsigned n = stream->n_held;

		stream->n_held = 0;
		give_back(stream, n);
	}
}

static void on_batch(struct nw_task *task)
{
	take_batch((struct nw_batch *)task);
}

void nw_response_stream_finish(struct nw_response *res, bool is_whole)
{
	struct nw_response_stream *stream = res->stream;
	struct nw_exchange *x = exchange_of(res);

	begin_on_loop(stream);
	if (stream->filling != NULL) {
		nw_stream_write(x, stream->filling->data, stream->filling->len);
	}
	nw_stream_end(x, is_whole);
}

/* --- the head --- */

/* The answer is what it is now: hooks run, and the exchange gets its head. */
static int seal(struct nw_response *res)
{
	struct nw_response_stream *stream = res->stream;

	nw_outcome_finish(res, 0);
	res->call->is_finished = true;
	if (res->stream != stream || res->is_error) {
		res->stream = NULL;
		return -ECANCELED; /* by a hook: this is answered in its place */
	}
	nw_outcome_seal(res);
	if (res->is_error) {
		res->stream = NULL;
		return -ECANCELED;
	}
	if (is_on_thread(res)) {
		stream->on_ready = NULL; /* of a handler on the loop that has handed it on */
	}
	stream->is_out = true;
	return 0;
}

/* --- the thread's side --- */

static void hand_over(struct nw_response_stream *stream)
{
	struct nw_executor *loop = stream->res->call->req.apps->loop;
	struct nw_batch *batch = stream->filling;

	nw_board_thread_progress();
	stream->filling = NULL;
	batch->task.run = on_batch;
	int rc = loop->submit(loop, &batch->task);

	assert(rc == 0);
}

static void wait_for_bell(struct nw_response_stream *stream)
{
	while (sem_wait(&stream->bell) == -1 && errno == EINTR) {
	}
}

/* Have a batch to fill, waiting for one. 0, -EPIPE or -ENOMEM. */
static int batch_take(struct nw_response_stream *stream)
{
	struct nw_exchange *x = exchange_of(stream->res);

	if (!x->is_gone && stream->n_free == 0) {
		uint32_t doing = nw_board_thread_enter(NW_PHASE_CLIENT);

		while (!x->is_gone && stream->n_free == 0) {
			wait_for_bell(stream);
		}
		nw_board_thread_leave(doing);
	}
	if (x->is_gone) {
		return -EPIPE;
	}
	struct nw_batch **batch = &stream->batches[stream->at];

	if (*batch == NULL) {
		*batch = nw_arena_grow(x->arena, NULL, 0, sizeof(**batch)); /* not zeroed: it is large */
		if (*batch == NULL) {
			return nw_outcome_fail(stream->res, -ENOMEM, NULL);
		}
		(*batch)->stream = stream;
	}
	stream->at = (stream->at + 1) % NW_BATCHES;
	stream->n_free--;
	(*batch)->len = 0;
	stream->filling = *batch;
	return 0;
}

/* Into batches, those that are full to the loop. The head has to be out, unless the first one holds it all. */
static int put(struct nw_response_stream *stream, const char *data, size_t len)
{
	int rc = 0;

	while (len > 0 && rc == 0) {
		struct nw_batch *batch = stream->filling;
		size_t room = batch == NULL ? 0 : sizeof(batch->data) - batch->len;
		size_t n = len < room ? len : room;

		if (room > 0) {
			memcpy(batch->data + batch->len, data, n);
			batch->len += n;
			data += n;
			len -= n;
		} else if (batch != NULL) {
			hand_over(stream);
		} else {
			rc = batch_take(stream);
		}
	}
	return rc;
}

/* --- the thread's side: compression, which the loop has no time for --- */

static int put_coded(struct nw_response_stream *stream, const char *data, size_t len, enum nw_encode what)
{
	int rc = 0;

	do {
		size_t n = len < NW_BATCH_SIZE ? len : NW_BATCH_SIZE;

		stream->coded.len = 0;
		rc = nw_encoder_add(stream->encoder, (struct nw_span){data, n}, n == len ? what : NW_ENCODE_MORE,
				    &stream->coded);
		rc = rc < 0 ? nw_outcome_fail(stream->res, rc, NULL)
			    : put(stream, stream->coded.data, stream->coded.len);
		data += n;
		len -= n;
	} while (rc == 0 && len > 0);
	return rc;
}

/* --- the thread's side: the head goes out --- */

/* What was written before it goes behind it. */
static int go_out(struct nw_response_stream *stream)
{
	struct nw_batch *batch = stream->filling;
	int rc = seal(stream->res);

	if (rc == 0) {
		nw_response_coding_begin(stream);
	}
	if (rc < 0 || stream->encoder == NULL || batch == NULL) {
		return rc;
	}
	size_t len = batch->len;

	batch->len = 0; /* they are read, all of them, before what comes of them takes their place */
	return put_coded(stream, batch->data, len, NW_ENCODE_MORE);
}

static int write_on_thread(struct nw_response_stream *stream, const char *data, size_t len)
{
	size_t waiting = stream->filling == NULL ? 0 : stream->filling->len;
	int rc = 0;

	if (!stream->is_out && len > NW_BATCH_SIZE - waiting) {
		rc = go_out(stream);
	}
	if (rc == 0) {
		rc = stream->encoder == NULL ? put(stream, data, len) : put_coded(stream, data, len, NW_ENCODE_MORE);
	}
	stream->written += rc == 0 ? len : 0;
	return rc;
}

static int flush_on_thread(struct nw_response_stream *stream)
{
	bool was_out = stream->is_out;
	int rc = was_out ? 0 : go_out(stream);

	if (rc == 0 && stream->encoder != NULL) {
		rc = put_coded(stream, "", 0, NW_ENCODE_FLUSH);
	}
	if (rc == 0 && !was_out && stream->filling == NULL) {
		rc = batch_take(stream); /* an empty one takes the head along */
	}
	if (rc == 0 && stream->filling != NULL) {
		hand_over(stream);
	}
	return rc;
}

/* --- both --- */

/* On the loop: the head goes out. What is written goes by itself. */
static int flush_on_loop(struct nw_response_stream *stream)
{
	int rc = stream->is_out ? 0 : seal(stream->res);

	if (rc == 0) {
		begin_on_loop(stream);
	}
	return rc;
}

static int write_on_loop(struct nw_response_stream *stream, const char *data, size_t len)
{
	struct nw_exchange *x = exchange_of(stream->res);
	int rc = flush_on_loop(stream);

	if (rc < 0) {
		return rc;
	}
	if (!x->is_gone && nw_stream_is_full(x)) {
		return -EAGAIN;
	}
	rc = nw_stream_write(x, data, len);
	stream->written += rc == 0 ? len : 0;
	return rc;
}

/* Whether more may be written now. 0 or negative. */
static int check(struct nw_response *res)
{
	const struct nw_response_stream *stream = res->stream;
	const struct nw_call *call = res->call;

	if (nw_response_stream_is_canceled(res)) {
		return -ECANCELED;
	}
	if (stream == NULL || (call->is_finishing && !stream->is_out)) {
		return nw_outcome_fail(res, -EINVAL, "a write to a stream that was not begun, or in an after hook");
	}
	return takes_body(res) && !res->is_ended && !exchange_of(res)->is_gone ? 0 : -EPIPE;
}

int nw_response_write(struct nw_response *res, const void *data, size_t len)
{
	struct nw_response_stream *stream = res->stream;
	int rc = check(res);

	if (rc < 0 || len == 0) {
		return rc;
	}
	uint64_t left = res->has_length ? res->length - stream->written : UINT64_MAX;
	size_t fits = len < left ? len : (size_t)left;

	rc = is_on_thread(res) ? write_on_thread(stream, data, fits) : write_on_loop(stream, data, fits);
	if (rc < 0 || fits == len) {
		return rc;
	}
	return nw_outcome_fail(res, -EOVERFLOW, too_long);
}

int nw_response_flush(struct nw_response *res)
{
	int rc = check(res);

	/* Of an answer without a body the head goes out all the same. */
	if (res->stream == NULL || (rc < 0 && nw_response_stream_is_out(res))) {
		return rc;
	}
	int flushed = is_on_thread(res) ? flush_on_thread(res->stream) : flush_on_loop(res->stream);

	return flushed < 0 ? flushed : rc;
}

void nw_response_on_ready(struct nw_response *res, void (*fn)(struct nw_response *res, void *arg), void *arg)
{
	if (res->stream != NULL && !is_on_thread(res)) {
		res->stream->on_ready = fn;
		res->stream->on_ready_arg = arg;
	}
}

void nw_response_end(struct nw_response *res)
{
	if (nw_call_is_in_hook(res->call)) {
		nw_outcome_fail(res, -EINVAL, "a stream ended in a hook that runs after the handler");
		return;
	}
	if (res->is_ended) {
		nw_app_log('e', "nw_response_end() was called twice for one request");
		return;
	}
	res->is_ended = true;
	nw_call_end(res->call);
}

static struct timespec in_ms(int ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += ms / 1000;
	at.tv_nsec += ms % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000L) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000L;
	}
	return at;
}

static int wait_until(struct nw_response *res, const struct timespec *end)
{
	while (!exchange_of(res)->is_gone && !res->call->req.apps->is_leaving) {
		if (atomic_exchange(&res->stream->is_woken, false)) {
			return 0;
		}
		if (sem_clockwait(&res->stream->bell, CLOCK_MONOTONIC, end) == -1 && errno == ETIMEDOUT) {
			return 0;
		}
	}
	return exchange_of(res)->is_gone ? -EPIPE : -ESHUTDOWN;
}

int nw_response_wait(struct nw_response *res, int timeout_ms)
{
	struct timespec end = in_ms(timeout_ms < 0 ? 0 : timeout_ms);
	int rc = is_on_thread(res) ? nw_response_flush(res) : nw_outcome_fail(res, -EINVAL, "a wait on the loop");

	if (rc < 0) {
		return rc;
	}
	uint32_t doing = nw_board_thread_enter(NW_PHASE_WAIT);

	rc = wait_until(res, &end);
	nw_board_thread_leave(doing);
	return rc;
}

void nw_response_wake(struct nw_response *res)
{
	if (res->stream != NULL) {
		res->stream->is_woken = true;
		sem_post(&res->stream->bell);
	}
}

/* --- the end --- */

/* It went as far as anybody wanted. */
static bool is_done(const struct nw_response *res, int rc)
{
	bool is_for_nobody = exchange_of(res)->is_gone || !takes_body(res);

	return rc >= 0 || (rc == -EPIPE && is_for_nobody) || (rc == -ESHUTDOWN && res->call->req.apps->is_leaving);
}

int nw_response_stream_settle(struct nw_response *res, int rc)
{
	struct nw_response_stream *stream = res->stream;
	bool is_short = res->has_length && res->length != stream->written && takes_body(res) && !is_head(res);

	if (is_done(res, rc)) {
		rc = 0;
	}
	if (stream->filling != NULL) {
		res->body = (struct nw_span){stream->filling->data, stream->filling->len};
	}
	res->stream = NULL;
	if (rc == 0 && is_short) {
		return nw_outcome_fail(res, -EIO, "its body is shorter than its Content-Length");
	}
	return rc;
}

/* Whoever reads events connects anew, and had better not do it all at once. */
static void bid_farewell(struct nw_response_stream *stream)
{
	char buf[32];
	const char *text = nw_response_event_farewell(stream, buf, sizeof(buf));

	if (text == NULL || exchange_of(stream->res)->is_gone) {
		return;
	}
	if (is_on_thread(stream->res)) {
		(void)write_on_thread(stream, text, strlen(text));
	} else {
		(void)nw_stream_write(exchange_of(stream->res), text, strlen(text));
	}
}

bool nw_response_stream_close(struct nw_response *res, int rc)
{
	static const char then[] = "; the answer had begun and is broken off";
	bool is_short = res->has_length && res->length != res->stream->written && takes_body(res);

	if (res->failed == 0 && is_done(res, rc) && takes_body(res)) {
		bid_farewell(res->stream);
	}
	if (res->failed == 0 && is_done(res, rc) && takes_body(res) && res->stream->encoder != NULL) {
		rc = put_coded(res->stream, "", 0, NW_ENCODE_END);
	}
	if (res->failed != 0) {
		nw_outcome_log(res, res->failed, res->why, then);
	} else if (!is_done(res, rc)) {
		if (!nw_outcome_is_body_broken(exchange_of(res), rc)) {
			nw_outcome_log(res, rc, NULL, then);
		}
	} else if (is_short && !exchange_of(res)->is_gone) {
		nw_outcome_log(res, -EIO, "its body is shorter than its Content-Length", then);
	} else {
		return true;
	}
	return false;
}

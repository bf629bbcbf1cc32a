#include "worker/http/stream.h"

#include <assert.h>
#include <errno.h>

#include "worker/http/output.h"

enum { TURN_MAX = 256 * 1024 }; /* bytes of one stream, before others have their turn */

static struct nw_stream *stream_of(struct nw_exchange *x)
{
	return &((struct nw_job *)x)->stream;
}

static void init(struct nw_stream *stream, struct nw_exchange *x)
{
	struct nw_answer *answer = &x->answer;

	if (answer->status == 205) { /* RFC 9110 section 15.3.6 */
		answer->has_length = true;
		answer->content_length = 0;
	}
	*stream = (struct nw_stream){
		.is_begun = true,
		.has_body = nw_answer_has_body(x) && answer->status != 205,
		.has_length = answer->has_length,
		.left = answer->content_length,
	};
	stream->is_chunked = stream->has_body && !stream->has_length && x->head.minor > 0;
	stream->is_until_close = stream->has_body && !stream->has_length && x->head.minor == 0;
	answer->close |= stream->is_until_close;
	answer->is_stream = true;
}

int nw_stream_begin(struct nw_exchange *x)
{
	struct nw_conn *c = x->conn;

	if (!nw_answer_is_sound(&x->answer)) {
		return -EINVAL;
	}
	init(stream_of(x), x);
	if (c->state == NW_CONN_CLOSED) {
		return 0;
	}
	assert(c->state == NW_CONN_WORK);
	bool has_entered = nw_connection_enter(c);

	nw_output_head(c);
	c->state = NW_CONN_STREAM;
	nw_connection_leave(c, has_entered);
	return 0;
}

static size_t waiting(const struct nw_conn *c)
{
	return c->out_len - c->out_at;
}

static void note_full(struct nw_conn *c)
{
	struct nw_stream *stream = &c->job->stream;

	stream->is_full = stream->is_full || waiting(c) >= NW_STREAM_HIGH || stream->turn >= TURN_MAX;
}

static void put(struct nw_conn *c, const struct nw_stream *stream, const void *data, size_t len)
{
	struct nw_buf *out = nw_output_gather(c);

	if (stream->is_chunked) {
		nw_buf_addf(out, "%zx\r\n", len);
	}
	nw_buf_add(out, data, len);
	if (stream->is_chunked) {
		nw_buf_add(out, "\r\n", 2);
	}
	if (out->len >= NW_HTTP_OUT_SIZE) {
		nw_output_flush(c->http);
	}
	note_full(c);
}

int nw_stream_write(struct nw_exchange *x, const void *data, size_t len)
{
	struct nw_conn *c = x->conn;
	struct nw_stream *stream = stream_of(x);

	if (c->state != NW_CONN_STREAM || !stream->has_body) {
		return -EPIPE;
	}
	bool is_surplus = stream->has_length && len > stream->left;

	if (is_surplus) {
		len = (size_t)stream->left;
		stream->is_broken = true;
	}
	if (len > 0) { /* an empty chunk would be the last one */
		bool has_entered = nw_connection_enter(c);

		x->bytes_sent += len;
		stream->left -= stream->has_length ? len : 0;
		stream->turn += len < TURN_MAX ? (uint32_t)len : TURN_MAX;
		put(c, stream, data, len);
		nw_connection_leave(c, has_entered);
	}
	if (c->state == NW_CONN_CLOSED) {
		return -EPIPE;
	}
	return is_surplus ? -EOVERFLOW : 0;
}

bool nw_stream_is_full(const struct nw_exchange *x)
{
	return ((const struct nw_job *)x)->stream.is_full;
}

/* What ends the body; false: it is cut off. */
static bool put_end(struct nw_conn *c, const struct nw_stream *stream, bool is_whole)
{
	if (!stream->has_body) {
		return true;
	}
	if (!is_whole || stream->is_broken || (stream->has_length && stream->left > 0)) {
		c->is_last = true;
		c->must_linger = true;
		return false;
	}
	if (stream->is_chunked) {
		nw_buf_adds(nw_output_gather(c), "0\r\n\r\n");
	}
	return true;
}

void nw_stream_end(struct nw_exchange *x, bool is_whole)
{
	struct nw_conn *c = x->conn;
	const struct nw_stream *stream = stream_of(x);

	if (c->state == NW_CONN_CLOSED) {
		event_del(&c->event); /* on_drain may be due */
		nw_connection_answer(c);
		return;
	}
	assert(c->state == NW_CONN_STREAM);
	bool has_entered = nw_connection_enter(c);
	bool resets = !put_end(c, stream, is_whole) && stream->is_until_close;

	nw_job_set_in_flight(c->http, c->job, false);
	c->state = NW_CONN_ANSWER;
	if (resets) {
		nw_connection_reset(c); /* a plain end would look like all of it */
	} else {
		nw_output_end(c, has_entered);
	}
	nw_connection_leave(c, has_entered);
}

void nw_stream_hint(struct nw_exchange *x, struct nw_span fields)
{
	struct nw_conn *c = x->conn;

	if (c->state != NW_CONN_WORK || x->head.minor == 0 || nw_output_is_waiting(c)) {
		return;
	}
	bool has_entered = nw_connection_enter(c);
	struct nw_buf *out = nw_output_gather(c);

	nw_buf_adds(out, "HTTP/1.1 103 Early Hints\r\n");
	nw_buf_add(out, fields.p, fields.len);
	nw_buf_adds(out, "\r\n");
	nw_output_flush(c->http); /* or it would come with the answer */
	nw_connection_leave(c, has_entered);
}

void nw_stream_settle(struct nw_conn *c)
{
	const struct nw_stream *stream = &c->job->stream;

	note_full(c);
	/* What was due may have been forgotten: registering for room to write takes an event back. */
	if (stream->is_due || (stream->is_full && waiting(c) <= NW_STREAM_LOW)) {
		event_active(&c->event, EV_TIMEOUT, 0);
	}
}

void nw_stream_ring(struct nw_conn *c)
{
	c->job->stream.is_due = true;
	event_active(&c->event, EV_TIMEOUT, 0);
}

void nw_stream_wake(struct nw_conn *c)
{
	struct nw_job *job = c->job;

	if (job == NULL || !job->stream.is_begun) {
		return;
	}
	struct nw_stream *stream = &job->stream;
	bool has_room = stream->is_full && waiting(c) <= NW_STREAM_LOW;

	if (!has_room && !stream->is_due) {
		return;
	}
	stream->is_due = false;
	stream->is_full = stream->is_full && !has_room;
	stream->turn = 0;
	if (job->x.on_drain != NULL) {
		job->x.on_drain(&job->x);
	}
}

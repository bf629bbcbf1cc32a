/* Streams of handler threads are compressed there; the loop has no time for it, nor memory for an encoder a client. */
#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"
#include "worker/http/compress.h"

static void end(void *arg)
{
	struct nw_response_stream *stream = arg;

	nw_encoder_free(stream->encoder);
	nw_buf_free(&stream->coded);
}

void nw_response_coding_begin(struct nw_response_stream *stream)
{
	struct nw_response *res = stream->res;
	struct nw_exchange *x = res->call->req.x;
	unsigned codings = res->call->req.apps->codings;

	if (codings == 0 || !nw_outcome_has_body(res->status)) {
		return;
	}
	enum nw_coding coding = nw_compress_choose_any(x, codings);

	if (coding == NW_CODING_IDENTITY || nw_arena_defer(x->arena, end, stream) != 0) {
		return;
	}
	stream->encoder = nw_encoder_new(coding, 0);
	if (stream->encoder != NULL && !nw_compress_say(x, coding)) {
		stream->encoder = nw_encoder_free(stream->encoder);
	}
}

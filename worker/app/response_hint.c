#include <narwhal/stream.h>

#include <assert.h>
#include <errno.h>
#include <narwhal/response.h>

#include "worker/app/header.h"
#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"
#include "worker/http/stream.h"

/* On its way from a thread to the loop. */
struct hint {
	struct nw_task task; /* first: it is found by it */
	struct nw_exchange *x;
	struct nw_span fields;
};

static void on_hint(struct nw_task *task)
{
	const struct hint *hint = (struct hint *)task;

	nw_stream_hint(hint->x, hint->fields);
}

int nw_response_early_hint(struct nw_response *res, const char *name, const char *value)
{
	struct nw_call *call = res->call;
	struct nw_executor *loop = call->req.apps->loop;

	if (nw_response_stream_is_out(res)) {
		return nw_outcome_fail(res, -EINVAL, "an early hint after the head");
	}
	if (!nw_header_is_token(name) || nw_header_is_owned(name) || value == NULL || !nw_header_is_value(value)) {
		return nw_outcome_fail(res, -EINVAL, "an early hint that is no header field of an app");
	}
	struct hint *hint = nw_arena_alloc(call->req.x->arena, sizeof(*hint));
	const char *text = nw_arena_printf(call->req.x->arena, "%s: %s\r\n", name, value);

	if (hint == NULL || text == NULL) {
		return nw_outcome_fail(res, -ENOMEM, NULL);
	}
	*hint = (struct hint){.task = {.run = on_hint}, .x = call->req.x, .fields = nw_span_of(text)};
	if (!call->req.on_thread) {
		on_hint(&hint->task);
		return 0;
	}
	int rc = loop->submit(loop, &hint->task);

	assert(rc == 0);
	return 0;
}

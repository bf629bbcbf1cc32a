#include "worker/app/call.h"

#include <assert.h>
#include <errno.h>
#include <narwhal/response.h>

#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"
#include "worker/app/timing.h"
#include "worker/http/compress.h"

struct nw_call *nw_call_new(struct nw_apps *apps, struct nw_exchange *x)
{
	struct nw_call *call = nw_arena_alloc(x->arena, sizeof(*call));

	if (call == NULL) {
		return NULL;
	}
	call->req.call = call;
	call->req.x = x;
	call->req.apps = apps;
	call->res.call = call;
	call->res.detail = "";
	nw_outcome_init(&call->res, x->arena);
	x->user = call;
	return call;
}

/* 1: a hook has answered, or will later. */
static int before_run(struct nw_call *call)
{
	const struct nw_response *res = &call->res;
	int rc = 0;

	for (const struct nw_hook *hook = call->req.app->before; hook != NULL && rc == 0; hook = hook->next) {
		rc = hook->handler(&call->req, &call->res);
		if (rc == 0 && (res->is_deferred || res->offload != NULL)) {
			rc = 1;
		}
	}
	return rc;
}

/* 0 or negative, as a handler. */
static inline int handler_run(struct nw_call *call, nw_handler handler, bool with_before)
{
	call->is_running = true;
	int rc = with_before ? before_run(call) : 0;

	if (rc == 0 && handler != NULL) {
		rc = handler(&call->req, &call->res);
	}
	call->is_running = false;
	return rc < 0 ? rc : 0;
}

/* The exchange gets its answer. */
static inline void finish(struct nw_call *call, int rc)
{
	struct nw_response *res = &call->res;

	if (res->stream != NULL) {
		rc = nw_response_stream_settle(res, rc);
	}
	if (!call->is_finished) {
		nw_outcome_finish(res, rc);
	}
	nw_outcome_seal(res);
}

static void on_loop(struct nw_task *task)
{
	struct nw_call *call = (struct nw_call *)task;

	if (nw_response_stream_is_out(&call->res)) {
		nw_response_stream_finish(&call->res, call->is_whole);
	} else {
		nw_exchange_send(call->req.x);
	}
}

/* From here on the loop may have it. */
static void hand_back(struct nw_call *call)
{
	struct nw_executor *loop = call->req.apps->loop;

	call->task.run = on_loop;
	int rc = loop->submit(loop, &call->task);

	assert(rc == 0);
}

/* The black box: this thread works on the request from now on. */
static void take(struct nw_call *call, enum nw_thread_phase phase)
{
	struct nw_exchange *x = call->req.x;
	char id[NW_TRACE_ID_MAX];
	size_t id_len = nw_trace_id_into(x, id);

	nw_board_thread_take(NW_BOARD_DOING(phase, x->route), nw_span_of(call->req.method),
			     (struct nw_span){id, id_len}, x);
}

static void compress(struct nw_call *call)
{
	uint32_t doing = nw_board_thread_enter(NW_PHASE_COMPRESS);

	nw_compress_body(call->req.x, call->coding);
	nw_board_thread_leave(doing);
}

static void on_compress(struct nw_task *task)
{
	struct nw_call *call = (struct nw_call *)task;

	take(call, NW_PHASE_COMPRESS);
	nw_compress_body(call->req.x, call->coding);
	nw_board_thread_drop();
	hand_back(call);
}

/* A handler thread compresses it and it is sent then; false: there is none to be had now. */
static bool compress_elsewhere(struct nw_call *call)
{
	struct nw_executor *threads = call->req.apps->threads;

	call->task.run = on_compress;
	return nw_request_keep(&call->req) == 0 && threads->submit(threads, &call->task) == 0;
}

/* The exchange has its answer. On the loop. */
static inline void send_answer(struct nw_call *call)
{
	struct nw_exchange *x = call->req.x;

	call->coding = nw_compress_choose(x, call->req.apps->codings);
	if (call->coding != NW_CODING_IDENTITY && x->answer.body.len <= NW_COMPRESS_BRIEF) {
		nw_compress_body(x, call->coding);
	} else if (call->coding != NW_CODING_IDENTITY && compress_elsewhere(call)) {
		return; /* else it goes as it is: better than late */
	}
	nw_exchange_send(x);
}

void nw_call_send(struct nw_call *call)
{
	nw_outcome_seal(&call->res);
	send_answer(call);
}

/* A client of the pool goes back here, not with the arena: the answer may take long to be written. */
static void mongo_give_back(struct nw_request *req)
{
	if (req->mongo != NULL) {
		nw_store_mongo_push(req->apps->store, req->mongo);
		req->mongo = NULL;
	}
}

static void on_thread(struct nw_task *task)
{
	struct nw_call *call = (struct nw_call *)task;

	take(call, NW_PHASE_HANDLER);
	nw_timing_go_on(call);
	call->req.on_thread = true;
	int rc = handler_run(call, call->handler, call->with_before);

	if (nw_response_stream_is_out(&call->res)) {
		call->is_whole = nw_response_stream_close(&call->res, rc);
	} else {
		finish(call, rc);
		call->coding = nw_compress_choose(call->req.x, call->req.apps->codings);
	}
	mongo_give_back(&call->req);
	if (call->coding != NW_CODING_IDENTITY) {
		compress(call);
	}
	call->req.on_thread = false;
	nw_board_thread_drop(); /* before it is the loop's again, which may have given it up */
	hand_back(call);
}

void nw_call_refuse(struct nw_call *call, int rc)
{
	struct nw_counters *counters = call->req.apps->counters;

	if (rc == -EAGAIN && counters != NULL) {
		NW_COUNT(counters->queue_full, 1);
	}
	(void)nw_response_header(&call->res, "Retry-After", "1");
	(void)nw_response_error(&call->res, NW_STATUS_UNAVAILABLE, "%s",
				rc == -EAGAIN ? "All handler threads are busy and their queue is full."
					      : "No memory for this request.");
	nw_call_send(call);
}

void nw_call_queue(struct nw_call *call, nw_handler handler, bool with_before)
{
	struct nw_executor *threads = call->req.apps->threads;
	int rc = nw_request_keep(&call->req);

	call->is_given = true;
	if (rc == 0) {
		call->handler = handler;
		call->with_before = with_before;
		call->task.run = on_thread;
		nw_timing_wait(call);
		rc = threads->submit(threads, &call->task);
	}
	/* Once it was taken it is the thread's: not one look at it any more. */
	if (rc < 0) {
		nw_call_refuse(call, rc);
	}
}

/* False: it is, or goes on later, and be it only to its end: response and request are the app's until then. */
static bool must_answer_stream(struct nw_call *call, int rc)
{
	struct nw_response *res = &call->res;

	if (rc == 0 && !res->is_ended) {
		return false;
	}
	if (nw_response_stream_is_out(res)) {
		nw_response_stream_finish(res, nw_response_stream_close(res, rc));
		return false;
	}
	return true;
}

static inline bool must_answer(struct nw_call *call, int rc)
{
	const struct nw_response *res = &call->res;

	if (res->stream != NULL || call->is_finished) {
		return must_answer_stream(call, rc);
	}
	return rc != 0 || !res->is_deferred || res->is_sent;
}

void nw_call_settle(struct nw_call *call, int rc)
{
	struct nw_response *res = &call->res;
	nw_handler offload = res->offload;

	if (rc == 0 && offload != NULL) {
		res->offload = NULL;
		if (res->failed == 0) {
			nw_call_queue(call, offload, false);
			return;
		}
		res->is_ended = res->is_sent = true; /* nobody else will */
	}
	if (must_answer(call, rc)) {
		finish(call, rc);
		send_answer(call);
	}
}

static void on_end(struct nw_task *task)
{
	struct nw_call *call = (struct nw_call *)task;

	call->is_given = false;
	nw_call_settle(call, 0);
}

void nw_call_end(struct nw_call *call)
{
	struct nw_executor *loop = call->req.apps->loop;

	if (call->is_running || call->is_given) {
		return;
	}
	call->is_given = true;
	call->task.run = on_end;
	int rc = loop->submit(loop, &call->task);

	assert(rc == 0);
}

/* Of what runs on the loop the black box has the least that names it: the rest is looked up when it matters. */
void nw_call_run_inline(struct nw_call *call)
{
	const struct nw_route_target *route = call->req.route;
	struct nw_board_thread *loop = nw_board_thread_loop;

	NW_GAUGE(loop->doing, route->doing);
	NW_GAUGE(loop->subject, call->req.x);
	int rc = handler_run(call, route->handler, true);

	NW_GAUGE(nw_board_thread_loop->doing, 0);
	nw_call_settle(call, rc);
}

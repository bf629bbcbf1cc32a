#include "common/scoreboard_thread.h"

#include "common/scoreboard.h"

static double seconds(int64_t from_ms, int64_t now_ms)
{
	return (double)(now_ms > from_ms ? now_ms - from_ms : 0) / 1e3;
}

static void add_operation(const struct nw_board_thread_view *view, struct nw_buf *out)
{
	static const char *const operations[] = {
		[NW_OPERATION_NONE] = "",
		[NW_OPERATION_GET] = "get from",
		[NW_OPERATION_INSERT] = "insert into",
		[NW_OPERATION_REPLACE] = "replace in",
		[NW_OPERATION_UPDATE] = "update in",
		[NW_OPERATION_REMOVE] = "remove from",
		[NW_OPERATION_PING] = "ping",
		[NW_OPERATION_FIND] = "find in",
		[NW_OPERATION_COUNT] = "count in",
		[NW_OPERATION_INDEX] = "index of",
	};

	nw_buf_adds(out, operations[view->operation]);
	if (view->collection[0] != '\0') {
		nw_buf_adds(out, " '");
		nw_str_escape(out, nw_span_of(view->collection));
		nw_buf_addc(out, '\'');
	}
	if (view->n_operations > 1) {
		nw_buf_addf(out, ", %u at once", view->n_operations);
	}
}

void nw_board_thread_phase_text(const struct nw_board_thread_view *view, struct nw_buf *out)
{
	static const char *const phases[] = {
		[NW_PHASE_IDLE] = "idle",
		[NW_PHASE_HANDLER] = "in the handler",
		[NW_PHASE_STORE] = "in the store: ",
		[NW_PHASE_COMPRESS] = "compressing",
		[NW_PHASE_BODY] = "waiting for the body",
		[NW_PHASE_CLIENT] = "waiting for the client to read",
		[NW_PHASE_WAIT] = "waiting for an event",
	};

	nw_buf_adds(out, phases[view->phase]);
	if (view->phase == NW_PHASE_STORE) {
		add_operation(view, out);
	}
}

/* What it serves: the method as it was sent, the route as it was declared. */
static void add_request(const struct nw_board *board, const struct nw_board_thread_view *view, struct nw_buf *out)
{
	const struct nw_board_route *route = &board->routes[view->route];

	if (view->method[0] != '\0') {
		nw_str_escape(out, nw_span_of(view->method));
		nw_buf_addc(out, ' ');
	} else if (view->route != 0) {
		nw_buf_addf(out, "%.*s ", (int)sizeof(route->methods) - 1, route->methods);
	}
	if (view->route != 0) {
		nw_buf_addf(out, "%.*s", (int)sizeof(route->path) - 1, route->path);
	} else {
		nw_buf_adds(out, "of no route that is counted");
	}
	if (view->id[0] != '\0') {
		nw_buf_adds(out, " (request id ");
		nw_str_escape(out, nw_span_of(view->id));
		nw_buf_addc(out, ')');
	}
}

static const char *const roles[] = {
	[NW_ROLE_NONE] = "unknown thread",
	[NW_ROLE_LOOP] = "event loop",
	[NW_ROLE_HANDLER] = "handler thread",
	[NW_ROLE_LANE] = "store thread",
};

void nw_board_thread_text(const struct nw_board *board, const struct nw_board_thread_view *view, int64_t now_ms,
			  struct nw_buf *out)
{
	bool has_begun = view->begin_ms != 0 && view->phase != NW_PHASE_IDLE;
	bool is_within = view->phase >= NW_PHASE_STORE && view->phase_ms != 0;

	nw_buf_addf(out, "%s %d: ", roles[view->role], view->tid);
	if (view->phase != NW_PHASE_IDLE && view->role != NW_ROLE_LANE) {
		add_request(board, view, out);
		if (has_begun) {
			nw_buf_addf(out, " for %.1f s", seconds(view->begin_ms, now_ms));
		}
		nw_buf_adds(out, ", ");
	}
	nw_board_thread_phase_text(view, out);
	if (is_within) {
		nw_buf_addf(out, " for %.1f s", seconds(view->phase_ms, now_ms));
	}
}

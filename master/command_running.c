#include "master/command_running.h"

#include "common/clock.h"
#include "common/json_text.h"
#include "common/scoreboard_thread.h"

static void add_text(struct nw_buf *out, const char *name, const char *text, size_t size)
{
	nw_buf_addf(out, "\"%s\":", name);
	nw_json_text_add(out, (struct nw_span){text, strnlen(text, size)});
	nw_buf_addc(out, ',');
}

static void add_thread(struct nw_buf *out, const struct nw_board *board, const struct nw_board_thread_view *view)
{
	static const char *const roles[] = {
		[NW_ROLE_NONE] = "none",
		[NW_ROLE_LOOP] = "loop",
		[NW_ROLE_HANDLER] = "handler",
		[NW_ROLE_LANE] = "store",
	};
	const struct nw_board_route *route = &board->routes[view->route];
	int64_t since_ms = view->begin_ms != 0 ? view->begin_ms : view->phase_ms;
	int64_t now_ms = nw_clock_ms();
	struct nw_buf phase = {0};

	nw_board_thread_phase_text(view, &phase);
	nw_buf_addf(out, "{\"tid\":%d,\"role\":\"%s\",", view->tid, roles[view->role]);
	add_text(out, "method", view->method, sizeof(view->method));
	add_text(out, "route", view->route == 0 ? "" : route->path, sizeof(route->path));
	add_text(out, "request_id", view->id, sizeof(view->id));
	add_text(out, "phase", nw_buf_str(&phase), phase.len);
	nw_buf_addf(out, "\"seconds\":%.3f}",
		    since_ms == 0 || now_ms < since_ms ? 0 : (double)(now_ms - since_ms) / 1e3);
	nw_buf_free(&phase);
}

void nw_command_running(struct nw_buf *out, const struct nw_board *board, const struct nw_slot *slot)
{
	struct nw_board_thread_view view;
	const char *comma = "";

	nw_buf_adds(out, "\"running\":[");
	for (unsigned i = 0; nw_board_thread_read(board, slot, i, &view); i++) {
		if (view.role != NW_ROLE_NONE && view.phase != NW_PHASE_IDLE) {
			nw_buf_adds(out, comma);
			add_thread(out, board, &view);
			comma = ",";
		}
	}
	nw_buf_addc(out, ']');
}

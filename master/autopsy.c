#include "master/autopsy.h"

#include "common/clock.h"

static void say_busy(const struct nw_board *board, const struct nw_child *child,
		     const struct nw_board_thread_view *view, enum nw_log_level level)
{
	struct nw_buf line = {0};

	nw_board_thread_text(board, view, nw_clock_ms(), &line);
	NW_LOG_AT(level, "Worker (pid:%d), %s", (int)child->pid, nw_buf_str(&line));
	nw_buf_free(&line);
}

void nw_autopsy(const struct nw_board *board, const struct nw_child *child, enum nw_log_level level)
{
	struct nw_board_thread_view view;
	struct nw_board_worker worker;
	unsigned n_busy = 0, n_idle = 0;

	for (unsigned i = 0; nw_board_thread_read(board, child->slot, i, &view); i++) {
		if (view.phase != NW_PHASE_IDLE) {
			say_busy(board, child, &view, level);
			n_busy++;
		} else {
			n_idle += view.role == NW_ROLE_HANDLER;
		}
	}
	if (n_busy == 0 && !child->was_ready) {
		return; /* it had not begun yet */
	}
	nw_board_read(board, child->slot, &worker);
	NW_LOG_AT(level,
		  "Worker (pid:%d) had %s, %u handler threads idle, %u requests queued, %u in flight, and %u "
		  "connections; "
		  "its last heartbeat was %.1f s ago",
		  (int)child->pid, n_busy == 0 ? "no busy thread" : "no other busy thread", n_idle,
		  (unsigned)worker.queued, (unsigned)worker.in_flight, (unsigned)worker.open,
		  (double)(nw_clock_ms() - worker.heartbeat_ms) / 1e3);
}

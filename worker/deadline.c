#include "worker/deadline.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "worker/http/detach.h"

static void say(const struct nw_board *board, const struct nw_board_thread *record, int64_t timeout_ms, int64_t now_ms)
{
	struct nw_board_thread_view view;
	struct nw_buf line = {0};

	nw_board_thread_view(record, &view);
	nw_board_thread_text(board, &view, now_ms, &line);
	NW_LOG_CRITICAL("HANDLER TIMEOUT (%.1f s): %s; its client gets 503 or the end of its stream, and the worker is "
			"replaced",
			(double)timeout_ms / 1e3, nw_buf_str(&line));
	nw_buf_free(&line);
}

bool nw_deadline_check(struct nw_pool *pool, const struct nw_board *board, struct nw_counters *counters,
		       int64_t timeout_ms, int64_t now_ms)
{
	const struct nw_board_thread *record;
	bool is_over = false;
	void *x = NULL;

	while (timeout_ms > 0 && (record = nw_pool_find_overdue(pool, now_ms - timeout_ms - 1, &x)) != NULL) {
		if (!nw_detach_exchange(x)) {
			continue;
		}
		is_over = true;
		NW_COUNT(counters->handler_timeouts, 1);
		say(board, record, timeout_ms, now_ms);
		int failed = nw_pool_add_thread(pool);

		if (failed != 0) {
			NW_LOG_ERROR("Cannot start a thread in its place: %s, going on with the others",
				     failed == -EUSERS ? "too many do not come back" : strerror(-failed));
		}
	}
	return is_over;
}

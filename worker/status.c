#include "worker/status.h"

#include <inttypes.h>
#include <unistd.h>

#include "common/board_json.h"
#include "common/clock.h"

enum { FORKED_MEANWHILE = 16 }; /* slots that may be claimed while we look */

/* The kernel takes any bytes for a host's name; what no name has is shown as '?'. */
static void add_host(struct nw_buf *out)
{
	char host[256] = "";

	(void)!gethostname(host, sizeof(host) - 1);
	nw_buf_adds(out, "\"host\":\"");
	for (const char *p = host; *p != '\0'; p++) {
		nw_buf_addc(out, *p < ' ' || *p > '~' || *p == '"' || *p == '\\' ? '?' : *p);
	}
	nw_buf_adds(out, "\",");
}

static void add_pod(struct nw_buf *out, const struct nw_board *board)
{
	nw_buf_addf(out, "{\"version\":\"%s\",", NW_VERSION);
	add_host(out);
	nw_buf_addf(out, "\"pid\":%d,\"uptime_seconds\":%.3f,", (int)board->master_pid,
		    (double)(nw_clock_ms() - board->started_ms) / 1e3);
	nw_buf_addf(out, "\"generation\":%" PRIu32 ",\"workers_target\":%" PRIu32 ",", NW_READ(board->generation),
		    NW_READ(board->workers_target));
	nw_board_json_buckets(out);
	nw_buf_adds(out, ",\"workers\":[");
}

void nw_status_json(struct nw_buf *out, const struct nw_board *board, struct nw_arena *arena)
{
	struct nw_board_sum sum;
	size_t cap = NW_READ(board->n_slots) + FORKED_MEANWHILE;
	struct nw_board_worker *workers = nw_arena_alloc(arena, cap * sizeof(*workers));
	size_t n = nw_board_snapshot(board, &sum, workers, workers == NULL ? 0 : cap);

	out->failed |= workers == NULL;
	add_pod(out, board);
	for (size_t i = 0; i < n; i++) {
		if (workers[i].pid != 0) {
			nw_buf_addf(out, "{\"pid\":%" PRId32 ",", workers[i].pid);
			nw_board_json_worker(out, &workers[i]);
			nw_buf_adds(out, "},");
		}
	}
	if (!out->failed && out->data[out->len - 1] == ',') {
		out->len--;
	}
	nw_buf_adds(out, "],");
	nw_board_json_totals(out, board, &sum);
	nw_buf_adds(out, "}\n");
}

void nw_status_answer(struct nw_exchange *x, const struct nw_board *board)
{
	struct nw_buf body = {.grow = nw_arena_grow_any, .grow_arg = x->arena};

	if (!nw_head_is_method(&x->head, "GET", 3) && !nw_head_is_method(&x->head, "HEAD", 4)) {
		nw_exchange_send_read_only(x);
		return;
	}
	nw_status_json(&body, board, x->arena);
	nw_buf_adds(&x->answer.fields, "Content-Type: application/json\r\nCache-Control: no-store\r\n");
	x->answer.status = body.failed ? 0 : 200; /* 0: becomes a 500 */
	x->answer.body = (struct nw_span){body.data, body.len};
	nw_exchange_send(x);
}

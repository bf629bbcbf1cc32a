#include "worker/metrics.h"

#include <string.h>

#include "tests/unit/unit.h"

START_TEST(counters_of_the_dead_and_the_living_are_one_sum)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *first = nw_board_claim(board, 1);
	struct nw_slot *second = nw_board_claim(board, 1);
	struct nw_buf out = {0};

	NW_COUNT(first->counters.status[2], 5);
	NW_COUNT(second->counters.status[2], 7);
	NW_COUNT(second->counters.latency[0], 7);
	NW_COUNT(second->counters.latency[NW_BOARD_BUCKETS - 1], 1);
	NW_GAUGE(second->state, NW_WORKER_SERVING);
	nw_board_release(board, first);
	nw_metrics_text(&out, board);
	const char *text = nw_buf_str(&out);

	ck_assert_ptr_nonnull(strstr(text, "narwhal_http_requests_total{status=\"2xx\"} 12\n"));
	ck_assert_ptr_nonnull(strstr(text, "narwhal_http_request_duration_seconds_bucket{le=\"+Inf\"} 8\n"));
	ck_assert_ptr_nonnull(strstr(text, "narwhal_http_request_duration_seconds_count 8\n"));
	ck_assert_ptr_nonnull(strstr(text, "narwhal_workers{state=\"serving\"} 1\n"));
	nw_buf_free(&out);
	nw_board_free(board);
}
END_TEST

NW_TEST_MAIN("worker/metrics", counters_of_the_dead_and_the_living_are_one_sum)

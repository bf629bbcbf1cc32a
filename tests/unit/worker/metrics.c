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

START_TEST(requests_are_told_by_route)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *first = nw_board_claim(board, 1);
	struct nw_slot *second = nw_board_claim(board, 1);
	struct nw_buf out = {0};
	unsigned items = nw_board_route(board, "GET, POST", "/items/<int:id>");

	(void)nw_board_route(board, "GET", "/never/asked");
	unsigned odd = nw_board_route(board, "GET", "/a\"b\\");

	NW_COUNT(first->routes[items][2], 5);
	NW_COUNT(second->routes[items][2], 2);
	NW_COUNT(second->routes[items][5], 1);
	NW_COUNT(second->routes[0][4], 3);
	NW_COUNT(second->routes[odd][2], 1);
	nw_board_release(board, first);
	nw_metrics_text(&out, board);
	ck_assert_ptr_nonnull(
		strstr(nw_buf_str(&out),
		       "# TYPE narwhal_route_requests_total counter\n"
		       "narwhal_route_requests_total{method=\"\",route=\"\",status=\"4xx\"} 3\n"
		       "narwhal_route_requests_total{method=\"GET, POST\",route=\"/items/<int:id>\",status=\"2xx\"} 7\n"
		       "narwhal_route_requests_total{method=\"GET, POST\",route=\"/items/<int:id>\",status=\"5xx\"} 1\n"
		       "narwhal_route_requests_total{method=\"GET\",route=\"/a\\\"b\\\\\",status=\"2xx\"} 1\n"
		       "# HELP "));
	nw_buf_free(&out);
	nw_board_free(board);
}
END_TEST

NW_TEST_MAIN("worker/metrics", requests_are_told_by_route, counters_of_the_dead_and_the_living_are_one_sum)

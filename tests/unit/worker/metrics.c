#include "worker/metrics.h"

#include <string.h>

#include "tests/unit/unit.h"

/* Each test has its own. */
static struct nw_board *board;
static struct nw_arena *arena;
static struct nw_buf out;

static void begin(void)
{
	board = nw_board_new();
	arena = nw_arena_new(0);
	out = (struct nw_buf){0};
}

static void end(void)
{
	nw_buf_free(&out);
	arena = nw_arena_free(arena);
	board = nw_board_free(board);
}

static const char *text(void)
{
	out.len = 0;
	nw_metrics_text(&out, &(struct nw_metrics){.board = board, .arena = arena});
	return nw_buf_str(&out);
}

#define HAS(lines) ck_assert_msg(strstr(text(), lines) != NULL, "no %s in\n%s", lines, text())
#define HAS_NO(words) ck_assert_msg(strstr(text(), words) == NULL, "%s in\n%s", words, text())

START_TEST(counters_of_the_dead_and_the_living_are_one_sum)
{
	begin();
	struct nw_slot *first = nw_board_claim(board, 1);
	struct nw_slot *second = nw_board_claim(board, 1);

	NW_COUNT(first->routes[0][2].bucket[0], 5);
	NW_COUNT(second->routes[0][2].bucket[0], 7);
	NW_COUNT(second->routes[0][5].bucket[NW_BOARD_BUCKETS - 1], 1);
	NW_COUNT(first->codes[204], 5);
	NW_COUNT(second->codes[204], 7);
	NW_COUNT(second->codes[503], 1);
	NW_COUNT(second->codes[0], 3);
	NW_GAUGE(second->state, NW_WORKER_SERVING);
	nw_board_release(board, first);
	HAS("narwhal_http_requests_total{status=\"2xx\"} 12\n");
	HAS("narwhal_http_requests_total{status=\"5xx\"} 1\n");
	HAS("# TYPE narwhal_http_responses_total counter\nnarwhal_http_responses_total{code=\"204\"} 12\n"
	    "narwhal_http_responses_total{code=\"503\"} 1\n# HELP");
	HAS("narwhal_http_request_duration_seconds_bucket{le=\"0.00025\"} 12\n");
	HAS("narwhal_http_request_duration_seconds_bucket{le=\"+Inf\"} 13\n");
	HAS("narwhal_http_request_duration_seconds_count 13\n");
	HAS("narwhal_workers{state=\"serving\"} 1\n");
	end();
}
END_TEST

START_TEST(requests_are_told_by_route_and_status)
{
	begin();
	struct nw_slot *first = nw_board_claim(board, 1);
	struct nw_slot *second = nw_board_claim(board, 1);
	unsigned items = nw_board_route(board, "GET, POST", "/items/<int:id>");

	(void)nw_board_route(board, "GET", "/never/asked");
	nw_times_note(&first->routes[items][2], 100);
	nw_times_note(&first->routes[items][2], 300);
	nw_times_note(&second->routes[items][2], 6000000);
	nw_times_note(&second->routes[items][5], 700);
	nw_times_note(&second->routes[0][4], 1);
	nw_board_release(board, first);
	HAS("# TYPE narwhal_route_request_duration_seconds histogram\n"
	    "narwhal_route_request_duration_seconds_bucket{method=\"\",route=\"\",status=\"4xx\",le=\"0.00025\"} 1\n");
#define OF_ITEMS(rest) "{method=\"GET, POST\",route=\"/items/<int:id>\",status=" rest
	HAS("_bucket" OF_ITEMS("\"2xx\",le=\"0.00025\"} 1\n"));
	HAS("_bucket" OF_ITEMS("\"2xx\",le=\"0.0005\"} 2\n"));
	HAS("_bucket" OF_ITEMS("\"2xx\",le=\"5\"} 2\n"));
	HAS("_bucket" OF_ITEMS("\"2xx\",le=\"+Inf\"} 3\n"));
	HAS("_sum" OF_ITEMS("\"2xx\"} 6.000400\n"));
	HAS("_count" OF_ITEMS("\"2xx\"} 3\n"));
	HAS("_count" OF_ITEMS("\"5xx\"} 1\n"));
	HAS_NO(OF_ITEMS("\"3xx\""));
	HAS_NO("/never/asked");
	HAS("narwhal_http_request_duration_seconds_count 5\n");
	end();
}
END_TEST

START_TEST(a_label_is_what_the_format_allows)
{
	begin();
	struct nw_slot *slot = nw_board_claim(board, 1);

	NW_COUNT(slot->routes[nw_board_route(board, "GET", "/a\"b\\\nc")][2].bucket[0], 1);
	NW_COUNT(slot->routes[nw_board_route(board, "GET", "/caf\xc3\xa9/\xff\xc3")][2].bucket[0], 1);
	HAS("_count{method=\"GET\",route=\"/a\\\"b\\\\\\nc\",status=\"2xx\"} 1\n");
	HAS("_count{method=\"GET\",route=\"/caf\xc3\xa9/?"
	    "?\",status=\"2xx\"} 1\n");
	end();
}
END_TEST

NW_TEST_MAIN("worker/metrics", counters_of_the_dead_and_the_living_are_one_sum, requests_are_told_by_route_and_status,
	     a_label_is_what_the_format_allows)

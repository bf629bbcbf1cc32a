#include "worker/metrics.h"

#include <string.h>

#include "common/clock.h"
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

START_TEST(each_worker_has_lines_by_a_number_that_comes_back)
{
	begin();
	struct nw_slot *gone = nw_board_claim(board, 1);
	struct nw_slot *lives = nw_board_claim(board, 3);

	nw_board_release(board, gone);
	NW_GAUGE(lives->pid, 42);
	NW_GAUGE(lives->state, NW_WORKER_DRAINING);
	NW_GAUGE(lives->resident_bytes, 4096);
	NW_GAUGE(lives->threads, 8);
	NW_GAUGE(lives->queue_limit, 1024);
	nw_times_note(&lives->routes[0][2], 1);
	HAS_NO("{worker=\"0\"");
	HAS("narwhal_worker_pid{worker=\"1\"} 42\n");
	HAS("narwhal_worker_generation{worker=\"1\"} 3\n");
	HAS("narwhal_worker_state{worker=\"1\",state=\"serving\"} 0\n");
	HAS("narwhal_worker_state{worker=\"1\",state=\"draining\"} 1\n");
	HAS("narwhal_worker_resident_bytes{worker=\"1\"} 4096\n");
	HAS("narwhal_worker_requests_total{worker=\"1\"} 1\n");
	HAS("narwhal_worker_age_seconds{worker=\"1\"} 0.0");
	HAS("narwhal_threads 8\n");
	HAS("narwhal_threads_queue_limit 1024\n");
	NW_GAUGE(nw_board_claim(board, 4)->pid, 43);
	HAS("narwhal_worker_pid{worker=\"0\"} 43\n");
	HAS("narwhal_worker_state{worker=\"0\",state=\"booting\"} 1\n");
	end();
}
END_TEST

START_TEST(the_store_tells_who_waits)
{
	begin();
	struct nw_slot *gone = nw_board_claim(board, 1), *lives = nw_board_claim(board, 1);

	NW_GAUGE(gone->counters.store_timeouts, 3);
	NW_GAUGE(gone->store_busy, 9);
	NW_GAUGE(lives->counters.store_timeouts, 1);
	NW_GAUGE(lives->store_open, 7);
	NW_GAUGE(lives->store_busy, 5);
	NW_GAUGE(lives->store_waiting, 2);
	nw_board_release(board, gone);
	HAS("narwhal_store_connections 7\n");
	HAS("narwhal_store_connections_busy 5\n");
	HAS("narwhal_store_connections_waiting 2\n");
	HAS("narwhal_store_connection_timeouts_total 4\n");
	end();
}
END_TEST

START_TEST(the_last_reload_is_told)
{
	begin();
	HAS("narwhal_reload_last_successful 1\n");
	HAS("narwhal_reload_last_duration_seconds 0.000000\n");
	nw_board_note_reload(board, false, nw_clock_us() - 1500000);
	HAS("narwhal_reload_last_successful 0\n");
	HAS("narwhal_reload_last_duration_seconds 1.5");
	HAS("narwhal_reloads_total{result=\"failed\"} 1\n");
	ck_assert_int_le(nw_clock_wall_ms() - NW_READ(board->reloaded_ms), 60000);
	nw_board_note_reload(board, true, nw_clock_us());
	HAS("narwhal_reload_last_successful 1\n");
	HAS("narwhal_reloads_total{result=\"ok\"} 1\n");
	end();
}
END_TEST

NW_TEST_MAIN("worker/metrics", counters_of_the_dead_and_the_living_are_one_sum, requests_are_told_by_route_and_status,
	     a_label_is_what_the_format_allows, each_worker_has_lines_by_a_number_that_comes_back,
	     the_store_tells_who_waits, the_last_reload_is_told)

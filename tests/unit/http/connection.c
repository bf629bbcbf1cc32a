#include <string.h>
#include <sys/socket.h>

#include "tests/unit/http/world.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define CHUNKED "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client client;

START_TEST(a_connection_is_kept)
{
	world_begin(&client);
	for (unsigned i = 1; i <= 5; i++) {
		client_says(&client, GET("/"));
		client_expect(&client, i, "\r\n\r\n{\"hello\":\"world\"}");
	}
	ck_assert_uint_eq(client_count(&client, OK), 5);
	ck_assert_uint_eq(client_count(&client, "Connection:"), 0);
	ck_assert_uint_eq(world.n_done, 5);
	ck_assert_uint_eq(world.last.bytes_sent, 17);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	ck_assert_uint_eq(nw_http_in_flight(world.http), 0);
	world_end(&client);
}
END_TEST

START_TEST(a_connection_ends_when_either_side_says_so)
{
	static const char *const requests[] = {
		GET("/close"),
		"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(requests); i++) {
		world_begin(&client);
		client_says(&client, requests[i]);
		client_expect_end(&client);
		ck_assert_uint_eq(client_count(&client, OK), 1);
		ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
		world_end(&client);
	}
}
END_TEST

START_TEST(an_old_client_may_ask_to_keep_it)
{
	world_begin(&client);
	client_says(&client, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	client_expect(&client, 1, "Connection: keep-alive\r\n");
	client_says(&client, "GET / HTTP/1.0\r\n\r\n");
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, OK), 2);
	world_end(&client);
}
END_TEST

START_TEST(without_keepalive_each_answer_is_the_last)
{
	world_prepare();
	world.options.keepalive_ms = 0;
	world_open();
	client_open(&client);
	client_says(&client, GET("/"));
	client_expect(&client, 1, "Connection: close\r\n");
	client_expect_end(&client);
	world_end(&client);
}
END_TEST

START_TEST(a_request_may_come_byte_by_byte)
{
	static const char text[] = "\r\n" GET("/") "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" CHUNKED
						   "\r\n2\r\nde\r\n1;x=y\r\nf\r\n0\r\nT: u\r\n\r\n" GET("/error");

	world_begin(&client);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		client_send(&client, text + i, 1);
	}
	client_expect(&client, 1, "nothing here\"}\n");
	ck_assert_uint_eq(client_count(&client, OK), 3);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\nabc"), 1);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\ndef"), 1);
	world_end(&client);
}
END_TEST

START_TEST(a_slow_reader_gets_all_of_a_large_answer)
{
	world_begin(&client);
	client_says(&client, GET("/big") GET("/"));
	client.most = 100 * 1000;
	WORLD_UNTIL((client_take(&client), client.len > WORLD_BIG / 2));
	ck_assert_uint_eq(world.n_done, 0);
	client.most = 0;
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	const char *body = strstr(client.data, "\r\n\r\n") + 4;

	ck_assert_int_eq(memcmp(body, world.big, WORLD_BIG), 0);
	ck_assert_uint_eq(client_count(&client, "Content-Length: 20000000\r\n"), 1);
	ck_assert_uint_eq(world.n_done, 2);
	world_end(&client);
}
END_TEST

START_TEST(a_large_answer_is_written_in_turns)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *slot = nw_board_claim(board, 1);

	world_prepare();
	world.options.slot = slot;
	world_open();
	client_open(&client);
	client_says(&client, GET("/big"));
	WORLD_UNTIL(world.n_requests == 1);
	/* The sockets would have taken more. */
	ck_assert_uint_lt(NW_READ(slot->counters.bytes_out), 2 * 1024 * 1024);
	WORLD_UNTIL((client_take(&client), world.n_done == 1));
	ck_assert_uint_eq(world.last.bytes_sent, WORLD_BIG);
	world_end(&client);
	nw_board_free(board);
}
END_TEST

START_TEST(a_client_that_leaves_a_large_answer_is_gone)
{
	world_begin(&client);
	client_says(&client, GET("/big"));
	WORLD_UNTIL(world.n_requests == 1);
	client_close(&client);
	WORLD_UNTIL(world.n_done == 1);
	ck_assert(world.last.is_gone);
	ck_assert_uint_lt(world.last.bytes_sent, WORLD_BIG);
	ck_assert_str_eq(world.last.target, "/big");
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	world_close();
}
END_TEST

START_TEST(a_client_that_takes_nothing_is_closed)
{
	world_begin(&client);
	client_says(&client, GET("/big"));
	WORLD_UNTIL(world.n_requests == 1);
	world_settle();
	world_sweep_after(15000);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	world_sweep_after(31000);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	ck_assert(world.last.is_gone);
	world_end(&client);
}
END_TEST

START_TEST(an_echo_outlives_its_request_s_bytes)
{
	enum { LEN = 60 * 1000, N = 300 };
	struct nw_buf all = {0};

	world_begin(&client);
	for (unsigned i = 0; i < N; i++) {
		nw_buf_addf(&all, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", LEN);
		memset(nw_buf_reserve(&all, LEN), 'a' + (int)i % 26, LEN);
		all.len += LEN;
	}
	client.most = 65536;
	for (size_t at = 0; at < all.len || world.n_done < N;) {
		ssize_t n = send(client.fd, all.data + at, all.len - at, MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		world_turn(0);
		client_take(&client);
	}
	size_t head_len = (size_t)(strstr(client.data, "\r\n\r\n") + 4 - client.data);

	WORLD_UNTIL((client_take(&client), client.len == N * (head_len + LEN)));
	const char *p = client.data;

	for (unsigned i = 0; i < N; i++) {
		p = strstr(p, "\r\n\r\n") + 4;
		ck_assert(p[0] == 'a' + (int)i % 26 && memcmp(p, p + 1, LEN - 1) == 0); /* all the same */
		p += LEN;
	}
	nw_buf_free(&all);
	world_end(&client);
}
END_TEST

START_TEST(bodies_up_to_the_limit_are_taken)
{
	struct nw_buf body = {0};

	world_begin(&client);
	memset(nw_buf_reserve(&body, WORLD_BODY), 'x', WORLD_BODY);
	client_says(&client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n");
	client_send(&client, body.data, WORLD_BODY);
	client_expect(&client, 1, OK);
	ck_assert_uint_eq(world.n_body, WORLD_BODY);
	client_says(&client, "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 1000; i++) {
		client_says(&client, "3e8\r\n");
		client_send(&client, body.data, 1000);
		client_says(&client, "\r\n");
	}
	client_says(&client, "0\r\n\r\n");
	client_expect(&client, 2, OK);
	ck_assert_uint_eq(world.n_body, 2 * WORLD_BODY);
	nw_buf_free(&body);
	world_end(&client);
}
END_TEST

START_TEST(refusals_have_their_status_and_close)
{
	static char long_line[5000], long_field[9000];
	static const struct {
		const char *text, *line;
	} cases[] = {
		{"POST / HTTP/1.1\r\n" HOST "Content-Length: 1000001\r\n\r\n", "HTTP/1.1 413 Content Too Large\r\n"},
		{CHUNKED "\r\nf4241\r\n", "HTTP/1.1 413 Content Too Large\r\n"},
		{CHUNKED "\r\nx", "HTTP/1.1 400 Bad Request\r\n"},
		{long_line, "HTTP/1.1 414 URI Too Long\r\n"},
		{long_field, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
		{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
		{"GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
		{"GET / HTTP/1.1\r\n" HOST "Expect: x\r\n\r\n", "HTTP/1.1 417 Expectation Failed\r\n"},
		{"GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: x\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"},
		{"\x16\x03\x01", "HTTP/1.1 400 Bad Request\r\n"},
	};

	memset(long_line, 'A', 4095);
	memcpy(long_line, "GET /", 5);
	memset(long_field, 'A', 8300);
	memcpy(long_field, "GET / HTTP/1.1\r\n", 16);
	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		world_begin(&client);
		client_says(&client, GET("/"));
		client_says(&client, cases[i].text);
		client_expect_end(&client);
		ck_assert_uint_eq(client_count(&client, OK), 1);
		ck_assert_msg(client_count(&client, cases[i].line) == 1, "case %zu: %s", i, client.data);
		ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
		ck_assert_uint_eq(client_count(&client, "Content-Type: application/json\r\n"), 2);
		ck_assert_uint_eq(world.n_requests, 1);
		ck_assert_uint_eq(world.n_done, 2);
		ck_assert(world.last.is_refused && !world.last.is_gone);
		ck_assert_int_eq(world.last.had_head, i < 3);
		world_end(&client);
	}
}
END_TEST

START_TEST(an_unsound_answer_is_an_internal_error)
{
	world_begin(&client);
	client_says(&client, GET("/unsound") GET("/"));
	client_expect(&client, 1, OK);
	ck_assert_uint_eq(client_count(&client, "HTTP/1.1 500 Internal Server Error\r\n"), 1);
	world_end(&client);
}
END_TEST

START_TEST(a_head_request_has_no_body)
{
	world_begin(&client);
	client_says(&client, "HEAD / HTTP/1.1\r\n" HOST "\r\n" GET("/error"));
	client_expect(&client, 1, "nothing here\"}\n");
	ck_assert_uint_eq(client_count(&client, "Content-Length: 17\r\n"), 1);
	ck_assert_uint_eq(client_count(&client, "hello"), 0);
	world_end(&client);
}
END_TEST

START_TEST(a_body_that_is_expected_is_asked_for)
{
	world_begin(&client);
	client_says(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	client_expect(&client, 1, "HTTP/1.1 100 Continue\r\n\r\n");
	client_says(&client, "abc");
	client_expect(&client, 1, "\r\n\r\nabc");
	client_says(&client, CHUNKED "Expect: 100-continue\r\n\r\n");
	client_expect(&client, 2, "HTTP/1.1 100 Continue\r\n\r\n");
	client_says(&client, "1\r\nx\r\n0\r\n\r\n");
	client_expect(&client, 1, "\r\n\r\nx");
	/* not when it is there, nor when it would be refused */
	client_says(&client, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\nExpect: 100-continue\r\n\r\nyz");
	client_expect(&client, 1, "\r\n\r\nyz");
	client_says(&client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "100 Continue"), 2);
	world_end(&client);
}
END_TEST

START_TEST(a_later_answer_may_be_large)
{
	world_begin(&client);
	client_says(&client, GET("/later") GET("/"));
	WORLD_UNTIL(world.n_deferred == 1);
	world.deferred[0]->answer.body = (struct nw_span){world.big, WORLD_BIG};
	nw_exchange_send(world.deferred[0]);
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	ck_assert_uint_ge(client.len, WORLD_BIG);
	world_end(&client);
}
END_TEST

START_TEST(a_body_reaches_a_later_answer)
{
	world_begin(&client);
	client_says(&client, "POST /later HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\nbody");
	client_says(&client, GET("/"));
	WORLD_UNTIL(world.n_deferred == 1);
	struct client other;

	client_open(&other); /* overwrites the shared buffer */
	client_says(&other, GET("/error"));
	client_expect(&other, 1, "nothing here\"}\n");
	struct nw_exchange *x = world.deferred[0];

	ck_assert(nw_span_eq(x->body, "body"));
	ck_assert(nw_span_eq(nw_head_get(&x->head, "host"), "a"));
	x->answer.body = x->body;
	nw_exchange_send(x);
	client_expect(&client, 2, OK);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\nbody"), 1);
	client_close(&other);
	world_end(&client);
}
END_TEST

static uint64_t requests_in(const struct nw_times *times)
{
	uint64_t n = 0;

	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		n += NW_READ(times->bucket[i]);
	}
	return n;
}

START_TEST(the_scoreboard_is_kept)
{
	static struct nw_slot slot;

	world_prepare();
	world.options.slot = &slot;
	world_open();
	client_open(&client);
	client_says(&client, GET("/") GET("/error") GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	ck_assert_uint_eq(NW_READ(slot.open), 1);
	ck_assert_uint_eq(NW_READ(slot.in_flight), 1);
	client_close(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	nw_exchange_send(world.deferred[0]);
	ck_assert_uint_eq(NW_READ(slot.open), 0);
	ck_assert_uint_eq(NW_READ(slot.in_flight), 0);
	ck_assert_uint_eq(NW_READ(slot.codes[0]), 1);
	ck_assert_uint_eq(NW_READ(slot.codes[200]), 1);
	ck_assert_uint_eq(NW_READ(slot.codes[404]), 1);
	ck_assert_uint_eq(NW_READ(slot.counters.connections), 1);
	ck_assert_uint_eq(NW_READ(slot.counters.bytes_in), strlen(GET("/") GET("/error") GET("/later")));
	ck_assert_uint_gt(NW_READ(slot.counters.bytes_out), 200);
	ck_assert_uint_eq(requests_in(&slot.routes[0][0]), 1);
	ck_assert_uint_eq(requests_in(&slot.routes[0][2]), 1);
	ck_assert_uint_eq(requests_in(&slot.routes[0][4]), 1);
	world_close();
}
END_TEST

NW_TEST_MAIN("http/connection", a_connection_is_kept, a_connection_ends_when_either_side_says_so,
	     an_old_client_may_ask_to_keep_it, without_keepalive_each_answer_is_the_last,
	     a_request_may_come_byte_by_byte, a_slow_reader_gets_all_of_a_large_answer,
	     a_large_answer_is_written_in_turns, a_client_that_leaves_a_large_answer_is_gone,
	     a_client_that_takes_nothing_is_closed, an_echo_outlives_its_request_s_bytes,
	     bodies_up_to_the_limit_are_taken, refusals_have_their_status_and_close,
	     an_unsound_answer_is_an_internal_error, a_head_request_has_no_body, a_body_that_is_expected_is_asked_for,
	     a_later_answer_may_be_large, a_body_reaches_a_later_answer, the_scoreboard_is_kept)

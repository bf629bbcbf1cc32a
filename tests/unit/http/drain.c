#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/http/world.h"

/* Limits, time-outs, lingering and draining: how connections come to their end. */

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client clients[8];

static void begin(unsigned n)
{
	world_open();
	for (unsigned i = 0; i < n; i++) {
		client_open(&clients[i]);
	}
}

static void end(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		client_close(&clients[i]);
	}
	world_close();
}

/* Without the loop, so that it is there when the connection is accepted. */
static void says_before(struct client *client, const char *text, size_t len)
{
	ck_assert_int_eq(send(client->fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

START_TEST(accepting_pauses_at_the_cap)
{
	world_prepare();
	world.options.connections = 2;
	begin(4);
	WORLD_UNTIL(nw_http_open(world.http) == 2);
	client_says(&clients[2], GET("/"));
	world_settle();
	world_sweep_after(0);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 2);
	ck_assert_uint_eq(world.n_requests, 0);
	client_close(&clients[0]);
	client_expect(&clients[2], 1, OK);
	ck_assert_uint_eq(nw_http_open(world.http), 2);
	client_close(&clients[1]);
	client_says(&clients[3], GET("/"));
	client_expect(&clients[3], 1, OK);
	end(4);
}
END_TEST

START_TEST(accepting_pauses_when_descriptors_run_out)
{
	struct rlimit old, none;

	world_prepare();
	begin(2);
	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = (rlim_t)clients[1].fd + 1;
	setrlimit(RLIMIT_NOFILE, &none);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	setrlimit(RLIMIT_NOFILE, &old);
	world_settle(); /* it does not try by itself ... */
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	world_sweep_after(0); /* ... but now */
	WORLD_UNTIL(nw_http_open(world.http) == 2);
	end(2);
}
END_TEST

START_TEST(silent_connections_are_closed_without_a_word)
{
	world_prepare();
	world.options.keepalive_ms = 10000;
	begin(2);
	client_says(&clients[0], GET("/"));
	client_expect(&clients[0], 1, OK);
	WORLD_UNTIL(nw_http_open(world.http) == 2);
	world_sweep_after(5000);
	ck_assert_uint_eq(nw_http_open(world.http), 2);
	world_sweep_after(11000);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	client_expect_end(&clients[0]);
	world_sweep_after(15000);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	world_sweep_after(31000);
	client_expect_end(&clients[1]);
	ck_assert_uint_eq(clients[1].len, 0);
	ck_assert_uint_eq(world.n_done, 1);
	end(2);
}
END_TEST

START_TEST(a_request_that_stalls_is_timed_out)
{
	static const char *const beginnings[] = {
		"G",
		"GET / HTTP/1.1\r\nHost: a\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(beginnings); i++) {
		world_prepare();
		begin(1);
		client_says(&clients[0], GET("/"));
		client_expect(&clients[0], 1, OK);
		client_says(&clients[0], beginnings[i]);
		world_settle();
		world_sweep_after(15000);
		ck_assert_uint_eq(world.n_done, 1);
		world_sweep_after(31000);
		client_expect_end(&clients[0]);
		ck_assert_uint_eq(client_count(&clients[0], "HTTP/1.1 408 Request Timeout\r\n"), 1);
		ck_assert(world.n_done == 2 && world.last.is_refused);
		end(1);
	}
}
END_TEST

START_TEST(an_empty_line_begins_no_request)
{
	static const char *const lines[] = {"\r\n", "\r"};

	for (size_t i = 0; i < 2 * NW_ARRAY_LEN(lines); i++) {
		bool is_used = i >= NW_ARRAY_LEN(lines);

		world_prepare();
		begin(1);
		if (is_used) {
			client_says(&clients[0], GET("/"));
			client_expect(&clients[0], 1, OK);
		}
		client_says(&clients[0], lines[i % NW_ARRAY_LEN(lines)]);
		world_settle();
		world_sweep_after(31000);
		client_expect_end(&clients[0]);
		ck_assert_uint_eq(client_count(&clients[0], "HTTP/1.1 408 Request Timeout\r\n"), 0);
		ck_assert_uint_eq(world.n_done, is_used ? 1 : 0);
		end(1);
	}
}
END_TEST

START_TEST(the_one_empty_line_before_a_request_may_come_long_before)
{
	world_prepare();
	begin(1);
	client_says(&clients[0], "\r\n");
	world_settle();
	client_says(&clients[0], GET("/"));
	client_expect(&clients[0], 1, OK);
	client_says(&clients[0], "\r\n");
	world_settle();
	client_says(&clients[0], "\r\n" GET("/"));
	client_expect(&clients[0], 1, "HTTP/1.1 400 Bad Request\r\n");
	end(1);
}
END_TEST

/* Whether a client that sends @text a few times, a while after its @head, is timed out when the time that it had from
 * the head on is over. The clock has to go on between the two, however far: if the time begins anew, it ends later. */
static bool trickle(const char *head, const char *text, size_t len)
{
	world_prepare();
	begin(1);
	client_says(&clients[0], head);
	world_settle();
	int64_t begun = nw_clock_ms();

	WORLD_UNTIL(nw_clock_ms() > begun + 5);
	for (int i = 0; i < 5; i++) {
		client_send(&clients[0], text, len);
		world_settle();
	}
	nw_http_sweep(world.http, begun + world.options.body_ms + 5);
	world_settle();
	client_take(&clients[0]);
	bool is_refused = client_count(&clients[0], " 408 ") == 1;

	end(1);
	return is_refused;
}

START_TEST(the_time_of_a_request_does_not_begin_anew_with_each_byte)
{
	static char extended[8000 + 6];
	size_t len = (size_t)snprintf(extended, sizeof(extended), "1;%07990d\r\nA\r\n", 0);

	ck_assert(trickle("GET /", "A", 1));
	ck_assert(trickle("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", "A", 1));
	ck_assert(trickle("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nA\r\n", 6));
	ck_assert(trickle("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", extended, len));
}
END_TEST

START_TEST(a_body_that_gets_on_has_its_time)
{
	static char some[5000];

	ck_assert(!trickle("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", some, sizeof(some)));
}
END_TEST

START_TEST(a_refused_client_that_sends_on_still_gets_its_answer)
{
	static char noise[50000];

	world_prepare();
	begin(1);
	client_says(&clients[0], "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
	client_send(&clients[0], noise, sizeof(noise));
	client_expect_end(&clients[0]);
	ck_assert_uint_eq(client_count(&clients[0], "HTTP/1.1 413 "), 1);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 1); /* lingers */
	client_close(&clients[0]);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	world_close();
}
END_TEST

START_TEST(one_refused_when_it_came_is_heard_when_it_leaves)
{
	static char noise[40000];

	world_prepare();
	begin(1);
	says_before(&clients[0], noise, sizeof(noise));
	client_expect_end(&clients[0]);
	ck_assert_uint_eq(client_count(&clients[0], " 400 "), 1);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	client_close(&clients[0]);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	world_close();
}
END_TEST

START_TEST(lingering_is_bounded_in_bytes_and_time)
{
	static char noise[(32 << 20) + 100000];

	world_prepare();
	world.options.linger_ms = 30000;
	begin(2);
	client_says(&clients[0], "nonsense\r\n");
	client_says(&clients[1], "nonsense\r\n");
	client_expect_end(&clients[0]);
	client_expect_end(&clients[1]);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 2);
	client_send(&clients[0], noise, sizeof(noise));
	WORLD_UNTIL(nw_http_open(world.http) == 1);
	world_sweep_after(15000);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	world_sweep_after(31000);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	end(2);
}
END_TEST

START_TEST(lingering_is_bounded_in_number)
{
	static struct client many[300];
	size_t n = NW_ARRAY_LEN(many);

	world_prepare();
	world.options.connections = 1000;
	begin(0);
	for (size_t i = 0; i < n; i++) {
		client_open(&many[i]);
		client_says(&many[i], "nonsense\r\n");
	}
	WORLD_UNTIL(world.n_done == n);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 256);
	for (size_t i = 0; i < n; i++) {
		client_expect_end(&many[i]);
		ck_assert_uint_eq(client_count(&many[i], " 400 "), 1);
		client_close(&many[i]);
	}
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	world_close();
}
END_TEST

START_TEST(draining_with_nothing_open_is_done_at_once)
{
	world_prepare();
	begin(0);
	nw_http_drain(world.http, true);
	ck_assert_uint_eq(world.n_drained, 1);
	nw_http_drain(world.http, true);
	ck_assert_uint_eq(world.n_drained, 1);
	world_close();
}
END_TEST

START_TEST(a_kept_connection_may_ask_once_more_while_draining)
{
	world_prepare();
	world.options.linger_ms = 30000;
	begin(3);
	client_says(&clients[0], GET("/"));
	client_expect(&clients[0], 1, OK);
	client_says(&clients[1], GET("/"));
	client_expect(&clients[1], 1, OK);
	WORLD_UNTIL(nw_http_open(world.http) == 3);
	nw_http_drain(world.http, false);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 3);
	client_says(&clients[0], GET("/")); /* a used one and a fresh one; the third one says nothing */
	client_says(&clients[2], GET("/"));
	client_expect_end(&clients[0]);
	client_expect_end(&clients[2]);
	ck_assert_uint_eq(client_count(&clients[0], OK), 2);
	ck_assert_uint_eq(client_count(&clients[0], "Connection: close\r\n"), 1);
	ck_assert_uint_eq(client_count(&clients[2], "Connection: close\r\n"), 1);
	client_close(&clients[0]);
	client_close(&clients[2]);
	WORLD_UNTIL(nw_http_open(world.http) == 1);
	world_sweep_after(15000);
	ck_assert_uint_eq(world.n_drained, 0);
	world_sweep_after(31000);
	client_expect_end(&clients[1]);
	ck_assert_uint_eq(world.n_drained, 1);
	end(3);
}
END_TEST

START_TEST(requests_in_flight_are_answered_while_draining)
{
	world_prepare();
	begin(3);
	client_says(&clients[0], GET("/later"));
	client_says(&clients[1], GET("/big"));
	client_says(&clients[2], "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
	WORLD_UNTIL(world.n_deferred == 1 && world.n_requests == 2);
	world_settle();
	nw_http_drain(world.http, false);
	world_sweep_after(2500);
	ck_assert_uint_eq(nw_http_open(world.http), 3);
	world.deferred[0]->answer.body = nw_span_of("at last");
	nw_exchange_send(world.deferred[0]);
	client_says(&clients[2], "def");
	for (int i = 0; i < 3; i += 2) {
		client_expect_end(&clients[i]);
		ck_assert_uint_eq(client_count(&clients[i], OK), 1);
		ck_assert_uint_eq(client_count(&clients[i], "Connection: close\r\n"), 1);
	}
	/* This answer had begun before, so it could not say so. */
	WORLD_UNTIL((client_take(&clients[1]), clients[1].len > WORLD_BIG && world.n_done == 3));
	world_sweep_after(2100);
	client_expect_end(&clients[1]);
	ck_assert_uint_eq(client_count(&clients[2], "abcdef"), 1);
	ck_assert_uint_gt(clients[1].len, WORLD_BIG);
	end(3);
}
END_TEST

START_TEST(a_gone_client_s_exchange_is_awaited_while_draining)
{
	world_prepare();
	begin(1);
	client_says(&clients[0], GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	client_reset(&clients[0]);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	nw_http_drain(world.http, false);
	ck_assert_uint_eq(world.n_drained, 0);
	nw_exchange_send(world.deferred[0]);
	ck_assert_uint_eq(world.n_drained, 1);
	world_close();
}
END_TEST

static void drain_and_answer(struct nw_exchange *x)
{
	nw_http_drain(world.http, true); /* as when a worker has had its max_requests */
	x->answer.body = nw_head_span(&x->head, x->head.target);
	nw_exchange_send(x);
}

START_TEST(draining_amid_a_request_leaves_it_alone)
{
	static const char asks[] = GET("/own?mine") GET("/") GET("/");
	static const char other[] = GET("/another") GET("/nothing") GET("/of/theirs");

	world_prepare();
	world.own = drain_and_answer;
	begin(2);
	says_before(&clients[0], asks, sizeof(asks) - 1);
	says_before(&clients[1], other, sizeof(other) - 1);
	client_expect_end(&clients[0]);
	ck_assert_uint_eq(client_count(&clients[0], "/own?mine"), 1);
	client_expect_end(&clients[1]);
	ck_assert_uint_eq(client_count(&clients[1], OK), 1);
	ck_assert_uint_eq(client_count(&clients[1], "{\"hello\":\"world\"}"), 1);
	end(2);
}
END_TEST

static struct client next[300];
static unsigned n_next;

/* Whoever is answered comes back at once with a new connection. */
static void come_back(struct nw_exchange *x)
{
	if (n_next < NW_ARRAY_LEN(next)) {
		client_open(&next[n_next]);
		says_before(&next[n_next], GET("/own"), sizeof(GET("/own")) - 1);
		n_next++;
	}
	x->answer.body = nw_span_of("here");
	nw_exchange_send(x);
}

START_TEST(draining_does_not_run_after_those_who_come_later)
{
	world_prepare();
	world.own = come_back;
	n_next = 0;
	begin(1);
	says_before(&clients[0], GET("/own"), sizeof(GET("/own")) - 1);
	nw_http_drain(world.http, true);
	client_expect_end(&clients[0]);
	ck_assert_uint_eq(client_count(&clients[0], "here"), 1);
	client_close(&clients[0]);
	WORLD_UNTIL(world.n_drained == 1);
	ck_assert_uint_eq(world.n_requests, 1);
	ck_assert_uint_eq(n_next, 1);
	client_close(&next[0]);
	end(0);
}
END_TEST

START_TEST(the_accept_queue_is_taken_or_left)
{
	world_prepare();
	world.options.connections = 1;
	begin(3);
	client_says(&clients[0], GET("/"));
	WORLD_UNTIL(world.n_requests == 1);
	nw_http_drain(world.http, true); /* whatever the cap */
	ck_assert_uint_eq(nw_http_open(world.http), 3);
	client_says(&clients[2], GET("/"));
	client_expect_end(&clients[2]);
	ck_assert_uint_eq(client_count(&clients[2], OK), 1);
	end(3);

	world_prepare();
	begin(2);
	nw_http_drain(world.http, false);
	ck_assert_uint_eq(world.n_drained, 1);
	client_says(&clients[0], GET("/"));
	world_settle();
	ck_assert_uint_eq(world.n_requests, 0);
	end(2);
}
END_TEST

static void drain_within(struct nw_exchange *x)
{
	nw_http_drain(world.http, false);
	nw_exchange_send(x);
}

START_TEST(nobody_is_accepted_once_all_is_over)
{
	static const char ask[] = "GET /own HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

	world_prepare();
	world.own = drain_within;
	begin(2);
	says_before(&clients[0], ask, sizeof(ask) - 1);
	client_expect_end(&clients[0]);
	ck_assert_uint_eq(world.n_drained, 1);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	end(2);
}
END_TEST

NW_TEST_MAIN("http/drain", accepting_pauses_at_the_cap, accepting_pauses_when_descriptors_run_out,
	     silent_connections_are_closed_without_a_word, a_request_that_stalls_is_timed_out,
	     an_empty_line_begins_no_request, the_one_empty_line_before_a_request_may_come_long_before,
	     the_time_of_a_request_does_not_begin_anew_with_each_byte, a_body_that_gets_on_has_its_time,
	     a_refused_client_that_sends_on_still_gets_its_answer, one_refused_when_it_came_is_heard_when_it_leaves,
	     lingering_is_bounded_in_bytes_and_time, lingering_is_bounded_in_number,
	     draining_with_nothing_open_is_done_at_once, a_kept_connection_may_ask_once_more_while_draining,
	     requests_in_flight_are_answered_while_draining, a_gone_client_s_exchange_is_awaited_while_draining,
	     the_accept_queue_is_taken_or_left, nobody_is_accepted_once_all_is_over,
	     draining_amid_a_request_leaves_it_alone, draining_does_not_run_after_those_who_come_later)

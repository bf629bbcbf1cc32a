/* Requests that do not wait for the answers to those before them. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/http/world.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client client;

static void pipeline(const char *path, unsigned n)
{
	struct nw_buf all = {0};

	for (unsigned i = 0; i < n; i++) {
		nw_buf_addf(&all, "POST %s HTTP/1.1\r\n" HOST "Content-Length: 6\r\n\r\n<%04u>", path, i);
	}
	client_send(&client, all.data, all.len);
	nw_buf_free(&all);
}

static void assert_in_order(unsigned n)
{
	const char *p = client.data;

	for (unsigned i = 0; i < n; i++) {
		char mark[16];

		snprintf(mark, sizeof(mark), "<%04u>", i);
		p = strstr(p, mark);
		ck_assert_ptr_nonnull(p);
	}
	ck_assert_uint_eq(client_count(&client, OK), n);
}

START_TEST(a_hundred_pipelined_requests_are_answered_in_order)
{
	world_begin(&client);
	pipeline("/echo", 100);
	client_expect(&client, 1, "<0099>");
	assert_in_order(100);
	ck_assert_uint_eq(world.n_requests, 100);
	world_end(&client);
}
END_TEST

START_TEST(more_pipelined_requests_than_the_buffers_hold_are_answered)
{
	world_begin(&client);
	pipeline("/echo", 9000);
	client_expect(&client, 1, "<8999>");
	assert_in_order(9000);
	world_end(&client);
}
END_TEST

START_TEST(who_pipelines_does_not_keep_others_waiting)
{
	enum { N = 5000, FEW = 1000 };
	struct nw_buf all = {0};
	struct client other;

	world_begin(&client);
	client_open(&other);
	world_settle();
	for (unsigned i = 0; i < N; i++) {
		nw_buf_adds(&all, GET("/"));
	}
	ck_assert_int_eq(send(client.fd, all.data, all.len, MSG_NOSIGNAL), all.len);
	ck_assert_int_eq(send(other.fd, GET("/error"), sizeof(GET("/error")) - 1, MSG_NOSIGNAL),
			 sizeof(GET("/error")) - 1);
	world_turn(0);
	world_turn(0);
	ck_assert_uint_le(world.n_requests, 2 * FEW);
	client_expect(&other, 1, "nothing here\"}\n");
	WORLD_UNTIL((client_take(&client), world.n_done == N + 1));
	client_expect(&client, N, OK);
	nw_buf_free(&all);
	client_close(&other);
	world_end(&client);
}
END_TEST

START_TEST(pipelined_requests_wait_for_a_later_answer)
{
	world_begin(&client);
	client_says(&client, GET("/") GET("/later") GET("/") GET("/later") GET("/later") GET("/"));
	for (unsigned i = 0; i < 3; i++) {
		WORLD_UNTIL(world.n_deferred == i + 1);
		client_says(&client, GET("/error")); /* more come meanwhile */
		world_settle();
		client_take(&client);
		ck_assert_uint_eq(world.n_requests, i == 2 ? 5 : i * 2 + 2);
		struct nw_exchange *x = world.deferred[i];

		ck_assert(nw_span_eq(nw_head_span(&x->head, x->head.path), "/later"));
		ck_assert_uint_eq(nw_http_in_flight(world.http), 1);
		x->answer.body = nw_span_of("later");
		nw_exchange_send(x);
	}
	client_expect(&client, 3, "nothing here\"}\n");
	ck_assert_uint_eq(client_count(&client, OK), 6);
	ck_assert_uint_eq(world.n_done, 9);
	world_end(&client);
}
END_TEST

NW_TEST_MAIN("http/pipelining", a_hundred_pipelined_requests_are_answered_in_order,
	     more_pipelined_requests_than_the_buffers_hold_are_answered, who_pipelines_does_not_keep_others_waiting,
	     pipelined_requests_wait_for_a_later_answer)

/* Requests that are not given back in time. */
#include "worker/http/detach.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/http/world.h"
#include "worker/http/stream.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define UNAVAILABLE "HTTP/1.1 503 Service Unavailable\r\n"

static struct client client;

static void begin(const char *request)
{
	world_prepare();
	world_open();
	client_open(&client);
	client_says(&client, request);
}

static void end(void)
{
	client_close(&client);
	world_close();
}

START_TEST(its_client_is_told_and_it_comes_back_to_nothing)
{
	begin(GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	client_says(&client, GET("/")); /* is not answered any more */
	world_settle();
	struct nw_exchange *x = world.deferred[0];
	const struct sockaddr *peer = x->peer;

	ck_assert(nw_detach_exchange(x));
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, UNAVAILABLE), 1);
	ck_assert_uint_eq(client_count(&client, "HTTP/1.1 "), 1);
	ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
	ck_assert_uint_eq(client_count(&client, "The request took longer than it may."), 2);
	ck_assert_uint_eq(world.n_done, 1);
	ck_assert_uint_eq(world.last.status, 503);
	ck_assert_str_eq(world.last.target, "/later");
	/* It may still be looked at. */
	ck_assert(x->is_gone);
	ck_assert_ptr_eq(x->peer, peer);
	ck_assert_int_eq(peer->sa_family, AF_INET);
	ck_assert(nw_head_is_method(&x->head, "GET", 3));
	ck_assert_uint_eq(nw_http_in_flight(world.http), 0);
	ck_assert_uint_eq(nw_detach_count(world.http), 1);
	ck_assert(!nw_detach_exchange(x));
	client_close(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	nw_exchange_send(x);
	ck_assert_uint_eq(nw_detach_count(world.http), 0);
	ck_assert_uint_eq(world.n_done, 1);
	world_close();
}
END_TEST

START_TEST(it_may_come_back_before_its_client_has_read)
{
	begin("HEAD /later HTTP/1.1\r\n" HOST "\r\n");
	WORLD_UNTIL(world.n_deferred == 1);
	ck_assert(nw_detach_exchange(world.deferred[0]));
	nw_exchange_send(world.deferred[0]);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, UNAVAILABLE), 1);
	ck_assert_uint_eq(client_count(&client, "longer"), 0); /* HEAD */
	ck_assert_uint_eq(world.n_done, 1);
	end();
}
END_TEST

START_TEST(a_client_that_is_gone_needs_no_answer)
{
	begin(GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	client_reset(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	ck_assert(nw_detach_exchange(world.deferred[0]));
	ck_assert_uint_eq(nw_http_in_flight(world.http), 0);
	nw_exchange_send(world.deferred[0]);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	ck_assert_uint_eq(nw_detach_count(world.http), 0);
	world_close();
}
END_TEST

static struct nw_exchange *streaming;

static void begin_stream(struct nw_exchange *x)
{
	streaming = x;
	x->answer.status = 200;
	ck_assert_int_eq(nw_stream_begin(x), 0);
	ck_assert_int_eq(nw_stream_write(x, "beginning", 9), 0);
}

START_TEST(a_stream_is_broken_off_so_that_it_shows)
{
	for (int minor = 0; minor < 2; minor++) {
		world_prepare();
		world_open();
		world.own = begin_stream;
		client_open(&client);
		client_says(&client, minor == 0 ? "GET /own HTTP/1.0\r\n\r\n" : GET("/own"));
		WORLD_UNTIL((client_take(&client), client_count(&client, "beginning") == 1));
		ck_assert(nw_detach_exchange(streaming));
		WORLD_UNTIL((client_take(&client), client.is_ended || client.is_reset));
		ck_assert_int_eq(client.is_reset, minor == 0); /* its end would be that of the connection */
		ck_assert_uint_eq(client_count(&client, "\r\n0\r\n"), 0);
		ck_assert_uint_eq(world.n_done, 1);
		ck_assert_int_eq(nw_stream_write(streaming, "more", 4), -EPIPE);
		nw_stream_end(streaming, true);
		ck_assert_uint_eq(world.n_done, 1);
		ck_assert_uint_eq(nw_detach_count(world.http), 0);
		end();
	}
}
END_TEST

START_TEST(what_never_comes_back_holds_no_draining_up)
{
	begin(GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	nw_http_drain(world.http, true);
	world_settle();
	ck_assert_uint_eq(world.n_drained, 0);
	ck_assert(nw_detach_exchange(world.deferred[0]));
	client_expect_end(&client);
	client_close(&client);
	WORLD_UNTIL(world.n_drained == 1);
	ck_assert_uint_eq(nw_detach_count(world.http), 1);
	nw_exchange_send(world.deferred[0]);
	world_close();
}
END_TEST

NW_TEST_MAIN("http/detach", its_client_is_told_and_it_comes_back_to_nothing,
	     it_may_come_back_before_its_client_has_read, a_client_that_is_gone_needs_no_answer,
	     a_stream_is_broken_off_so_that_it_shows, what_never_comes_back_holds_no_draining_up)

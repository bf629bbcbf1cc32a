#include "tests/unit/http/world.h"
#include "worker/http/connection.h"

enum { CLIENTS = 20 };

static struct client clients[CLIENTS];
static uint32_t share;
static unsigned n_asked;

static uint32_t even_share(void *arg)
{
	(void)arg;
	n_asked++;
	return share;
}

static unsigned n_deaf;

static void on_deaf(void *arg)
{
	(void)arg;
	ck_assert_uint_eq(nw_http_open(world.http), CLIENTS);
	n_deaf++;
}

static void open_all(uint32_t of_others)
{
	world_prepare();
	world.options.even_share = even_share;
	world.options.on_deaf = on_deaf;
	world_open();
	share = of_others;
	n_asked = 0;
	for (int i = 0; i < CLIENTS; i++) {
		client_open(&clients[i]);
	}
}

static void close_all(void)
{
	for (int i = 0; i < CLIENTS; i++) {
		client_close(&clients[i]);
	}
	world_close();
}

START_TEST(who_is_ahead_leaves_newcomers_to_others_for_a_moment)
{
	open_all(0);
	world_turn(0);
	ck_assert_uint_eq(nw_http_open(world.http), 5); /* four more than an even share are nothing */
	/* Nobody takes them: they are not left alone. */
	WORLD_UNTIL(nw_http_open(world.http) == CLIENTS);
	client_says(&clients[CLIENTS - 1], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	client_expect(&clients[CLIENTS - 1], 1, "HTTP/1.1 200 OK\r\n");
	close_all();
}
END_TEST

START_TEST(who_is_not_ahead_takes_all)
{
	open_all(CLIENTS);
	WORLD_UNTIL(nw_http_open(world.http) > 0);
	ck_assert_uint_eq(nw_http_open(world.http), CLIENTS);
	ck_assert_uint_gt(n_asked, 0);
	close_all();
}
END_TEST

START_TEST(connections_that_are_soon_over_are_not_shared_out)
{
	open_all(0);
	for (int i = 0; i < 400; i++) {
		nw_http_closed(world.http);
	}
	world_turn(0);
	ck_assert_uint_eq(nw_http_open(world.http), CLIENTS);
	ck_assert_uint_eq(n_asked, 0);
	close_all();
}
END_TEST

START_TEST(who_leaves_takes_the_queue_whatever_its_share)
{
	open_all(0);
	world_turn(0);
	ck_assert_uint_eq(nw_http_open(world.http), 5);
	nw_http_drain(world.http, true);
	ck_assert_uint_eq(nw_http_open(world.http), CLIENTS);
	close_all();
}
END_TEST

START_TEST(who_has_taken_the_queue_lets_go_of_the_socket)
{
	open_all(0);
	world_turn(0);
	nw_http_drain(world.http, true);
	ck_assert_uint_eq(n_deaf, 1);
	client_says(&clients[0], "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	client_expect_end(&clients[0]);
	world_sweep_after(0);
	ck_assert_uint_eq(n_deaf, 1);
	close_all();
}
END_TEST

NW_TEST_MAIN("http/listening", who_is_ahead_leaves_newcomers_to_others_for_a_moment, who_is_not_ahead_takes_all,
	     connections_that_are_soon_over_are_not_shared_out, who_leaves_takes_the_queue_whatever_its_share,
	     who_has_taken_the_queue_lets_go_of_the_socket)

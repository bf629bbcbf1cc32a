/* Clients that end their side, or leave, before they have all of their answers. */
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/http/world.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client client;

START_TEST(a_client_that_ends_its_side_gets_its_answers)
{
	world_begin(&client);
	client_says(&client, GET("/") GET("/") "GET / HT");
	shutdown(client.fd, SHUT_WR);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, OK), 2);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	ck_assert_uint_eq(world.n_done, 2);
	world_end(&client);
}
END_TEST

START_TEST(a_body_that_ends_early_is_refused)
{
	world_begin(&client);
	client_says(&client, "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabc");
	world_settle();
	shutdown(client.fd, SHUT_WR);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "HTTP/1.1 400 Bad Request\r\n"), 1);
	ck_assert_uint_eq(world.n_requests, 0);
	ck_assert(world.n_done == 1 && world.last.is_refused && world.last.had_head);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	world_end(&client);
}
END_TEST

static void leave(bool with_input)
{
	world_begin(&client);
	client_says(&client, GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	if (with_input) {
		client_says(&client, GET("/"));
		world_settle();
	}
	client_reset(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	ck_assert(world.deferred[0]->is_gone);
	ck_assert_uint_eq(nw_http_in_flight(world.http), 1);
	ck_assert_uint_eq(world.n_done, 0);
	nw_exchange_send(world.deferred[0]);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	ck_assert_str_eq(world.last.target, "/later");
	ck_assert_uint_eq(world.n_requests, 1);
	world_close();
}

START_TEST(a_client_that_leaves_before_its_answer_is_gone)
{
	leave(false);
	leave(true);
}
END_TEST

START_TEST(a_client_that_ends_its_side_gets_its_later_answers)
{
	for (int is_large = 0; is_large < 2; is_large++) {
		world_begin(&client);
		client_says(&client, GET("/later"));
		WORLD_UNTIL(world.n_deferred == 1); /* once before the end of its side is seen, once behind it */
		client_says(&client, GET("/later"));
		shutdown(client.fd, SHUT_WR);
		for (unsigned i = 0; i < 2; i++) {
			WORLD_UNTIL((client_take(&client), world.n_deferred == i + 1));
			world_settle();
			ck_assert(!world.deferred[i]->is_gone);
			world.deferred[i]->answer.body =
				is_large ? (struct nw_span){world.big, WORLD_BIG} : nw_span_of("at last");
			nw_exchange_send(world.deferred[i]);
			world_settle();
		}
		client_expect_end(&client);
		ck_assert_uint_eq(client_count(&client, OK), 2);
		ck_assert_uint_gt(client.len, is_large ? 2 * WORLD_BIG : 0);
		WORLD_UNTIL(nw_http_open(world.http) == 0);
		ck_assert(world.n_done == 2 && !world.last.is_gone);
		world_end(&client);
	}
}
END_TEST

START_TEST(a_client_that_ends_its_side_and_then_leaves_is_gone)
{
	world_begin(&client);
	client_says(&client, GET("/later"));
	shutdown(client.fd, SHUT_WR);
	WORLD_UNTIL(world.n_deferred == 1);
	world_settle();
	ck_assert(!world.deferred[0]->is_gone);
	client_reset(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	ck_assert(world.deferred[0]->is_gone);
	nw_exchange_send(world.deferred[0]);
	world_close();
}
END_TEST

/* Listens on a socket of the kind that tells the two ways of leaving apart. */
static int listen_locally(struct sockaddr_un *address)
{
	socklen_t len = sizeof(address->sun_family);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	ck_assert_int_eq(bind(fd, (struct sockaddr *)address, len), 0); /* the kernel finds a name for it */
	len = sizeof(*address);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)address, &len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(nw_http_listen(world.http, fd, NULL), 0);
	return fd;
}

START_TEST(a_local_client_may_end_its_side_or_leave)
{
	struct sockaddr_un address;

	for (int leaves = 0; leaves < 2; leaves++) {
		world_prepare();
		world_open();
		int fd = listen_locally(&address);

		client = (struct client){.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
		ck_assert_int_eq(connect(client.fd, (struct sockaddr *)&address,
					 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 6)),
				 0);
		client_says(&client, GET("/later"));
		WORLD_UNTIL(world.n_deferred == 1);
		if (leaves) {
			client_close(&client);
		} else {
			shutdown(client.fd, SHUT_WR);
		}
		world_settle();
		ck_assert_int_eq(world.deferred[0]->is_gone, leaves);
		nw_exchange_send(world.deferred[0]);
		if (!leaves) {
			client_expect_end(&client);
			ck_assert_uint_eq(client_count(&client, OK), 1);
			client_close(&client);
		}
		world_close();
		close(fd);
	}
}
END_TEST

NW_TEST_MAIN("http/leaving", a_client_that_ends_its_side_gets_its_answers, a_body_that_ends_early_is_refused,
	     a_client_that_leaves_before_its_answer_is_gone, a_client_that_ends_its_side_gets_its_later_answers,
	     a_client_that_ends_its_side_and_then_leaves_is_gone, a_local_client_may_end_its_side_or_leave)

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/http/world.h"
#include "worker/http/connection.h"
#include "worker/http/stream.h"

/* Bodies that are read by whoever works on the request. */

#define POST(path) "POST " path " HTTP/1.1\r\nHost: a\r\n"
#define LENGTH(n) POST("/own") "Content-Length: " #n "\r\n\r\n"
#define CHUNKED POST("/own") "Transfer-Encoding: chunked\r\n\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client client;
static struct nw_exchange *under_way;
static struct nw_buf got; /* of the body */
static char chunk[1000];
static ptrdiff_t last; /* what on_pulled was told */
static unsigned n_pulls, n_pulled;

static enum nw_body_way on_head(struct nw_exchange *x, void *arg)
{
	(void)x;
	(void)arg;
	return NW_BODY_PULL;
}

static void on_pulled(struct nw_exchange *x, ptrdiff_t n)
{
	ck_assert_ptr_eq(x, under_way);
	last = n;
	n_pulled++;
	if (n > 0) {
		nw_buf_add(&got, chunk, (size_t)n);
	}
}

static void own(struct nw_exchange *x)
{
	under_way = x;
	x->on_pulled = on_pulled;
	nw_buf_add(&got, x->body.p, x->body.len);
}

static void pull(size_t size)
{
	ck_assert_uint_eq(n_pulls, n_pulled);
	n_pulls++;
	nw_exchange_pull(under_way, chunk, size);
}

/* Until there is no more; what the end was. */
static ptrdiff_t pull_all(size_t size)
{
	do {
		pull(size);
		WORLD_UNTIL(n_pulled == n_pulls);
	} while (last > 0);
	return last;
}

static void answer(const char *body)
{
	struct nw_exchange *x = under_way;

	under_way = NULL;
	x->answer.body = nw_span_of(body);
	nw_exchange_send(x);
}

static void begin(void)
{
	world_prepare();
	world.options.on_head = on_head;
	world.own = own;
	world_open();
	client_open(&client);
	under_way = NULL;
	n_pulls = n_pulled = 0;
}

static void end(void)
{
	client_close(&client);
	world_close();
	nw_buf_free(&got);
}

START_TEST(a_body_is_read_as_it_comes)
{
	static const char *const requests[][3] = {
		{LENGTH(10), "01234", "56789"},
		{LENGTH(10) "012", "3456", "789"},
		{CHUNKED, "5;x=y\r\n01234\r\n", "5\r\n56789\r\n0\r\nT: u\r\n\r\n"},
		{CHUNKED "5\r\n01", "234\r\n5\r", "\n56789\r\n0\r\n\r\n"},
		{CHUNKED "a\r\n0123456789\r\n0\r\n", "X: y\r\n", "\r\n"},
		{LENGTH(10), "", "0123456789" GET("/")},
		{CHUNKED, "5\r\n01234\r\n5\r\n", "56789\r\n0\r\n\r\n" GET("/")},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(requests); i++) {
		begin();
		client_says(&client, requests[i][0]);
		WORLD_UNTIL(under_way != NULL);
		ck_assert_uint_eq(nw_http_in_flight(world.http), 1);
		pull(7);
		client_says(&client, requests[i][1]);
		world_settle();
		client_says(&client, requests[i][2]);
		WORLD_UNTIL(n_pulled == n_pulls);
		ck_assert_int_eq(last <= 0 ? last : pull_all(7), 0);
		ck_assert_msg(got.len == 10 && memcmp(got.data, "0123456789", 10) == 0, "case %zu", i);
		ck_assert(!under_way->is_body_left);
		answer("read");
		if (i < 5) {
			client_says(&client, GET("/"));
		}
		client_expect(&client, 1, "{\"hello\":\"world\"}");
		ck_assert_uint_eq(client_count(&client, "Connection: close"), 0);
		end();
	}
}
END_TEST

static void own_at_once(struct nw_exchange *x)
{
	own(x);
	pull(sizeof(chunk));
}

START_TEST(a_body_may_be_wanted_before_the_loop_goes_on)
{
	begin();
	world.own = own_at_once;
	client_says(&client, "POST /own HTTP/1.1\r\nHost:"); /* so that it lies in a buffer of the connection's */
	world_settle();
	client_says(&client, " a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
	client_expect(&client, 1, "HTTP/1.1 100 Continue\r\n\r\n");
	ck_assert_uint_eq(n_pulled, 0);
	client_says(&client, "3\r\nabc\r\n0\r\n\r\n" GET("/"));
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(pull_all(10), 0);
	ck_assert(got.len == 3 && memcmp(got.data, "abc", 3) == 0);
	answer("read");
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	end();
}
END_TEST

START_TEST(a_body_may_be_wanted_when_its_connection_is_accepted)
{
	static const char head[] = LENGTH(3);

	begin();
	world.own = own_at_once;
	ck_assert_int_eq(send(client.fd, head, sizeof(head) - 1, MSG_NOSIGNAL), (ssize_t)sizeof(head) - 1);
	WORLD_UNTIL(under_way != NULL);
	world_settle();
	client_says(&client, "abc");
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(pull_all(10), 0);
	answer("read");
	client_says(&client, GET("/"));
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	end();
}
END_TEST

START_TEST(others_have_their_turn_while_chunks_are_framed)
{
	begin();
	client_says(&client, CHUNKED);
	WORLD_UNTIL(under_way != NULL);
	client_says(&client, "1;extension=\"of some length\"\r\na\r\n0\r\nTrailer-Field: unused\r\n\r\n");
	world_settle();
	pull(1);
	ck_assert_uint_eq(n_pulled, 0);
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(pull_all(1), 0);
	ck_assert(got.len == 1 && got.data[0] == 'a');
	answer("read");
	client_expect(&client, 1, OK);
	end();
}
END_TEST

/* Whoever hears that there is no more may answer there and then. */
static void answer_when_broken(struct nw_exchange *x, ptrdiff_t n)
{
	last = n;
	n_pulled++;
	if (x->answer.is_stream) {
		nw_stream_end(x, false);
	} else {
		answer("broken");
	}
}

START_TEST(it_may_be_answered_when_its_client_is_gone)
{
	for (int is_stream = 0; is_stream < 2; is_stream++) {
		begin();
		client_says(&client, LENGTH(10) "abc");
		WORLD_UNTIL(under_way != NULL);
		under_way->on_pulled = answer_when_broken;
		if (is_stream) {
			ck_assert_int_eq(nw_stream_begin(under_way), 0);
		}
		n_pulls++;
		nw_exchange_pull(under_way, chunk, 10);
		client_reset(&client);
		WORLD_UNTIL(n_pulled == n_pulls);
		ck_assert_int_eq(last, -ECONNRESET);
		ck_assert_uint_eq(world.n_done, 1);
		ck_assert(world.last.is_gone);
		ck_assert_uint_eq(nw_http_open(world.http), 0);
		end();
	}
}
END_TEST

START_TEST(a_body_may_come_byte_by_byte)
{
	static const char bytes[] = "3\r\nabc\r\n1;q=\"\\\"\"\r\nd\r\n0\r\nT: u\r\n\r\n";

	begin();
	client_says(&client, CHUNKED);
	WORLD_UNTIL(under_way != NULL);
	pull(sizeof(chunk));
	for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
		client_send(&client, bytes + i, 1);
		world_settle();
		if (n_pulled == n_pulls && last > 0) {
			pull(sizeof(chunk));
		}
	}
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(last, 0);
	ck_assert(got.len == 4 && memcmp(got.data, "abcd", 4) == 0);
	answer("read");
	client_expect(&client, 1, OK);
	end();
}
END_TEST

START_TEST(nothing_is_read_ahead)
{
	enum { LEN = 100 * 1000 * 1000, STEP = 100 * 1000 };
	static char data[STEP];
	size_t sent = 0;
	ssize_t n;

	world_prepare();
	world.options.body = LEN;
	world.options.on_head = on_head;
	world.own = own;
	world_open();
	client_open(&client);
	n_pulls = n_pulled = 0;
	client_says(&client, LENGTH(100000000));
	WORLD_UNTIL(under_way != NULL);
	do {
		n = send(client.fd, data, STEP, MSG_NOSIGNAL);
		sent += n > 0 ? (size_t)n : 0;
		world_settle();
	} while (n > 0);
	ck_assert_uint_lt(sent, LEN / 4); /* what the kernel holds, and no more */
	pull(sizeof(chunk));
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(last, sizeof(chunk));
	answer("enough");
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
	end();
}
END_TEST

START_TEST(a_body_is_asked_for_when_it_is_first_wanted)
{
	begin();
	client_says(&client, POST("/own") "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	WORLD_UNTIL(under_way != NULL);
	world_settle();
	client_take(&client);
	ck_assert_uint_eq(client.len, 0);
	pull(10);
	client_expect(&client, 1, "HTTP/1.1 100 Continue\r\n\r\n");
	client_says(&client, "abc");
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(pull_all(10), 0);
	answer("read");
	client_expect(&client, 1, OK);
	/* Not when some of it is there; not when nobody wants it. */
	client_says(&client, POST("/own") "Content-Length: 3\r\nExpect: 100-continue\r\n\r\na");
	WORLD_UNTIL(under_way != NULL);
	pull(10);
	client_says(&client, "bc");
	WORLD_UNTIL(n_pulled == n_pulls);
	ck_assert_int_eq(pull_all(10), 0);
	answer("read");
	client_says(&client, POST("/own") "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
	WORLD_UNTIL(under_way != NULL);
	answer("unread");
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, OK), 3);
	ck_assert_uint_eq(client_count(&client, "100 Continue"), 1);
	end();
}
END_TEST

START_TEST(a_body_that_is_wrong_is_told_apart)
{
	static const struct {
		const char *text;
		int error;
		enum nw_status status;
	} cases[] = {
		{"x\r\n", -EBADMSG, NW_STATUS_BAD_REQUEST},
		{"3\r\nabcd", -EBADMSG, NW_STATUS_BAD_REQUEST},
		{"fffff\r\n", -EMSGSIZE, NW_STATUS_CONTENT_TOO_LARGE},
		{"0\r\nHost: b\r\n", -EBADMSG, NW_STATUS_BAD_REQUEST},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		begin();
		client_says(&client, CHUNKED);
		WORLD_UNTIL(under_way != NULL);
		client_says(&client, cases[i].text);
		ck_assert_int_eq(pull_all(10), cases[i].error);
		ck_assert_int_eq(under_way->body_status, cases[i].status);
		ck_assert_ptr_nonnull(under_way->body_reason);
		ck_assert_int_eq(pull_all(10), cases[i].error); /* and stays wrong */
		answer("so be it");
		client_expect_end(&client);
		ck_assert_uint_eq(client_count(&client, "so be it"), 1);
		end();
	}
}
END_TEST

START_TEST(a_client_that_ends_or_leaves_within_is_told_of)
{
	for (int leaves = 0; leaves < 2; leaves++) {
		for (int is_early = 0; is_early < 2; is_early++) {
			begin();
			client_says(&client, LENGTH(10) "abc");
			WORLD_UNTIL(under_way != NULL);
			if (!is_early) {
				pull(10);
				world_settle();
				ck_assert_uint_eq(n_pulled, 0);
			}
			if (leaves) {
				client_reset(&client);
			} else {
				shutdown(client.fd, SHUT_WR);
			}
			if (is_early) {
				world_settle();
				pull(10);
			}
			WORLD_UNTIL(n_pulled == n_pulls);
			ck_assert_int_eq(last, -ECONNRESET);
			ck_assert_int_eq(under_way->is_gone, leaves);
			ck_assert_int_eq(under_way->body_status, leaves ? NW_STATUS_NONE : NW_STATUS_BAD_REQUEST);
			ck_assert_int_eq(pull_all(10), -ECONNRESET);
			answer("half");
			if (leaves) {
				ck_assert(world.last.is_gone);
				client.fd = -1;
			} else {
				client_expect_end(&client);
				ck_assert_uint_eq(client_count(&client, "half"), 1);
			}
			WORLD_UNTIL(nw_http_open(world.http) == 0);
			end();
		}
	}
}
END_TEST

START_TEST(a_body_that_stalls_is_late)
{
	begin();
	client_says(&client, LENGTH(10) "abc");
	WORLD_UNTIL(under_way != NULL);
	world_sweep_after(100 * 1000); /* nobody waits for it */
	pull(10);
	world_settle();
	world_sweep_after(15000);
	ck_assert_uint_eq(n_pulled, 0);
	world_sweep_after(31000);
	ck_assert_uint_eq(n_pulled, 1);
	ck_assert_int_eq(last, -ETIMEDOUT);
	ck_assert_int_eq(under_way->body_status, NW_STATUS_REQUEST_TIMEOUT);
	answer("late");
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
	end();
}
END_TEST

START_TEST(the_time_of_a_body_does_not_begin_anew_with_each_read)
{
	begin();
	world.http->options.body_ms = 60;
	client_says(&client, LENGTH(1000000));
	WORLD_UNTIL(under_way != NULL);
	int64_t until = nw_clock_ms() + 5000;

	pull(10);
	do {
		for (int64_t next = nw_clock_ms() + 3; world_turn(next);) {
		}
		client_send(&client, "a", 1);
		WORLD_UNTIL(n_pulled == n_pulls);
		if (last > 0) {
			pull(10);
		}
	} while (last > 0 && nw_clock_ms() < until);
	ck_assert_int_eq(last, -ETIMEDOUT);
	answer("late");
	client_expect_end(&client);
	end();
}
END_TEST

NW_TEST_MAIN("http/pull", a_body_is_read_as_it_comes, a_body_may_be_wanted_before_the_loop_goes_on,
	     a_body_may_come_byte_by_byte, nothing_is_read_ahead, a_body_is_asked_for_when_it_is_first_wanted,
	     a_body_that_is_wrong_is_told_apart, a_client_that_ends_or_leaves_within_is_told_of,
	     a_body_that_stalls_is_late, the_time_of_a_body_does_not_begin_anew_with_each_read,
	     a_body_may_be_wanted_when_its_connection_is_accepted, others_have_their_turn_while_chunks_are_framed,
	     it_may_be_answered_when_its_client_is_gone)

/* Answers that are made bit by bit. */
#include "worker/http/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/http/world.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"

static struct client client;
static struct nw_exchange *stream; /* begun, not ended */
static unsigned n_drained;         /* calls of on_drain */
static unsigned status;            /* of the next stream */
static int64_t length;             /* its Content-Length; -1: none */

static void on_drain(struct nw_exchange *x)
{
	ck_assert_ptr_eq(x, stream);
	n_drained++;
}

static void start(struct nw_exchange *x)
{
	x->answer.status = status;
	nw_buf_adds(&x->answer.fields, "X: y\r\n");
	x->answer.has_length = length >= 0;
	x->answer.content_length = length >= 0 ? (uint64_t)length : 0;
	x->on_drain = on_drain;
	ck_assert_int_eq(nw_stream_begin(x), 0);
	stream = x;
}

static int says(const char *text)
{
	return nw_stream_write(stream, text, strlen(text));
}

static void stop(bool is_whole)
{
	struct nw_exchange *x = stream;

	stream = NULL;
	nw_stream_end(x, is_whole);
}

/* All at once, while the request is still being dispatched. */
static void start_and_stop(struct nw_exchange *x)
{
	start(x);
	(void)says("at ");
	(void)says("");
	(void)says("once");
	stop(true);
}

static void begin(void)
{
	world_prepare();
	world.own = start;
	world_open();
	client_open(&client);
	stream = NULL;
	n_drained = 0;
	status = 200;
	length = -1;
}

/* Send @request, which begins a stream. */
static void ask(const char *request)
{
	client_says(&client, request);
	WORLD_UNTIL(stream != NULL);
	world_settle();
}

START_TEST(its_length_is_not_known_so_it_is_chunked)
{
	begin();
	ask(GET("/own") GET("/"));
	client_expect(&client, 1, OK);
	client_expect(&client, 1, CHUNKED "X: y\r\n\r\n");
	ck_assert_int_eq(says("hello"), 0);
	client_expect(&client, 1, "\r\n\r\n5\r\nhello\r\n");
	ck_assert_int_eq(says(""), 0);
	ck_assert_int_eq(says(" to you all, sirs"), 0);
	client_expect(&client, 1, "hello\r\n11\r\n to you all, sirs\r\n");
	ck_assert_uint_eq(world.n_requests, 1);
	ck_assert_uint_eq(nw_http_in_flight(world.http), 1);
	stop(true);
	client_expect(&client, 1, "sirs\r\n0\r\n\r\n" OK); /* and the connection is kept */
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	ck_assert_uint_eq(client_count(&client, "Content-Length"), 1);
	ck_assert_uint_eq(client_count(&client, "Connection:"), 0);
	ck_assert_uint_eq(world.n_done, 2);
	ck_assert_uint_eq(nw_http_in_flight(world.http), 0);
	world_end(&client);
}
END_TEST

START_TEST(a_stream_within_the_dispatch_goes_out_in_order)
{
	begin();
	world.own = start_and_stop;
	client_says(&client, GET("/") GET("/own") GET("/own") GET("/"));
	client_expect(&client, 4, OK);
	client_expect(&client, 2, "3\r\nat \r\n4\r\nonce\r\n0\r\n\r\n" OK);
	ck_assert_uint_eq(world.n_done, 4);
	client_says(&client, GET("/own"));
	client_expect(&client, 3, "once\r\n0\r\n\r\n");
	ck_assert_uint_eq(world.last.bytes_sent, 7);
	world_end(&client);
}
END_TEST

START_TEST(for_an_old_client_it_ends_with_the_connection)
{
	begin();
	ask("GET /own HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	client_expect(&client, 1, "Connection: close\r\nX: y\r\n\r\n");
	ck_assert_int_eq(says("hello"), 0);
	stop(true);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\nhello"), 1);
	ck_assert_uint_eq(client_count(&client, "chunked"), 0);
	ck_assert_uint_eq(client_count(&client, "Content-Length"), 0);
	world_end(&client);
}
END_TEST

START_TEST(an_old_client_sees_that_it_was_cut_off)
{
	begin();
	ask("GET /own HTTP/1.0\r\n\r\n");
	ck_assert_int_eq(says("hello"), 0);
	client_expect(&client, 1, "hello");
	stop(false);
	WORLD_UNTIL((client_take(&client), client.is_ended || client.is_reset));
	ck_assert(client.is_reset);
	ck_assert_uint_eq(world.n_done, 1);
	world_end(&client);
}
END_TEST

START_TEST(its_length_may_be_known)
{
	begin();
	length = 5;
	for (unsigned i = 1; i <= 2; i++) {
		ask(i == 1 ? GET("/own") : "GET /own HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
		ck_assert_int_eq(says("12"), 0);
		ck_assert_int_eq(says("345"), 0);
		stop(true);
		client_expect(&client, i, "\r\n\r\n12345");
	}
	ck_assert_uint_eq(client_count(&client, "Content-Length: 5\r\n"), 2);
	ck_assert_uint_eq(client_count(&client, "chunked"), 0);
	client_says(&client, GET("/"));
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	world_end(&client);
}
END_TEST

START_TEST(more_than_its_length_is_dropped_and_ends_the_connection)
{
	begin();
	length = 5;
	ask(GET("/own") GET("/"));
	ck_assert_int_eq(says("1234"), 0);
	ck_assert_int_eq(says("5?"), -EOVERFLOW);
	ck_assert_int_eq(says("?"), -EOVERFLOW);
	stop(true);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\n12345"), 1);
	ck_assert_uint_eq(client_count(&client, "?"), 0);
	ck_assert_uint_eq(client_count(&client, OK), 1);
	ck_assert_uint_eq(world.last.bytes_sent, 5);
	world_end(&client);
}
END_TEST

START_TEST(less_than_its_length_ends_the_connection)
{
	begin();
	length = 5;
	ask(GET("/own") GET("/"));
	ck_assert_int_eq(says("1234"), 0);
	stop(true);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, OK), 1);
	ck_assert_uint_eq(client_count(&client, "\r\n\r\n1234"), 1);
	world_end(&client);
}
END_TEST

START_TEST(what_is_cut_off_has_no_last_chunk)
{
	begin();
	ask(GET("/own") GET("/"));
	ck_assert_int_eq(says("1234"), 0);
	stop(false);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "4\r\n1234\r\n"), 1);
	ck_assert_uint_eq(client_count(&client, "0\r\n\r\n"), 0);
	ck_assert_uint_eq(client_count(&client, OK), 1);
	ck_assert(world.n_done == 1 && !world.last.is_gone);
	world_end(&client);
}
END_TEST

START_TEST(some_answers_have_no_body)
{
	static const struct {
		const char *request;
		unsigned status;
		int64_t length;
		const char *framing;
	} cases[] = {
		{"HEAD /own HTTP/1.1\r\n" HOST "\r\n", 200, -1, ""},
		{"HEAD /own HTTP/1.1\r\n" HOST "\r\n", 200, 7, "Content-Length: 7\r\n"},
		{"HEAD /own HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, -1, "Connection: keep-alive\r\n"},
		{GET("/own"), 204, -1, ""},
		{GET("/own"), 204, 7, ""},
		{GET("/own"), 205, 7, "Content-Length: 0\r\n"},
		{GET("/own"), 304, -1, ""},
		{GET("/own"), 304, 7, "Content-Length: 7\r\n"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		char head[64];

		begin();
		status = cases[i].status;
		length = cases[i].length;
		ask(cases[i].request);
		ck_assert_int_eq(says("nothing"), -EPIPE);
		stop(i % 2 == 0); /* whether it is whole says nothing */
		client_says(&client, GET("/"));
		client_expect(&client, 1, "{\"hello\":\"world\"}");
		snprintf(head, sizeof(head), "%sX: y\r\n\r\nHTTP/1.1 200 OK\r\n", cases[i].framing);
		ck_assert_msg(client_count(&client, head) == 1, "case %zu: %s", i, client.data);
		ck_assert_uint_eq(client_count(&client, "Content-Length: "),
				  strstr(cases[i].framing, "Length") != NULL ? 2 : 1);
		ck_assert_uint_eq(client_count(&client, "chunked"), 0);
		ck_assert_uint_eq(client_count(&client, "nothing"), 0);
		world_end(&client);
	}
}
END_TEST

START_TEST(an_unsound_head_begins_nothing)
{
	begin();
	client_says(&client, GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	world.deferred[0]->answer.status = 100;
	ck_assert_int_eq(nw_stream_begin(world.deferred[0]), -EINVAL);
	world.deferred[0]->answer.status = 404;
	nw_exchange_send(world.deferred[0]);
	client_expect(&client, 1, "HTTP/1.1 404 Not Found\r\n");
	world_end(&client);
}
END_TEST

static char block[4096];

/* Until it is full. The number of writes. */
static size_t fill(void)
{
	size_t n = 0;

	while (!nw_stream_is_full(stream)) {
		ck_assert_int_eq(nw_stream_write(stream, block, sizeof(block)), 0);
		n++;
	}
	return n;
}

START_TEST(a_writer_hears_when_there_is_room_again)
{
	size_t n = 0;

	begin();
	memset(block, 'x', sizeof(block));
	length = 64 * 1024 * 1024;
	ask(GET("/own"));
	/* What is taken at once is full, too, when it was much for one turn. */
	while (n < (size_t)length / sizeof(block) / 2) {
		unsigned before = n_drained;
		size_t more = fill();

		ck_assert_uint_le(more * sizeof(block), 2 * 1024 * 1024);
		n += more;
		WORLD_UNTIL((client_take(&client), n_drained > before));
		ck_assert(!nw_stream_is_full(stream));
	}
	/* Who takes nothing is not written more for. */
	do {
		n += fill();
		world_settle();
	} while (!nw_stream_is_full(stream));
	unsigned before = n_drained;

	world_settle();
	ck_assert(n_drained == before && nw_stream_is_full(stream));
	WORLD_UNTIL((client_take(&client), n_drained > before));
	stop(false);
	client_expect_end(&client);
	size_t head_len = (size_t)(strstr(client.data, "\r\n\r\n") + 4 - client.data);

	ck_assert_uint_eq(client.len, head_len + n * sizeof(block));
	ck_assert_uint_eq(world.last.bytes_sent, n * sizeof(block));
	world_end(&client);
}
END_TEST

static void until_it_is_stuck(void)
{
	memset(block, 'x', sizeof(block));
	ask(GET("/own"));
	do {
		fill();
		world_settle();
	} while (!nw_stream_is_full(stream));
}

START_TEST(a_client_that_takes_nothing_has_its_time)
{
	begin();
	until_it_is_stuck();
	world_sweep_after(15000);
	ck_assert(!stream->is_gone);
	world_sweep_after(31000);
	ck_assert(stream->is_gone);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	ck_assert_int_eq(says("x"), -EPIPE);
	ck_assert_uint_eq(world.n_done, 0);
	unsigned before = n_drained;

	WORLD_UNTIL(n_drained > before);
	stop(true);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	ck_assert_uint_gt(world.last.bytes_sent, 0);
	world_end(&client);
}
END_TEST

START_TEST(who_waits_for_bytes_has_all_the_time)
{
	begin();
	ask(GET("/own"));
	ck_assert_int_eq(says("one"), 0);
	world_sweep_after(1000000);
	client_expect(&client, 1, "3\r\none\r\n");
	stop(true);
	client_expect(&client, 1, "0\r\n\r\n");
	world_end(&client);
}
END_TEST

START_TEST(the_end_of_a_stream_waits_for_a_slow_reader)
{
	begin();
	until_it_is_stuck();
	stop(true);
	world_settle();
	ck_assert_uint_eq(world.n_done, 0);
	ck_assert_uint_eq(nw_http_in_flight(world.http), 0);
	client_says(&client, GET("/"));
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	ck_assert_uint_eq(client_count(&client, "x\r\n0\r\n\r\n" OK), 1);
	ck_assert_uint_eq(world.n_done, 2);
	world_end(&client);
}
END_TEST

START_TEST(who_leaves_is_told_to_the_writer)
{
	for (int is_stuck = 0; is_stuck < 2; is_stuck++) {
		begin();
		if (is_stuck) {
			until_it_is_stuck();
		} else {
			ask(GET("/own"));
			ck_assert_int_eq(says("one"), 0);
		}
		client_reset(&client);
		unsigned before = n_drained;

		WORLD_UNTIL(n_drained > before);
		ck_assert(stream->is_gone);
		ck_assert_uint_eq(nw_http_open(world.http), 0);
		ck_assert_uint_eq(nw_http_in_flight(world.http), 1);
		ck_assert_int_eq(says("two"), -EPIPE);
		stop(true);
		ck_assert(world.n_done == 1 && world.last.is_gone);
		world_close();
	}
}
END_TEST

static void end_when_drained(struct nw_exchange *x)
{
	n_drained++;
	stream = NULL;
	nw_stream_end(x, true);
}

START_TEST(a_writer_may_end_it_when_told)
{
	begin();
	ask(GET("/own"));
	stream->on_drain = end_when_drained;
	client_reset(&client);
	WORLD_UNTIL(n_drained == 1);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	world_close();
	begin();
	until_it_is_stuck();
	stream->on_drain = end_when_drained;
	client_says(&client, GET("/"));
	world_settle();
	client_expect(&client, 1, "\r\n0\r\n\r\n" OK);
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	world_end(&client);
}
END_TEST

/* The client is found gone while its request is being dispatched, and the writer is through before it is told. */
static void start_for_nobody(struct nw_exchange *x)
{
	client_reset(&client);
	start(x);
	for (int i = 0; i < 1000 && nw_stream_write(x, block, sizeof(block)) == 0; i++) {
	}
	ck_assert(x->is_gone);
	stop(true);
}

START_TEST(a_stream_may_end_before_its_writer_is_told)
{
	begin();
	world.own = start_for_nobody;
	client_says(&client, GET("/own"));
	WORLD_UNTIL(world.n_done == 1);
	ck_assert(world.last.is_gone);
	world_settle();
	ck_assert_uint_eq(n_drained, 0);
	world_close();
}
END_TEST

START_TEST(a_stream_of_one_who_left_before_ends_well)
{
	begin();
	client_says(&client, GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	client_reset(&client);
	WORLD_UNTIL(world.deferred[0]->is_gone);
	start(world.deferred[0]);
	ck_assert_int_eq(says("one"), -EPIPE);
	stop(true);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	world_close();
}
END_TEST

START_TEST(who_ended_its_side_gets_all_of_it)
{
	begin();
	ask(GET("/own"));
	shutdown(client.fd, SHUT_WR);
	world_settle();
	ck_assert_int_eq(says("one"), 0);
	world_settle();
	ck_assert(!stream->is_gone);
	stop(true);
	client_expect_end(&client);
	ck_assert_uint_eq(client_count(&client, "3\r\none\r\n0\r\n\r\n"), 1);
	world_end(&client);
}
END_TEST

START_TEST(draining_is_told_to_writers)
{
	begin();
	ask(GET("/own"));
	nw_http_drain(world.http, false);
	ck_assert_uint_eq(n_drained, 0); /* from the loop only */
	WORLD_UNTIL(n_drained == 1);
	ck_assert_int_eq(says("still"), 0);
	world_sweep_after(1000000);
	client_expect(&client, 1, "still");
	ck_assert_uint_eq(world.n_drained, 0);
	stop(true);
	client_expect(&client, 1, "0\r\n\r\n");
	world_sweep_after(3000);
	ck_assert_uint_eq(world.n_drained, 1);
	world_end(&client);
}
END_TEST

NW_TEST_MAIN("http/stream", its_length_is_not_known_so_it_is_chunked, a_stream_within_the_dispatch_goes_out_in_order,
	     for_an_old_client_it_ends_with_the_connection, an_old_client_sees_that_it_was_cut_off,
	     its_length_may_be_known, more_than_its_length_is_dropped_and_ends_the_connection,
	     less_than_its_length_ends_the_connection, what_is_cut_off_has_no_last_chunk, some_answers_have_no_body,
	     an_unsound_head_begins_nothing, a_writer_hears_when_there_is_room_again,
	     a_client_that_takes_nothing_has_its_time, who_waits_for_bytes_has_all_the_time,
	     the_end_of_a_stream_waits_for_a_slow_reader, who_leaves_is_told_to_the_writer,
	     a_writer_may_end_it_when_told, a_stream_may_end_before_its_writer_is_told,
	     a_stream_of_one_who_left_before_ends_well, who_ended_its_side_gets_all_of_it, draining_is_told_to_writers)

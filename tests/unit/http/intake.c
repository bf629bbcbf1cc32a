#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/http/world.h"
#include "worker/http/connection.h"

/* Bodies that do not come with their head: where they are kept, and when they are not read at all. */

#define POST(path) "POST " path " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

enum { MIB = 1024 * 1024, LIMIT = 8 * MIB };

static struct client client;
static char *text;
static enum nw_body_way way;
static unsigned n_heads;
static int body_fd;
static size_t expected;

static enum nw_body_way on_head(struct nw_exchange *x, void *arg)
{
	(void)arg;
	ck_assert_uint_gt(x->head.len, 0);
	ck_assert_uint_eq(x->body.len, 0);
	n_heads++;
	return way;
}

static void check_body(struct nw_exchange *x)
{
	char back[8];

	body_fd = x->body_fd;
	ck_assert_uint_eq(x->body.len, expected);
	ck_assert(expected == 0 || memcmp(x->body.p, text, expected) == 0);
	ck_assert_int_eq(x->is_body_left, way == NW_BODY_NONE);
	if (body_fd != -1) {
		ck_assert_int_eq(pread(body_fd, back, 8, 1), 8);
		ck_assert_int_eq(memcmp(back, text + 1, 8), 0);
	}
	x->answer.body = nw_span_of("seen");
	nw_exchange_send(x);
}

static void begin(void)
{
	world_prepare();
	world.options.body = LIMIT;
	world.options.on_head = on_head;
	world.own = check_body;
	world_open();
	client_open(&client);
	text = malloc(LIMIT);
	for (size_t i = 0; i < LIMIT; i++) {
		text[i] = (char)('a' + i % 25);
	}
	way = NW_BODY_WHOLE;
	n_heads = 0;
	body_fd = -2;
}

static void end(void)
{
	client_close(&client);
	world_close();
	free(text);
}

static void send_length(size_t len)
{
	char head[128];
	unsigned n = n_heads;

	expected = len;
	snprintf(head, sizeof(head), POST("/own") "Content-Length: %zu\r\n\r\n", len);
	client_says(&client, head);
	WORLD_UNTIL(n_heads == n + 1);
	client_send(&client, text, len);
}

static void send_chunked(size_t len)
{
	enum { CHUNK = 70 * 1000 };
	unsigned n = n_heads;

	expected = len;
	client_says(&client, POST("/own") "Transfer-Encoding: chunked\r\n\r\n");
	WORLD_UNTIL(n_heads == n + 1);
	for (size_t at = 0; at < len; at += CHUNK) {
		size_t some = len - at < CHUNK ? len - at : CHUNK;
		char size[16];

		snprintf(size, sizeof(size), "%zx\r\n", some);
		client_says(&client, size);
		client_send(&client, text + at, some);
		client_says(&client, "\r\n");
	}
	client_says(&client, "0\r\nX: y\r\n\r\n");
}

START_TEST(a_large_body_is_a_file_and_whole_all_the_same)
{
	static const struct {
		size_t len;
		bool is_file;
	} cases[] = {{MIB, false}, {MIB + 1, true}, {100, false}, {LIMIT, true}, {5, false}};

	begin();
	for (unsigned i = 0; i < NW_ARRAY_LEN(cases); i++) {
		send_length(cases[i].len);
		client_expect(&client, 2 * i + 1, "\r\n\r\nseen");
		ck_assert_int_eq(body_fd != -1, cases[i].is_file);
		send_chunked(cases[i].len);
		client_expect(&client, 2 * i + 2, "\r\n\r\nseen");
		ck_assert_int_eq(body_fd != -1, cases[i].is_file);
		ck_assert_uint_eq(world.http->held, 0);
	}
	ck_assert_uint_eq(n_heads, 2 * NW_ARRAY_LEN(cases));
	end();
}
END_TEST

START_TEST(a_file_goes_with_its_request)
{
	begin();
	send_length(2 * MIB);
	client_expect(&client, 1, OK);
	ck_assert_int_ge(body_fd, 0);
	ck_assert_int_eq(fcntl(body_fd, F_GETFD), -1);
	client_says(&client, POST("/own") "Content-Length: 2000000\r\n\r\n"); /* and with its client */
	client_send(&client, text, 1900000);
	int files = nw_http_open(world.http) == 1 ? dup(0) : -1;

	close(files);
	client_reset(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	int after = dup(0);

	ck_assert_int_lt(after, files);
	close(after);
	world_close();
	free(text);
}
END_TEST

START_TEST(a_body_that_is_there_with_its_head_is_not_asked_about)
{
	begin();
	expected = 3;
	client_says(&client, POST("/own") "Content-Length: 3\r\n\r\nabc");
	client_expect(&client, 1, "seen");
	client_says(&client, POST("/own") "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
	client_expect(&client, 2, "seen");
	client_says(&client, GET("/"));
	client_expect(&client, 3, OK);
	ck_assert_uint_eq(n_heads, 0);
	end();
}
END_TEST

static void storage_fails(const char *status, int error)
{
	send_length(2 * MIB);
	client_expect_end(&client);
	ck_assert_msg(client_count(&client, status) == 1, "%s", client.data);
	ck_assert_uint_eq(world.n_requests, 0);
	ck_assert(world.last.is_refused);
	ck_assert_int_eq(world.last.storage_error, error);
	ck_assert_uint_eq(world.http->held, 0);
}

START_TEST(a_full_folder_is_said_to_be_full)
{
	struct rlimit old, small;

	signal(SIGXFSZ, SIG_IGN);
	begin();
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = MIB;
	setrlimit(RLIMIT_FSIZE, &small);
	storage_fails("HTTP/1.1 507 Insufficient Storage\r\n", -EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);
	end();
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_our_fault)
{
	begin();
	world.http->options.temp_dir = "/nowhere/at/all";
	storage_fails("HTTP/1.1 500 Internal Server Error\r\n", -ENOENT);
	end();
}
END_TEST

START_TEST(a_lack_of_descriptors_is_a_503)
{
	struct rlimit old, none;

	begin();
	WORLD_UNTIL(nw_http_open(world.http) == 1);
	getrlimit(RLIMIT_NOFILE, &old);
	none = old;
	none.rlim_cur = (rlim_t)dup(0);
	close((int)none.rlim_cur);
	setrlimit(RLIMIT_NOFILE, &none);
	storage_fails("HTTP/1.1 503 Service Unavailable\r\n", -EMFILE);
	setrlimit(RLIMIT_NOFILE, &old);
	end();
}
END_TEST

START_TEST(all_bodies_together_hold_little_memory)
{
	enum { N = 48 };
	static struct client many[N];

	begin();
	for (int i = 0; i < N; i++) {
		client_open(&many[i]);
		client_says(&many[i],
			    i % 2 == 0 ? POST("/own") "Content-Length: 1000000\r\n\r\n"
				       : POST("/own") "Transfer-Encoding: chunked\r\n\r\nf4240\r\n"); /* as many */
		client_send(&many[i], text, 999999);
		ck_assert_uint_le(world.http->held, 32 * MIB);
	}
	expected = 1000000;
	for (int i = 0; i < N; i++) {
		client_send(&many[i], text + 999999, 1);
		if (i % 2 == 1) {
			client_says(&many[i], "\r\n0\r\n\r\n");
		}
		client_expect(&many[i], 1, "seen");
		client_close(&many[i]);
	}
	WORLD_UNTIL(world.n_done == N);
	ck_assert_uint_eq(world.http->held, 0);
	end();
}
END_TEST

START_TEST(an_answer_that_is_known_does_not_wait_for_the_body)
{
	static const char *const heads[] = {
		POST("/own") "Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n",
		POST("/own") "Content-Length: 1000000\r\n\r\nabc",
		POST("/own") "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nab",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(heads); i++) {
		begin();
		way = NW_BODY_NONE;
		expected = 0;
		client_says(&client, heads[i]);
		client_expect(&client, 1, "seen");
		ck_assert_uint_eq(client_count(&client, "100 Continue"), 0);
		ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
		client_send(&client, text, 500 * 1000); /* is thrown away, and no request */
		client_says(&client, GET("/"));
		client_expect_end(&client); /* not by a reset */
		ck_assert_uint_eq(world.n_requests, 1);
		ck_assert_uint_eq(nw_http_open(world.http), 1);
		shutdown(client.fd, SHUT_WR);
		WORLD_UNTIL(nw_http_open(world.http) == 0);
		end();
	}
}
END_TEST

START_TEST(an_unread_body_is_waited_out_for_a_while_only)
{
	begin();
	way = NW_BODY_NONE;
	expected = 0;
	client_says(&client, POST("/own") "Content-Length: 1000000\r\n\r\n");
	client_expect_end(&client);
	world_sweep_after(1000);
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	client_says(&client, "more");
	world_sweep_after(3000);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	end();
}
END_TEST

NW_TEST_MAIN("http/intake", a_large_body_is_a_file_and_whole_all_the_same, a_file_goes_with_its_request,
	     a_body_that_is_there_with_its_head_is_not_asked_about, a_full_folder_is_said_to_be_full,
	     a_folder_that_is_not_there_is_our_fault, a_lack_of_descriptors_is_a_503,
	     all_bodies_together_hold_little_memory, an_answer_that_is_known_does_not_wait_for_the_body,
	     an_unread_body_is_waited_out_for_a_while_only)

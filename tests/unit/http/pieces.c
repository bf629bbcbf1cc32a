/* Answers whose body is more than one run of bytes, of files too. */
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/http/world.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

enum { FILE_SIZE = 6 * 1000 * 1000 };

/* Stand in for the C library's: the first writes a head with what comes behind it, the second files. */

static int sent_flags; /* of the last call */

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	sent_flags = flags;
	return syscall(SYS_sendmsg, fd, msg, flags);
}

static unsigned n_sendfile;

ssize_t sendfile(int out, int in, off_t *at, size_t len)
{
	n_sendfile++;
	return syscall(SYS_sendfile, out, in, at, len);
}

static bool copies_files; /* of the next world */
static struct client client;
static int file = -1;           /* FILE_SIZE bytes: those of world.big */
static struct nw_piece made[8]; /* what the next answer is made of */
static unsigned n_made;

static void answer(struct nw_exchange *x)
{
	struct nw_piece **end = &x->answer.pieces;

	for (unsigned i = 0; i < n_made; i++) {
		*end = nw_arena_alloc(x->arena, sizeof(**end));
		**end = made[i];
		end = &(*end)->next;
	}
	x->answer.status = 200;
	nw_exchange_send(x);
}

static void begin(void)
{
	world_prepare();
	world.own = answer;
	world.options.copies_files = copies_files;
	n_sendfile = 0;
	world_open();
	client_open(&client);
	file = memfd_create("test", MFD_CLOEXEC);
	ck_assert_int_eq(write(file, world.big, FILE_SIZE), FILE_SIZE);
	n_made = 0;
}

static void end(void)
{
	close(file);
	client_close(&client);
	world_close();
}

static void add_text(const char *text)
{
	made[n_made++] = (struct nw_piece){.data = nw_span_of(text)};
}

static void add_file(uint64_t at, uint64_t len)
{
	made[n_made++] = (struct nw_piece){.fd = file, .at = at, .len = len};
}

/* The body that came behind the only head. */
static const char *body_expect(size_t len)
{
	client_expect(&client, 1, "\r\n\r\n");
	const char *head_end = strstr(client.data, "\r\n\r\n") + 4;
	size_t at = (size_t)(head_end - client.data);

	WORLD_UNTIL((client_take(&client), client.len >= at + len));
	world_settle();
	client_take(&client);
	ck_assert_uint_eq(client.len, at + len);
	return client.data + at;
}

START_TEST(small_pieces_are_one_body)
{
	begin();
	add_text("one, ");
	add_text("");
	add_text("two");
	client_says(&client, GET("/own"));
	ck_assert_mem_eq(body_expect(8), "one, two", 8);
	ck_assert_uint_eq(client_count(&client, "Content-Length: 8\r\n"), 1);
	ck_assert_uint_eq(world.last.bytes_sent, 8);
	client_says(&client, GET("/own") GET("/"));
	client_expect(&client, 3, OK);
	end();
}
END_TEST

static void try_bytes_and_files(void)
{
	begin();
	add_text("--first\r\n");
	add_file(1000, 2 * 1000 * 1000);
	add_file(0, 0);
	add_text("--second\r\n");
	add_file(5 * 1000 * 1000, 1000 * 1000);
	add_text("--end\r\n");
	client_says(&client, GET("/own"));
	const char *body = body_expect(9 + 2000000 + 10 + 1000000 + 7);

	ck_assert_mem_eq(body, "--first\r\n", 9);
	ck_assert_mem_eq(body + 9, world.big + 1000, 2000000);
	ck_assert_mem_eq(body + 9 + 2000000, "--second\r\n", 10);
	ck_assert_mem_eq(body + 19 + 2000000, world.big + 5000000, 1000000);
	ck_assert_mem_eq(body + 19 + 3000000, "--end\r\n", 7);
	ck_assert_uint_eq(client_count(&client, "Content-Length: 3000026\r\n"), 1);
	ck_assert_uint_eq(world.last.bytes_sent, 3000026);
	client_forget(&client);
	client_says(&client, GET("/"));
	client_expect(&client, 1, "{\"hello\":\"world\"}");
	ck_assert((n_sendfile == 0) == copies_files);
	end();
}

START_TEST(a_body_may_be_of_bytes_and_of_files)
{
	try_bytes_and_files();
}
END_TEST

/* Or the kernel would wait for it, and the client for the kernel. */
START_TEST(more_is_announced_only_where_there_is_more)
{
	static char large[100001];
	static const struct {
		const char *second;
		uint64_t file_len;
		bool has_more;
	} cases[] = {{"", 0, false}, {"", 10, true}, {"x", 0, true}, {NULL, 0, false}};

	memset(large, 'x', sizeof(large) - 1);
	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		begin();
		add_text(large);
		if (cases[i].second != NULL) {
			add_text(cases[i].second);
			add_file(0, cases[i].file_len);
			add_text("");
		}
		sent_flags = 0;
		client_says(&client, GET("/own"));
		body_expect(100000 + (cases[i].second == NULL ? 0 : strlen(cases[i].second)) + cases[i].file_len);
		ck_assert_msg(((sent_flags & MSG_MORE) != 0) == cases[i].has_more, "case %zu", i);
		end();
	}
}
END_TEST

START_TEST(no_piece_goes_out_after_head)
{
	begin();
	add_text("abc");
	add_file(0, 1000);
	client_says(&client, "HEAD /own HTTP/1.1\r\nHost: a\r\n\r\n");
	body_expect(0);
	ck_assert_uint_eq(client_count(&client, "Content-Length: 1003\r\n"), 1);
	ck_assert_uint_eq(world.last.bytes_sent, 0);
	n_made = 0;
	add_text("");
	client_forget(&client);
	client_says(&client, GET("/own"));
	body_expect(0);
	ck_assert_uint_eq(client_count(&client, "Content-Length: 0\r\n"), 1);
	end();
}
END_TEST

static void try_slow_reader(void)
{
	begin();
	client.most = 100 * 1000;
	add_file(0, FILE_SIZE);
	add_text("between");
	add_file(0, FILE_SIZE);
	add_file(1, FILE_SIZE - 1);
	client_says(&client, GET("/own"));
	const char *body = body_expect(3 * FILE_SIZE + 6);

	ck_assert_mem_eq(body, world.big, FILE_SIZE);
	ck_assert_mem_eq(body + FILE_SIZE, "between", 7);
	ck_assert_mem_eq(body + FILE_SIZE + 7, world.big, FILE_SIZE);
	ck_assert_mem_eq(body + 2 * FILE_SIZE + 7, world.big + 1, FILE_SIZE - 1);
	ck_assert((n_sendfile == 0) == copies_files);
	end();
}

START_TEST(a_slow_reader_gets_all_pieces)
{
	try_slow_reader();
}
END_TEST

START_TEST(answers_in_the_queue_come_before_pieces)
{
	begin();
	add_file(0, FILE_SIZE);
	client_says(&client, GET("/") GET("/own") GET("/own") GET("/error"));
	client_expect(&client, 1, "nothing here\"}\n");
	ck_assert_uint_eq(client_count(&client, OK), 3);
	ck_assert_uint_gt(client.len, 2 * FILE_SIZE);
	ck_assert_uint_eq(world.n_done, 4);
	end();
}
END_TEST

static void try_shorter_file(void)
{
	for (int i = 0; i < 2; i++) {
		begin();
		add_file(0, FILE_SIZE);
		add_text("never seen");
		ck_assert_int_eq(ftruncate(file, i == 0 ? 0 : 3 * 1000 * 1000), 0);
		client_says(&client, GET("/own") GET("/"));
		client_expect_end(&client);
		ck_assert_uint_eq(client_count(&client, OK), 1);
		ck_assert_uint_eq(client_count(&client, "Content-Length: 6000010\r\n"), 1);
		ck_assert_uint_eq(client_count(&client, "never seen"), 0);
		ck_assert_uint_eq(world.last.bytes_sent, i == 0 ? 0 : 3 * 1000 * 1000);
		ck_assert_uint_eq(world.n_requests, 1);
		end();
	}
}

START_TEST(a_file_that_became_shorter_ends_the_connection)
{
	try_shorter_file();
}
END_TEST

START_TEST(files_are_copied_where_sendfile_is_not_wanted)
{
	copies_files = true;
	try_bytes_and_files();
	try_slow_reader();
	try_shorter_file();
	copies_files = false;
}
END_TEST

START_TEST(who_leaves_in_the_middle_of_a_file_is_gone)
{
	begin();
	add_file(0, FILE_SIZE);
	add_file(0, FILE_SIZE);
	client_says(&client, GET("/own"));
	client.most = 1000;
	client_expect(&client, 1, OK);
	world_settle();
	client_reset(&client);
	WORLD_UNTIL(nw_http_open(world.http) == 0);
	ck_assert(world.n_done == 1 && world.last.is_gone);
	ck_assert_uint_lt(world.last.bytes_sent, 2 * FILE_SIZE);
	close(file);
	world_close();
}
END_TEST

static void echo(struct nw_exchange *x)
{
	struct nw_piece *piece = nw_arena_alloc(x->arena, sizeof(*piece));

	*piece = (struct nw_piece){.data = x->body};
	piece->next = nw_arena_alloc(x->arena, sizeof(*piece));
	*piece->next = (struct nw_piece){.data = x->body};
	x->answer.status = 200;
	x->answer.pieces = piece;
	nw_exchange_send(x);
}

START_TEST(pieces_of_the_request_outlive_its_bytes)
{
	enum { LEN = 50000, N = 200 };
	struct nw_buf all = {0};

	begin();
	world.own = echo;
	for (unsigned i = 0; i < N; i++) {
		nw_buf_addf(&all, "POST /own HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", LEN);
		memset(nw_buf_reserve(&all, LEN), 'a' + (int)i % 26, LEN);
		all.len += LEN;
	}
	for (size_t at = 0; at < all.len;) {
		ssize_t n = send(client.fd, all.data + at, all.len - at, MSG_NOSIGNAL);

		at += n > 0 ? (size_t)n : 0;
		world_turn(0);
		if (at > all.len / 2) {
			client_take(&client);
		}
	}
	WORLD_UNTIL((client_take(&client), world.n_done == N));
	client_expect(&client, N, OK);
	const char *p = client.data;

	for (unsigned i = 0; i < N; i++) {
		p = strstr(p, "\r\n\r\n") + 4;
		WORLD_UNTIL((client_take(&client), (size_t)(client.data + client.len - p) >= 2 * LEN));
		ck_assert(p[0] == 'a' + (int)i % 26 && memcmp(p, p + 1, 2 * LEN - 1) == 0);
		p += 2 * LEN;
	}
	nw_buf_free(&all);
	end();
}
END_TEST

NW_TEST_MAIN("http/pieces", files_are_copied_where_sendfile_is_not_wanted, small_pieces_are_one_body,
	     a_body_may_be_of_bytes_and_of_files, more_is_announced_only_where_there_is_more,
	     no_piece_goes_out_after_head, a_slow_reader_gets_all_pieces, answers_in_the_queue_come_before_pieces,
	     a_file_that_became_shorter_ends_the_connection, who_leaves_in_the_middle_of_a_file_is_gone,
	     pieces_of_the_request_outlive_its_bytes)

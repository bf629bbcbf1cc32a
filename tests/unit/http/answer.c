#include "worker/http/answer.h"

#include <string.h>

#include "tests/unit/unit.h"

#define COMMON "Server: narwhal\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define ID "X-Request-ID: ffffffffffffffff0100000000000000\r\n"

static struct nw_exchange x;
static struct nw_date date;
static struct nw_buf out;

static void begin(const char *method, uint8_t minor, unsigned status, const char *body)
{
	if (x.arena == NULL) {
		x.arena = nw_arena_new(0);
	}
	nw_arena_reset(x.arena);
	x.head = (struct nw_head){.base = method, .method = {0, (uint32_t)strlen(method)}, .minor = minor};
	x.trace = (struct nw_trace){UINT64_MAX, 1};
	x.answer = (struct nw_answer){.status = status, .fields = {.grow = nw_arena_grow_any, .grow_arg = x.arena}};
	x.answer.body = nw_span_of(body);
	out.len = 0;
	nw_date_set(&date, 784111777);
}

static void assert_answer(bool close, const char *text)
{
	nw_answer_write(&x, &date, close, &out);
	ck_assert_str_eq(nw_buf_str(&out), text);
}

START_TEST(an_answer_has_its_lines_in_order)
{
	begin("GET", 1, 200, "hello");
	nw_buf_adds(&x.answer.fields, "Content-Type: text/plain\r\nX: y\r\n");
	assert_answer(false, "HTTP/1.1 200 OK\r\n" COMMON ID "Content-Length: 5\r\n"
			     "Content-Type: text/plain\r\nX: y\r\n\r\n");
	begin("GET", 1, 404, "");
	assert_answer(true, "HTTP/1.1 404 Not Found\r\n" COMMON ID "Connection: close\r\nContent-Length: 0\r\n\r\n");
	begin("GET", 1, 299, "");
	assert_answer(false, "HTTP/1.1 299 Unknown\r\n" COMMON ID "Content-Length: 0\r\n\r\n");
}
END_TEST

START_TEST(an_old_client_is_told_that_the_connection_is_kept)
{
	begin("GET", 0, 200, "x");
	assert_answer(false, "HTTP/1.1 200 OK\r\n" COMMON ID "Connection: keep-alive\r\nContent-Length: 1\r\n\r\n");
}
END_TEST

START_TEST(a_head_request_gets_the_length_without_the_body)
{
	begin("HEAD", 1, 200, "hello");
	ck_assert(!nw_answer_has_body(&x));
	assert_answer(false, "HTTP/1.1 200 OK\r\n" COMMON ID "Content-Length: 5\r\n\r\n");
	begin("HEAD", 1, 200, "");
	x.answer.has_length = true;
	x.answer.content_length = 18446744073709551615U;
	assert_answer(false, "HTTP/1.1 200 OK\r\n" COMMON ID "Content-Length: 18446744073709551615\r\n\r\n");
}
END_TEST

START_TEST(some_statuses_have_no_body)
{
	begin("GET", 1, 204, "hello");
	ck_assert(!nw_answer_has_body(&x));
	assert_answer(false, "HTTP/1.1 204 No Content\r\n" COMMON ID "\r\n");
	begin("GET", 1, 304, "hello");
	ck_assert(!nw_answer_has_body(&x));
	assert_answer(false, "HTTP/1.1 304 Not Modified\r\n" COMMON ID "\r\n");
	begin("GET", 1, 304, "");
	x.answer.has_length = true;
	x.answer.content_length = 7;
	assert_answer(false, "HTTP/1.1 304 Not Modified\r\n" COMMON ID "Content-Length: 7\r\n\r\n");
}
END_TEST

START_TEST(the_id_of_a_believed_peer_is_repeated)
{
	begin("GET /abc", 1, 204, "");
	x.head.request_id = (struct nw_slice){5, 3};
	assert_answer(false, "HTTP/1.1 204 No Content\r\n" COMMON "X-Request-ID: abc\r\n\r\n");
}
END_TEST

START_TEST(the_date_changes_with_the_second)
{
	nw_date_set(&date, 1709210096);
	ck_assert_ptr_nonnull(strstr(date.lines, "Date: Thu, 29 Feb 2024 12:34:56 GMT\r\n"));
	nw_date_set(&date, 1709210097);
	ck_assert_ptr_nonnull(strstr(date.lines, "12:34:57"));
}
END_TEST

static void assert_error(const char *detail, const char *json)
{
	begin("GET", 1, 200, "was there before");
	nw_buf_adds(&x.answer.fields, "X: y\r\n");
	nw_exchange_error(&x, 409, detail);
	struct nw_buf body = {0};

	nw_buf_add(&body, x.answer.body.p, x.answer.body.len);
	ck_assert_str_eq(nw_buf_str(&body), json);
	nw_buf_free(&body);
	ck_assert_uint_eq(x.answer.status, 409);
	ck_assert_str_eq(nw_buf_str(&x.answer.fields), "Content-Type: application/json\r\n");
}

#define JSON(detail)                                                                                                   \
	"{\"_status\":\"ERR\",\"_error\":{\"code\":409,\"message\":\"" detail "\"},\"type\":\"about:blank\","          \
	"\"title\":\"Conflict\",\"status\":409,\"detail\":\"" detail "\"}\n"

START_TEST(an_error_is_json)
{
	assert_error(NULL, JSON("Conflict"));
	assert_error("", JSON(""));
	assert_error("say \"no\" \\ \n\x01\x7f/", JSON("say \\\"no\\\" \\\\ \\u000a\\u0001\x7f/"));
	assert_error("n\xc3\xa4rwal \xe2\x82\xac \xf0\x9f\xa6\x84",
		     JSON("n\xc3\xa4rwal \xe2\x82\xac \xf0\x9f\xa6\x84"));
}
END_TEST

START_TEST(an_error_is_utf8_whatever_its_detail_is)
{
	assert_error("\x80", JSON("\\ufffd"));
	assert_error("a\xc3", JSON("a\\ufffd"));
	assert_error("\xc0\x80", JSON("\\ufffd\\ufffd"));
	assert_error("\xed\xa0\x80", JSON("\\ufffd\\ufffd\\ufffd"));
	assert_error("\xf5\x80\x80\x80", JSON("\\ufffd\\ufffd\\ufffd\\ufffd"));
	assert_error("\xe2\x82", JSON("\\ufffd\\ufffd"));
}
END_TEST

START_TEST(an_error_without_memory_is_its_status)
{
	begin("GET", 1, 200, "");
	struct nw_arena *arena = x.arena;

	x.arena = nw_arena_new(8160);
	while (nw_arena_alloc(x.arena, 16) != NULL) {
	}
	nw_exchange_error(&x, 503, "no memory");
	ck_assert_uint_eq(x.answer.status, 503);
	ck_assert_uint_eq(x.answer.body.len, 0);
	ck_assert_uint_eq(x.answer.fields.len, 0);
	ck_assert(!x.answer.fields.failed);
	nw_arena_free(x.arena);
	x.arena = arena;
}
END_TEST

NW_TEST_MAIN("http/answer", an_answer_has_its_lines_in_order, an_old_client_is_told_that_the_connection_is_kept,
	     a_head_request_gets_the_length_without_the_body, some_statuses_have_no_body,
	     the_id_of_a_believed_peer_is_repeated, the_date_changes_with_the_second, an_error_is_json,
	     an_error_is_utf8_whatever_its_detail_is, an_error_without_memory_is_its_status)

/* Where answers are compressed: on the thread of their handler, and of those made on the loop only short ones there. */
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/stream.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/http/decode.h"
#include "tests/unit/unit.h"
#include "worker/app/call.h"
#include "worker/http/compress.h"

#define GZIP " HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n"

static struct nw_apps *apps;
static size_t size;

static int answer(struct nw_request *req, struct nw_response *res)
{
	char *text = nw_request_alloc(req, size);

	memset(text, 'x', size);
	nw_response_header(res, "ETag", "\"a\"");
	return nw_response_bytes(res, 200, "text/plain", text, size);
}

static int mirror(struct nw_request *req, struct nw_response *res)
{
	size_t len;
	const void *body = nw_request_body(req, &len);

	return nw_response_bytes(res, 200, "text/plain", body, len);
}

/* Some of it flushed, some not. */
static int streams(struct nw_request *req, struct nw_response *res)
{
	char text[1000];
	int rc = nw_response_begin(res, 200, "text/plain");

	(void)req;
	memset(text, 's', sizeof(text));
	for (size_t i = 0; rc == 0 && i < size; i++) {
		rc = nw_response_write(res, text, sizeof(text));
		if (rc == 0 && i % 100 == 70) {
			rc = nw_response_flush(res);
		}
	}
	return rc;
}

static int cookie_late(struct nw_request *req, struct nw_response *res);

static const struct nw_route routes[] = {
	{"GET", "/cookie", cookie_late, NW_THREAD},
	{"GET", "/stream", streams, NW_THREAD},
	{"GET", "/inline/stream", streams, NW_INLINE},
	{"GET", "/inline", answer, NW_INLINE},
	{"GET", "/thread", answer, NW_THREAD},
	{"POST", "/mirror", mirror, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

static void begin(void)
{
	static char gzip[] = "gzip";

	fake_compress = gzip;
	apps = fake_apps(routes, NULL);
}

static void end(void)
{
	apps = nw_apps_free(apps);
}

static void assert_coded(size_t was)
{
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_uint_eq(fake_seen.status, 200);
	ck_assert(fake_has_field("Content-Encoding: gzip"));
	ck_assert(fake_has_field("Vary: Accept-Encoding"));
	ck_assert_uint_lt(fake_seen.body_len, was);
	ck_assert_mem_eq(fake_seen.body, "\x1f\x8b", 2);
}

START_TEST(a_thread_compresses_what_its_handler_made)
{
	begin();
	size = 20000;
	fake_get(apps, "GET /thread" GZIP);
	assert_coded(size);
	ck_assert(fake_has_field("ETag: W/\"a\""));
	end();
}
END_TEST

START_TEST(the_loop_compresses_what_is_short)
{
	begin();
	size = NW_COMPRESS_BRIEF;
	struct nw_exchange *x = fake_request(apps, "GET /inline" GZIP);

	assert_coded(size);
	ck_assert_uint_eq(fake_seen.n_kept, 0);
	fake_done(x);
	end();
}
END_TEST

START_TEST(the_loop_leaves_what_is_long_to_a_thread)
{
	begin();
	size = NW_COMPRESS_BRIEF + 1;
	struct nw_exchange *x = fake_request(apps, "GET /inline" GZIP);

	ck_assert_uint_eq(fake_seen.n_sent, 0);
	ck_assert_uint_eq(fake_threads.n, 1);
	fake_run();
	assert_coded(size);
	fake_done(x);
	end();
}
END_TEST

START_TEST(a_body_in_the_requests_own_bytes_moves_with_them)
{
	char raw[6000] = "POST /mirror" GZIP;
	size_t len = strlen(raw);

	begin();
	memset(raw + len, 'z', sizeof(raw) - len);
	struct nw_exchange *x = fake_request_len(apps, raw, sizeof(raw));

	fake_run();
	assert_coded(sizeof(raw) - len);
	fake_done(x);
	end();
}
END_TEST

START_TEST(a_full_queue_sends_it_as_it_is_at_once)
{
	begin();
	fake_threads.limit = 0;
	size = 20000;
	struct nw_exchange *x = fake_request(apps, "GET /inline" GZIP);

	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_uint_eq(fake_seen.status, 200);
	ck_assert_uint_eq(fake_seen.body_len, size);
	ck_assert(!fake_has_field("Content-Encoding: gzip"));
	ck_assert(fake_has_field("Vary: Accept-Encoding"));
	ck_assert(fake_has_field("ETag: \"a\""));
	ck_assert_uint_eq(fake_counters.queue_full, 0);
	fake_done(x);
	end();
}
END_TEST

START_TEST(without_memory_to_wait_it_is_sent_as_it_is)
{
	begin();
	fake_keep_fails = true;
	size = 20000;
	struct nw_exchange *x = fake_exchange("GET /inline" GZIP, strlen("GET /inline" GZIP), 0);

	nw_apps_dispatch(apps, x);
	ck_assert_uint_eq(fake_seen.body_len, size);
	fake_done(x);
	end();
}
END_TEST

START_TEST(who_asks_for_no_coding_gets_none)
{
	begin();
	size = 20000;
	fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n");
	ck_assert_uint_eq(fake_seen.body_len, size);
	ck_assert(fake_has_field("Vary: Accept-Encoding"));
	fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n");
	ck_assert_uint_eq(fake_seen.body_len, size);
	size = 1000;
	fake_get(apps, "GET /inline" GZIP);
	ck_assert_uint_eq(fake_seen.body_len, size);
	ck_assert(!fake_has_field("Vary: Accept-Encoding"));
	end();
}
END_TEST

static void assert_streamed(const struct nw_exchange *x, size_t len)
{
	struct nw_buf back = {0};

	ck_assert_uint_eq(fake_seen.n_begun, 1);
	ck_assert(fake_seen.is_whole);
	ck_assert(fake_has_field("Content-Encoding: gzip"));
	ck_assert(decode(NW_CODING_GZIP, fake_seen.body, fake_streamed(x), &back));
	ck_assert_uint_eq(back.len, len);
	nw_buf_free(&back);
}

START_TEST(a_thread_compresses_its_stream)
{
	static const size_t sizes[] = {66, 71, 72, 160}; /* KB; by the second flush it would wait for the loop */

	for (size_t i = 0; i < NW_ARRAY_LEN(sizes); i++) {
		begin();
		size = sizes[i];
		struct nw_exchange *x = fake_request(apps, "GET /stream" GZIP);

		fake_run();
		assert_streamed(x, size * 1000);
		fake_done(x);
		end();
	}
}
END_TEST

/* What comes too late for the head must not get into it. */
static int cookie_late(struct nw_request *req, struct nw_response *res)
{
	static const struct nw_cookie cookie = {.name = "session", .value = "0123456789abcdef0123456789abcdef"};
	int rc = nw_response_begin(res, 200, "text/plain");

	nw_response_header(res, "X-Long", nw_request_printf(req, "%0270d", 0)); /* with room behind it in memory */
	nw_response_flush(res);
	nw_response_cookie(res, &cookie);
	return rc;
}

START_TEST(the_head_of_a_compressed_stream_stays_as_it_is)
{
	begin();
	fake_get(apps, "GET /cookie" GZIP);
	ck_assert(fake_has_field("Content-Encoding: gzip"));
	ck_assert_ptr_null(strstr(fake_seen.fields, "Set-Cookie"));
	end();
}
END_TEST

START_TEST(several_lines_of_accept_encoding_are_one_list)
{
	begin();
	size = 20000;
	fake_get(apps, "GET /thread HTTP/1.1\r\nAccept-Encoding: deflate\r\naccept-encoding: gzip\r\n\r\n");
	assert_coded(size);
	end();
}
END_TEST

START_TEST(the_loop_compresses_no_stream)
{
	begin();
	size = 50;
	struct nw_exchange *x = fake_request(apps, "GET /inline/stream" GZIP);

	ck_assert(!fake_has_field("Content-Encoding: gzip") && !fake_has_field("Vary: Accept-Encoding"));
	ck_assert_uint_eq(fake_streamed(x), size * 1000);
	nw_response_end(&((struct nw_call *)x->user)->res);
	fake_run();
	fake_done(x);
	end();
}
END_TEST

NW_TEST_MAIN("app/compress", a_thread_compresses_what_its_handler_made, the_loop_compresses_what_is_short,
	     the_loop_leaves_what_is_long_to_a_thread, a_body_in_the_requests_own_bytes_moves_with_them,
	     a_full_queue_sends_it_as_it_is_at_once, without_memory_to_wait_it_is_sent_as_it_is,
	     who_asks_for_no_coding_gets_none, a_thread_compresses_its_stream,
	     the_head_of_a_compressed_stream_stays_as_it_is, several_lines_of_accept_encoding_are_one_list,
	     the_loop_compresses_no_stream)

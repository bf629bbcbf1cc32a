/* Streams of handlers on the loop, which go on behind them. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/script.h"
#include "tests/unit/unit.h"

static unsigned n_ready;

static void on_ready(struct nw_response *res, void *arg)
{
	ck_assert(res == script_kept && arg == &n_ready);
	n_ready++;
}

static int goes_on(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	n_ready = 0;
	script_rcs[0] = nw_response_begin(res, 200, "text/plain");
	nw_response_on_ready(res, on_ready, &n_ready);
	return script_rcs[0];
}

START_TEST(on_the_loop_it_goes_on_behind_the_handler)
{
	script_begin(goes_on);
	struct nw_exchange *x = fake_request(script_apps, "GET /inline HTTP/1.1\r\n\r\n");

	fake_run();
	ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 0);
	ck_assert_int_eq(nw_response_flush(script_kept), 0);
	ck_assert_uint_eq(fake_seen.n_begun, 1);
	ck_assert_int_eq(script_writes(script_kept, "one, "), 0);
	ck_assert_str_eq(fake_seen.body, "one, ");
	fake_stream_room = 3;
	ck_assert_int_eq(script_writes(script_kept, "two, "), 0);
	ck_assert_int_eq(script_writes(script_kept, "never"), -EAGAIN);
	ck_assert_uint_eq(n_ready, 0);
	fake_stream_drain(x, 100);
	ck_assert_uint_eq(n_ready, 1);
	ck_assert_int_eq(script_writes(script_kept, "three"), 0);
	ck_assert_uint_eq(fake_seen.n_sent, 0);
	nw_response_end(script_kept);
	fake_run();
	ck_assert_str_eq(fake_seen.body, "one, two, three");
	ck_assert(fake_seen.n_sent == 1 && fake_seen.is_whole);
	fake_done(x);
	script_end();
}
END_TEST

START_TEST(on_the_loop_it_may_end_without_a_byte)
{
	script_begin(goes_on);
	struct nw_exchange *x = fake_request(script_apps, "GET /inline HTTP/1.1\r\n\r\n");

	nw_response_end(script_kept);
	fake_run();
	ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 1 && fake_seen.status == 200);
	fake_done(x);
	script_end();
}
END_TEST

static int puts_off(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_defer(res);
}

START_TEST(an_answer_that_was_put_off_may_be_a_stream)
{
	for (int i = 0; i < 2; i++) {
		script_begin(puts_off);
		struct nw_exchange *x = fake_request(script_apps, "GET /inline HTTP/1.1\r\n\r\n");

		ck_assert_int_eq(nw_response_begin(script_kept, 200, NULL), 0);
		ck_assert(i == 0 || script_writes(script_kept, "late") == 0);
		nw_response_end(script_kept);
		fake_run();
		ck_assert_str_eq(fake_seen.body, i == 0 ? "" : "late");
		ck_assert(fake_seen.n_sent == 1 && fake_seen.status == 200);
		fake_done(x);
		script_end();
	}
}
END_TEST

START_TEST(on_the_loop_a_client_that_is_gone_is_told)
{
	script_begin(goes_on);
	struct nw_exchange *x = fake_request(script_apps, "GET /inline HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(script_writes(script_kept, "one"), 0);
	x->is_gone = true;
	fake_stream_drain(x, 0);
	ck_assert_uint_eq(n_ready, 1);
	ck_assert_int_eq(script_writes(script_kept, "two"), -EPIPE);
	nw_response_end(script_kept);
	fake_run();
	ck_assert_str_eq(fake_seen.log, "");
	fake_done(x);
	script_end();
}
END_TEST

static int waits_inline(struct nw_request *req, struct nw_response *res)
{
	(void)goes_on(req, res);
	return nw_response_wait(res, 1000);
}

START_TEST(nobody_waits_on_the_loop)
{
	script_begin(waits_inline);
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
	script_end();
}
END_TEST

static int answers(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	return script_writes(res, "one, two");
}

static int hands_on_late(struct nw_request *req, struct nw_response *res)
{
	(void)goes_on(req, res);
	if (nw_request_query(req, "out") != NULL) {
		script_writes(res, "head");
	}
	return nw_response_offload(res, answers);
}

START_TEST(a_stream_may_be_handed_on_before_it_is_out)
{
	script_begin(hands_on_late);
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two");
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline?out HTTP/1.1\r\n\r\n"), 200);
	ck_assert(!fake_seen.is_whole && strstr(fake_seen.log, "broken off") != NULL);
	script_end();
}
END_TEST

NW_TEST_MAIN("app/stream_loop", on_the_loop_it_goes_on_behind_the_handler, on_the_loop_it_may_end_without_a_byte,
	     an_answer_that_was_put_off_may_be_a_stream, on_the_loop_a_client_that_is_gone_is_told,
	     nobody_waits_on_the_loop, a_stream_may_be_handed_on_before_it_is_out)

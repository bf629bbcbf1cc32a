/* Answers that are made bit by bit, on made-up places to run; threads.c has them on real threads. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/script.h"
#include "tests/unit/unit.h"

static int two_writes(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	script_rcs[0] = nw_response_begin(res, 200, "text/plain");
	script_rcs[1] = script_writes(res, "one, ");
	script_rcs[2] = script_writes(res, "two");
	return script_rcs[2];
}

START_TEST(a_small_one_of_a_thread_is_a_plain_answer)
{
	script_begin(two_writes);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two");
	ck_assert_uint_eq(fake_seen.n_begun, 0);
	ck_assert(fake_has_field("Content-Type: text/plain") && fake_has_field("X-After: ran"));
	script_end();
}
END_TEST

static int flushes(struct nw_request *req, struct nw_response *res)
{
	(void)two_writes(req, res);
	script_rcs[3] = nw_response_flush(res);
	script_rcs[4] = script_writes(res, ", three");
	return script_rcs[4];
}

START_TEST(what_is_flushed_has_gone_out)
{
	script_begin(flushes);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two, three");
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole && !fake_seen.has_length);
	ck_assert(fake_has_field("Content-Type: text/plain") && fake_has_field("X-After: ran"));
	ck_assert_str_eq(fake_seen.log, "");
	script_end();
}
END_TEST

static char large[100000];

static int writes_much(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	memset(large, 'x', sizeof(large));
	nw_response_begin(res, 200, NULL);
	nw_response_length(res, sizeof(large));
	return nw_response_write(res, large, sizeof(large));
}

START_TEST(much_goes_out_by_itself)
{
	script_begin(writes_much);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert(fake_seen.has_length && fake_seen.content_length == sizeof(large));
	ck_assert(!fake_has_field("Content-Type: text/plain"));
	ck_assert_uint_ge(strlen(fake_seen.body), 65535); /* all that the fake keeps */
	script_end();
}
END_TEST

static int64_t length;

static int of_length(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	script_rcs[0] = nw_response_begin(res, 200, NULL);
	nw_response_length(res, (uint64_t)length);
	if (nw_request_query(req, "flush") != NULL) {
		nw_response_flush(res);
	}
	script_rcs[1] = script_writes(res, "12345");
	return 0;
}

START_TEST(a_body_of_another_length_is_an_error)
{
	static const struct {
		const char *request;
		int64_t length;
		unsigned status;
		bool is_out;
		const char *log;
	} cases[] = {
		{"GET /thread HTTP/1.1\r\n\r\n", 5, 200, false, NULL},
		{"GET /thread HTTP/1.1\r\n\r\n", 4, 500, false, "longer"},
		{"GET /thread HTTP/1.1\r\n\r\n", 6, 500, false, "shorter"},
		{"GET /thread?flush HTTP/1.1\r\n\r\n", 5, 200, true, NULL},
		{"GET /thread?flush HTTP/1.1\r\n\r\n", 4, 200, true, "longer"},
		{"GET /thread?flush HTTP/1.1\r\n\r\n", 6, 200, true, "shorter"},
		{"HEAD /thread HTTP/1.1\r\n\r\n", 6, 200, false, NULL},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		script_begin(of_length);
		length = cases[i].length;
		ck_assert_uint_eq(fake_get(script_apps, cases[i].request), cases[i].status);
		ck_assert_int_eq(script_rcs[1], length == 4 ? -EOVERFLOW : 0);
		ck_assert_uint_eq(fake_seen.n_begun, cases[i].is_out);
		ck_assert(!cases[i].is_out || fake_seen.is_whole == (cases[i].log == NULL));
		if (cases[i].log == NULL) {
			ck_assert_str_eq(fake_seen.log, "");
		} else {
			ck_assert_ptr_nonnull(strstr(fake_seen.log, cases[i].log));
			ck_assert_int_eq(strstr(fake_seen.log, "broken off") != NULL, cases[i].is_out);
		}
		script_end();
	}
}
END_TEST

static int fails_after(struct nw_request *req, struct nw_response *res)
{
	nw_response_begin(res, 200, "text/plain");
	script_writes(res, "so far");
	if (nw_request_query(req, "flush") != NULL) {
		nw_response_flush(res);
	}
	if (nw_request_query(req, "error") != NULL) {
		return nw_response_error(res, 502, "the source ran dry");
	}
	if (nw_request_query(req, "header") != NULL) {
		nw_response_header(res, "X-Late", "yes");
		return 0;
	}
	if (nw_request_query(req, "text") != NULL) {
		return nw_response_text(res, 201, "another");
	}
	return -EIO;
}

START_TEST(a_failure_before_the_head_went_out_is_a_clean_answer)
{
	script_begin(fails_after);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /thread: Input/output error (request id id-1)\n");
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread?error HTTP/1.1\r\n\r\n"), 502);
	ck_assert_str_eq(fake_seen.body, "built-in 502: the source ran dry");
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread?text HTTP/1.1\r\n\r\n"), 201);
	ck_assert_str_eq(fake_seen.body, "another");
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread?header HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_has_field("X-Late: yes"));
	ck_assert_uint_eq(fake_seen.n_begun, 0);
	script_end();
}
END_TEST

START_TEST(a_failure_behind_the_head_breaks_the_answer_off)
{
	static const char *const cases[][2] = {
		{"GET /thread?flush HTTP/1.1\r\n\r\n", "Input/output error"},
		{"GET /thread?flush&error HTTP/1.1\r\n\r\n", "the source ran dry"},
		{"GET /thread?flush&text HTTP/1.1\r\n\r\n", "an answer was set after the head of another"},
		{"GET /thread?flush&header HTTP/1.1\r\n\r\n", "header 'X-Late' comes after the head"},
		{"GET /inline HTTP/1.1\r\n\r\n", "Input/output error"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		script_begin(fails_after);
		ck_assert_uint_eq(fake_get(script_apps, cases[i][0]), 200);
		ck_assert_str_eq(fake_seen.body, "so far");
		ck_assert(fake_seen.n_begun == 1 && !fake_seen.is_whole && fake_seen.n_sent == 1);
		ck_assert_ptr_nonnull(strstr(fake_seen.log, cases[i][1]));
		ck_assert_ptr_nonnull(
			strstr(fake_seen.log, "; the answer had begun and is broken off (request id id-1)\n"));
		script_end();
	}
}
END_TEST

static int writes_on(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	while ((script_rcs[0] = script_writes(res, "more and more")) == 0) {
	}
	return script_rcs[0];
}

START_TEST(who_writes_without_end_for_head_is_stopped)
{
	script_begin(writes_on);
	ck_assert_uint_eq(fake_get(script_apps, "HEAD /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(script_rcs[0], -EPIPE);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert_uint_eq(fake_get(script_apps, "HEAD /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_seen.n_begun == 2 && fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.log, "");
	script_end();
}
END_TEST

static int of_204(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	script_rcs[0] = nw_response_begin(res, 204, "text/plain");
	script_rcs[1] = script_writes(res, "nothing");
	return script_rcs[1];
}

START_TEST(a_status_without_a_body_gets_none)
{
	script_begin(of_204);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 204);
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 204);
	ck_assert_int_eq(script_rcs[1], -EPIPE);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.log, "");
	ck_assert(!fake_has_field("Content-Type: text/plain"));
	script_end();
}
END_TEST

START_TEST(that_the_client_is_gone_is_no_failure)
{
	script_begin(writes_on);
	struct nw_exchange *x = fake_request(script_apps, "GET /thread HTTP/1.1\r\n\r\n");

	x->is_gone = true;
	fake_run();
	fake_done(x);
	ck_assert_int_eq(script_rcs[0], -EPIPE);
	ck_assert_str_eq(fake_seen.log, "");
	script_end();
}
END_TEST

static int after_fails(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return -EPERM;
}

static int after_writes(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_write(res, large, sizeof(large));
}

static int after_begins(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_begin(res, 200, NULL);
}

START_TEST(an_after_hook_may_take_the_stream_s_place)
{
	for (int i = 0; i < 2; i++) {
		const char *request = i == 0 ? "GET /thread HTTP/1.1\r\n\r\n" : "GET /inline HTTP/1.1\r\n\r\n";

		script_begin(writes_on);
		script_after = script_sets_203;
		ck_assert_uint_eq(fake_get(script_apps, request), 203);
		ck_assert_str_eq(fake_seen.body, "by the hook");
		ck_assert_int_eq(script_rcs[0], -ECANCELED);
		script_after = after_fails;
		ck_assert_uint_eq(fake_get(script_apps, request), 500);
		ck_assert_int_eq(script_rcs[0], -ECANCELED);
		script_after = after_writes;
		ck_assert_uint_eq(fake_get(script_apps, request), 500);
		script_after = after_begins;
		ck_assert_uint_eq(fake_get(script_apps, request), 500);
		ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 4);
		script_end();
	}
}
END_TEST

static int not_begun(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	script_rcs[0] = script_writes(res, "x");
	script_rcs[1] = nw_response_flush(res);
	script_rcs[2] = nw_response_length(res, 1);
	script_rcs[3] = nw_response_begin(res, 100, NULL);
	script_rcs[4] = nw_response_begin(res, 200, "text/plain\r\nX: y");
	nw_response_wake(res);
	nw_response_on_ready(res, NULL, NULL);
	return 0;
}

START_TEST(what_makes_no_sense_is_an_internal_error)
{
	script_begin(not_begun);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(script_rcs[i], -EINVAL);
	}
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
	script_end();
}
END_TEST

static int waits(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin_events(res);
	script_rcs[0] = nw_response_wait(res, 0);
	nw_response_wake(res);
	script_rcs[1] = nw_response_wait(res, 100000);
	nw_apps_leave(script_apps);
	script_rcs[2] = nw_response_wait(res, 100000);
	return script_rcs[2];
}

START_TEST(a_wait_ends_with_its_time_and_when_the_worker_leaves)
{
	script_begin(waits);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(script_rcs[0], 0);
	ck_assert_int_eq(script_rcs[1], 0);
	ck_assert_int_eq(script_rcs[2], -ESHUTDOWN);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.log, "");
	script_end();
}
END_TEST

NW_TEST_MAIN("app/stream", a_small_one_of_a_thread_is_a_plain_answer, what_is_flushed_has_gone_out,
	     much_goes_out_by_itself, a_body_of_another_length_is_an_error,
	     a_failure_before_the_head_went_out_is_a_clean_answer, a_failure_behind_the_head_breaks_the_answer_off,
	     who_writes_without_end_for_head_is_stopped, a_status_without_a_body_gets_none,
	     that_the_client_is_gone_is_no_failure, an_after_hook_may_take_the_stream_s_place,
	     what_makes_no_sense_is_an_internal_error, a_wait_ends_with_its_time_and_when_the_worker_leaves)

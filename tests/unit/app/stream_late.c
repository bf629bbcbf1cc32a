/* Streams of handlers that do something too late, or do not look at what they were told. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/script.h"
#include "tests/unit/unit.h"

static int cookie_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_flush(res);
	script_rcs[0] = nw_response_cookie(res, &(struct nw_cookie){.name = "a", .value = "b"});
	return 0;
}

START_TEST(a_cookie_behind_the_head_is_an_error)
{
	script_begin(cookie_late);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(script_rcs[0], -EINVAL);
	ck_assert(fake_seen.n_begun == 1 && !fake_seen.is_whole);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "a cookie after the head"));
	script_end();
}
END_TEST

static int length_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	script_writes(res, "12345");
	script_rcs[0] = nw_response_length(res, 4);
	script_rcs[1] = script_writes(res, "6");
	return 0;
}

START_TEST(a_length_below_what_was_written_is_an_error)
{
	script_begin(length_late);
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	ck_assert_int_eq(script_rcs[0], -EOVERFLOW);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "longer than its Content-Length"));
	script_end();
}
END_TEST

static int of_length(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, NULL);
	nw_response_length(res, 4000);
	return script_writes(res, "12345");
}

static int after_has_a_page(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "page");
}

START_TEST(the_length_of_a_stream_is_not_that_of_what_takes_its_place)
{
	script_begin(of_length);
	script_after = after_has_a_page;
	ck_assert_uint_eq(fake_get(script_apps, "HEAD /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert(!fake_seen.has_length);
	ck_assert_str_eq(fake_seen.body, "page");
	script_end();
}
END_TEST

static int answers(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "never");
}

static int hands_on_out(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	nw_response_flush(res);
	script_rcs[0] = nw_response_offload(res, answers);
	return 0;
}

START_TEST(a_stream_that_is_out_is_not_handed_on)
{
	script_begin(hands_on_out);
	fake_threads.limit = 0;
	struct nw_exchange *x = fake_request(script_apps, "GET /inline HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(script_rcs[0], -EINVAL);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.n_sent == 0);
	nw_response_end(script_kept);
	fake_run();
	ck_assert(fake_seen.n_sent == 1 && !fake_seen.is_whole);
	fake_done(x);
	script_end();
}
END_TEST

static int goes_on_after_all(struct nw_request *req, struct nw_response *res)
{
	script_rcs[0] = nw_response_begin(res, 200, "text/plain");
	if (nw_request_query(req, "header") != NULL) {
		script_rcs[1] = nw_response_header(res, "no token", "x");
	} else {
		script_rcs[1] = script_writes(res, "canceled by the hook");
	}
	return 0;
}

START_TEST(an_end_is_due_whatever_went_wrong)
{
	static const struct {
		const char *request;
		int rc;
		unsigned status;
	} cases[] = {
		{"GET /inline HTTP/1.1\r\n\r\n", -ECANCELED, 203},
		{"GET /inline?header HTTP/1.1\r\n\r\n", -EINVAL, 500},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		script_begin(goes_on_after_all);
		script_after = cases[i].rc == -ECANCELED ? script_sets_203 : NULL;
		struct nw_exchange *x = fake_request(script_apps, cases[i].request);

		ck_assert_int_eq(script_rcs[1], cases[i].rc);
		ck_assert_uint_eq(fake_seen.n_sent, 0);
		nw_response_end(script_kept);
		fake_run();
		ck_assert(fake_seen.n_sent == 1 && fake_seen.n_begun == 0);
		ck_assert_uint_eq(fake_seen.status, cases[i].status);
		fake_done(x);
		script_end();
	}
}
END_TEST

static int sets_another(struct nw_request *req, struct nw_response *res)
{
	nw_response_begin(res, 200, "text/plain");
	script_rcs[0] = nw_response_flush(res);
	script_rcs[1] = nw_response_header(res, "X-Late", "yes");
	script_rcs[2] = nw_response_cookie(res, &(struct nw_cookie){.name = "a", .value = "b"});
	script_rcs[3] = nw_request_query(req, "error") != NULL ? nw_response_error(res, 500, "mine")
							       : nw_response_text(res, 200, "mine all the same");
	return 0;
}

START_TEST(the_answer_of_a_hook_stays)
{
	static const char *const requests[] = {
		"GET /thread HTTP/1.1\r\n\r\n",
		"GET /thread?error HTTP/1.1\r\n\r\n",
		"GET /inline HTTP/1.1\r\n\r\n",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(requests); i++) {
		script_begin(sets_another);
		script_after = script_sets_203;
		struct nw_exchange *x = fake_request(script_apps, requests[i]);

		fake_run();
		if (fake_seen.n_sent == 0) {
			nw_response_end(script_kept);
			fake_run();
		}
		ck_assert_uint_eq(fake_seen.status, 203);
		ck_assert_str_eq(fake_seen.body, "by the hook");
		ck_assert(!fake_has_field("X-Late: yes") && strstr(fake_seen.fields, "Set-Cookie") == NULL);
		for (int k = 0; k < 4; k++) {
			ck_assert_int_eq(script_rcs[k], -ECANCELED);
		}
		ck_assert_str_eq(fake_seen.log, "");
		fake_done(x);
		script_end();
	}
}
END_TEST

NW_TEST_MAIN("app/stream_late", a_cookie_behind_the_head_is_an_error, a_length_below_what_was_written_is_an_error,
	     the_length_of_a_stream_is_not_that_of_what_takes_its_place, a_stream_that_is_out_is_not_handed_on,
	     an_end_is_due_whatever_went_wrong, the_answer_of_a_hook_stays)

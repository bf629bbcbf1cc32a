/* What an app does with an answer that it has sent, ended or given away: request and response stay until the loop has
 * it back, and the answer goes out once. */
#include <narwhal/stream.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"
#include "worker/app/call.h"

static struct nw_apps *apps;
static struct nw_request *req_kept;
static struct nw_response *kept;
static int (*hook)(struct nw_request *req, struct nw_response *res);
static unsigned n_ready;

static void on_ready(struct nw_response *res, void *arg)
{
	(void)res;
	(void)arg;
	n_ready++;
}

static int puts_off(struct nw_request *req, struct nw_response *res)
{
	req_kept = req;
	kept = res;
	return nw_response_defer(res);
}

static int streams(struct nw_request *req, struct nw_response *res)
{
	req_kept = req;
	kept = res;
	nw_response_begin(res, 200, "text/plain");
	nw_response_on_ready(res, on_ready, NULL);
	return nw_response_flush(res);
}

static int sends_twice(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_text(res, 200, "once");
	nw_response_send(res);
	nw_response_send(res);
	return nw_response_defer(res);
}

static int answers(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "answered");
}

static int after(struct nw_request *req, struct nw_response *res)
{
	return hook == NULL ? 0 : hook(req, res);
}

static int load(struct nw_app *app)
{
	return nw_app_after(app, after);
}

static const struct nw_route routes[] = {
	{"GET", "/defer", puts_off, NW_INLINE},    {"GET", "/stream", streams, NW_INLINE},
	{"GET", "/inline", answers, NW_INLINE},    {"GET", "/thread", answers, NW_THREAD},
	{"GET", "/twice", sends_twice, NW_INLINE}, {NULL, NULL, NULL, 0},
};

static struct nw_exchange *begin(const char *request)
{
	hook = NULL;
	n_ready = 0;
	apps = fake_apps(routes, load);
	return fake_request(apps, request);
}

/* The loop is back: what was sent has gone out, once. */
static void end(struct nw_exchange *x)
{
	fake_run();
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	fake_done(x);
	nw_apps_free(apps);
}

START_TEST(a_second_send_is_refused)
{
	struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\nX-It: is\r\n\r\n");

	nw_response_text(kept, 200, "once");
	nw_response_send(kept);
	nw_response_send(kept);
	ck_assert_str_eq(fake_seen.log, "e nw_response_send() was called twice for one request\n");
	ck_assert_str_eq(nw_request_header(req_kept, "X-It"), "is");
	ck_assert_uint_eq(nw_response_status(kept), 200);
	end(x);
	ck_assert_str_eq(fake_seen.body, "once");
}
END_TEST

START_TEST(within_its_handler_it_is_sent_once)
{
	end(begin("GET /twice HTTP/1.1\r\n\r\n"));
	ck_assert_str_eq(fake_seen.body, "once");
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "nw_response_send() was called twice"));
}
END_TEST

START_TEST(a_second_end_is_refused)
{
	struct nw_exchange *x = begin("GET /stream HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(nw_response_write(kept, "all", 3), 0);
	nw_response_end(kept);
	nw_response_end(kept);
	ck_assert_str_eq(fake_seen.log, "e nw_response_end() was called twice for one request\n");
	nw_response_send(kept);
	end(x);
	ck_assert(fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.body, "all");
}
END_TEST

START_TEST(what_is_written_behind_the_end_goes_nowhere)
{
	struct nw_exchange *x = begin("GET /stream HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(nw_response_write(kept, "all", 3), 0);
	nw_response_end(kept);
	ck_assert_int_eq(nw_response_write(kept, "more", 4), -EPIPE);
	ck_assert_int_eq(nw_response_flush(kept), -EPIPE);
	ck_assert_int_eq(nw_response_event(kept, &(struct nw_event){.data = "x"}), -EPIPE);
	ck_assert_int_eq(nw_response_comment(kept, "x"), -EPIPE);
	end(x);
	ck_assert(fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.body, "all");
}
END_TEST

START_TEST(who_has_ended_is_not_told_that_there_is_room)
{
	struct nw_exchange *x = begin("GET /stream HTTP/1.1\r\n\r\n");

	nw_response_end(kept);
	x->is_gone = true;
	fake_stream_drain(x, 0);
	ck_assert_uint_eq(n_ready, 0);
	end(x);
}
END_TEST

/* All that there is to be called. */
static void call_all(struct nw_response *res)
{
	nw_response_text(res, 201, "late");
	nw_response_json(res, 201, cJSON_CreateObject());
	nw_response_bytes(res, 201, "text/plain", "late", 4);
	nw_response_file(res, "/nowhere", NULL);
	nw_response_file_below(res, "/nowhere", "late", NULL);
	nw_response_empty(res, 204);
	nw_response_redirect(res, 302, "/late");
	nw_response_error(res, 400, "late");
	nw_response_error_detail(res);
	nw_response_header(res, "X-Late", "yes");
	nw_response_timing(res, "late", 1, NULL);
	nw_response_cookie(res, &(struct nw_cookie){.name = "late", .value = "yes"});
	nw_response_early_hint(res, "Link", "</late>");
	nw_response_close(res);
	nw_response_begin(res, 201, NULL);
	nw_response_length(res, 4);
	nw_response_write(res, "late", 4);
	nw_response_flush(res);
	nw_response_on_ready(res, on_ready, NULL);
	nw_response_wait(res, 0);
	nw_response_wake(res);
	nw_response_begin_events(res);
	nw_response_event(res, &(struct nw_event){.data = "late"});
	nw_response_comment(res, "late");
	nw_response_defer(res);
	nw_response_end(res);
	nw_response_send(res);
}

START_TEST(whatever_is_called_then_it_goes_out_once)
{
	struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\n\r\n");

	nw_response_text(kept, 200, "once");
	nw_response_send(kept);
	call_all(kept);
	end(x);
	ck_assert_uint_eq(fake_seen.n_begun, 0);
	x = begin("GET /stream HTTP/1.1\r\n\r\n");
	nw_response_end(kept);
	call_all(kept);
	end(x);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.status == 200 && !fake_seen.is_whole);
}
END_TEST

START_TEST(no_stream_is_begun_in_place_of_what_was_sent)
{
	struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\n\r\n");

	nw_response_text(kept, 200, "once");
	nw_response_send(kept);
	ck_assert_int_eq(nw_response_begin(kept, 200, NULL), -EINVAL);
	end(x);
	ck_assert_uint_eq(fake_seen.status, 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "a stream begun when the answer was sent"));
}
END_TEST

START_TEST(what_is_handed_on_when_it_was_sent_goes_to_one_thread)
{
	struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\n\r\n");

	nw_response_offload(kept, answers);
	nw_response_send(kept);
	ck_assert_uint_eq(fake_threads.n, 0);
	nw_response_end(kept);
	end(x);
	ck_assert_str_eq(fake_seen.body, "answered");
}
END_TEST

/* While it waits for its thread. */
START_TEST(what_a_thread_has_is_not_sent_by_the_loop)
{
	struct nw_exchange *x = begin("GET /thread HTTP/1.1\r\n\r\n");
	struct nw_response *res = &((struct nw_call *)x->user)->res;

	ck_assert_uint_eq(fake_threads.n, 1);
	nw_response_send(res);
	nw_response_end(res);
	ck_assert_uint_eq(fake_loop.n, 0);
	end(x);
	ck_assert_str_eq(fake_seen.body, "answered");
}
END_TEST

static int sends(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_send(res);
	return 0;
}

static int ends(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_end(res);
	return 0;
}

START_TEST(a_hook_sends_and_ends_nothing)
{
	static int (*const hooks[])(struct nw_request *req, struct nw_response *res) = {sends, ends};

	for (size_t i = 0; i < NW_ARRAY_LEN(hooks); i++) {
		struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\n\r\n");

		hook = hooks[i];
		nw_response_text(kept, 200, "once");
		nw_response_send(kept);
		end(x);
		ck_assert_uint_eq(fake_seen.status, 500);
		ck_assert_ptr_nonnull(strstr(fake_seen.log, "in a hook that runs after the handler"));
	}
}
END_TEST

START_TEST(a_stream_that_a_hook_ends_is_an_error_and_ended_by_its_app)
{
	struct nw_exchange *x = begin("GET /defer HTTP/1.1\r\n\r\n");

	hook = ends;
	nw_response_begin(kept, 200, NULL);
	ck_assert_int_eq(nw_response_flush(kept), -ECANCELED);
	fake_run();
	ck_assert_uint_eq(fake_seen.n_sent, 0);
	nw_response_end(kept);
	end(x);
	ck_assert_uint_eq(fake_seen.status, 500);
}
END_TEST

NW_TEST_MAIN("app/over", a_second_send_is_refused, within_its_handler_it_is_sent_once, a_second_end_is_refused,
	     what_is_written_behind_the_end_goes_nowhere, who_has_ended_is_not_told_that_there_is_room,
	     whatever_is_called_then_it_goes_out_once, no_stream_is_begun_in_place_of_what_was_sent,
	     what_is_handed_on_when_it_was_sent_goes_to_one_thread, what_a_thread_has_is_not_sent_by_the_loop,
	     a_hook_sends_and_ends_nothing, a_stream_that_a_hook_ends_is_an_error_and_ended_by_its_app)

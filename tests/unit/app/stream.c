/* Answers that are made bit by bit, on made-up places to run; threads.c has them on real threads. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

/* What the next request does. */
static int (*script)(struct nw_request *req, struct nw_response *res);
static struct nw_response *kept;
static int rcs[8]; /* that the script got */
static unsigned n_ready;
static char large[100000];

static int handler(struct nw_request *req, struct nw_response *res)
{
	kept = res;
	return script(req, res);
}

static int (*after_script)(struct nw_request *req, struct nw_response *res);

static int after(struct nw_request *req, struct nw_response *res)
{
	return after_script != NULL ? after_script(req, res) : nw_response_header(res, "X-After", "ran");
}

static int load(struct nw_app *app)
{
	return nw_app_after(app, after);
}

static const struct nw_route routes[] = {
	{"GET", "/thread", handler, NW_THREAD},
	{"GET", "/inline", handler, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

static struct nw_apps *apps;

static void begin(int (*what)(struct nw_request *req, struct nw_response *res))
{
	apps = fake_apps(routes, load);
	script = what;
	after_script = NULL;
	n_ready = 0;
	memset(large, 'x', sizeof(large));
	memset(rcs, 1, sizeof(rcs));
}

static void end(void)
{
	nw_apps_free(apps);
}

static int writes(struct nw_response *res, const char *text)
{
	return nw_response_write(res, text, strlen(text));
}

static int two_writes(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = nw_response_begin(res, 200, "text/plain");
	rcs[1] = writes(res, "one, ");
	rcs[2] = writes(res, "two");
	return rcs[2];
}

START_TEST(a_small_one_of_a_thread_is_a_plain_answer)
{
	begin(two_writes);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two");
	ck_assert_uint_eq(fake_seen.n_begun, 0);
	ck_assert(fake_has_field("Content-Type: text/plain") && fake_has_field("X-After: ran"));
	end();
}
END_TEST

static int flushes(struct nw_request *req, struct nw_response *res)
{
	(void)two_writes(req, res);
	rcs[3] = nw_response_flush(res);
	rcs[4] = writes(res, ", three");
	return rcs[4];
}

START_TEST(what_is_flushed_has_gone_out)
{
	begin(flushes);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two, three");
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole && !fake_seen.has_length);
	ck_assert(fake_has_field("Content-Type: text/plain") && fake_has_field("X-After: ran"));
	ck_assert_str_eq(fake_seen.log, "");
	end();
}
END_TEST

static int writes_much(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, NULL);
	nw_response_length(res, sizeof(large));
	return nw_response_write(res, large, sizeof(large));
}

START_TEST(much_goes_out_by_itself)
{
	begin(writes_much);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert(fake_seen.has_length && fake_seen.content_length == sizeof(large));
	ck_assert(!fake_has_field("Content-Type: text/plain"));
	ck_assert_uint_ge(strlen(fake_seen.body), 65535); /* all that the fake keeps */
	end();
}
END_TEST

static int64_t length;

static int of_length(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = nw_response_begin(res, 200, NULL);
	nw_response_length(res, (uint64_t)length);
	if (nw_request_query(req, "flush") != NULL) {
		nw_response_flush(res);
	}
	rcs[1] = writes(res, "12345");
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
		begin(of_length);
		length = cases[i].length;
		ck_assert_uint_eq(fake_get(apps, cases[i].request), cases[i].status);
		ck_assert_int_eq(rcs[1], length == 4 ? -EOVERFLOW : 0);
		ck_assert_uint_eq(fake_seen.n_begun, cases[i].is_out);
		ck_assert(!cases[i].is_out || fake_seen.is_whole == (cases[i].log == NULL));
		if (cases[i].log == NULL) {
			ck_assert_str_eq(fake_seen.log, "");
		} else {
			ck_assert_ptr_nonnull(strstr(fake_seen.log, cases[i].log));
			ck_assert_int_eq(strstr(fake_seen.log, "broken off") != NULL, cases[i].is_out);
		}
		end();
	}
}
END_TEST

static int fails_after(struct nw_request *req, struct nw_response *res)
{
	nw_response_begin(res, 200, "text/plain");
	writes(res, "so far");
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
	begin(fails_after);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /thread: Input/output error (request id id-1)\n");
	ck_assert_uint_eq(fake_get(apps, "GET /thread?error HTTP/1.1\r\n\r\n"), 502);
	ck_assert_str_eq(fake_seen.body, "built-in 502: the source ran dry");
	ck_assert_uint_eq(fake_get(apps, "GET /thread?text HTTP/1.1\r\n\r\n"), 201);
	ck_assert_str_eq(fake_seen.body, "another");
	ck_assert_uint_eq(fake_get(apps, "GET /thread?header HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_has_field("X-Late: yes"));
	ck_assert_uint_eq(fake_seen.n_begun, 0);
	end();
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
		begin(fails_after);
		ck_assert_uint_eq(fake_get(apps, cases[i][0]), 200);
		ck_assert_str_eq(fake_seen.body, "so far");
		ck_assert(fake_seen.n_begun == 1 && !fake_seen.is_whole && fake_seen.n_sent == 1);
		ck_assert_ptr_nonnull(strstr(fake_seen.log, cases[i][1]));
		ck_assert_ptr_nonnull(
			strstr(fake_seen.log, "; the answer had begun and is broken off (request id id-1)\n"));
		end();
	}
}
END_TEST

static int writes_on(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin(res, 200, "text/plain");
	while ((rcs[0] = writes(res, "more and more")) == 0) {
	}
	return rcs[0];
}

START_TEST(who_writes_without_end_for_head_is_stopped)
{
	begin(writes_on);
	ck_assert_uint_eq(fake_get(apps, "HEAD /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(rcs[0], -EPIPE);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert_uint_eq(fake_get(apps, "HEAD /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_seen.n_begun == 2 && fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.log, "");
	end();
}
END_TEST

static int of_204(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = nw_response_begin(res, 204, "text/plain");
	rcs[1] = writes(res, "nothing");
	return rcs[1];
}

START_TEST(a_status_without_a_body_gets_none)
{
	begin(of_204);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 204);
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 204);
	ck_assert_int_eq(rcs[1], -EPIPE);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.log, "");
	ck_assert(!fake_has_field("Content-Type: text/plain"));
	end();
}
END_TEST

START_TEST(that_the_client_is_gone_is_no_failure)
{
	begin(writes_on);
	struct nw_exchange *x = fake_request(apps, "GET /thread HTTP/1.1\r\n\r\n");

	x->is_gone = true;
	fake_run();
	fake_done(x);
	ck_assert_int_eq(rcs[0], -EPIPE);
	ck_assert_str_eq(fake_seen.log, "");
	end();
}
END_TEST

static int after_sets(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 203, "by the hook");
}

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

		begin(writes_on);
		after_script = after_sets;
		ck_assert_uint_eq(fake_get(apps, request), 203);
		ck_assert_str_eq(fake_seen.body, "by the hook");
		ck_assert_int_eq(rcs[0], -ECANCELED);
		after_script = after_fails;
		ck_assert_uint_eq(fake_get(apps, request), 500);
		ck_assert_int_eq(rcs[0], -ECANCELED);
		after_script = after_writes;
		ck_assert_uint_eq(fake_get(apps, request), 500);
		after_script = after_begins;
		ck_assert_uint_eq(fake_get(apps, request), 500);
		ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 4);
		end();
	}
}
END_TEST

static int not_begun(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = writes(res, "x");
	rcs[1] = nw_response_flush(res);
	rcs[2] = nw_response_length(res, 1);
	rcs[3] = nw_response_begin(res, 100, NULL);
	rcs[4] = nw_response_begin(res, 200, "text/plain\r\nX: y");
	nw_response_wake(res);
	nw_response_on_ready(res, NULL, NULL);
	return 0;
}

START_TEST(what_makes_no_sense_is_an_internal_error)
{
	begin(not_begun);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(rcs[i], -EINVAL);
	}
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
	end();
}
END_TEST

/* --- on the loop --- */

static void on_ready(struct nw_response *res, void *arg)
{
	ck_assert(res == kept && arg == large);
	n_ready++;
}

static int goes_on(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = nw_response_begin(res, 200, "text/plain");
	nw_response_on_ready(res, on_ready, large);
	return rcs[0];
}

START_TEST(on_the_loop_it_goes_on_behind_the_handler)
{
	begin(goes_on);
	struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

	fake_run();
	ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 0);
	ck_assert_int_eq(nw_response_flush(kept), 0);
	ck_assert_uint_eq(fake_seen.n_begun, 1);
	ck_assert_int_eq(writes(kept, "one, "), 0);
	ck_assert_str_eq(fake_seen.body, "one, ");
	fake_stream_room = 3;
	ck_assert_int_eq(writes(kept, "two, "), 0);
	ck_assert_int_eq(writes(kept, "never"), -EAGAIN);
	ck_assert_uint_eq(n_ready, 0);
	fake_stream_drain(x, 100);
	ck_assert_uint_eq(n_ready, 1);
	ck_assert_int_eq(writes(kept, "three"), 0);
	ck_assert_uint_eq(fake_seen.n_sent, 0);
	nw_response_end(kept);
	fake_run();
	ck_assert_str_eq(fake_seen.body, "one, two, three");
	ck_assert(fake_seen.n_sent == 1 && fake_seen.is_whole);
	fake_done(x);
	end();
}
END_TEST

START_TEST(on_the_loop_it_may_end_without_a_byte)
{
	begin(goes_on);
	struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

	nw_response_end(kept);
	fake_run();
	ck_assert(fake_seen.n_begun == 0 && fake_seen.n_sent == 1 && fake_seen.status == 200);
	fake_done(x);
	end();
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
		begin(puts_off);
		struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

		ck_assert_int_eq(nw_response_begin(kept, 200, NULL), 0);
		ck_assert(i == 0 || writes(kept, "late") == 0);
		nw_response_end(kept);
		fake_run();
		ck_assert_str_eq(fake_seen.body, i == 0 ? "" : "late");
		ck_assert(fake_seen.n_sent == 1 && fake_seen.status == 200);
		fake_done(x);
		end();
	}
}
END_TEST

START_TEST(on_the_loop_a_client_that_is_gone_is_told)
{
	begin(goes_on);
	struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(writes(kept, "one"), 0);
	x->is_gone = true;
	fake_stream_drain(x, 0);
	ck_assert_uint_eq(n_ready, 1);
	ck_assert_int_eq(writes(kept, "two"), -EPIPE);
	nw_response_end(kept);
	fake_run();
	ck_assert_str_eq(fake_seen.log, "");
	fake_done(x);
	end();
}
END_TEST

static int waits_inline(struct nw_request *req, struct nw_response *res)
{
	(void)goes_on(req, res);
	return nw_response_wait(res, 1000);
}

START_TEST(nobody_waits_on_the_loop)
{
	begin(waits_inline);
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
	end();
}
END_TEST

static int hands_on_late(struct nw_request *req, struct nw_response *res)
{
	(void)goes_on(req, res);
	if (nw_request_query(req, "out") != NULL) {
		writes(res, "head");
	}
	return nw_response_offload(res, two_writes);
}

START_TEST(a_stream_may_be_handed_on_before_it_is_out)
{
	begin(hands_on_late);
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "one, two");
	ck_assert_uint_eq(fake_get(apps, "GET /inline?out HTTP/1.1\r\n\r\n"), 200);
	ck_assert(!fake_seen.is_whole && strstr(fake_seen.log, "broken off") != NULL);
	end();
}
END_TEST

/* --- leaving --- */

static int waits(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin_events(res);
	rcs[0] = nw_response_wait(res, 0);
	nw_response_wake(res);
	rcs[1] = nw_response_wait(res, 100000);
	nw_apps_leave(apps);
	rcs[2] = nw_response_wait(res, 100000);
	return rcs[2];
}

START_TEST(a_wait_ends_with_its_time_and_when_the_worker_leaves)
{
	begin(waits);
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(rcs[0], 0);
	ck_assert_int_eq(rcs[1], 0);
	ck_assert_int_eq(rcs[2], -ESHUTDOWN);
	ck_assert(fake_seen.n_begun == 1 && fake_seen.is_whole);
	ck_assert_str_eq(fake_seen.log, "");
	end();
}
END_TEST

/* --- server-sent events --- */

static const struct nw_event *event;
static const char *comment;

static int one_event(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin_events(res);
	rcs[0] = event != NULL ? nw_response_event(res, event) : nw_response_comment(res, comment);
	return 0;
}

static void expect_event(const struct nw_event *what, const char *text)
{
	event = what;
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(rcs[0], 0);
	ck_assert_str_eq(fake_seen.body, text);
	ck_assert(fake_has_field("Content-Type: text/event-stream") && fake_has_field("Cache-Control: no-cache"));
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, text);
}

static int one_event_and_end(struct nw_request *req, struct nw_response *res)
{
	int rc = one_event(req, res);

	nw_response_end(res);
	return rc;
}

START_TEST(events_are_lines)
{
	begin(one_event_and_end);
	expect_event(&(struct nw_event){.data = "hello"}, "data: hello\n\n");
	expect_event(&(struct nw_event){.data = ""}, "data: \n\n");
	expect_event(&(struct nw_event){.name = "a", .id = "7", .data = "x", .retry_ms = 1500},
		     "event: a\nid: 7\nretry: 1500\ndata: x\n\n");
	expect_event(&(struct nw_event){.data = "1\n2\r\n3\r4\n"}, "data: 1\ndata: 2\ndata: 3\ndata: 4\ndata: \n\n");
	expect_event(&(struct nw_event){.data = "\r\r\n\n"}, "data: \ndata: \ndata: \ndata: \n\n");
	expect_event(&(struct nw_event){.id = ""}, "id: \n\n");
	comment = "still\nhere";
	expect_event(NULL, ": still\n: here\n\n");
	end();
}
END_TEST

START_TEST(an_event_is_not_split)
{
	static const struct nw_event bad[] = {
		{.name = "a\ndata: evil", .data = "x"},
		{.name = "a\r", .data = "x"},
		{.id = "1\n2", .data = "x"},
	};

	begin(one_event_and_end);
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		event = &bad[i];
		ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
		ck_assert_int_eq(rcs[0], -EINVAL);
		ck_assert_str_eq(fake_seen.body, "");
	}
	end();
}
END_TEST

/* --- early hints --- */

static const char *hint_name, *hint_value;

static int hints(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	rcs[0] = nw_response_early_hint(res, "Link", "</a.css>; rel=preload");
	rcs[1] = nw_response_early_hint(res, hint_name, hint_value);
	return nw_response_text(res, 200, "page");
}

START_TEST(hints_go_ahead)
{
	begin(hints);
	hint_name = "Link";
	hint_value = "</b.js>; rel=preload";
	for (int i = 0; i < 2; i++) {
		fake_seen.hints[0] = '\0';
		ck_assert_uint_eq(
			fake_get(apps, i == 0 ? "GET /thread HTTP/1.1\r\n\r\n" : "GET /inline HTTP/1.1\r\n\r\n"), 200);
		ck_assert_str_eq(fake_seen.hints, "Link: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\n");
		ck_assert(!fake_has_field("Link: </a.css>; rel=preload"));
	}
	end();
}
END_TEST

START_TEST(a_hint_does_not_split_the_answer)
{
	static const char *const bad[][2] = {
		{"Link", "a\r\nSet-Cookie: evil=1"}, {"Li nk", "a"}, {"", "a"}, {"Content-Length", "5"}, {"Link", NULL},
	};

	begin(hints);
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		hint_name = bad[i][0];
		hint_value = bad[i][1];
		ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
		ck_assert_int_eq(rcs[1], -EINVAL);
		ck_assert_ptr_null(strstr(fake_seen.hints, "evil"));
	}
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "early hint"));
	end();
}
END_TEST

static int sends_twice(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_defer(res);
	nw_response_text(res, 200, "once");
	nw_response_send(res);
	nw_response_send(res);
	return 0;
}

START_TEST(an_answer_is_sent_once)
{
	begin(sends_twice);
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "nw_response_send() was called twice"));
	end();
}
END_TEST

NW_TEST_MAIN("app/stream", a_small_one_of_a_thread_is_a_plain_answer, what_is_flushed_has_gone_out,
	     much_goes_out_by_itself, a_body_of_another_length_is_an_error,
	     a_failure_before_the_head_went_out_is_a_clean_answer, a_failure_behind_the_head_breaks_the_answer_off,
	     who_writes_without_end_for_head_is_stopped, a_status_without_a_body_gets_none,
	     that_the_client_is_gone_is_no_failure, an_after_hook_may_take_the_stream_s_place,
	     what_makes_no_sense_is_an_internal_error, on_the_loop_it_goes_on_behind_the_handler,
	     on_the_loop_it_may_end_without_a_byte, an_answer_that_was_put_off_may_be_a_stream,
	     on_the_loop_a_client_that_is_gone_is_told, nobody_waits_on_the_loop,
	     a_stream_may_be_handed_on_before_it_is_out, a_wait_ends_with_its_time_and_when_the_worker_leaves,
	     events_are_lines, an_event_is_not_split, hints_go_ahead, a_hint_does_not_split_the_answer,
	     an_answer_is_sent_once)

/* Server-sent events. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/request.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/script.h"
#include "tests/unit/unit.h"

static const struct nw_event *event;
static const char *comment;

static int one_event(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_begin_events(res);
	script_rcs[0] = event != NULL ? nw_response_event(res, event) : nw_response_comment(res, comment);
	return 0;
}

static void expect_event(const struct nw_event *what, const char *text)
{
	event = what;
	ck_assert_uint_eq(fake_get(script_apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_int_eq(script_rcs[0], 0);
	ck_assert_str_eq(fake_seen.body, text);
	ck_assert(fake_has_field("Content-Type: text/event-stream") && fake_has_field("Cache-Control: no-cache"));
	ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
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
	script_begin(one_event_and_end);
	expect_event(&(struct nw_event){.data = "hello"}, "data: hello\n\n");
	expect_event(&(struct nw_event){.data = ""}, "data: \n\n");
	expect_event(&(struct nw_event){.name = "a", .id = "7", .data = "x", .retry_ms = 1500},
		     "event: a\nid: 7\nretry: 1500\ndata: x\n\n");
	expect_event(&(struct nw_event){.data = "1\n2\r\n3\r4\n"}, "data: 1\ndata: 2\ndata: 3\ndata: 4\ndata: \n\n");
	expect_event(&(struct nw_event){.data = "\r\r\n\n"}, "data: \ndata: \ndata: \ndata: \n\n");
	expect_event(&(struct nw_event){.id = ""}, "id: \n\n");
	comment = "still\nhere";
	expect_event(NULL, ": still\n: here\n\n");
	script_end();
}
END_TEST

START_TEST(an_event_is_not_split)
{
	static const struct nw_event bad[] = {
		{.name = "a\ndata: evil", .data = "x"},
		{.name = "a\r", .data = "x"},
		{.id = "1\n2", .data = "x"},
	};

	script_begin(one_event_and_end);
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		event = &bad[i];
		ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
		ck_assert_int_eq(script_rcs[0], -EINVAL);
		ck_assert_str_eq(fake_seen.body, "");
	}
	script_end();
}
END_TEST

static struct nw_event last;

static int events_until_leaving(struct nw_request *req, struct nw_response *res)
{
	nw_response_begin_events(res);
	if (last.data == NULL) {
		nw_response_event(res, &(struct nw_event){.data = "1", .retry_ms = 9000});
	}
	nw_apps_leave(script_apps);
	if (last.data != NULL) {
		nw_response_event(res, &last);
	}
	if (nw_request_query(req, "fail") != NULL) {
		return -EIO;
	}
	if (nw_request_query(req, "end") != NULL) {
		nw_response_end(res);
		return 0;
	}
	return -ESHUTDOWN;
}

/* What the answer ends with; 0: something else. */
static int farewell_of(const char *request)
{
	int retry_ms = 0, n = 0;

	script_begin(events_until_leaving);
	ck_assert_uint_eq(fake_get(script_apps, request), 200);
	for (const char *at = fake_seen.body; (at = strstr(at, "\n\nretry: ")) != NULL; at++) {
		n = 0;
		if (sscanf(at, "\n\nretry: %d\n\n%n", &retry_ms, &n) != 1 || n == 0 || at[n] != '\0') {
			retry_ms = 0;
		}
	}
	script_end();
	return retry_ms;
}

START_TEST(a_worker_that_leaves_says_when_to_come_back)
{
	static const char *const requests[] = {"GET /thread HTTP/1.1\r\n\r\n", "GET /inline?end=1 HTTP/1.1\r\n\r\n"};
	static const char *const texts[] = {NULL, "bye"};

	for (int i = 0; i < 4; i++) {
		last = (struct nw_event){.data = texts[i / 2]};
		int retry_ms = farewell_of(requests[i % 2]);

		ck_assert(retry_ms >= 500 && retry_ms < 1500);
		ck_assert(fake_seen.is_whole);
	}
}
END_TEST

START_TEST(it_does_not_say_so_when_the_app_did_or_the_answer_is_broken_off)
{
	last = (struct nw_event){.data = "bye", .retry_ms = 100};
	ck_assert_int_eq(farewell_of("GET /thread HTTP/1.1\r\n\r\n"), 0);
	last = (struct nw_event){.data = NULL};
	ck_assert_int_eq(farewell_of("GET /thread?fail=1 HTTP/1.1\r\n\r\n"), 0);
}
END_TEST

NW_TEST_MAIN("app/stream_event", events_are_lines, an_event_is_not_split, a_worker_that_leaves_says_when_to_come_back,
	     it_does_not_say_so_when_the_app_did_or_the_answer_is_broken_off)

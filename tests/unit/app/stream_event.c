/* Server-sent events. */
#include <narwhal/stream.h>

#include <errno.h>

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

NW_TEST_MAIN("app/stream_event", events_are_lines, an_event_is_not_split)

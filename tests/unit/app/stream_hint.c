/* Early hints. */
#include <narwhal/stream.h>

#include <errno.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/script.h"
#include "tests/unit/unit.h"

static const char *hint_name, *hint_value;

static int hints(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	script_rcs[0] = nw_response_early_hint(res, "Link", "</a.css>; rel=preload");
	script_rcs[1] = nw_response_early_hint(res, hint_name, hint_value);
	return nw_response_text(res, 200, "page");
}

START_TEST(hints_go_ahead)
{
	script_begin(hints);
	hint_name = "Link";
	hint_value = "</b.js>; rel=preload";
	for (int i = 0; i < 2; i++) {
		fake_seen.hints[0] = '\0';
		ck_assert_uint_eq(
			fake_get(script_apps, i == 0 ? "GET /thread HTTP/1.1\r\n\r\n" : "GET /inline HTTP/1.1\r\n\r\n"),
			200);
		ck_assert_str_eq(fake_seen.hints, "Link: </a.css>; rel=preload\r\nLink: </b.js>; rel=preload\r\n");
		ck_assert(!fake_has_field("Link: </a.css>; rel=preload"));
	}
	script_end();
}
END_TEST

START_TEST(a_hint_does_not_split_the_answer)
{
	static const char *const bad[][2] = {
		{"Link", "a\r\nSet-Cookie: evil=1"}, {"Li nk", "a"}, {"", "a"}, {"Content-Length", "5"}, {"Link", NULL},
	};

	script_begin(hints);
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		hint_name = bad[i][0];
		hint_value = bad[i][1];
		ck_assert_uint_eq(fake_get(script_apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
		ck_assert_int_eq(script_rcs[1], -EINVAL);
		ck_assert_ptr_null(strstr(fake_seen.hints, "evil"));
	}
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "early hint"));
	script_end();
}
END_TEST

NW_TEST_MAIN("app/stream_hint", hints_go_ahead, a_hint_does_not_split_the_answer)

#include <narwhal/response.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

static nw_handler answer;

static int answerer(struct nw_request *req, struct nw_response *res)
{
	return answer(req, res);
}

static unsigned ask(nw_handler handler)
{
	static const struct nw_route routes[] = {
		{"GET", "/x", answerer, NW_INLINE},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(routes, NULL);
	unsigned status;

	answer = handler;
	status = fake_get(apps, "GET /x?y HTTP/1.1\r\n\r\n");
	nw_apps_free(apps);
	return status;
}

/* A handler that calls one function. */
#define HANDLER(name_, call_)                                                                                          \
	static int name_(struct nw_request *req, struct nw_response *res)                                              \
	{                                                                                                              \
		(void)req;                                                                                             \
		return call_;                                                                                          \
	}

HANDLER(text, nw_response_text(res, 201, "n = %d\n", 7))
HANDLER(json, nw_response_json(res, 200, cJSON_CreateString("a\"b")))
HANDLER(no_json, nw_response_json(res, 200, NULL))
HANDLER(bytes, nw_response_bytes(res, 200, "image/png", "\x89PNG", 4))
HANDLER(untyped, nw_response_bytes(res, 200, NULL, "raw", 3))
HANDLER(empty, nw_response_empty(res, 204))
HANDLER(no_content_with_body, nw_response_text(res, 204, "not to be sent"))
HANDLER(reset_content_with_body, nw_response_text(res, 205, "not to be sent"))
HANDLER(redirect, nw_response_redirect(res, 302, "/a b?c=\xc3\xa9&d=%41"))

START_TEST(each_kind_of_answer_has_its_type_and_body)
{
	ck_assert_uint_eq(ask(text), 201);
	ck_assert_str_eq(fake_seen.body, "n = 7\n");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/plain; charset=utf-8\r\n");
	ck_assert_uint_eq(ask(json), 200);
	ck_assert_str_eq(fake_seen.body, "\"a\\\"b\"");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
	ck_assert_uint_eq(ask(no_json), 500);
	ck_assert_uint_eq(ask(bytes), 200);
	ck_assert_str_eq(fake_seen.body, "\x89PNG");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: image/png\r\n");
	ck_assert_uint_eq(ask(untyped), 200);
	ck_assert_str_eq(fake_seen.body, "raw");
	ck_assert_str_eq(fake_seen.fields, "");
	ck_assert_uint_eq(ask(empty), 204);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.fields, "");
	ck_assert_uint_eq(ask(no_content_with_body), 204);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.fields, "");
	ck_assert_uint_eq(ask(reset_content_with_body), 205);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.fields, "");
	ck_assert_uint_eq(ask(redirect), 302);
	ck_assert_str_eq(fake_seen.fields, "Location: /a%20b?c=%C3%A9&d=%41\r\n");
}
END_TEST

HANDLER(error, nw_response_error(res, 409, "taken by %s", "you"))

static int error_with_fields(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "WWW-Authenticate", "Basic");
	nw_response_text(res, 200, "%s", "thrown away");
	nw_response_close(res);
	return nw_response_error(res, 401, "who are you?");
}

START_TEST(an_error_has_its_detail_and_keeps_the_fields)
{
	ck_assert_uint_eq(ask(error), 409);
	ck_assert_str_eq(fake_seen.body, "built-in 409: taken by you");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
	ck_assert_str_eq(fake_seen.log, "");
	ck_assert_uint_eq(ask(error_with_fields), 401);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\nWWW-Authenticate: Basic\r\n");
	ck_assert(fake_seen.close);
}
END_TEST

static int last_wins(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "X-A", "1");
	nw_response_error(res, 404, "no");
	nw_response_redirect(res, 301, "/gone");
	ck_assert_uint_eq(nw_response_status(res), 301);
	nw_response_header(res, "X-A", "2");
	return nw_response_text(res, 200, "last");
}

static int own_type_first(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "content-type", "text/csv");
	return nw_response_text(res, 200, "a,b\n");
}

static int own_type_last(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_text(res, 200, "a,b\n");
	nw_response_header(res, "Content-Type", "text/html");
	return nw_response_header(res, "Content-Type", "text/csv");
}

static int own_location(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "Location", "/notes/0");
	nw_response_header(res, "Location", "/notes/7");
	return nw_response_text(res, 201, "made");
}

START_TEST(the_last_answer_wins_and_single_fields_are_single)
{
	ck_assert_uint_eq(ask(last_wins), 200);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/plain; charset=utf-8\r\nX-A: 1\r\nX-A: 2\r\n");
	ck_assert_str_eq(fake_seen.body, "last");
	ck_assert_uint_eq(ask(own_type_first), 200);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/csv\r\n");
	ck_assert_uint_eq(ask(own_type_last), 200);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/csv\r\n");
	ck_assert_uint_eq(ask(own_location), 201);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/plain; charset=utf-8\r\nLocation: /notes/7\r\n");
}
END_TEST

static const char *name, *value;

/* A handler that does not look at what the call returned. */
static int careless(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	if (nw_response_header(res, name, value) == 0) {
		return nw_response_text(res, 200, "taken");
	}
	return nw_response_text(res, 200, "not to be sent");
}

static int careful(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	if (nw_response_header(res, name, value) < 0) {
		return nw_response_error(res, 400, "that cannot be in a header");
	}
	return nw_response_empty(res, 200);
}

START_TEST(a_header_that_could_break_the_answer_is_refused)
{
	static const char *const names[] = {"",
					    "A B",
					    "A:",
					    "A\r\nB",
					    "A\n",
					    "\xc3\xa9",
					    "Date",
					    "server",
					    "Connection",
					    "TE",
					    "content-LENGTH",
					    "Upgrade",
					    "Transfer-Encoding",
					    "Trailer",
					    "Keep-Alive",
					    "Proxy-Connection"};
	static const char *const values[] = {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "\x01", "\x7f", "\x1b[0m"};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		name = names[i];
		value = "v";
		ck_assert_msg(ask(careless) == 500, "'%s'", name);
		ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(values); i++) {
		name = i == 0 ? "Content-Type" : i == 1 ? "Location" : "X-A";
		value = values[i];
		ck_assert_msg(ask(careless) == 500, "value %zu", i);
		ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
	}
	ck_assert_str_eq(
		fake_seen.log,
		"e Error handling request GET /x: header 'X-A' has a value with control bytes (request id id-1)\n");
	name = "A\r\nB";
	ask(careless);
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /x: header 'A\\x0D\\x0AB' is no name for a "
					"header field (request id id-1)\n");
	name = "X-A";
	value = "tab\tand \xc3\xa9";
	ck_assert_uint_eq(ask(careless), 200);
	ck_assert(fake_has_field("X-A: tab\tand \xc3\xa9"));
	value = "a\r\nb";
	ck_assert_uint_eq(ask(careful), 400);
	ck_assert_str_eq(fake_seen.log, "");
}
END_TEST

HANDLER(bad_type, nw_response_bytes(res, 200, "a\r\nb: c", "", 0))
HANDLER(bad_location, nw_response_redirect(res, 302, "/a\r\nb: c"))
HANDLER(bad_redirect, nw_response_redirect(res, 200, "/a"))
HANDLER(bad_status, nw_response_text(res, 99, "%s", ""))
HANDLER(informational, nw_response_empty(res, 100))
HANDLER(too_high, nw_response_empty(res, 600))
HANDLER(bad_error, nw_response_error(res, 200, "%s", "no error"))

START_TEST(an_answer_that_cannot_be_is_a_500_with_a_reason)
{
	static const nw_handler wrong[] = {bad_type,      bad_location, bad_redirect, bad_status,
					   informational, too_high,     bad_error};

	for (size_t i = 0; i < NW_ARRAY_LEN(wrong); i++) {
		ck_assert_uint_eq(ask(wrong[i]), 500);
		ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n");
		ck_assert_str_eq(fake_seen.body, "built-in 500: ");
		ck_assert_ptr_nonnull(strstr(fake_seen.log, "e Error handling request GET /x: "));
		ck_assert_ptr_null(strstr(fake_seen.log, "Invalid argument"));
	}
}
END_TEST

static struct nw_cookie cookie;

static int set_cookie(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_cookie(res, &cookie);
	return nw_response_empty(res, 200);
}

static const char *cookie_line(struct nw_cookie c)
{
	cookie = c;
	return ask(set_cookie) == 200 ? fake_seen.fields : "refused";
}

START_TEST(cookies_are_set_as_the_rfc_says)
{
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1"}),
			 "Set-Cookie: a=1; HttpOnly; Path=/; SameSite=Lax\r\n");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a",
							.value = "",
							.path = "/x",
							.domain = "example.org",
							.max_age = 60,
							.same_site = "None",
							.secure = true,
							.script_readable = true}),
			 "Set-Cookie: a=; Max-Age=60; Domain=example.org; Secure; Path=/x; SameSite=None\r\n");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "", .max_age = -1}),
			 "Set-Cookie: a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/; "
			 "SameSite=Lax\r\n");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a b", .value = "1"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "", .value = "1"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1; Path=/"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1\r\n"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1", .path = "/;x"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1", .domain = "a\nb"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1", .same_site = "no"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "a", .value = "1", .same_site = "None"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "__Secure-a", .value = "1"}), "refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "__host-a", .value = "1"}), "refused");
	ck_assert_str_eq(
		cookie_line((struct nw_cookie){.name = "__Host-a", .value = "1", .secure = true, .path = "/x"}),
		"refused");
	ck_assert_str_eq(
		cookie_line((struct nw_cookie){.name = "__Host-a", .value = "1", .secure = true, .domain = "x"}),
		"refused");
	ck_assert_str_eq(cookie_line((struct nw_cookie){.name = "__Host-a", .value = "1", .secure = true}),
			 "Set-Cookie: __Host-a=1; Secure; HttpOnly; Path=/; SameSite=Lax\r\n");
}
END_TEST

NW_TEST_MAIN("app/response", each_kind_of_answer_has_its_type_and_body, an_error_has_its_detail_and_keeps_the_fields,
	     the_last_answer_wins_and_single_fields_are_single, a_header_that_could_break_the_answer_is_refused,
	     an_answer_that_cannot_be_is_a_500_with_a_reason, cookies_are_set_as_the_rfc_says)

#include <narwhal/request.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <narwhal/mongo.h>
#include <narwhal/response.h>
#include <narwhal/upload.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"
#include "worker/app/call.h"

/* What a test wants to look at, inside the handler. */
static void (*look)(struct nw_request *req);

static int looker(struct nw_request *req, struct nw_response *res)
{
	look(req);
	return nw_response_empty(res, 204);
}

static const struct nw_route routes[] = {
	{"GET, POST", "/look", looker, NW_INLINE},
	{"GET, POST", "/thread", looker, NW_THREAD},
	{"GET", "/p/<int:id>/<float:x>/<name>", looker, NW_INLINE},
	{"GET", "/t/<int:id>/<float:x>/<name>", looker, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

static void origin(struct nw_request *req)
{
	ck_assert_str_eq(nw_request_scheme(req), "http");
	ck_assert(!nw_request_is_trusted(req));
	req->x->scheme = NW_SCHEME_HTTPS;
	req->x->is_trusted = true;
	ck_assert_str_eq(nw_request_scheme(req), "https");
	ck_assert(nw_request_is_trusted(req));
	ck_assert_str_eq(nw_request_id(req), "id-1");
	ck_assert_str_eq(nw_request_traceparent(req), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
}

static void request(const char *raw, void (*fn)(struct nw_request *req))
{
	struct nw_apps *apps = fake_apps(routes, NULL);

	look = fn;
	ck_assert_uint_eq(fake_get(apps, raw), 204);
	nw_apps_free(apps);
}

static void request_len(const char *raw, size_t len, void (*fn)(struct nw_request *req))
{
	struct nw_apps *apps = fake_apps(routes, NULL);

	look = fn;
	fake_done(fake_request_len(apps, raw, len));
	ck_assert_uint_eq(fake_seen.status, 204);
	nw_apps_free(apps);
}

static void request_line(struct nw_request *req)
{
	ck_assert_str_eq(nw_request_method(req), "GET");
	ck_assert_str_eq(nw_request_path(req), "/look");
	ck_assert_str_eq(nw_request_target(req), "/look?a=%41&b");
	ck_assert_str_eq(nw_request_query_string(req), "a=%41&b");
	ck_assert_str_eq(nw_request_host(req), "example.org:80");
	ck_assert_str_eq(nw_request_peer(req), "127.0.0.1");
	ck_assert_str_eq(nw_request_client(req), "127.0.0.1");
	ck_assert_str_eq(nw_request_query(req, "a"), "A");
	ck_assert_str_eq(nw_request_query(req, "b"), "");
	ck_assert_ptr_null(nw_request_query(req, "c"));
	ck_assert_ptr_null(nw_request_param(req, "id"));
	ck_assert_int_eq(nw_request_param_int(req, "id"), 0);
	ck_assert_ptr_null(nw_request_route_data(req));
	ck_assert_ptr_nonnull(nw_request_app(req));
	ck_assert_ptr_null(nw_request_state(req));
	ck_assert_ptr_eq(nw_request_store(req), fake_store);
	ck_assert(!nw_request_is_gone(req));
}

START_TEST(the_request_line_is_there_as_text)
{
	request("GET /look?a=%41&b HTTP/1.1\r\nHost: example.org:80\r\n\r\n", request_line);
}
END_TEST

START_TEST(a_request_knows_its_scheme_its_id_and_its_trace)
{
	request("GET /look HTTP/1.1\r\n\r\n", origin);
}
END_TEST

static void params(struct nw_request *req)
{
	const char *name = nw_request_param(req, "name");

	ck_assert_str_eq(nw_request_param(req, "id"), "042");
	ck_assert_int_eq(nw_request_param_int(req, "id"), 42);
	ck_assert_double_eq(nw_request_param_float(req, "x"), 2.5);
	ck_assert_str_eq(name, "a b/\xc3\xa9");
	ck_assert_ptr_eq(nw_request_param(req, "name"), name); /* made once */
	ck_assert_int_eq(nw_request_param_int(req, "x"), 0);
	ck_assert_int_eq(nw_request_param_int(req, "name"), 0);
	ck_assert_double_eq(nw_request_param_float(req, "id"), 0);
	ck_assert_ptr_null(nw_request_param(req, "other"));
	ck_assert_str_eq(nw_request_query(req, "q"), "1");
}

/* %2F is a slash when the path is matched: the name is in two segments then. */
static void plain_params(struct nw_request *req)
{
	ck_assert_str_eq(nw_request_param(req, "name"), "abc");
	ck_assert_str_eq(nw_request_path(req) + 2, "/7/1.0/abc");
	ck_assert_int_eq(nw_request_param_int(req, "id"), 7);
}

static void spaced_params(struct nw_request *req)
{
	ck_assert_str_eq(nw_request_param(req, "name"), "a b");
	ck_assert_int_eq(nw_request_param_int(req, "id"), 7);
	ck_assert_double_eq(nw_request_param_float(req, "x"), 0.25);
}

START_TEST(path_parameters_are_text_and_numbers)
{
	static const struct nw_route path_routes[] = {
		{"GET", "/p/<int:id>/<float:x>/<path:name>", looker, NW_INLINE},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(path_routes, NULL);

	look = params;
	ck_assert_uint_eq(fake_get(apps, "GET /p/042/2.5/a%20b%2F%c3%A9?q=1 HTTP/1.1\r\n\r\n"), 204);
	nw_apps_free(apps);
	request("GET /p/7/1.0/abc HTTP/1.1\r\n\r\n", plain_params);
}
END_TEST

START_TEST(parameters_outlive_the_bytes_they_came_in)
{
	request("GET /t/7/1.0/abc HTTP/1.1\r\n\r\n", plain_params);
	ck_assert_uint_eq(fake_seen.n_kept, 1);
	request("GET /t/7/0.25/a%20b HTTP/1.1\r\n\r\n", spaced_params);
}
END_TEST

static void headers(struct nw_request *req)
{
	ck_assert_str_eq(nw_request_header(req, "x-one"), "1");
	ck_assert_str_eq(nw_request_header(req, "X-Many"), "a, b, c");
	ck_assert_str_eq(nw_request_header(req, "X-Empty"), "");
	ck_assert_ptr_null(nw_request_header(req, "X-On"));
	ck_assert_ptr_null(nw_request_header(req, ""));
	ck_assert_str_eq(nw_request_header(req, "Cookie"), "a=1; b=2; =x; c; a=3; q=\"quoted\"; e=; u=x=y");
	ck_assert_str_eq(nw_request_cookie(req, "a"), "1");
	ck_assert_str_eq(nw_request_cookie(req, "b"), "2");
	ck_assert_str_eq(nw_request_cookie(req, "q"), "quoted");
	ck_assert_str_eq(nw_request_cookie(req, "e"), "");
	ck_assert_str_eq(nw_request_cookie(req, "u"), "x=y");
	ck_assert_ptr_null(nw_request_cookie(req, "c"));
	ck_assert_ptr_null(nw_request_cookie(req, "A"));
	ck_assert_str_eq(nw_request_content_type(req), "text/html");
}

START_TEST(header_fields_are_joined_and_cookies_taken_apart)
{
	request("GET /look HTTP/1.1\r\nX-One: 1\r\nX-Many: a\r\nx-many: b\r\nX-Empty: \r\nX-MANY: c\r\n"
		"Cookie: a=1; b=2; =x; c\r\nCookie: a=3; q=\"quoted\"; e=; u=x=y\r\n"
		"Content-Type: Text/HTML ; charset=utf-8\r\n\r\n",
		headers);
}
END_TEST

static void no_headers(struct nw_request *req)
{
	size_t len = 7;

	ck_assert_ptr_null(nw_request_header(req, "Cookie"));
	ck_assert_ptr_null(nw_request_cookie(req, "a"));
	ck_assert_str_eq(nw_request_content_type(req), "");
	ck_assert_str_eq(nw_request_host(req), "");
	ck_assert_str_eq(nw_request_query_string(req), "");
	ck_assert_ptr_null(nw_request_query(req, "a"));
	ck_assert_ptr_null(nw_request_body(req, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert_ptr_null(nw_request_json(req));
	ck_assert_ptr_null(nw_request_form(req, "a"));
}

START_TEST(what_is_not_there_is_null_or_empty)
{
	request("GET /look HTTP/1.1\r\n\r\n", no_headers);
}
END_TEST

static void form(struct nw_request *req)
{
	const char *name, *value;

	ck_assert_str_eq(nw_request_form(req, "a"), "1 2");
	ck_assert_str_eq(nw_request_form(req, "b"), "&");
	ck_assert_ptr_null(nw_request_form(req, "c"));
	ck_assert(nw_request_form_at(req, 1, &name, &value));
	ck_assert_str_eq(name, "b");
	ck_assert(!nw_request_form_at(req, 2, &name, &value));
	ck_assert_str_eq(value, "&");
}

static void no_form(struct nw_request *req)
{
	const char *name, *value;

	ck_assert_ptr_null(nw_request_form(req, "a"));
	ck_assert(!nw_request_form_at(req, 0, &name, &value));
}

START_TEST(a_form_is_read_and_no_other_body_is)
{
	request("POST /look HTTP/1.1\r\nContent-Type: Application/X-WWW-form-urlencoded; charset=utf-8\r\n\r\n"
		"a=1+2&b=%26",
		form);
	request("POST /thread HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=1+2&b=%26", form);
	request("POST /look HTTP/1.1\r\nContent-Type: text/plain\r\n\r\na=1", no_form);
	request("POST /look HTTP/1.1\r\n\r\na=1", no_form);
	request("POST /look HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", no_form);
}
END_TEST

static void files(struct nw_request *req)
{
	const struct nw_upload *first = nw_request_file(req, "f");

	ck_assert_str_eq(nw_request_form(req, "a"), "1");
	ck_assert_ptr_null(nw_request_form(req, "f"));
	ck_assert_str_eq(first->filename, "x.txt");
	ck_assert_uint_eq(first->len, 4);
	ck_assert_mem_eq(first->data, "data", 4);
	ck_assert_ptr_eq(nw_request_file_at(req, 0), first);
	ck_assert_ptr_null(nw_request_file_at(req, 1));
	ck_assert_ptr_null(nw_request_file(req, "a"));
	ck_assert_int_eq(nw_request_read_form(req), 0);
}

#define MULTIPART(path)                                                                                                \
	"POST " path " HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"                              \
	"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"                                                   \
	"--b\r\nContent-Disposition: form-data; name=f; filename=x.txt\r\n\r\ndata\r\n--b"

START_TEST(files_of_a_form_are_where_the_body_is)
{
	request(MULTIPART("/look") "--\r\n", files);
	request(MULTIPART("/thread") "--\r\n", files);
}
END_TEST

/* Looks first, answers whatever came of it. */
static int goes_on(struct nw_request *req, struct nw_response *res)
{
	ck_assert_ptr_null(nw_request_form(req, "a"));
	ck_assert_ptr_null(nw_request_file(req, "f"));
	nw_response_header(res, "Set-Cookie", "meant=for-another-answer");
	return nw_response_text(res, 200, "it went well\n");
}

static int asks_first(struct nw_request *req, struct nw_response *res)
{
	int rc = nw_request_read_form(req);

	return rc < 0 ? rc : nw_response_text(res, 200, "whole\n");
}

static int answers_itself(struct nw_request *req, struct nw_response *res)
{
	return nw_response_error(res, 422, "%s", nw_request_read_form(req) < 0 ? "own words" : "");
}

START_TEST(a_broken_form_is_answered_for_whatever_the_handler_does)
{
	static const struct nw_route form_routes[] = {
		{"POST", "/on", goes_on, NW_INLINE},
		{"POST", "/thread", goes_on, NW_THREAD},
		{"POST", "/first", asks_first, NW_THREAD},
		{"POST", "/own", answers_itself, NW_INLINE},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(form_routes, NULL);
	char many[4096] = "POST /on HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\na=1";

	ck_assert_uint_eq(fake_get(apps, MULTIPART("/on")), 400);
	ck_assert_str_eq(fake_seen.body, "built-in 400: The form cannot be read: it ends before its last boundary.");
	ck_assert_ptr_null(strstr(fake_seen.fields, "Set-Cookie"));
	ck_assert_uint_eq(fake_get(apps, MULTIPART("/thread")), 400);
	ck_assert_uint_eq(fake_get(apps, MULTIPART("/first")), 400);
	ck_assert_uint_eq(fake_get(apps, MULTIPART("/first") "--"), 200);
	ck_assert_uint_eq(fake_get(apps, MULTIPART("/own")), 422);
	ck_assert_str_eq(fake_seen.body, "built-in 422: own words");
	for (int i = 0; i < 1000; i++) {
		strcat(many, "&b");
	}
	ck_assert_uint_eq(fake_get(apps, many), 413);
	ck_assert_str_eq(fake_seen.body, "built-in 413: The form is too large: it has more than 1000 fields.");
	/* None of it is the server's failure. */
	ck_assert_str_eq(fake_seen.log, "");
	nw_apps_free(apps);
}
END_TEST

static void json(struct nw_request *req)
{
	const cJSON *object = nw_request_json(req);

	ck_assert_ptr_nonnull(object);
	ck_assert_str_eq(cJSON_GetObjectItem(object, "a")->valuestring, "x\"]}");
	ck_assert_ptr_eq(nw_request_json(req), object);
}

static void no_json(struct nw_request *req)
{
	ck_assert_ptr_null(nw_request_json(req));
}

static void some_json(struct nw_request *req)
{
	ck_assert_ptr_nonnull(nw_request_json(req));
}

static void json_nested(size_t levels, void (*fn)(struct nw_request *req))
{
	char raw[1024] = "POST /look HTTP/1.1\r\n\r\n";
	size_t n = strlen(raw);

	memset(raw + n, '[', levels);
	memset(raw + n + levels, ']', levels);
	request(raw, fn);
}

START_TEST(json_is_parsed_once_and_within_bounds)
{
	static const char *const wrong[] = {"{", "{\"a\":1}x", "{\"a\":1} {}", "nul", "\"a\\u0000b\"", "{'a':1}", "]"};
	static const char nul[] = "POST /look HTTP/1.1\r\n\r\n\"a\0b\"";
	char raw[256];

	request("POST /look HTTP/1.1\r\n\r\n {\"a\":\"x\\\"]}\"} \r\n", json);
	request("POST /thread HTTP/1.1\r\n\r\n{\"a\":\"x\\\"]}\"}", json);
	request("POST /look HTTP/1.1\r\n\r\nnull", some_json);
	request("POST /look HTTP/1.1\r\n\r\n\"a\\\\u0000b\"", some_json);
	for (size_t i = 0; i < NW_ARRAY_LEN(wrong); i++) {
		snprintf(raw, sizeof(raw), "POST /look HTTP/1.1\r\n\r\n%s", wrong[i]);
		request(raw, no_json);
	}
	request("POST /look HTTP/1.1\r\n\r\n\"a\nb\"", no_json);
	request("POST /look HTTP/1.1\r\n\r\n\"a\\\nb\"", no_json);
	request_len(nul, sizeof(nul) - 1, no_json);
	json_nested(64, some_json);
	json_nested(65, no_json);
}
END_TEST

START_TEST(json_of_too_many_values_is_refused)
{
	static const char head[] = "POST /look HTTP/1.1\r\n\r\n[0";
	size_t len = 600000;
	char *raw = malloc(len + 1);

	memcpy(raw, head, sizeof(head));
	for (size_t i = sizeof(head) - 1; i < len - 1; i += 2) {
		raw[i] = ',';
		raw[i + 1] = '0';
	}
	raw[len - 1] = ']';
	raw[len] = '\0';
	request(raw, no_json);
	free(raw);
}
END_TEST

static char ended[8];

static void on_end(void *arg)
{
	strcat(ended, arg);
}

static void memory(struct nw_request *req)
{
	static char one[] = "1", two[] = "2";
	char *p = nw_request_alloc(req, 10);

	memcpy(p, "narwhal", 8);
	p = nw_request_grow(req, p, 10, 1000);
	ck_assert_str_eq(p, "narwhal");
	ck_assert_str_eq(nw_request_printf(req, "%s-%d", p, 7), "narwhal-7");
	ck_assert_int_eq(nw_request_defer(req, on_end, one), 0);
	ck_assert_int_eq(nw_request_defer(req, on_end, two), 0);
}

START_TEST(memory_ends_with_the_request)
{
	ended[0] = '\0';
	request("GET /look HTTP/1.1\r\n\r\n", memory);
	ck_assert_str_eq(ended, "21");
}
END_TEST

static void mongo_thread(struct nw_request *req)
{
	struct _mongoc_client_t *client = nw_request_mongo(req);

	ck_assert_ptr_nonnull(client);
	ck_assert_ptr_eq(nw_request_mongo(req), client);
	ck_assert_str_eq(nw_request_mongo_database(req), "narwhal");
}

static void mongo_loop(struct nw_request *req)
{
	ck_assert_ptr_null(nw_request_mongo(req));
}

START_TEST(a_mongo_client_is_lent_to_handler_threads_only)
{
	request("GET /thread HTTP/1.1\r\n\r\n", mongo_thread);
	ck_assert_uint_eq(fake_seen.n_popped, 1);
	ck_assert_uint_eq(fake_seen.n_pushed, 1);
	request("GET /look HTTP/1.1\r\n\r\n", mongo_loop);
	ck_assert_uint_eq(fake_seen.n_popped, 0);
}
END_TEST

static const void *body_seen;

static int defers_with_body(struct nw_request *req, struct nw_response *res)
{
	size_t len;

	body_seen = nw_request_body(req, &len);
	ck_assert_uint_eq(len, 4);
	return nw_response_defer(res);
}

START_TEST(a_body_stays_where_it_is_when_the_answer_is_put_off)
{
	static const struct nw_route body_routes[] = {
		{"POST", "/body", defers_with_body, NW_INLINE},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(body_routes, NULL);
	struct nw_exchange *x = fake_request(apps, "POST /body HTTP/1.1\r\n\r\nbody");

	ck_assert_mem_eq(body_seen, "body", 4);
	ck_assert_ptr_eq(body_seen, x->body.p);
	nw_apps_free(apps);
	nw_exchange_send(x);
	fake_done(x);
}
END_TEST

NW_TEST_MAIN("app/request", the_request_line_is_there_as_text, a_request_knows_its_scheme_its_id_and_its_trace,
	     path_parameters_are_text_and_numbers, parameters_outlive_the_bytes_they_came_in,
	     header_fields_are_joined_and_cookies_taken_apart, what_is_not_there_is_null_or_empty,
	     a_form_is_read_and_no_other_body_is, files_of_a_form_are_where_the_body_is,
	     a_broken_form_is_answered_for_whatever_the_handler_does, json_is_parsed_once_and_within_bounds,
	     json_of_too_many_values_is_refused, memory_ends_with_the_request,
	     a_mongo_client_is_lent_to_handler_threads_only, a_body_stays_where_it_is_when_the_answer_is_put_off)

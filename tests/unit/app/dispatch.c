#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

static char trace[256]; /* what ran, in order */

static int note(const char *what)
{
	strcat(trace, what);
	return 0;
}

static int ok(struct nw_request *req, struct nw_response *res)
{
	note("handler ");
	return nw_response_text(res, 200, "%s %s", nw_request_method(req), nw_request_path(req));
}

static int fails(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "X-A", "1");
	nw_response_text(res, 200, "%s", "too early");
	return -EIO;
}

static int nothing(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return 0;
}

static struct nw_response *put_off;

static int defers(struct nw_request *req, struct nw_response *res)
{
	note("handler ");
	(void)req;
	put_off = res;
	return nw_response_defer(res);
}

static int sends_at_once(struct nw_request *req, struct nw_response *res)
{
	unsigned before = fake_seen.n_sent;

	note("handler ");
	nw_response_text(res, 200, "at once");
	nw_response_send(res);
	/* Still ours: the answer goes out when we return. */
	ck_assert_uint_eq(fake_seen.n_sent, before);
	ck_assert_str_eq(nw_request_method(req), "GET");
	return nw_response_defer(res);
}

static int offloads(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	note("inline ");
	return nw_response_offload(res, ok);
}

static int offload_fails(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_offload(res, fails);
}

static int data(struct nw_request *req, struct nw_response *res)
{
	return nw_response_text(res, 200, "%s", (const char *)nw_request_route_data(req));
}

static const struct nw_route routes[] = {
	{"GET, POST", "/inline", ok, NW_INLINE},
	{"GET", "/thread", ok, NW_THREAD},
	{"GET", "/folder/", ok, NW_INLINE},
	{"GET", "/<path:p>/slash/", ok, NW_INLINE},
	{"GET", "/items/<int:id>", ok, NW_INLINE},
	{"GET", "/fails", fails, NW_THREAD},
	{"GET", "/inline/fails", fails, NW_INLINE},
	{"GET", "/long/<path:rest>", fails, NW_INLINE},
	{"GET", "/nothing", nothing, NW_INLINE},
	{"GET", "/defers", defers, NW_INLINE},
	{"GET", "/thread/defers", defers, NW_THREAD},
	{"GET", "/at-once", sends_at_once, NW_INLINE},
	{"GET", "/offloads", offloads, NW_INLINE},
	{"GET", "/thread/offloads", offloads, NW_THREAD},
	{"GET", "/offload-fails", offload_fails, NW_INLINE},
	{"OPTIONS", "/own", ok, NW_INLINE},
	{"GET", "/a b", ok, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

static struct nw_apps *apps_of(int (*load)(struct nw_app *app))
{
	struct nw_apps *apps = fake_apps(routes, load);

	trace[0] = '\0';
	return apps;
}

START_TEST(an_inline_handler_answers_at_once)
{
	struct nw_apps *apps = apps_of(NULL);
	struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_uint_eq(fake_seen.status, 200);
	ck_assert_str_eq(fake_seen.body, "GET /inline");
	ck_assert_uint_eq(fake_seen.n_kept, 0);
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_thread_handler_is_queued_and_answers_by_the_loop)
{
	struct nw_apps *apps = apps_of(NULL);
	struct nw_exchange *x = fake_request(apps, "GET /thread HTTP/1.1\r\n\r\n");

	ck_assert_uint_eq(fake_seen.n_sent, 0);
	ck_assert_uint_eq(fake_threads.n, 1);
	ck_assert_str_eq(trace, "");
	fake_run();
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_str_eq(fake_seen.body, "GET /thread");
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_full_queue_is_a_503_that_says_when_to_come_back)
{
	struct nw_apps *apps = apps_of(NULL);

	fake_threads.limit = 0;
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 503);
	ck_assert(fake_has_field("Retry-After: 1"));
	ck_assert_uint_eq(NW_READ(fake_counters.queue_full), 1);
	ck_assert_uint_eq(fake_get(apps, "GET /offloads HTTP/1.1\r\n\r\n"), 503);
	ck_assert(fake_has_field("Retry-After: 1"));
	ck_assert_uint_eq(NW_READ(fake_counters.queue_full), 2);
	ck_assert_uint_eq(fake_get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_request_that_cannot_be_kept_is_a_503)
{
	struct nw_apps *apps = apps_of(NULL);

	fake_keep_fails = true;
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 503);
	ck_assert_uint_eq(NW_READ(fake_counters.queue_full), 0);
	nw_apps_free(apps);
}
END_TEST

START_TEST(unknown_paths_and_methods_are_told_apart)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /nowhere HTTP/1.1\r\n\r\n"), 404);
	ck_assert_str_eq(fake_seen.body, "built-in 404: ");
	ck_assert_uint_eq(fake_get(apps, "DELETE /inline HTTP/1.1\r\n\r\n"), 405);
	ck_assert(fake_has_field("Allow: GET, POST, HEAD, OPTIONS"));
	ck_assert_uint_eq(fake_get(apps, "BREW /items/7 HTTP/1.1\r\n\r\n"), 405);
	ck_assert(fake_has_field("Allow: GET, HEAD, OPTIONS"));
	ck_assert_uint_eq(fake_get(apps, "GET * HTTP/1.1\r\n\r\n"), 404);
	ck_assert_uint_eq(fake_seen.n_sent, 4);
	nw_apps_free(apps);
}
END_TEST

START_TEST(head_runs_get_and_options_answers_by_itself)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "HEAD /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "HEAD /inline");
	ck_assert_uint_eq(fake_get(apps, "OPTIONS /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "");
	ck_assert_str_eq(fake_seen.fields, "Allow: GET, POST, HEAD, OPTIONS\r\n");
	ck_assert_uint_eq(fake_get(apps, "OPTIONS /own HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "OPTIONS /own");
	ck_assert_uint_eq(fake_get(apps, "OPTIONS /nowhere HTTP/1.1\r\n\r\n"), 404);
	ck_assert_uint_eq(fake_get(apps, "OPTIONS * HTTP/1.1\r\n\r\n"), 200);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_missing_slash_is_redirected_and_never_to_another_host)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /folder?a=%20b HTTP/1.1\r\n\r\n"), 308);
	ck_assert_str_eq(fake_seen.fields, "Location: /folder/?a=%20b\r\n");
	ck_assert_uint_eq(fake_get(apps, "GET /f%6Flder HTTP/1.1\r\n\r\n"), 308);
	ck_assert_str_eq(fake_seen.fields, "Location: /f%6Flder/\r\n");
	ck_assert_uint_eq(fake_get(apps, "GET //evil.example/slash HTTP/1.1\r\n\r\n"), 404);
	ck_assert_uint_eq(fake_get(apps, "GET /\\evil.example/slash HTTP/1.1\r\n\r\n"), 308);
	ck_assert_str_eq(fake_seen.fields, "Location: /%5Cevil.example/slash/\r\n");
	ck_assert_uint_eq(fake_get(apps, "GET /a%0d%0aX:y/slash HTTP/1.1\r\n\r\n"), 308);
	ck_assert_str_eq(fake_seen.fields, "Location: /a%0d%0aX:y/slash/\r\n");
	nw_apps_free(apps);
}
END_TEST

START_TEST(the_decoded_path_is_matched)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /%69nline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "GET /inline");
	ck_assert_uint_eq(fake_get(apps, "GET /inline%2Ffails HTTP/1.1\r\n\r\n"), 500);
	ck_assert_uint_eq(fake_get(apps, "GET /a%20b HTTP/1.1\r\n\r\n"), 200);
	ck_assert_uint_eq(fake_get(apps, "GET /a+b HTTP/1.1\r\n\r\n"), 404);
	ck_assert_uint_eq(fake_get(apps, "GET /inline%00 HTTP/1.1\r\n\r\n"), 400);
	ck_assert_uint_eq(fake_get(apps, "GET /inline%0 HTTP/1.1\r\n\r\n"), 400);
	ck_assert_uint_eq(fake_get(apps, "GET /%zz HTTP/1.1\r\n\r\n"), 400);
	ck_assert_uint_eq(fake_get(apps, "GET ?q HTTP/1.1\r\n\r\n"), 404); /* "/" */
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_failed_handler_is_a_500_and_a_line_in_the_log)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /fails HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "built-in 500: ");
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /fails: Input/output error (request id id-1)\n");
	ck_assert_str_eq(fake_seen.fields, "Content-Type: application/json\r\n"); /* X-A went with the answer */
	fake_seen.log[0] = '\0';
	ck_assert_uint_eq(fake_get(apps, "HEAD /inline/fails?a HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.log,
			 "e Error handling request HEAD /inline/fails: Input/output error (request id id-1)\n");
	fake_seen.log[0] = '\0';
	ck_assert_uint_eq(fake_get(apps, "GET /nothing HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.log,
			 "e Error handling request GET /nothing: the handler left no answer (request id id-1)\n");
	char raw[3000];

	fake_seen.log[0] = '\0';
	snprintf(raw, sizeof(raw), "GET /long/%02500d HTTP/1.1\r\n\r\n", 0);
	ck_assert_uint_eq(fake_get(apps, raw), 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "0...: Input/output error (request id id-1)\n"));
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_deferred_answer_is_sent_when_the_app_says_so)
{
	struct nw_apps *apps = apps_of(NULL);
	struct nw_exchange *x = fake_request(apps, "GET /defers HTTP/1.1\r\n\r\n");

	ck_assert_uint_eq(fake_seen.n_sent, 0);
	ck_assert_uint_eq(fake_threads.n + fake_loop.n, 0);
	nw_response_text(put_off, 202, "later");
	nw_response_send(put_off);
	fake_run();
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_uint_eq(fake_seen.status, 202);
	fake_done(x);
	x = fake_request(apps, "GET /at-once HTTP/1.1\r\n\r\n");
	ck_assert_uint_eq(fake_seen.n_sent, 2);
	ck_assert_str_eq(fake_seen.body, "at once");
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_deferred_answer_may_still_be_handed_to_a_thread)
{
	struct nw_apps *apps = apps_of(NULL);
	struct nw_exchange *x = fake_request(apps, "GET /defers HTTP/1.1\r\n\r\n");

	ck_assert_int_eq(nw_response_offload(put_off, ok), 0);
	nw_response_send(put_off);
	ck_assert_uint_eq(fake_seen.n_sent, 0);
	fake_run();
	ck_assert_uint_eq(fake_seen.n_sent, 1);
	ck_assert_str_eq(fake_seen.body, "GET /defers");
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(an_offloaded_handler_answers_on_a_thread)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /offloads HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(trace, "inline handler ");
	ck_assert_str_eq(fake_seen.body, "GET /offloads");
	ck_assert_uint_eq(fake_get(apps, "GET /offload-fails HTTP/1.1\r\n\r\n"), 500);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_thread_cannot_put_off_or_hand_on)
{
	struct nw_apps *apps = apps_of(NULL);

	ck_assert_uint_eq(fake_get(apps, "GET /thread/defers HTTP/1.1\r\n\r\n"), 500);
	ck_assert_uint_eq(fake_get(apps, "GET /thread/offloads HTTP/1.1\r\n\r\n"), 500);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "only an NW_INLINE handler may"));
	nw_apps_free(apps);
}
END_TEST

static int load_data(struct nw_app *app)
{
	static char text[] = "of the route";

	return nw_app_route_with(app, "GET", "/data", data, NW_THREAD, text);
}

START_TEST(a_route_hands_its_data_to_the_handler)
{
	struct nw_apps *apps = apps_of(load_data);

	ck_assert_uint_eq(fake_get(apps, "GET /data HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(fake_seen.body, "of the route");
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_request_over_its_memory_limit_is_answered)
{
	static const char raw[] = "GET /inline HTTP/1.1\r\n\r\n";
	struct nw_apps *apps = apps_of(NULL);
	struct nw_exchange *x = fake_exchange(raw, sizeof(raw) - 1, 9000);

	while (nw_arena_alloc(x->arena, 512) != NULL) {
	}
	nw_apps_dispatch(apps, x);
	ck_assert_uint_eq(fake_seen.status, 503);
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(files_answer_what_no_app_knows_and_pages_stay_off_the_apps_ground)
{
	static const struct nw_route api[] = {{"GET", "/api/items/<int:id>", ok, NW_INLINE},
					      {"GET", "/<int:id>", ok, NW_INLINE},
					      {NULL, NULL, NULL, 0}};
	static const struct {
		const char *request, *body;
		unsigned status;
	} cases[] = {
		{"GET /app.js HTTP/1.1\r\n\r\n", "file", 200},
		{"GET / HTTP/1.1\r\n\r\n", "page", 200},
		{"GET /r/items/1 HTTP/1.1\r\n\r\n", "page", 200},
		{"GET /apis HTTP/1.1\r\n\r\n", "page", 200},
		{"GET /api/items/1 HTTP/1.1\r\n\r\n", "GET /api/items/1", 200},
		{"GET /7 HTTP/1.1\r\n\r\n", "GET /7", 200},
		{"GET /api HTTP/1.1\r\n\r\n", "built-in 404: ", 404},
		{"GET /api/nothing HTTP/1.1\r\n\r\n", "built-in 404: ", 404},
		{"GET /%61pi/nothing HTTP/1.1\r\n\r\n", "built-in 404: ", 404},
		{"POST /api/items/1 HTTP/1.1\r\n\r\n", "built-in 405: ", 405},
	};
	struct nw_apps *apps = fake_apps(api, NULL);
	static char place;

	nw_apps_set_static(apps, (const struct nw_static *)&place);
	fake_file = "/app.js";
	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		ck_assert_uint_eq(fake_get(apps, cases[i].request), cases[i].status);
		ck_assert_str_eq(fake_seen.body, cases[i].body);
	}
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_query_says_what_its_body_is)
{
	static const struct nw_route query_routes[] = {
		{"GET, QUERY", "/inline", ok, NW_INLINE},
		{"QUERY", "/thread", ok, NW_THREAD},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(query_routes, NULL);

	trace[0] = '\0';
	ck_assert_uint_eq(fake_get(apps, "QUERY /inline HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nwhat"), 200);
	ck_assert_str_eq(fake_seen.body, "QUERY /inline");
	ck_assert_uint_eq(fake_get(apps, "QUERY /thread HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nwhat"), 200);
	ck_assert_str_eq(trace, "handler handler ");
	ck_assert_uint_eq(fake_get(apps, "QUERY /inline HTTP/1.1\r\n\r\nwhat"), 400);
	ck_assert_str_eq(fake_seen.body, "built-in 400: A QUERY needs a Content-Type (RFC 10008 section 2).");
	ck_assert_uint_eq(fake_get(apps, "QUERY /thread HTTP/1.1\r\nContent-Type: \r\n\r\n"), 400);
	ck_assert_str_eq(trace, "handler handler ");
	ck_assert_uint_eq(fake_get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 405);
	ck_assert(fake_has_field("Allow: QUERY, OPTIONS"));
	ck_assert_uint_eq(fake_get(apps, "OPTIONS /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert(fake_has_field("Allow: GET, QUERY, HEAD, OPTIONS"));
	nw_apps_free(apps);
}
END_TEST

NW_TEST_MAIN("app/dispatch", an_inline_handler_answers_at_once, a_thread_handler_is_queued_and_answers_by_the_loop,
	     a_full_queue_is_a_503_that_says_when_to_come_back, a_request_that_cannot_be_kept_is_a_503,
	     unknown_paths_and_methods_are_told_apart, head_runs_get_and_options_answers_by_itself,
	     a_missing_slash_is_redirected_and_never_to_another_host, the_decoded_path_is_matched,
	     a_failed_handler_is_a_500_and_a_line_in_the_log, a_deferred_answer_is_sent_when_the_app_says_so,
	     a_deferred_answer_may_still_be_handed_to_a_thread, an_offloaded_handler_answers_on_a_thread,
	     a_thread_cannot_put_off_or_hand_on, a_route_hands_its_data_to_the_handler,
	     a_request_over_its_memory_limit_is_answered, a_query_says_what_its_body_is,
	     files_answer_what_no_app_knows_and_pages_stay_off_the_apps_ground)

#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

#define POST(path) "POST " path " HTTP/1.1\r\n\r\n"

static char seen[256]; /* what was read, in pieces */
static ptrdiff_t end;

/* Reads all there is in pieces of three bytes. */
static int reads(struct nw_request *req, struct nw_response *res)
{
	char piece[3];
	size_t len;

	seen[0] = '\0';
	ck_assert_int_eq(nw_request_read(req, piece, 0), -EINVAL);
	while ((end = nw_request_read(req, piece, sizeof(piece))) > 0) {
		strncat(strcat(seen, "|"), piece, (size_t)end);
	}
	bool has_body = nw_request_body(req, &len) != NULL;

	return end < 0 ? (int)end : nw_response_text(res, 200, "%s", has_body ? "whole" : "read");
}

static int own_mind(struct nw_request *req, struct nw_response *res)
{
	reads(req, res);
	return nw_response_text(res, 202, "%s", "all the same");
}

static int denies(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_error(res, 401, "%s", "not you") < 0 ? -1 : 1;
}

static int sees_an_error(struct nw_request *req, struct nw_response *res)
{
	char piece[3];

	ck_assert_int_eq(nw_request_read(req, piece, sizeof(piece)), 0);
	return nw_response_text(res, 404, "%s", "not here");
}

/* As a hook may that looks for a token in every form. */
static int looks_for_a_form(struct nw_request *req, struct nw_response *res)
{
	const char *token = nw_request_form(req, "token");

	ck_assert_int_eq(nw_request_read_form(req), 0);
	return nw_response_text(res, 200, "%s", token == NULL ? "none" : token);
}

static const struct nw_route routes[] = {
	{"POST", "/form", looks_for_a_form, NW_STREAM}, {"POST", "/stream", reads, NW_STREAM},
	{"POST", "/mind", own_mind, NW_STREAM},         {"POST", "/thread", reads, NW_THREAD},
	{"POST", "/inline", reads, NW_INLINE},          {NULL, NULL, NULL, 0},
};

/* The loop is this thread too: what is submitted to it runs at once. */
static int submit_at_once(struct nw_executor *executor, struct nw_task *task)
{
	(void)executor;
	task->run(task);
	return 0;
}

static struct nw_apps *begin(int (*load)(struct nw_app *app))
{
	return fake_apps(routes, load);
}

/* As the connection does with a body that is not there: only @raw's is. The status. */
static unsigned ask(struct nw_apps *apps, const char *raw, enum nw_body_way expected)
{
	struct nw_exchange *x = fake_exchange(raw, strlen(raw), 0);
	struct nw_span body = x->body;

	x->body.len = 0;
	ck_assert_int_eq(nw_apps_on_head(apps, x), expected);
	x->body = expected == NW_BODY_NONE ? (struct nw_span){NULL, 0} : body;
	x->is_body_left = expected != NW_BODY_WHOLE;
	nw_apps_dispatch(apps, x);
	if (fake_threads.n > 0) {
		struct nw_executor loop = fake_loop.executor;

		fake_loop.executor.submit = submit_at_once;
		fake_run();
		fake_loop.executor = loop;
	}
	fake_done(x);
	return fake_seen.status;
}

static ptrdiff_t pull_rest(struct nw_exchange *x, void *to, size_t size)
{
	static const char rest[] = "defgh";
	static size_t at;
	size_t n = size < sizeof(rest) - 1 - at ? size : sizeof(rest) - 1 - at;

	ck_assert(x->is_body_left);
	/* Nobody takes it for busy while the loop waits for its client. */
	ck_assert_uint_eq(NW_READ(nw_board_thread_own->doing) >> 16, NW_PHASE_BODY);
	memcpy(to, rest + at, n);
	at += n;
	x->is_body_left = n > 0;
	return (ptrdiff_t)n;
}

START_TEST(a_streaming_route_reads_what_came_and_what_comes)
{
	struct nw_apps *apps = begin(NULL);

	fake_pull = pull_rest;
	ck_assert_uint_eq(ask(apps, POST("/stream") "abcd", NW_BODY_PULL), 200);
	ck_assert_str_eq(seen, "|abc|d|def|gh");
	ck_assert_str_eq(fake_seen.body, "read");
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_body_that_is_there_is_read_the_same_way)
{
	struct nw_apps *apps = begin(NULL);

	ck_assert_uint_eq(fake_get(apps, POST("/stream") "abcd"), 200);
	ck_assert_str_eq(seen, "|abc|d");
	ck_assert_str_eq(fake_seen.body, "read");
	ck_assert_uint_eq(fake_get(apps, POST("/inline") "abcd"), 200);
	ck_assert_str_eq(seen, "|abc|d");
	ck_assert_str_eq(fake_seen.body, "whole");
	ck_assert_uint_eq(ask(apps, POST("/thread") "abcd", NW_BODY_WHOLE), 200);
	ck_assert_str_eq(seen, "|abc|d");
	ck_assert_uint_eq(fake_get(apps, POST("/stream")), 200);
	ck_assert_str_eq(seen, "");
	nw_apps_free(apps);
}
END_TEST

static ptrdiff_t pull_late(struct nw_exchange *x, void *to, size_t size)
{
	(void)to;
	(void)size;
	x->body_status = NW_STATUS_REQUEST_TIMEOUT;
	x->body_reason = "too late";
	return -ETIMEDOUT;
}

static ptrdiff_t pull_gone(struct nw_exchange *x, void *to, size_t size)
{
	(void)to;
	(void)size;
	x->is_gone = true;
	return -ECONNRESET;
}

START_TEST(a_body_that_is_not_whole_is_the_client_s_error)
{
	struct nw_apps *apps = begin(NULL);

	fake_pull = pull_late;
	ck_assert_uint_eq(ask(apps, POST("/stream") "a", NW_BODY_PULL), 408);
	ck_assert_str_eq(fake_seen.body, "built-in 408: too late");
	ck_assert_int_eq(end, -ETIMEDOUT);
	ck_assert_uint_eq(ask(apps, POST("/mind") "a", NW_BODY_PULL), 202);
	fake_pull = pull_gone;
	ck_assert_uint_eq(ask(apps, POST("/stream") "a", NW_BODY_PULL), 400);
	ck_assert_str_eq(fake_seen.log, "");
	nw_apps_free(apps);
}
END_TEST

static ptrdiff_t never_pull(struct nw_exchange *x, void *to, size_t size)
{
	(void)x;
	(void)to;
	(void)size;
	ck_abort_msg("pulled");
	return 0;
}

START_TEST(what_no_route_wants_is_answered_without_its_body)
{
	struct nw_apps *apps = begin(NULL);

	fake_pull = never_pull;
	ck_assert_uint_eq(ask(apps, POST("/nowhere"), NW_BODY_NONE), 404);
	ck_assert_uint_eq(ask(apps, "PUT /stream HTTP/1.1\r\n\r\n", NW_BODY_NONE), 405);
	ck_assert(fake_has_field("Allow: POST, OPTIONS"));
	ck_assert_uint_eq(ask(apps, POST("/%zz"), NW_BODY_NONE), 400);
	ck_assert_uint_eq(ask(apps, "OPTIONS * HTTP/1.1\r\n\r\n", NW_BODY_NONE), 200);
	ck_assert_uint_eq(ask(apps, "OPTIONS /stream HTTP/1.1\r\n\r\n", NW_BODY_NONE), 200);
	nw_apps_free(apps);
}
END_TEST

static int load_error(struct nw_app *app)
{
	return nw_app_on_error(app, 404, sees_an_error);
}

START_TEST(an_error_handler_has_no_body_to_wait_for)
{
	struct nw_apps *apps = begin(load_error);

	fake_pull = never_pull;
	ck_assert_uint_eq(ask(apps, POST("/nowhere"), NW_BODY_NONE), 404);
	ck_assert_str_eq(fake_seen.body, "not here");
	nw_apps_free(apps);
}
END_TEST

START_TEST(what_no_thread_has_time_for_is_answered_without_its_body)
{
	struct nw_apps *apps = begin(NULL);

	fake_threads.limit = 0;
	ck_assert_uint_eq(ask(apps, POST("/thread"), NW_BODY_NONE), 503);
	ck_assert(fake_has_field("Retry-After: 1"));
	ck_assert_uint_eq(ask(apps, POST("/stream"), NW_BODY_NONE), 503);
	ck_assert_uint_eq(NW_READ(fake_counters.queue_full), 2);
	ck_assert_uint_eq(ask(apps, POST("/inline") "ab", NW_BODY_WHOLE), 200);
	nw_apps_free(apps);
}
END_TEST

static int load_hook(struct nw_app *app)
{
	return nw_app_before(app, denies);
}

START_TEST(a_before_hook_may_answer_a_stream_before_its_body)
{
	struct nw_apps *apps = begin(load_hook);

	fake_pull = never_pull;
	ck_assert_uint_eq(ask(apps, POST("/stream"), NW_BODY_PULL), 401);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_request_without_memory_is_answered_without_its_body)
{
	static const char raw[] = POST("/thread");
	struct nw_apps *apps = begin(NULL);
	struct nw_exchange *x = fake_exchange(raw, sizeof(raw) - 1, 9000);

	while (nw_arena_alloc(x->arena, 512) != NULL) {
	}
	ck_assert_int_eq(nw_apps_on_head(apps, x), NW_BODY_NONE);
	nw_apps_dispatch(apps, x);
	ck_assert_uint_eq(fake_seen.status, 503);
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_method_without_memory_is_answered_without_its_body)
{
	static const char rest[] = " /thread HTTP/1.1\r\nContent-Length: 1\r\n\r\n";
	static char raw[20000 + sizeof(rest)];
	struct nw_apps *apps = begin(NULL);

	memset(raw, 'X', 20000); /* there is room for a call, but not for this */
	memcpy(raw + 20000, rest, sizeof(rest));
	struct nw_exchange *x = fake_exchange(raw, sizeof(raw) - 1, 15000);

	ck_assert_int_eq(nw_apps_on_head(apps, x), NW_BODY_NONE);
	nw_apps_dispatch(apps, x);
	ck_assert_uint_eq(fake_seen.status, 503);
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_streaming_route_has_no_form_and_that_is_no_mistake_of_the_client)
{
	static const char *const types[] = {"multipart/form-data; boundary=x", "application/x-www-form-urlencoded"};
	struct nw_apps *apps = begin(NULL);
	char raw[256];

	for (size_t i = 0; i < NW_ARRAY_LEN(types); i++) {
		snprintf(raw, sizeof(raw), "POST /form HTTP/1.1\r\nContent-Type: %s\r\n\r\ntoken=1", types[i]);
		ck_assert_uint_eq(ask(apps, raw, NW_BODY_PULL), 200);
		ck_assert_str_eq(fake_seen.body, "none");
	}
	nw_apps_free(apps);
}
END_TEST

NW_TEST_MAIN("app/body", a_streaming_route_has_no_form_and_that_is_no_mistake_of_the_client,
	     a_streaming_route_reads_what_came_and_what_comes, a_body_that_is_there_is_read_the_same_way,
	     a_body_that_is_not_whole_is_the_client_s_error, what_no_route_wants_is_answered_without_its_body,
	     an_error_handler_has_no_body_to_wait_for, what_no_thread_has_time_for_is_answered_without_its_body,
	     a_before_hook_may_answer_a_stream_before_its_body, a_method_without_memory_is_answered_without_its_body,
	     a_request_without_memory_is_answered_without_its_body)

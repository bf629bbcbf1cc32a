#include <errno.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

static char trace[256];
static int before_returns, after_returns, on_error_returns;
static bool before_defers, on_error_answers, on_error_errs;
static struct nw_response *put_off;

static int before_one(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	strcat(trace, "b1 ");
	if (before_defers) {
		put_off = res;
		return nw_response_defer(res);
	}
	if (before_returns == 1) {
		nw_response_text(res, 403, "no entry");
	}
	return before_returns;
}

static int before_two(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	strcat(trace, "b2 ");
	return 0;
}

static int handler(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	strcat(trace, "h ");
	return nw_response_text(res, 200, "fine");
}

static int error_handler(struct nw_request *req, struct nw_response *res)
{
	strcat(trace, "h ");
	nw_response_header(res, "X-Kept", "yes");
	return nw_response_error(res, (unsigned)nw_request_param_int(req, "status"), "asked for");
}

static int fails(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	return -EPERM;
}

static int fails_late(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	nw_response_header(res, "Content-Type", "image/png");
	return -EPERM;
}

static int after_one(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	strcat(trace, "a1 ");
	if (after_returns < 0) {
		return after_returns;
	}
	return nw_response_header(res, "X-After", nw_response_status(res) < 400 ? "fine" : "error");
}

static int after_two(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)res;
	strcat(trace, "a2 ");
	return 0;
}

static int on_error(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	strcat(trace, "e ");
	if (on_error_errs) {
		return nw_response_error(res, 410, "gone");
	}
	if (on_error_answers) {
		nw_response_text(res, nw_response_status(res), "mine: %s", nw_response_error_detail(res));
	}
	return on_error_returns;
}

static int on_teapot(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	strcat(trace, "t ");
	return nw_response_text(res, 418, "short and stout");
}

static const struct nw_route routes[] = {
	{"GET", "/inline", handler, NW_INLINE},
	{"GET", "/thread", handler, NW_THREAD},
	{"GET", "/error/<int:status>", error_handler, NW_THREAD},
	{"GET", "/fails", fails, NW_THREAD},
	{"GET", "/fails/late", fails_late, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

static int load_hooks(struct nw_app *app)
{
	nw_app_before(app, before_one);
	nw_app_before(app, before_two);
	nw_app_after(app, after_one);
	nw_app_after(app, after_two);
	return 0;
}

static int load_all(struct nw_app *app)
{
	nw_app_on_error(app, 0, on_error);
	nw_app_on_error(app, 418, on_teapot);
	return load_hooks(app);
}

static struct nw_apps *apps_of(int (*load)(struct nw_app *app))
{
	before_returns = after_returns = on_error_returns = 0;
	before_defers = on_error_errs = false;
	on_error_answers = true;
	return fake_apps(routes, load);
}

static unsigned get(struct nw_apps *apps, const char *raw)
{
	trace[0] = '\0';
	fake_seen.log[0] = '\0';
	return fake_get(apps, raw);
}

START_TEST(hooks_run_around_the_handler_in_order)
{
	struct nw_apps *apps = apps_of(load_hooks);

	ck_assert_uint_eq(get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(trace, "b1 b2 h a2 a1 ");
	ck_assert(fake_has_field("X-After: fine"));
	ck_assert_uint_eq(get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 200);
	ck_assert_str_eq(trace, "b1 b2 h a2 a1 ");
	ck_assert_uint_eq(get(apps, "GET /nowhere HTTP/1.1\r\n\r\n"), 404);
	ck_assert_str_eq(trace, "");
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_before_hook_may_answer_fail_or_put_off)
{
	struct nw_apps *apps = apps_of(load_hooks);

	before_returns = 1;
	ck_assert_uint_eq(get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 403);
	ck_assert_str_eq(trace, "b1 a2 a1 ");
	before_returns = -EACCES;
	ck_assert_uint_eq(get(apps, "GET /inline HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(trace, "b1 a2 a1 ");
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /inline: Permission denied (request id id-1)\n");
	before_defers = true;
	trace[0] = '\0';
	struct nw_exchange *x = fake_request(apps, "GET /inline HTTP/1.1\r\n\r\n");

	ck_assert_str_eq(trace, "b1 ");
	nw_response_text(put_off, 200, "later");
	nw_response_send(put_off);
	fake_run();
	ck_assert_str_eq(trace, "b1 a2 a1 ");
	ck_assert_str_eq(fake_seen.body, "later");
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(a_failed_after_hook_is_a_500)
{
	struct nw_apps *apps = apps_of(load_all);

	after_returns = -EIO;
	ck_assert_uint_eq(get(apps, "GET /thread HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "built-in 500: ");
	ck_assert_str_eq(fake_seen.log, "e Error handling request GET /thread: Input/output error (request id id-1)\n");
	nw_apps_free(apps);
}
END_TEST

START_TEST(error_handlers_make_the_body_of_errors)
{
	struct nw_apps *apps = apps_of(load_all);

	ck_assert_uint_eq(get(apps, "GET /error/409 HTTP/1.1\r\n\r\n"), 409);
	ck_assert_str_eq(trace, "b1 b2 h e a2 a1 ");
	ck_assert_str_eq(fake_seen.body, "mine: asked for");
	ck_assert(fake_has_field("X-Kept: yes"));
	ck_assert(fake_has_field("X-After: error"));
	ck_assert_uint_eq(get(apps, "GET /error/418 HTTP/1.1\r\n\r\n"), 418);
	ck_assert_str_eq(fake_seen.body, "short and stout");
	ck_assert_uint_eq(get(apps, "GET /fails HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "mine: ");
	ck_assert_str_eq(fake_seen.log,
			 "e Error handling request GET /fails: Operation not permitted (request id id-1)\n");
	ck_assert_uint_eq(get(apps, "GET /fails/late HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "mine: ");
	ck_assert(fake_has_field("Content-Type: text/plain; charset=utf-8"));
	nw_apps_free(apps);
}
END_TEST

START_TEST(an_error_handler_may_leave_the_built_in_body)
{
	struct nw_apps *apps = apps_of(load_all);

	on_error_answers = false;
	ck_assert_uint_eq(get(apps, "GET /error/409 HTTP/1.1\r\n\r\n"), 409);
	ck_assert_str_eq(fake_seen.body, "built-in 409: asked for");
	on_error_errs = true;
	ck_assert_uint_eq(get(apps, "GET /error/409 HTTP/1.1\r\n\r\n"), 410);
	ck_assert_str_eq(trace, "b1 b2 h e a2 a1 ");
	ck_assert_str_eq(fake_seen.body, "built-in 410: gone");
	on_error_errs = false;
	on_error_returns = -EIO;
	ck_assert_uint_eq(get(apps, "GET /error/409 HTTP/1.1\r\n\r\n"), 500);
	ck_assert_str_eq(fake_seen.body, "built-in 500: ");
	nw_apps_free(apps);
}
END_TEST

START_TEST(unknown_routes_are_the_first_apps_on_a_thread)
{
	struct nw_apps *apps = apps_of(load_all);
	struct nw_exchange *x = fake_request(apps, "GET /nowhere HTTP/1.1\r\n\r\n");

	ck_assert_uint_eq(fake_threads.n, 1);
	trace[0] = '\0';
	fake_run();
	ck_assert_str_eq(trace, "e ");
	ck_assert_uint_eq(fake_seen.status, 404);
	ck_assert_str_eq(fake_seen.body, "mine: ");
	fake_done(x);
	ck_assert_uint_eq(get(apps, "PUT /inline HTTP/1.1\r\n\r\n"), 405);
	ck_assert(fake_has_field("Allow: GET, HEAD, OPTIONS"));
	ck_assert_str_eq(fake_seen.body, "mine: ");
	nw_apps_free(apps);
}
END_TEST

static struct nw_app *kept;

static int load_keep(struct nw_app *app)
{
	kept = app;
	return 0;
}

START_TEST(hooks_and_routes_cannot_change_while_requests_are_served)
{
	struct nw_apps *apps = apps_of(load_keep);

	ck_assert_int_lt(nw_app_before(kept, before_one), 0);
	ck_assert_int_lt(nw_app_after(kept, after_one), 0);
	ck_assert_int_lt(nw_app_on_error(kept, 0, on_error), 0);
	ck_assert_int_lt(nw_app_route(kept, "GET", "/late", handler, NW_INLINE), 0);
	ck_assert_ptr_nonnull(strstr(fake_seen.log, "e test: nw_app_route() is for load and init\n"));
	ck_assert_uint_eq(get(apps, "GET /late HTTP/1.1\r\n\r\n"), 404);
	nw_apps_free(apps);
}
END_TEST

NW_TEST_MAIN("app/hooks", hooks_run_around_the_handler_in_order, a_before_hook_may_answer_fail_or_put_off,
	     a_failed_after_hook_is_a_500, error_handlers_make_the_body_of_errors,
	     an_error_handler_may_leave_the_built_in_body, unknown_routes_are_the_first_apps_on_a_thread,
	     hooks_and_routes_cannot_change_while_requests_are_served)

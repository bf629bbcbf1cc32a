#include "worker/app/timing.h"

#include <errno.h>
#include <math.h>
#include <narwhal/response.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/app/fake.h"
#include "tests/unit/unit.h"

static nw_handler answer;

static int answerer(struct nw_request *req, struct nw_response *res)
{
	return answer(req, res);
}

/* @is_timed: as by the setting. */
static unsigned ask(const char *path, bool is_timed, nw_handler handler)
{
	static const struct nw_route routes[] = {
		{"GET", "/inline", answerer, NW_INLINE},
		{"GET", "/thread", answerer, NW_THREAD},
		{NULL, NULL, NULL, 0},
	};
	struct nw_apps *apps = fake_apps(routes, NULL);
	char raw[100];

	apps->is_timed = is_timed;
	answer = handler;
	snprintf(raw, sizeof(raw), "GET %s HTTP/1.1\r\n\r\n", path);
	unsigned status = fake_get(apps, raw);

	nw_apps_free(apps);
	return status;
}

/* What stands behind the figures that the clock makes; NULL: no such field. */
static const char *behind(unsigned n_figures)
{
	const char *at = strstr(fake_seen.fields, "Server-Timing: app;dur=");

	for (unsigned i = 0; at != NULL && i < n_figures; i++) {
		at = strstr(at, ";dur=");
		if (at != NULL) {
			at += strlen(";dur=");
			ck_assert_msg(strspn(at, "0123456789") > 0 && *at != '-', "%s", fake_seen.fields);
			at += strspn(at, "0123456789.");
		}
	}
	return at;
}

static int plain(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	return nw_response_text(res, 200, "%s", "ok");
}

static int detailed(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	ck_assert_int_eq(nw_response_timing(res, "db", 53.2, NULL), 0);
	ck_assert_int_eq(nw_response_timing(res, "hit", -1, "say \"a\\b\""), 0);
	ck_assert_int_eq(nw_response_timing(res, "none", 0, ""), 0);
	return nw_response_text(res, 200, "%s", "ok");
}

START_TEST(without_the_setting_nothing_is_said)
{
	ck_assert_uint_eq(ask("/inline", false, detailed), 200);
	ck_assert_str_eq(fake_seen.fields, "Content-Type: text/plain; charset=utf-8\r\n");
}
END_TEST

START_TEST(the_time_in_the_queue_is_told_apart)
{
	ck_assert_uint_eq(ask("/inline", true, plain), 200);
	ck_assert_str_eq(behind(1), "\r\n");
	ck_assert_uint_eq(ask("/thread", true, plain), 200);
	ck_assert_ptr_nonnull(strstr(fake_seen.fields, ", queue;dur="));
	ck_assert_str_eq(behind(2), "\r\n");
	ck_assert_uint_eq(ask("/nowhere", true, plain), 404);
	ck_assert_str_eq(behind(1), "\r\n");
}
END_TEST

START_TEST(an_app_adds_entries)
{
	ck_assert_uint_eq(ask("/inline", true, detailed), 200);
	ck_assert_str_eq(behind(1), ", db;dur=53.200, hit;desc=\"say \\\"a\\\\b\\\"\", none;dur=0.000;desc=\"\"\r\n");
}
END_TEST

static const char *name, *desc;
static double ms;

static int careless(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	(void)nw_response_timing(res, name, ms, desc);
	return nw_response_text(res, 200, "%s", "ok");
}

static void assert_refused(const char *name_, double ms_, const char *desc_, const char *why)
{
	name = name_;
	ms = ms_;
	desc = desc_;
	for (int is_timed = 0; is_timed < 2; is_timed++) {
		ck_assert_uint_eq(ask("/inline", is_timed, careless), 500);
		ck_assert_msg(strstr(fake_seen.log, why) != NULL, "%s", fake_seen.log);
	}
}

START_TEST(what_is_no_entry_is_refused_with_or_without_the_setting)
{
	assert_refused("a b", 1, NULL, "a timing whose name is no token");
	assert_refused("", 1, NULL, "a timing whose name is no token");
	assert_refused("a", 1e12, NULL, "a timing that is no number of milliseconds below 1e12");
	assert_refused("a", NAN, NULL, "a timing that is no number");
	assert_refused("a", INFINITY, NULL, "a timing that is no number");
	assert_refused("a", 1, "x\r\nSet-Cookie: a=b", "a timing whose description has control bytes");
}
END_TEST

static int endless(struct nw_request *req, struct nw_response *res)
{
	(void)req;
	for (int i = 0; i < 10000; i++) {
		ck_assert_int_eq(nw_response_timing(res, "step", 1, "of many"), 0);
	}
	return nw_response_text(res, 200, "%s", "ok");
}

START_TEST(there_is_an_end_to_what_an_app_adds)
{
	struct nw_apps *apps = fake_apps(NULL, NULL);
	struct nw_exchange *x = fake_exchange("GET / HTTP/1.1\r\n\r\n", 18, 0);

	apps->is_timed = true;
	struct nw_call *call = nw_call_new(apps, x);

	nw_timing_begin(call);
	ck_assert_int_eq(endless(&call->req, &call->res), 0);
	nw_timing_write(call, &call->res.fields);
	ck_assert_uint_gt(call->res.fields.len, 4096);
	ck_assert_uint_lt(call->res.fields.len, 4096 + 200);
	nw_exchange_send(x);
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

START_TEST(the_time_that_the_body_takes_to_come_is_not_the_apps)
{
	static const struct nw_route routes[] = {{"POST", "/x", plain, NW_INLINE}, {NULL, NULL, NULL, 0}};
	static const char raw[] = "POST /x HTTP/1.1\r\n\r\n";
	struct nw_apps *apps = fake_apps(routes, NULL);
	struct nw_exchange *x = fake_exchange(raw, strlen(raw), 0);

	apps->is_timed = true;
	ck_assert_int_eq(nw_apps_on_head(apps, x), NW_BODY_WHOLE);
	ck_assert_ptr_null(((struct nw_call *)x->user)->timing);
	nw_apps_dispatch(apps, x);
	ck_assert_ptr_nonnull(strstr(fake_seen.fields, "Server-Timing: app;dur="));
	fake_done(x);
	nw_apps_free(apps);
}
END_TEST

NW_TEST_MAIN("app/timing", the_time_that_the_body_takes_to_come_is_not_the_apps, without_the_setting_nothing_is_said,
	     the_time_in_the_queue_is_told_apart, an_app_adds_entries,
	     what_is_no_entry_is_refused_with_or_without_the_setting, there_is_an_end_to_what_an_app_adds)

#include "worker/data/condition.h"

#include "tests/unit/unit.h"
#include "worker/data/exposure.h"

START_TEST(etags_match_quoted_weak_bare_and_in_lists)
{
	ck_assert(nw_condition_lists("\"abc\"", "abc"));
	ck_assert(nw_condition_lists("W/\"abc\"", "abc"));
	ck_assert(nw_condition_lists("abc", "abc"));
	ck_assert(nw_condition_lists("\"x\", W/\"y\" ,abc", "abc"));
	ck_assert(nw_condition_lists("*", "abc"));
	ck_assert(nw_condition_lists(" * ", "abc"));
	ck_assert(!nw_condition_lists("\"abcd\"", "abc"));
	ck_assert(!nw_condition_lists("\"ab\"", "abc"));
	ck_assert(!nw_condition_lists("", "abc"));
	ck_assert(!nw_condition_lists(",,,", "abc"));
	ck_assert(!nw_condition_lists("\"x, abc\"", "abc"));
	ck_assert(!nw_condition_lists("\"*\"x", "abc"));
	ck_assert(nw_condition_lists("\"open, abc", "open, abc"));
}
END_TEST

START_TEST(one_etag_is_told_from_several)
{
	struct nw_span etag;

	ck_assert(nw_condition_single("W/\"abc\"", &etag));
	ck_assert(nw_span_eq(etag, "abc"));
	ck_assert(!nw_condition_single("\"a\",\"b\"", &etag));
	ck_assert(!nw_condition_single("*", &etag));
	ck_assert(!nw_condition_single(" ", &etag));
	ck_assert(nw_condition_is_any("*"));
	ck_assert(!nw_condition_is_any("*, x"));
	ck_assert(!nw_condition_is_any("\"*\""));
}
END_TEST

START_TEST(a_copy_is_fresh_by_etag_first_and_date_second)
{
	const char *then = "Mon, 23 Nov 2026 22:52:46 GMT";
	const int64_t ms = 1795474366000;

	ck_assert(nw_condition_is_fresh("\"a\"", NULL, "a", ms));
	ck_assert(!nw_condition_is_fresh("\"b\"", "Mon, 23 Nov 2099 00:00:00 GMT", "a", ms));
	ck_assert(nw_condition_is_fresh(NULL, then, "a", ms));
	ck_assert(nw_condition_is_fresh(NULL, then, "a", ms + 999));
	ck_assert(!nw_condition_is_fresh(NULL, then, "a", ms + 1000));
	ck_assert(!nw_condition_is_fresh(NULL, "not a date", "a", ms));
	ck_assert(!nw_condition_is_fresh(NULL, NULL, "a", ms));
}
END_TEST

static const char *exposed(struct nw_buf *out, const char *bind)
{
	out->len = 0;
	nw_exposure_find(bind, out);
	return nw_buf_str(out);
}

START_TEST(addresses_that_others_reach_are_found)
{
	struct nw_buf out = {0};

	ck_assert_str_eq(exposed(&out, "127.0.0.1:8888"), "");
	ck_assert_str_eq(exposed(&out, "['127.0.0.1:8888', 'unix:/run/x', '[::1]:80', 'localhost:1']"), "");
	ck_assert_str_eq(exposed(&out, "0.0.0.0:8888"), "0.0.0.0:8888");
	ck_assert_str_eq(exposed(&out, "127.0.0.1:1,[::]:8888"), "[::]:8888");
	ck_assert_str_eq(exposed(&out, "['[::]:8888', '10.0.0.1:80']"), "[::]:8888, 10.0.0.1:80");
	ck_assert_str_eq(exposed(&out, ":8888"), ":8888");
	ck_assert_str_eq(exposed(&out, ""), "");
	nw_buf_free(&out);
}
END_TEST

NW_TEST_MAIN("data/condition", etags_match_quoted_weak_bare_and_in_lists, one_etag_is_told_from_several,
	     a_copy_is_fresh_by_etag_first_and_date_second, addresses_that_others_reach_are_found)

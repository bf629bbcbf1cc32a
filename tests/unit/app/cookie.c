#include "worker/app/cookie.h"

#include <string.h>

#include "tests/unit/unit.h"

/* The value, or "(none)". */
static const char *find(const char *text, const char *name)
{
	static char out[64];
	struct nw_span value = nw_cookie_find(nw_span_of(text), name);

	ck_assert_uint_lt(value.len, sizeof(out));
	memset(out, 0, sizeof(out));
	return value.p == NULL ? "(none)" : memcpy(out, value.len == 0 ? "" : value.p, value.len);
}

START_TEST(the_first_of_a_name_is_found)
{
	ck_assert_str_eq(find("a=1; b=2; a=3", "a"), "1");
	ck_assert_str_eq(find("a=1; b=2; a=3", "b"), "2");
	ck_assert_str_eq(find("a=1;b=2", "b"), "2");
	ck_assert_str_eq(find(" a = 1\t", "a"), "1");
	ck_assert_str_eq(find("a=x=y", "a"), "x=y");
	ck_assert_str_eq(find("a=", "a"), "");
	ck_assert_str_eq(find("=x", ""), "x");
}
END_TEST

START_TEST(what_is_not_whole_is_not_there)
{
	ck_assert_str_eq(find("", "a"), "(none)");
	ck_assert_str_eq(find("a", "a"), "(none)");
	ck_assert_str_eq(find("a; b", "a; b"), "(none)");
	ck_assert_str_eq(find("ab=1; A=2; xa=3", "a"), "(none)");
	ck_assert_str_eq(find(";;=;", "a"), "(none)");
}
END_TEST

START_TEST(quotes_come_off_and_hide_no_semicolon)
{
	ck_assert_str_eq(find("a=\"x y\"", "a"), "x y");
	ck_assert_str_eq(find("a=\"\"", "a"), "");
	ck_assert_str_eq(find("a=\"", "a"), "\"");
	ck_assert_str_eq(find("a=\"x; session=stolen; b=\"", "session"), "stolen");
	ck_assert_str_eq(find("a=\"x; session=stolen; b=\"", "a"), "\"x");
}
END_TEST

NW_TEST_MAIN("app/cookie", the_first_of_a_name_is_found, what_is_not_whole_is_not_there,
	     quotes_come_off_and_hide_no_semicolon)

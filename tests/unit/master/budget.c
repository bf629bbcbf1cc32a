#include "master/budget.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

static char buf[512];

static const char *mistake(int drain_delay_s, int graceful_timeout_s, const char *variable)
{
	const struct nw_settings settings = {
		.drain_delay_s = drain_delay_s,
		.graceful_timeout_s = graceful_timeout_s,
	};
	char text[64];
	char *const env[] = {text, NULL};

	snprintf(text, sizeof(text), "%s", variable);
	return nw_budget_mistake(&settings, env, buf, sizeof(buf));
}

START_TEST(each_part_of_a_stop_counts)
{
	const struct nw_settings settings = {.drain_delay_s = 5, .graceful_timeout_s = 20};

	ck_assert_int_eq(nw_budget_depart_ms(&settings), 5500);
	ck_assert_int_eq(nw_budget_leave_ms(&settings), 20500);
	ck_assert_ptr_null(mistake(5, 20, "NARWHAL_GRACE=26"));
	ck_assert_ptr_null(mistake(5, 20, "NARWHAL_GRACE=26s"));
	ck_assert_ptr_null(mistake(5, 20, "NARWHAL_GRACE=1m"));
	ck_assert_ptr_nonnull(mistake(5, 20, "NARWHAL_GRACE=25"));
	ck_assert_ptr_nonnull(strstr(buf, "longer than 25 s"));
	ck_assert_ptr_nonnull(strstr(buf, "26 s (5 s drain_delay + 0.5 s for who is just connecting + 20 s grace"));
	ck_assert_ptr_nonnull(strstr(buf, "26 s or more"));
}
END_TEST

START_TEST(who_is_just_connecting_has_time_without_a_delay)
{
	ck_assert_ptr_null(mistake(0, 30, "NARWHAL_GRACE=32"));
	ck_assert_ptr_nonnull(mistake(0, 30, "NARWHAL_GRACE=31"));
	ck_assert_ptr_nonnull(strstr(buf, "0 s drain_delay + 1.5 s for who is just connecting + 30 s"));
	ck_assert_ptr_nonnull(mistake(1, 30, "NARWHAL_GRACE=31"));
	ck_assert_ptr_null(mistake(1, 30, "NARWHAL_GRACE=32"));
}
END_TEST

START_TEST(without_the_variable_there_is_nothing_to_check)
{
	ck_assert_ptr_null(mistake(600, 600, "NARWHAL_GRACES=1"));
	ck_assert_ptr_null(mistake(600, 600, "NARWHAL_GRACE="));
}
END_TEST

START_TEST(what_is_no_time_is_told)
{
	static const char *const texts[] = {"0", "-1", "30x", "abc", "99999999999"};

	for (size_t i = 0; i < NW_ARRAY_LEN(texts); i++) {
		char variable[64];

		snprintf(variable, sizeof(variable), "NARWHAL_GRACE=%s", texts[i]);
		ck_assert_ptr_nonnull(mistake(0, 1, variable));
		ck_assert_ptr_nonnull(strstr(buf, "is no number of seconds"));
		ck_assert_ptr_nonnull(strstr(buf, texts[i]));
	}
}
END_TEST

START_TEST(the_longest_times_do_not_overflow)
{
	ck_assert_ptr_null(mistake(INT_MAX / 1000, INT_MAX / 1000, "NARWHAL_GRACE=2147483647"));
	ck_assert_ptr_nonnull(mistake(INT_MAX / 1000, INT_MAX / 1000, "NARWHAL_GRACE=4294966"));
}
END_TEST

NW_TEST_MAIN("master/budget", each_part_of_a_stop_counts, who_is_just_connecting_has_time_without_a_delay,
	     without_the_variable_there_is_nothing_to_check, what_is_no_time_is_told, the_longest_times_do_not_overflow)

#include "common/str.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/unit.h"

START_TEST(integers_are_read_whole_or_not_at_all)
{
	int64_t v = 42;

	ck_assert_int_eq(nw_str_to_int64("-9223372036854775808", INT64_MIN, INT64_MAX, &v), 0);
	ck_assert_int_eq(v, INT64_MIN);
	ck_assert_int_eq(nw_str_to_int64("9223372036854775807", INT64_MIN, INT64_MAX, &v), 0);
	ck_assert_int_eq(v, INT64_MAX);
	ck_assert_int_eq(nw_str_to_int64("9223372036854775808", INT64_MIN, INT64_MAX, &v), -ERANGE);
	ck_assert_int_eq(nw_str_to_int64("11", 0, 10, &v), -ERANGE);
	ck_assert_int_eq(nw_str_to_int64("", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(nw_str_to_int64("-", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(nw_str_to_int64("1x", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(nw_str_to_int64(" 1", 0, 10, &v), -EINVAL);
	ck_assert_int_eq(v, INT64_MAX);
}
END_TEST

START_TEST(a_typo_finds_its_word_and_a_stranger_none)
{
	const char *const names[] = {"workers", "worker_connections", "bind"};

	ck_assert_str_eq(nw_str_nearest("worker", names, 3), "workers");
	ck_assert_str_eq(nw_str_nearest("bnid", names, 3), "bind");
	ck_assert_ptr_null(nw_str_nearest("zebra_crossing", names, 3));
	ck_assert_ptr_null(nw_str_nearest("x", names, 3));
}
END_TEST

START_TEST(escaped_text_is_one_printable_line)
{
	struct nw_buf buf = {0};

	nw_str_escape(&buf, nw_span_of("a\"b\\c\nd\x7f\xc3"));
	ck_assert_str_eq(nw_buf_str(&buf), "a\\\"b\\\\c\\x0Ad\\x7F\\xC3");
	nw_buf_free(&buf);
}
END_TEST

START_TEST(percent_codes_are_decoded_or_refused)
{
	char out[32];
	ptrdiff_t n = nw_str_percent_decode(nw_span_of("a%2Fb%c3+"), false, out);

	ck_assert_int_eq(n, 5);
	ck_assert_mem_eq(out, "a/b\xc3+", 5);
	ck_assert_int_eq(nw_str_percent_decode(nw_span_of("+"), true, out), 1);
	ck_assert_int_eq(out[0], ' ');
	ck_assert_int_eq(nw_str_percent_decode(nw_span_of("%"), false, out), -EINVAL);
	ck_assert_int_eq(nw_str_percent_decode(nw_span_of("%4"), false, out), -EINVAL);
	ck_assert_int_eq(nw_str_percent_decode(nw_span_of("%4g"), false, out), -EINVAL);
	ck_assert_int_eq(nw_str_percent_decode(nw_span_of("%41"), false, out), 1);
}
END_TEST

NW_TEST_MAIN("common/str", integers_are_read_whole_or_not_at_all, a_typo_finds_its_word_and_a_stranger_none,
	     escaped_text_is_one_printable_line, percent_codes_are_decoded_or_refused)

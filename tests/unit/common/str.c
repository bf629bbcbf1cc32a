#include "common/str.h"

#include <errno.h>
#include <stdio.h>
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

/* The pieces of @text, each in brackets. */
static const char *pieces(const char *text)
{
	static char said[64];
	struct nw_span piece, rest = nw_span_of(text);
	int n = 0;

	while (nw_span_cut(&rest, ',', &piece)) {
		n += snprintf(said + n, sizeof(said) - (size_t)n, "[%.*s]", (int)piece.len, piece.p);
	}
	return said;
}

START_TEST(every_separator_is_between_two_pieces)
{
	struct nw_span nothing = {NULL, 0}, piece;

	ck_assert_str_eq(pieces("a,bc, d"), "[a][bc][ d]");
	ck_assert_str_eq(pieces("abc"), "[abc]");
	ck_assert_str_eq(pieces(",a,,"), "[][a][][]");
	ck_assert_str_eq(pieces(""), "[]");
	ck_assert(!nw_span_cut(&nothing, ',', &piece));
}
END_TEST

START_TEST(tokens_are_what_a_name_is_made_of)
{
	ck_assert(nw_span_is_token(nw_span_of("X-Request_ID")));
	ck_assert(nw_span_is_token(nw_span_of("!#$%&'*+-.^_`|~09azAZ")));
	ck_assert(!nw_span_is_token(nw_span_of("")));
	ck_assert(!nw_span_is_token((struct nw_span){"a\0b", 3}));
	for (const char *c = "\t\r\n\"(),/:;<=>?@[\\]{}\x7f\xc3 "; *c != '\0'; c++) {
		ck_assert_msg(!nw_span_is_token((struct nw_span){c, 1}), "%c", *c);
	}
}
END_TEST

NW_TEST_MAIN("common/str", integers_are_read_whole_or_not_at_all, a_typo_finds_its_word_and_a_stranger_none,
	     escaped_text_is_one_printable_line, percent_codes_are_decoded_or_refused,
	     every_separator_is_between_two_pieces, tokens_are_what_a_name_is_made_of)

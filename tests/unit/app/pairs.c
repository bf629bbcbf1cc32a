#include "worker/app/pairs.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

/* "[a|1][b|]" */
static const char *show(const char *text, size_t len)
{
	static char out[512];
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_pairs pairs;
	const char *name, *value;
	size_t n = 0;

	ck_assert_int_eq(nw_pairs_parse(arena, (struct nw_span){text, len}, SIZE_MAX, &pairs), 0);
	out[0] = '\0';
	for (size_t i = 0; nw_pairs_at(&pairs, i, &name, &value); i++) {
		n += (size_t)snprintf(out + n, sizeof(out) - n, "[%s|%s]", name, value);
	}
	nw_arena_free(arena);
	return out;
}

#define SHOW(literal) show(literal, sizeof(literal) - 1)

START_TEST(pairs_come_in_order_and_decoded)
{
	ck_assert_str_eq(SHOW(""), "");
	ck_assert_str_eq(SHOW("a=1"), "[a|1]");
	ck_assert_str_eq(SHOW("a=1&b=2&a=3"), "[a|1][b|2][a|3]");
	ck_assert_str_eq(SHOW("a"), "[a|]");
	ck_assert_str_eq(SHOW("a="), "[a|]");
	ck_assert_str_eq(SHOW("=1"), "[|1]");
	ck_assert_str_eq(SHOW("="), "[|]");
	ck_assert_str_eq(SHOW("a=b=c"), "[a|b=c]");
	ck_assert_str_eq(SHOW("&&a=1&&"), "[a|1]");
	ck_assert_str_eq(SHOW("a=1;b=2"), "[a|1;b=2]");
	ck_assert_str_eq(SHOW("a+b=c+d%2Be"), "[a b|c d+e]");
	ck_assert_str_eq(SHOW("%61=%C3%a9"), "[a|\xc3\xa9]");
	ck_assert_str_eq(SHOW("a%26b%3D=%26"), "[a&b=|&]");
}
END_TEST

START_TEST(broken_codes_stand_for_themselves)
{
	ck_assert_str_eq(SHOW("a=100%"), "[a|100%]");
	ck_assert_str_eq(SHOW("a=%4"), "[a|%4]");
	ck_assert_str_eq(SHOW("a=%zz%41"), "[a|%zzA]");
	ck_assert_str_eq(SHOW("%=%&%%41=1"), "[%|%][%A|1]");
}
END_TEST

START_TEST(a_nul_never_ends_a_text_early)
{
	ck_assert_str_eq(SHOW("a=1%002"), "[a|1\xEF\xBF\xBD"
					  "2]");
	ck_assert_str_eq(SHOW("\0=\0\0&b=\0"), "[\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD][b|\xEF\xBF\xBD]");
}
END_TEST

START_TEST(the_first_of_a_name_is_got)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_pairs pairs = {.n = 0};

	ck_assert_ptr_null(nw_pairs_get(&pairs, "a"));
	ck_assert_int_eq(nw_pairs_parse(arena, nw_span_of("a=1&b&a=2"), 3, &pairs), 0);
	ck_assert_str_eq(nw_pairs_get(&pairs, "a"), "1");
	ck_assert_str_eq(nw_pairs_get(&pairs, "b"), "");
	ck_assert_ptr_null(nw_pairs_get(&pairs, "c"));
	ck_assert_int_eq(nw_pairs_parse(arena, nw_span_of("a=1&b&a=2"), 2, &pairs), -E2BIG);
	ck_assert_uint_eq(pairs.n, 3);
	nw_arena_free(arena);
}
END_TEST

START_TEST(what_does_not_fit_the_arena_is_refused)
{
	struct nw_arena *arena = nw_arena_new(16384);
	struct nw_pairs pairs;
	char *many = calloc(1, 100000);

	memset(many, '&', 99999);
	ck_assert_int_eq(nw_pairs_parse(arena, nw_span_of(many), SIZE_MAX, &pairs), -ENOMEM);
	free(many);
	nw_arena_free(arena);
}
END_TEST

NW_TEST_MAIN("app/pairs", pairs_come_in_order_and_decoded, broken_codes_stand_for_themselves,
	     a_nul_never_ends_a_text_early, the_first_of_a_name_is_got, what_does_not_fit_the_arena_is_refused)

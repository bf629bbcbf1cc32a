#include "worker/http/accept.h"

#include "tests/unit/unit.h"

#define ID NW_CODING_IDENTITY
#define GZIP NW_CODING_GZIP
#define BR NW_CODING_BR
#define BOTH (NW_CODING_BIT(GZIP) | NW_CODING_BIT(BR))

struct example {
	const char *value;
	unsigned offered;
	enum nw_coding coding;
};

static void assert_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum nw_coding got = nw_accept_coding(nw_span_of(examples[i].value), examples[i].offered);

		ck_assert_msg(got == examples[i].coding, "'%s' of %u: %s", examples[i].value, examples[i].offered,
			      nw_coding_name(got));
	}
}

START_TEST(the_highest_weight_wins_and_of_equals_the_better_one)
{
	static const struct example examples[] = {
		{"gzip, deflate, br", BOTH, BR},
		{"gzip, deflate, br, zstd", NW_CODING_BIT(GZIP), GZIP},
		{"gzip, deflate", BOTH, GZIP},
		{"br;q=0.5, gzip;q=0.8", BOTH, GZIP},
		{"br;q=0.8, gzip;q=0.8", BOTH, BR},
		{"gzip;q=0.001", BOTH, GZIP},
		{"gzip;q=0.5, identity", BOTH, ID},
		{"gzip;q=0.5, identity;q=0.6", BOTH, ID},
		{"gzip;q=0.5, identity;q=0.5", BOTH, GZIP},
		{"GZIP", BOTH, GZIP},
		{"x-gzip", BOTH, GZIP},
		{"gzip ; Q=1.000", BOTH, GZIP},
		{"\tgzip\t,\t", BOTH, GZIP},
		{",,gzip,,", BOTH, GZIP},
		{"br", NW_CODING_BIT(GZIP), ID},
		{"gzip", 0, ID},
		{"br;q=0.8;q=0.1", BOTH, ID},
		{"gzip;q=1, gzip;q=0", BOTH, ID}, /* who contradicts himself is believed the last word */
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
}
END_TEST

START_TEST(an_asterisk_is_for_what_is_not_named)
{
	static const struct example examples[] = {
		{"*", BOTH, BR},
		{"*;q=0.1", BOTH, BR},
		{"*;q=0", BOTH, ID},
		{"gzip;q=0, *", BOTH, BR},
		{"br;q=0, *;q=0.5", BOTH, GZIP},
		{"gzip, *;q=0", BOTH, GZIP},
		{"gzip;q=0.5, *;q=0.6", NW_CODING_BIT(GZIP), ID},
		{"identity, *;q=0.5", BOTH, ID},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
}
END_TEST

START_TEST(identity_is_for_whom_there_is_nothing_else)
{
	static const struct example examples[] = {
		{"", BOTH, ID},
		{"identity", BOTH, ID},
		{"gzip;q=0", BOTH, ID},
		{"gzip;q=0, br;q=0", BOTH, ID},
		{"identity;q=0", BOTH, ID},
		{"*;q=0, identity;q=0", BOTH, ID},
		{"identity;q=0, gzip", BOTH, GZIP},
		{"zstd", BOTH, ID},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
	ck_assert_int_eq(nw_accept_coding((struct nw_span){NULL, 0}, BOTH), ID);
}
END_TEST

START_TEST(what_is_malformed_asks_for_nothing)
{
	static const struct example examples[] = {
		{"gzip;q=2", BOTH, ID},       {"gzip;q=1.001", BOTH, ID}, {"gzip;q=0.1234", BOTH, ID},
		{"gzip;q=.5", BOTH, ID},      {"gzip;q=-1", BOTH, ID},    {"gzip;q=", BOTH, ID},
		{"gzip;q", BOTH, ID},         {"gzip;", BOTH, ID},        {"gzip;x=1", BOTH, ID},
		{"gzip q=1", BOTH, ID},       {"gz ip", BOTH, ID},        {"gzipp", BOTH, ID},
		{"\"gzip\"", BOTH, ID},       {";q=1", BOTH, ID},         {"=", BOTH, ID},
		{"gzip;q=nan, br", BOTH, BR}, {"gzip;q=1x", BOTH, ID},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
}
END_TEST

START_TEST(a_weight_may_end_with_its_point)
{
	static const struct example examples[] = {{"gzip;q=1.", BOTH, GZIP}, {"gzip;q=0.", BOTH, ID}};

	assert_all(examples, NW_ARRAY_LEN(examples));
}
END_TEST

NW_TEST_MAIN("http/accept", the_highest_weight_wins_and_of_equals_the_better_one, an_asterisk_is_for_what_is_not_named,
	     identity_is_for_whom_there_is_nothing_else, what_is_malformed_asks_for_nothing,
	     a_weight_may_end_with_its_point)

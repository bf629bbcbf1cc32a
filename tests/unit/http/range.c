#include "worker/http/range.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { SIZE = 1000 };

/* "at+len at+len", "ignored" or "unsatisfiable". */
static const char *read_of(const char *value, uint64_t size)
{
	static char text[2048];
	struct nw_ranges ranges;
	size_t len = 0;

	switch (nw_range_read(nw_span_of(value), size, &ranges)) {
	case NW_RANGE_IGNORED:
		return "ignored";
	case NW_RANGE_UNSATISFIABLE:
		return "unsatisfiable";
	case NW_RANGE_SATISFIABLE:
		break;
	}
	for (size_t i = 0; i < ranges.n; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%" PRIu64 "+%" PRIu64, i == 0 ? "" : " ",
					ranges.v[i].at, ranges.v[i].len);
	}
	return text;
}

struct example {
	const char *value, *ranges;
};

static void assert_all(const struct example *examples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *got = read_of(examples[i].value, SIZE);

		ck_assert_msg(strcmp(got, examples[i].ranges) == 0, "'%s': %s", examples[i].value, got);
	}
}

START_TEST(a_range_ends_where_the_whole_does)
{
	static const struct example examples[] = {
		{"bytes=0-0", "0+1"},
		{"bytes=0-499", "0+500"},
		{"bytes=500-", "500+500"},
		{"bytes=0-", "0+1000"},
		{"bytes=-1", "999+1"},
		{"bytes=-5000", "0+1000"},
		{"bytes=999-999", "999+1"},
		{"bytes=999-5000", "999+1"},
		{"bytes=10-99999999999999999999999999", "10+990"},
		{"bytes=-99999999999999999999999999", "0+1000"},
		{"Bytes=0-0", "0+1"},
		{"bytes= 0-0 ", "0+1"},
		{"bytes=000-0001", "0+2"},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
	ck_assert_str_eq(read_of("bytes=1-", UINT64_MAX), "1+18446744073709551614");
	ck_assert_str_eq(read_of("bytes=1-18446744073709551615", UINT64_MAX), "1+18446744073709551614");
}
END_TEST

START_TEST(several_keep_their_order_and_those_that_touch_become_one)
{
	static const struct example examples[] = {
		{"bytes=0-9,20-29", "0+10 20+10"},
		{"bytes=20-29 ,\t0-9", "20+10 0+10"},
		{"bytes=0-9,10-19", "0+20"},
		{"bytes=10-19,0-9", "0+20"},
		{"bytes=0-9,0-9,0-9", "0+10"},
		{"bytes=0-9,20-29,5-24", "0+30"},
		{"bytes=50-59,0-9,20-29,5-24", "50+10 0+30"},
		{"bytes=0-,-1", "0+1000"},
		{"bytes=0-0,-1", "0+1 999+1"},
		{"bytes=5000-,0-0,-0", "0+1"},
		{"bytes=,,0-0,,2-2,", "0+1 2+1"},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
}
END_TEST

START_TEST(beyond_the_end_nothing_is_satisfiable)
{
	static const struct example examples[] = {
		{"bytes=1000-", "unsatisfiable"},
		{"bytes=1000-1001", "unsatisfiable"},
		{"bytes=-0", "unsatisfiable"},
		{"bytes=1000-,-0,2000-3000", "unsatisfiable"},
		{"bytes=99999999999999999999-", "unsatisfiable"},
	};

	assert_all(examples, NW_ARRAY_LEN(examples));
	ck_assert_str_eq(read_of("bytes=0-", 0), "ignored");
}
END_TEST

START_TEST(what_is_malformed_or_not_of_bytes_is_ignored)
{
	static const char *const values[] = {
		"",
		"bytes",
		"bytes=",
		"bytes=,",
		"bytes= ",
		"bytes=-",
		"bytes=--1",
		"bytes=1",
		"bytes=2-1",
		"bytes=0-0,2-1",
		"bytes=0-0,x",
		"bytes=0x0-1",
		"bytes=0-0;1-1",
		"bytes=0-0 2-2",
		"bytes=+0-1",
		"bytes=0 -1",
		"bytes=0-1-2",
		"bytes =0-1",
		"bytes:0-1",
		"byte=0-1",
		"items=0-1",
		"0-1",
		"bytes=99999999999999999999-1",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(values); i++) {
		ck_assert_msg(strcmp(read_of(values[i], SIZE), "ignored") == 0, "%s", values[i]);
	}
}
END_TEST

/* "bytes=0-0,2-2,4-4,..." */
static const char *many(size_t n)
{
	static char value[1024];
	size_t len = (size_t)snprintf(value, sizeof(value), "bytes=");

	for (size_t i = 0; i < n; i++) {
		len += (size_t)snprintf(value + len, sizeof(value) - len, "%zu-%zu,", i * 2, i * 2);
	}
	return value;
}

START_TEST(more_than_is_sensible_is_ignored)
{
	struct nw_ranges ranges;

	ck_assert_int_eq(nw_range_read(nw_span_of(many(NW_RANGES_MAX)), SIZE, &ranges), NW_RANGE_SATISFIABLE);
	ck_assert_uint_eq(ranges.n, NW_RANGES_MAX);
	ck_assert_uint_eq(ranges.v[NW_RANGES_MAX - 1].at, 2 * (NW_RANGES_MAX - 1));
	ck_assert_str_eq(read_of(many(NW_RANGES_MAX + 1), SIZE), "ignored");
}
END_TEST

NW_TEST_MAIN("http/range", a_range_ends_where_the_whole_does, several_keep_their_order_and_those_that_touch_become_one,
	     beyond_the_end_nothing_is_satisfiable, what_is_malformed_or_not_of_bytes_is_ignored,
	     more_than_is_sensible_is_ignored)

#include <string.h>
#include <time.h>

#include "tests/unit/store/random.h"
#include "tests/unit/unit.h"
#include "worker/store/json.h"

static const struct {
	int64_t ms;
	const char *iso;
	const char *rfc; /* of the whole second */
} instants[] = {
	{0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
	{1, "1970-01-01T00:00:00.001Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
	{-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
	{-1000, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
	{1795474366000, "2026-11-23T22:52:46Z", "Mon, 23 Nov 2026 22:52:46 GMT"},
	{951782400000, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
	{951868800000, "2000-03-01T00:00:00Z", "Wed, 01 Mar 2000 00:00:00 GMT"},
	{-2203891200000, "1900-03-01T00:00:00Z", "Thu, 01 Mar 1900 00:00:00 GMT"},
	{253402300799999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
	{-62135596800000, "0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT"},
	{-62167219200000, "0000-01-01T00:00:00Z", "Sat, 01 Jan 0000 00:00:00 GMT"},
	{253402300800000, "+010000-01-01T00:00:00Z", NULL},
	{-62167219200001, "-000001-12-31T23:59:59.999Z", NULL},
	{8640000000000000, "+275760-09-13T00:00:00Z", NULL},
	{INT64_MAX, "+292278994-08-17T07:12:55.807Z", NULL},
	{INT64_MIN, "-292275055-05-16T16:47:04.192Z", NULL},
};

START_TEST(instants_are_written_and_read_in_both_forms)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(instants); i++) {
		struct nw_buf text = {0};
		int64_t ms = 42;

		nw_json_iso8601(&text, instants[i].ms);
		ck_assert_str_eq(nw_buf_str(&text), instants[i].iso);
		ck_assert_msg(nw_json_parse_date(text.data, text.len, &ms) && ms == instants[i].ms, "%s",
			      instants[i].iso);
		if (instants[i].rfc != NULL) {
			text.len = 0;
			nw_json_rfc1123(&text, instants[i].ms);
			ck_assert_str_eq(nw_buf_str(&text), instants[i].rfc);
			ck_assert(nw_json_parse_date(text.data, text.len, &ms));
			ck_assert_int_eq(ms, instants[i].ms - ((instants[i].ms % 1000) + 1000) % 1000);
		}
		nw_buf_free(&text);
	}
}
END_TEST

START_TEST(the_other_spellings_are_read)
{
	static const struct {
		const char *text;
		int64_t ms;
	} table[] = {
		{"2026-11-23", 1795392000000},
		{"1969-12-31", -86400000},
		{"2026-11-23T22:52:46+00:00", 1795474366000},
		{"2026-11-24T00:52:46+02:00", 1795474366000},
		{"2026-11-23T17:22:46-0530", 1795474366000},
		{"2026-11-23t22:52:46z", 1795474366000},
		{"2026-11-23 22:52:46Z", 1795474366000},
		{"2026-11-23T22:52:46.1Z", 1795474366100},
		{"2026-11-23T22:52:46.12Z", 1795474366120},
		{"2026-11-23T22:52:46.123456789Z", 1795474366123},
		{"2024-02-29", 1709164800000},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		int64_t ms = 42;

		ck_assert_msg(nw_json_parse_date(table[i].text, strlen(table[i].text), &ms), "%s", table[i].text);
		ck_assert_msg(ms == table[i].ms, "%s: %lld", table[i].text, (long long)ms);
	}
}
END_TEST

START_TEST(what_is_no_date_is_refused)
{
	static const char *const table[] = {
		"",
		"2026",
		"2026-11",
		"2026-13-01",
		"2026-00-10",
		"2026-01-00",
		"2026-02-29",
		"2100-02-29",
		"2026-04-31",
		"2026-11-23T",
		"2026-11-23T10:00Z",
		"2026-11-23T10:00:00",
		"2026-11-23T24:00:00Z",
		"2026-11-23T10:60:00Z",
		"2026-11-23T10:00:60Z",
		"2026-11-23T10:00:00.Z",
		"2026-11-23T10:00:00Zx",
		"2026-11-23T10:00:00+2:00",
		"2026-11-23T10:00:00+24:00",
		"26-11-23",
		"+02026-11-23",
		"-000000-01-01",
		"+999999999-01-01",
		"+292278994-08-17T07:12:55.808Z",
		"-292275055-05-16T16:47:04.191Z",
		"Mon, 23 Nov 2026 22:52:46",
		"hello",
		"Mon, 23 Nov 2026 22:52:46 UTC",
		"Mon 23 Nov 2026 22:52:46 GMT",
		"Xyz, 23 Nov 2026 22:52:46 GMT",
		"Mon, 23 Xyz 2026 22:52:46 GMT",
		"Mon, 30 Feb 2026 22:52:46 GMT",
		"Mon, 23 Nov 2026 22:52:46 GMT ",
		"2026-11-23\0",
		" 2026-11-23",
		"2026-1a-23",
		"2026-11-23T10:00:00+",
		"Mo",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		int64_t ms = 42;
		size_t len = strlen(table[i]);

		/* The one with a NUL is given whole. */
		len += i + 5 == NW_ARRAY_LEN(table) ? 1 : 0;
		ck_assert_msg(!nw_json_parse_date(table[i], len, &ms), "%s", table[i]);
		ck_assert_int_eq(ms, 42);
	}
}
END_TEST

START_TEST(random_instants_are_those_of_the_c_library)
{
	uint64_t seed = 8;

	for (int i = 0; i < 50000; i++) {
		int64_t ms = (int64_t)random_next(&seed) >> (i % 40), back;
		time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
		struct tm tm;
		char right[64];
		struct nw_buf text = {0};

		ck_assert_ptr_nonnull(gmtime_r(&seconds, &tm));
		nw_json_iso8601(&text, ms);
		ck_assert(nw_json_parse_date(text.data, text.len, &back));
		ck_assert_int_eq(back, ms);
		if (tm.tm_year >= -1900 && tm.tm_year < 8100) {
			text.len = 0;
			nw_json_rfc1123(&text, ms);
			strftime(right, sizeof(right), "%a, %d %b ", &tm);
			snprintf(right + strlen(right), 40, "%04d %02d:%02d:%02d GMT", tm.tm_year + 1900, tm.tm_hour,
				 tm.tm_min, tm.tm_sec);
			ck_assert_str_eq(nw_buf_str(&text), right);
		}
		nw_buf_free(&text);
	}
}
END_TEST

NW_TEST_MAIN("store/json_date", instants_are_written_and_read_in_both_forms, the_other_spellings_are_read,
	     what_is_no_date_is_refused, random_instants_are_those_of_the_c_library)

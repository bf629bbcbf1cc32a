#include "worker/http/date.h"

#include <errno.h>

#include "tests/unit/unit.h"

enum { AT = 784111777 };

START_TEST(all_three_forms_are_read)
{
	static const struct {
		const char *text;
		time_t at;
	} examples[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", AT},
		{"Sunday, 06-Nov-94 08:49:37 GMT", AT},
		{"Sun Nov  6 08:49:37 1994", AT},
		{"Wed Nov 16 08:49:37 1994", AT + 10 * 86400},
		{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
		{"Thursday, 01-Jan-70 00:00:00 GMT", 0},
		{"Tuesday, 31-Dec-69 23:59:59 GMT", 3155759999},
		{"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
		{"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(examples); i++) {
		time_t at = -1;

		ck_assert_msg(nw_date_read(nw_span_of(examples[i].text), &at) == 0, "%s", examples[i].text);
		ck_assert_msg(at == examples[i].at, "%s: %lld", examples[i].text, (long long)at);
	}
}
END_TEST

START_TEST(what_is_no_date_is_refused_and_writes_nothing)
{
	static const char *const texts[] = {
		"",
		"yesterday",
		"0",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 UTC",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sun,06 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 94 08:49:37 GMT",
		"Sun, 06-Nov-1994 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT",
		"Fri, 30 Feb 2024 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:60:00 GMT",
		"Sun, 06 Nov 1994 08:49:61 GMT",
		"06 Nov 1994 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994",
		"Sun Nov  6 08:49:37 94",
		"1994-11-06T08:49:37Z",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(texts); i++) {
		time_t at = AT;

		ck_assert_msg(nw_date_read(nw_span_of(texts[i]), &at) == -EINVAL && at == AT, "%s", texts[i]);
	}
}
END_TEST

NW_TEST_MAIN("http/date", all_three_forms_are_read, what_is_no_date_is_refused_and_writes_nothing)

#include "master/ctl/format.h"

#include <string.h>

#include "master/ctl/screen.h"
#include "master/ctl/show.h"
#include "master/ctl/table.h"
#include "tests/unit/unit.h"

static char text[64];

START_TEST(lengths_of_time_are_short)
{
	static const struct {
		double seconds;
		const char *text;
	} cases[] = {
		{-1, "0ms"},    {0, "0ms"},      {0.85, "850ms"},   {12.9, "12s"},
		{185, "3m05s"}, {7620, "2h07m"}, {442800, "5d03h"}, {1e300, "11574074d01h"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		nw_ctl_format_seconds(text, sizeof(text), cases[i].seconds);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(bytes_have_their_unit)
{
	static const struct {
		double bytes;
		const char *text;
	} cases[] = {
		{0, "0B"},        {1023, "1023B"},       {1024, "1.0K"},    {102348, "99.9K"},
		{102400, "100K"}, {1048576 - 1, "1.0M"}, {7340032, "7.0M"}, {1e30, "888178419700125P"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		nw_ctl_format_bytes(text, sizeof(text), cases[i].bytes);
		ck_assert_str_eq(text, cases[i].text);
	}
}
END_TEST

START_TEST(columns_are_as_wide_as_what_is_in_them)
{
	struct nw_ctl_table table;
	struct nw_buf out = {0};

	nw_ctl_table_init(&table, "N <NAME <LAST");
	nw_ctl_table_add(&table, "%d", 1000);
	nw_ctl_table_add(&table, "%s", "\xc3\xa9t\xc3\xa9");
	nw_ctl_table_add(&table, "%s", "x");
	nw_ctl_table_add(&table, "%d", 7);
	nw_ctl_table_add(&table, "%s", "longer\033[1m");
	nw_ctl_table_add(&table, "%s", "");
	nw_ctl_table_print(&table, &out);
	ck_assert_str_eq(nw_buf_str(&out), "   N  NAME        LAST\n"
					   "1000  \xc3\xa9t\xc3\xa9         x\n"
					   "   7  longer?[1m\n");
	nw_ctl_table_fini(&table);
	out.len = 0;
	nw_ctl_table_init(&table, "ONE TWO");
	nw_ctl_table_print(&table, &out);
	ck_assert_str_eq(nw_buf_str(&out), "ONE  TWO\n");
	nw_ctl_table_fini(&table);
	nw_buf_free(&out);
}
END_TEST

START_TEST(a_screen_takes_what_fits)
{
	struct nw_buf out = {0};

	nw_ctl_screen_fit(&out, "one\n\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\nthree\n", "q: quit", 4, 3);
	ck_assert_str_eq(nw_buf_str(&out), "\033[Hone\033[K\n\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\033[K\n\033[J"
					   "\033[3;1Hq: q\033[K");
	out.len = 0;
	nw_ctl_screen_fit(&out, "one\n", "f", 80, 1);
	ck_assert_str_eq(nw_buf_str(&out), "\033[H\033[J\033[1;1Hf\033[K");
	nw_buf_free(&out);
}
END_TEST

static const char *shown(const char *verb, const char *noun, const char *json)
{
	static char copy[1024];
	struct nw_buf out = {0};
	cJSON *data = cJSON_Parse(json);

	ck_assert_ptr_nonnull(data);
	nw_ctl_show(&out, verb, noun, data);
	strncpy(copy, nw_buf_str(&out), sizeof(copy) - 1);
	cJSON_Delete(data);
	nw_buf_free(&out);
	return copy;
}

START_TEST(answers_are_shown_for_people)
{
	ck_assert_str_eq(shown("SHOW", "Listeners", "{\"listeners\":[{\"address\":\"unix:/x\",\"fd\":5}]}"),
			 "ADDRESS  TYPE  FD\nunix:/x         5\n");
	ck_assert_str_eq(shown("show", "config", "{\"a\":{\"b\":{\"c\":[1,2]},\"d\":\"e\\u0007\"},\"f\":null}"),
			 "a.b.c                    [1,2]\n"
			 "a.d                      e?\n"
			 "f                        null\n");
	ck_assert_str_eq(shown("worker", "add", "{\"added\":2,\"previous\":1,\"total\":3}"), "workers: 1 -> 3\n");
	ck_assert_str_eq(shown("new", "", "{\"a\":[{}, {\"b\\n\": []}]}"),
			 "{\n  \"a\": [\n    {},\n    {\n      \"b\\n\": []\n    }\n  ]\n}\n");
	ck_assert_str_eq(shown("reload", "", "{}"), "\n");
}
END_TEST

NW_TEST_MAIN("master/ctl/format", lengths_of_time_are_short, bytes_have_their_unit,
	     columns_are_as_wide_as_what_is_in_them, a_screen_takes_what_fits, answers_are_shown_for_people)

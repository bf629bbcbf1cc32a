/* What people read of the settings: --help and the man page. */
#include "tests/unit/common/settings_fixture.h"

START_TEST(help_names_every_option_within_its_width)
{
	struct nw_buf out = {0};

	nw_settings_help(&out);
	for (const char *line = nw_buf_str(&out); *line != '\0'; line += strcspn(line, "\n") + 1) {
		ck_assert_uint_le(strcspn(line, "\n"), 96);
	}
	ck_assert_ptr_nonnull(strstr(out.data, "  -w, --workers INT           Worker processes"));
	ck_assert_ptr_nonnull(strstr(out.data, "--limit-request-field_size, --limit-request-field-size SIZE\n"));
	ck_assert_ptr_nonnull(strstr(out.data, "[default: 16MiB]"));
	ck_assert_ptr_nonnull(strstr(out.data, "\nStore and data:\n"));
	nw_buf_free(&out);
}
END_TEST

START_TEST(the_man_page_has_every_setting_signal_and_no_stray_request)
{
	static const char *const signals[] = {"\\fBTERM\\fR", "\\fBINT, QUIT\\fR", "\\fBHUP\\fR",  "\\fBTTIN, TTOU\\fR",
					      "\\fBUSR1\\fR", "\\fBUSR2\\fR",      "\\fBWINCH\\fR"};
	struct nw_buf out = {0};

	nw_settings_man(&out);
	ck_assert_ptr_eq(strstr(nw_buf_str(&out), ".TH NARWHAL 1"), out.data);
	for (const char *line = out.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
		ck_assert(line[0] != '\'');
		ck_assert(line[0] != '.' || (line[1] >= 'A' && line[1] <= 'Z'));
	}
	ck_assert_ptr_nonnull(strstr(out.data, "\\fB\\-t, \\-\\-timeout TIME\\fR"));
	ck_assert_ptr_nonnull(strstr(out.data, "WEB_CONCURRENCY"));
	for (size_t i = 0; i < NW_ARRAY_LEN(signals); i++) {
		ck_assert_msg(strstr(out.data, signals[i]) != NULL, "%s is in no list of signals", signals[i]);
	}
	nw_buf_free(&out);
}
END_TEST

NW_TEST_MAIN("common/settings_help", help_names_every_option_within_its_width,
	     the_man_page_has_every_setting_signal_and_no_stray_request)

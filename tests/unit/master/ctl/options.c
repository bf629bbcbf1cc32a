#include "master/ctl/options.h"

#include <errno.h>
#include <string.h>

#include "common/str.h"
#include "tests/unit/unit.h"

enum { WORDS_MAX = 16 };

/* @line is split at its spaces. */
static int read_line(const char *line, struct nw_ctl_options *out, struct nw_err *err)
{
	static char text[256], program[] = "narwhalctl";
	char *argv[WORDS_MAX + 2] = {program};
	struct nw_span rest = nw_span_of(line), word;
	int argc = 1;

	for (char *to = text; line[0] != '\0' && argc <= WORDS_MAX && nw_span_cut(&rest, ' ', &word);) {
		memcpy(to, word.p, word.len);
		to[word.len] = '\0';
		argv[argc++] = to;
		to += word.len + 1;
	}
	return nw_ctl_options_read(argc, argv, out, err);
}

START_TEST(options_stand_anywhere_and_words_make_a_line)
{
	struct nw_ctl_options options;
	struct nw_err err = {0};

	ck_assert_int_eq(read_line("-js/run/x worker kill --timeout=0.25 7 -n 3 -- -1", &options, &err), 0);
	ck_assert(options.is_json && !options.is_quiet);
	ck_assert_str_eq(options.socket, "/run/x");
	ck_assert_int_eq(options.timeout_ms, 250);
	ck_assert_int_eq(options.count, 3);
	ck_assert_str_eq(nw_buf_str(&options.line), "worker kill 7 -1");
	nw_ctl_options_fini(&options);
	ck_assert_int_eq(read_line("--int 2 --sock y -c help", &options, &err), 0);
	ck_assert_int_eq(options.interval_ms, 2000);
	ck_assert_str_eq(options.socket, "y");
	ck_assert_str_eq(options.command, "help");
	ck_assert_str_eq(nw_buf_str(&options.line), "");
	nw_ctl_options_fini(&options);
	ck_assert_int_eq(read_line("", &options, &err), 0);
	ck_assert_int_eq(options.timeout_ms, 10000);
	nw_ctl_options_fini(&options);
}
END_TEST

START_TEST(odd_words_are_quoted)
{
	char words[][12] = {"narwhalctl", "it's", "", "a b", "c\\"};
	char *argv[] = {words[0], words[1], words[2], words[3], words[4], NULL};
	struct nw_ctl_options options;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_ctl_options_read(5, argv, &options, &err), 0);
	ck_assert_str_eq(nw_buf_str(&options.line), "'it'\\''s' '' 'a b' 'c\\'");
	nw_ctl_options_fini(&options);
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"--nothing", "'--nothing' is no option"},
		{"--co 1", "'--co' is no option"}, /* command, count, completion */
		{"-x", "'-x' is no option"},
		{"-jx", "'-jx' is no option"},
		{"--json=1", "'--json=1' takes no value"},
		{"-s", "'-s' needs a value"},
		{"--socket", "'--socket' needs a value"},
		{"-n 0", "--count: '0' is not a number of frames"},
		{"-p x", "--pid: 'x' is not the id of a process"},
		{"-t 0", "--timeout: '0' is not a number of seconds"},
		{"-t 1.x", "--timeout: '1.x' is not"},
		{"-i 0.0001", "--interval: '0.0001' is not"},
		{"-t 99999999999", "--timeout: '99999999999' is not"},
		{"-c help help", "'help' is a second command"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		struct nw_ctl_options options;
		struct nw_err err = {0};

		ck_assert_int_eq(read_line(cases[i].line, &options, &err), -EINVAL);
		ck_assert_msg(strncmp(err.msg, cases[i].why, strlen(cases[i].why)) == 0, "%s", err.msg);
	}
}
END_TEST

NW_TEST_MAIN("master/ctl/options", options_stand_anywhere_and_words_make_a_line, odd_words_are_quoted,
	     what_is_wrong_is_refused)

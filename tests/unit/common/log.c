#include "common/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static char text[16384];

/* The log in a file of the test's own. */
static void open_log(void)
{
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(nw_log_open("log", NW_LEVEL_INFO, &err), 0);
}

static const char *read_log(void)
{
	int fd = open("log", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	close(fd);
	return text;
}

static int count_lines(void)
{
	int n = 0;

	for (const char *p = read_log(); (p = strchr(p, '\n')) != NULL; p++) {
		n++;
	}
	return n;
}

START_TEST(a_line_has_time_pid_level_and_text)
{
	char expected[64];

	open_log();
	NW_LOG_DEBUG("not shown");
	NW_LOG_WARN("a '%s'\tand \xc3\xa9", "name");
	snprintf(expected, sizeof(expected), "] [%d] [WARNING] a 'name'\tand \xc3\xa9\n", (int)getpid());
	ck_assert_ptr_nonnull(strstr(read_log(), expected));
	ck_assert_int_eq(count_lines(), 1);
}
END_TEST

START_TEST(no_text_can_pass_for_a_line_of_its_own)
{
	open_log();
	NW_LOG_INFO("path '%s'", "x\n[2026-01-01 00:00:00 +0000] [1] [INFO] forged\r\x1b[2J\x7f");
	ck_assert_int_eq(count_lines(), 1);
	ck_assert_ptr_nonnull(strstr(read_log(), "path 'x\\x0A[2026"));
	ck_assert_ptr_nonnull(strstr(read_log(), "forged\\x0D\\x1B[2J\\x7F'\n"));
}
END_TEST

START_TEST(a_long_line_is_cut_and_ends_all_the_same)
{
	char longer[6000];

	memset(longer, '\n', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	open_log();
	NW_LOG_INFO("%s", longer);
	memset(longer, 'x', sizeof(longer) - 1);
	NW_LOG_INFO("%s", longer);
	ck_assert_int_eq(count_lines(), 2);
	ck_assert_uint_le(strlen(text), 2 * 4096);
}
END_TEST

START_TEST(lines_are_told_one_by_one)
{
	open_log();
	nw_log_lines(NW_LEVEL_ERROR, "Wrong: ", "first\nsecond\n");
	ck_assert_int_eq(count_lines(), 2);
	ck_assert_ptr_nonnull(strstr(read_log(), "[ERROR] Wrong: first\n"));
	ck_assert_ptr_nonnull(strstr(read_log(), "[ERROR] Wrong: second\n"));
}
END_TEST

START_TEST(a_file_that_was_moved_is_made_anew)
{
	struct nw_err err = {0};

	open_log();
	NW_LOG_INFO("before");
	ck_assert_int_eq(rename("log", "old"), 0);
	NW_LOG_INFO("meanwhile");
	ck_assert_int_eq(nw_log_reopen(&err), 0);
	NW_LOG_INFO("after");
	ck_assert_int_eq(count_lines(), 1);
	ck_assert_ptr_nonnull(strstr(read_log(), "after"));
}
END_TEST

NW_TEST_MAIN("common/log", a_line_has_time_pid_level_and_text, no_text_can_pass_for_a_line_of_its_own,
	     a_long_line_is_cut_and_ends_all_the_same, lines_are_told_one_by_one, a_file_that_was_moved_is_made_anew)

#include "master/pidfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static char dir[] = "/tmp/nw-pidfile-XXXXXX";
static char path[64];

static void enter_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pid", dir);
}

static void leave_dir(void)
{
	unlink(path);
	ck_assert_int_eq(rmdir(dir), 0); /* nothing else was left in it */
}

static void put(const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(pid_is_written_and_removed_again)
{
	char text[32] = "", expected[32];
	struct stat st;

	enter_dir();
	ck_assert_int_eq(nw_pidfile_create(path, NULL), 0);
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	fclose(file);
	snprintf(expected, sizeof(expected), "%d\n", (int)getpid());
	ck_assert_str_eq(text, expected);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	nw_pidfile_remove(path);
	ck_assert_int_ne(access(path, F_OK), 0);
	leave_dir();
}
END_TEST

START_TEST(live_process_is_respected_and_its_file_stays)
{
	struct nw_err err = {0};

	enter_dir();
	put("1\n");
	ck_assert_int_eq(nw_pidfile_create(path, &err), -EEXIST);
	ck_assert_ptr_nonnull(strstr(err.msg, "Already running on PID 1 (or pid file '"));
	nw_pidfile_remove(path);
	ck_assert_int_eq(access(path, F_OK), 0);
	leave_dir();
}
END_TEST

START_TEST(stale_empty_and_own_files_are_replaced)
{
	char own[32];

	enter_dir();
	snprintf(own, sizeof(own), "%d\n", (int)getpid());
	const char *const texts[] = {"2147483647\n", "", "rubbish", "-1\n", own};

	for (size_t i = 0; i < NW_ARRAY_LEN(texts); i++) {
		put(texts[i]);
		ck_assert_int_eq(nw_pidfile_create(path, NULL), 0);
	}
	leave_dir();
}
END_TEST

START_TEST(missing_directory_is_an_error_with_the_path)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_pidfile_create("/nonexistent/dir/pid", &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.msg, "/nonexistent/dir/pid"));
}
END_TEST

NW_TEST_MAIN("master/pidfile", pid_is_written_and_removed_again, live_process_is_respected_and_its_file_stays,
	     stale_empty_and_own_files_are_replaced, missing_directory_is_an_error_with_the_path)

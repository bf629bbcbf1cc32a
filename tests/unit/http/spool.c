#include "worker/http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

START_TEST(what_is_added_is_there_as_memory)
{
	struct nw_spool spool = NW_SPOOL_INIT;
	char dir[64], back[4];

	strcpy(dir, nw_temp_dir_new());
	ck_assert_int_eq(nw_spool_open(&spool, dir), 0);
	ck_assert_int_eq(nw_spool_add(&spool, "ab", 2), 0);
	ck_assert_int_eq(nw_spool_add(&spool, "cde", 3), 0);
	ck_assert_uint_eq(spool.len, 5);
	ck_assert_int_eq(nw_spool_map(&spool), 0);
	ck_assert(nw_span_eq(spool.map, "abcde"));
	ck_assert_int_eq(pread(spool.fd, back, 4, 1), 4);
	ck_assert_int_eq(memcmp(back, "bcde", 4), 0);
	ck_assert_int_eq(rmdir(dir), 0); /* nothing is in it */
	ck_assert_int_ne(fcntl(spool.fd, F_GETFD) & FD_CLOEXEC, 0);
	int fd = spool.fd;

	nw_spool_close(&spool);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
	ck_assert_int_eq(spool.fd, -1);
	nw_spool_close(&spool);
}
END_TEST

START_TEST(nobody_else_can_read_it)
{
	struct nw_spool spool = NW_SPOOL_INIT;
	struct stat st;

	umask(0);
	ck_assert_int_eq(nw_spool_open(&spool, nw_temp_dir_new()), 0);
	ck_assert_int_eq(fstat(spool.fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert_uint_eq(st.st_nlink, 0);
	nw_spool_close(&spool);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_an_error)
{
	struct nw_spool spool = NW_SPOOL_INIT;

	ck_assert_int_eq(nw_spool_open(&spool, "/nowhere/at/all"), -ENOENT);
	ck_assert_int_eq(spool.fd, -1);
	ck_assert_int_eq(nw_spool_open(&spool, "/dev/null"), -ENOTDIR);
}
END_TEST

START_TEST(a_folder_that_is_full_is_an_error)
{
	struct rlimit limit;
	struct nw_spool spool = NW_SPOOL_INIT;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 3;
	setrlimit(RLIMIT_FSIZE, &limit);
	ck_assert_int_eq(nw_spool_open(&spool, nw_temp_dir_new()), 0);
	ck_assert_int_eq(nw_spool_add(&spool, "ab", 2), 0);
	ck_assert_int_eq(nw_spool_add(&spool, "cd", 2), -EFBIG);
	nw_spool_close(&spool);
}
END_TEST

START_TEST(the_setting_is_named_where_it_cannot_be_used)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_spool_check(nw_temp_dir_new(), &err), 0);
	ck_assert_int_eq(nw_spool_check("/dev/null", &err), -ENOTDIR);
	ck_assert_str_eq(err.msg, "tmp_upload_dir: cannot make a file in '/dev/null': Not a directory");
}
END_TEST

NW_TEST_MAIN("http/spool", the_setting_is_named_where_it_cannot_be_used, what_is_added_is_there_as_memory,
	     nobody_else_can_read_it, a_folder_that_is_not_there_is_an_error, a_folder_that_is_full_is_an_error)

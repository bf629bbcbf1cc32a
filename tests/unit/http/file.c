#include "worker/http/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* A folder `site` beside a secret, and every way out of it. Returns the folder's descriptor. */
static int site_new(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	write_file("secret", "secret");
	ck_assert_int_eq(mkdir("site", 0755), 0);
	ck_assert_int_eq(mkdir("site/sub", 0755), 0);
	write_file("site/a.txt", "a");
	write_file("site/sub/b.txt", "b");
	ck_assert_int_eq(symlink("sub/b.txt", "site/inside"), 0);
	ck_assert_int_eq(symlink("../secret", "site/outside"), 0);
	ck_assert_int_eq(symlink("/etc/passwd", "site/absolute"), 0);
	ck_assert_int_eq(symlink("..", "site/up"), 0);
	ck_assert_int_eq(symlink("loop", "site/loop"), 0);
	ck_assert_int_eq(mkfifo("site/fifo", 0644), 0);
	int dir = open("site", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ne(dir, -1);
	return dir;
}

/* Whether the kernel resolves beneath a folder by itself: where it cannot, both ways are the same one. */
static bool kernel_can(void)
{
	struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
	long fd = syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof(how));

	nw_fd_close((int)fd);
	return fd != -1;
}

static int try_open(int dir, const char *name, bool by_kernel)
{
	struct nw_file file = {.fd = -1};
	int rc = by_kernel ? nw_file_open(dir, name, &file) : nw_file_open_stepwise(dir, name, &file);

	if (rc == 0) {
		nw_fd_close(file.fd);
	}
	return rc;
}

START_TEST(nothing_outside_the_folder_is_opened)
{
	static const char *const nothing[] = {
		"nosuch",  "outside", "absolute",  "up/secret",        "up/site/a.txt", "loop",         "fifo",
		"a.txt/b", "a.txt/",  "../secret", "sub/../../secret", "/etc/passwd",   "sub/nosuch/x",
	};
	int dir = site_new();

	for (int by_kernel = 0; by_kernel <= (kernel_can() ? 1 : 0); by_kernel++) {
		for (size_t i = 0; i < NW_ARRAY_LEN(nothing); i++) {
			int rc = try_open(dir, nothing[i], by_kernel != 0);

			/* The stepwise way is for plain names only: those with ".." and "/" in front never get there.
			 */
			if (by_kernel != 0 || (strstr(nothing[i], "..") == NULL && nothing[i][0] != '/')) {
				ck_assert_msg(rc == -ENOENT, "%s (%d): %d", nothing[i], by_kernel, rc);
			}
		}
		ck_assert_int_eq(try_open(dir, "a.txt", by_kernel != 0), 0);
		ck_assert_int_eq(try_open(dir, "sub/b.txt", by_kernel != 0), 0);
		ck_assert_int_eq(try_open(dir, "sub", by_kernel != 0), 0);
	}
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_link_inside_is_followed_where_the_kernel_watches_it)
{
	int dir = site_new();

	if (kernel_can()) {
		ck_assert_int_eq(try_open(dir, "inside", true), 0);
	}
	ck_assert_int_eq(try_open(dir, "inside", false), -ENOENT);
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_file_that_may_not_be_read_is_told_from_one_that_is_not_there)
{
	int dir = site_new();
	uid_t uid = geteuid();

	ck_assert_int_eq(chmod(".", 0755), 0);
	ck_assert_int_eq(chmod("site/a.txt", 0), 0);
	ck_assert_int_eq(uid == 0 ? seteuid(65534) : 0, 0); /* nothing is forbidden to root */
	int rc = try_open(dir, "a.txt", true);
	int rc_stepwise = try_open(dir, "a.txt", false);

	ck_assert_int_eq(seteuid(uid), 0);
	ck_assert_int_eq(rc, -EACCES);
	ck_assert_int_eq(rc_stepwise, -EACCES);
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_path_of_our_own_leads_wherever_it_leads)
{
	int dir = site_new();

	ck_assert_int_eq(try_open(NW_FILE_ANYWHERE, "site/outside", true), 0);
	ck_assert_int_eq(try_open(NW_FILE_ANYWHERE, "site/../secret", true), 0);
	ck_assert_int_eq(try_open(NW_FILE_ANYWHERE, "/etc/passwd", true), 0);
	ck_assert_int_eq(try_open(NW_FILE_ANYWHERE, "site/nosuch", true), -ENOENT);
	ck_assert_int_eq(try_open(NW_FILE_ANYWHERE, "site/fifo", true), -ENOENT);
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_long_name_is_no_file)
{
	char name[1024];
	int dir = site_new();

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(try_open(dir, name, false), -ENOENT);
	ck_assert_int_eq(try_open(dir, name, true), -ENOENT);
	nw_fd_close(dir);
}
END_TEST

START_TEST(a_plain_path_has_no_dots_in_front_and_no_empty_segment)
{
	static const char *const plain[] = {"/", "/a", "/a/", "/a.b/c..d", "/a b", "/\xc3\xa4"};
	static const char *const others[] = {"",      "a",     "//",      "/a//b",  "/.",  "/..",
					     "/.env", "/a/..", "/a/../b", "/a/.b/", "/./", "/a//"};

	for (size_t i = 0; i < NW_ARRAY_LEN(plain); i++) {
		ck_assert_msg(nw_file_is_plain(nw_span_of(plain[i])), "%s", plain[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(others); i++) {
		ck_assert_msg(!nw_file_is_plain(nw_span_of(others[i])), "%s", others[i]);
	}
	ck_assert(!nw_file_is_plain((struct nw_span){"/a\0b", 4}));
}
END_TEST

NW_TEST_MAIN("http/file", nothing_outside_the_folder_is_opened, a_link_inside_is_followed_where_the_kernel_watches_it,
	     a_file_that_may_not_be_read_is_told_from_one_that_is_not_there, a_path_of_our_own_leads_wherever_it_leads,
	     a_long_name_is_no_file, a_plain_path_has_no_dots_in_front_and_no_empty_segment)

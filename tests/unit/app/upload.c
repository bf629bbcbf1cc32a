#include <narwhal/upload.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static struct nw_upload upload_of(const char *text)
{
	return (struct nw_upload){.name = "f", .filename = "f", .type = "", .data = text, .len = strlen(text)};
}

static int save(const char *text, const char *path, unsigned flags)
{
	struct nw_upload upload = upload_of(text);

	return nw_upload_save_sync(&upload, path, flags);
}

static void holds(const char *path, const char *text)
{
	char *content = NULL;
	size_t len = 0;

	ck_assert_int_eq(nw_fd_read_file(path, 1 << 20, &content, &len), 0);
	ck_assert_str_eq(content, text);
	free(content);
}

/* Nothing but what was saved is left in the working directory. */
static size_t files_here(void)
{
	DIR *dir = opendir(".");
	size_t n = 0;

	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	}
	closedir(dir);
	return n;
}

static void go_to_temp(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
}

START_TEST(a_file_is_saved_once)
{
	struct stat st;

	go_to_temp();
	umask(022);
	ck_assert_int_eq(save("one", "f.txt", 0), 0);
	holds("f.txt", "one");
	ck_assert_int_eq(stat("f.txt", &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0644);
	ck_assert_int_eq(save("two", "f.txt", 0), -EEXIST);
	holds("f.txt", "one");
	ck_assert_uint_eq(files_here(), 1);
}
END_TEST

START_TEST(it_is_replaced_when_that_is_wanted)
{
	go_to_temp();
	umask(077);
	ck_assert_int_eq(save("one", "./f.txt", NW_UPLOAD_REPLACE), 0);
	ck_assert_int_eq(save("", "f.txt", NW_UPLOAD_REPLACE), 0);
	holds("f.txt", "");
	ck_assert_uint_eq(files_here(), 1);
}
END_TEST

START_TEST(a_link_is_replaced_and_never_followed)
{
	go_to_temp();
	ck_assert_int_eq(save("target", "target", 0), 0);
	ck_assert_int_eq(symlink("target", "link"), 0);
	ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
	ck_assert_int_eq(save("new", "link", 0), -EEXIST);
	ck_assert_int_eq(save("new", "dangling", 0), -EEXIST);
	ck_assert_int_eq(save("new", "link", NW_UPLOAD_REPLACE), 0);
	holds("target", "target");
	holds("link", "new");
	ck_assert_uint_eq(files_here(), 3);
}
END_TEST

START_TEST(what_cannot_be_saved_leaves_nothing)
{
	static char far[5000], big[70000];
	struct rlimit limit = {.rlim_cur = 65536, .rlim_max = 65536};

	go_to_temp();
	memset(far, 'x', sizeof(far) - 1);
	memset(big, 'x', sizeof(big) - 1);
	ck_assert_int_eq(save("one", "no/such/folder/f", 0), -ENOENT);
	ck_assert_int_eq(save("one", far, 0), -ENAMETOOLONG);
	far[300] = '\0';
	ck_assert_int_eq(save("one", far, 0), -ENAMETOOLONG);
	ck_assert_int_eq(save("one", "", 0), -ENOENT);
	/* As on a full disk: some of it is written, the rest is not. */
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(save(big, "f", 0), -EFBIG);
	ck_assert_uint_eq(files_here(), 0);
}
END_TEST

START_TEST(a_folder_that_is_written_to_only_will_do)
{
	struct stat st;

	go_to_temp();
	ck_assert_int_eq(mkdir("drop", 0300), 0);
	if (geteuid() == 0) { /* to whom every folder is open */
		ck_assert_int_eq(chown("drop", 65534, 65534), 0);
		ck_assert_int_eq(chmod(".", 0711), 0);
		ck_assert_int_eq(seteuid(65534), 0);
	}
	ck_assert_int_eq(save("one", "drop/f.txt", 0), 0);
	ck_assert_int_eq(save("two", "drop/f.txt", 0), -EEXIST);
	ck_assert_int_eq(stat("drop/f.txt", &st), 0);
	ck_assert_int_eq(st.st_size, 3);
	if (getuid() == 0) {
		ck_assert_int_eq(seteuid(0), 0);
	}
	ck_assert_int_eq(chmod("drop", 0700), 0); /* for it to be removed */
}
END_TEST

NW_TEST_MAIN("app/upload", a_folder_that_is_written_to_only_will_do, a_file_is_saved_once,
	     it_is_replaced_when_that_is_wanted, a_link_is_replaced_and_never_followed,
	     what_cannot_be_saved_leaves_nothing)

#include "common/control_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static char dir[256], path[512];

static void enter_dir(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_ptr_nonnull(getcwd(dir, sizeof(dir)));
}

static const char *at(pid_t pid)
{
	snprintf(path, sizeof(path), "%s/narwhal-%d.ctl", dir, (int)pid);
	return path;
}

/* A socket at @name; listening or, like those that a killed process leaves, not. It ends with the test. */
static int make(const char *name, bool listens)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_uint_lt(strlen(name), sizeof(un.sun_path));
	memcpy(un.sun_path, name, strlen(name));
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	ck_assert_int_eq(listens ? listen(fd, 0) : 0, 0);
	return fd;
}

/* Of a process that is not there. */
static pid_t nobody(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	return pid;
}

START_TEST(the_default_is_in_the_runtime_directory_or_at_home)
{
	struct nw_err err = {0};

	enter_dir();
	setenv("HOME", "/home/me", 1);
	setenv("XDG_RUNTIME_DIR", dir, 1);
	ck_assert_int_eq(nw_control_path_default(7, path, sizeof(path), &err), 0);
	ck_assert_int_eq(strncmp(path, dir, strlen(dir)), 0);
	ck_assert_str_eq(path + strlen(dir), "/narwhal-7.ctl");
	setenv("XDG_RUNTIME_DIR", "/nosuch", 1);
	ck_assert_int_eq(nw_control_path_default(7, path, sizeof(path), &err), 0);
	ck_assert_str_eq(path, "/home/me/.narwhal/narwhal-7.ctl");
	ck_assert_int_eq(nw_control_path_default(7, path, 20, &err), -ENAMETOOLONG);
	unsetenv("HOME");
	ck_assert_int_eq(nw_control_path_default(7, path, sizeof(path), &err), -ENOENT);
}
END_TEST

START_TEST(a_live_one_is_told_from_a_dead_one)
{
	enter_dir();
	make("live", true);
	make("dead", false);
	ck_assert_int_ne(open("file", O_CREAT | O_CLOEXEC | O_WRONLY, 0600), -1);

	ck_assert_int_eq(nw_control_path_look("live"), NW_CONTROL_PATH_LIVE);
	ck_assert_int_eq(nw_control_path_look("live"), NW_CONTROL_PATH_LIVE); /* its queue is full by now */
	ck_assert_int_eq(nw_control_path_look("dead"), NW_CONTROL_PATH_DEAD);
	ck_assert_int_eq(nw_control_path_look("file"), NW_CONTROL_PATH_FOREIGN);
	ck_assert_int_eq(nw_control_path_look("nothing"), NW_CONTROL_PATH_FOREIGN);
	ck_assert_int_eq(symlink("dead", "link"), 0);
	ck_assert_int_eq(nw_control_path_look("link"), NW_CONTROL_PATH_FOREIGN);
}
END_TEST

START_TEST(only_dead_ones_of_dead_processes_are_removed)
{
	enter_dir();
	pid_t gone = nobody();

	/* What a process is about to listen on looks dead, too. */
	make(at(getpid()), false);

	ck_assert_uint_eq(nw_control_path_sweep(dir), 0);
	/* A pid of another namespace says nothing: somebody listens. */
	int live = make(at(gone), true);

	ck_assert_uint_eq(nw_control_path_sweep(dir), 0);
	live = nw_fd_close(live);
	/* Names that only look like ours. */
	make("narwhal-x.ctl", false);
	make("narwhal--2.ctl", false);
	make("narwhal-.ctl", false);

	ck_assert_uint_eq(nw_control_path_sweep(dir), 1);
	ck_assert_int_eq(access(at(gone), F_OK), -1);
	ck_assert_int_eq(access(at(getpid()), F_OK), 0);
	ck_assert_int_eq(access("narwhal-x.ctl", F_OK), 0);
	ck_assert_int_eq(access("narwhal--2.ctl", F_OK), 0);
	ck_assert_uint_eq(nw_control_path_sweep("/nosuch"), 0);
}
END_TEST

START_TEST(what_is_no_socket_stays)
{
	enter_dir();
	pid_t gone = nobody();
	ck_assert_int_ne(open(at(gone), O_CREAT | O_CLOEXEC | O_WRONLY, 0600), -1);

	ck_assert_uint_eq(nw_control_path_sweep(dir), 0);
	ck_assert_int_eq(access(at(gone), F_OK), 0);
}
END_TEST

NW_TEST_MAIN("common/control_path", the_default_is_in_the_runtime_directory_or_at_home,
	     a_live_one_is_told_from_a_dead_one, only_dead_ones_of_dead_processes_are_removed, what_is_no_socket_stays)

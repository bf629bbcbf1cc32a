#include "master/start.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/master/fake.h"
#include "tests/unit/unit.h"

struct outcome {
	int code;
	char out[65536];
	char err[16384];
};

static int open_temp(void)
{
	return open("/tmp", O_TMPFILE | O_RDWR, 0600);
}

static void read_back(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* narwhal ARGS, in a process of its own, for starts that end by themselves. */
static void run(char *const *argv, struct outcome *result)
{
	char *env[] = {NULL};
	int argc = 0, status = -1;
	int out = open_temp(), err = open_temp();

	while (argv[argc] != NULL) {
		argc++;
	}
	fflush(NULL);
	pid_t pid = fork();

	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		exit(nw_start_run(&fake_program, argc, argv, env));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	result->code = WEXITSTATUS(status);
	read_back(out, result->out, sizeof(result->out));
	read_back(err, result->err, sizeof(result->err));
}

#define ARGV(...) ((char *[]){(char[]){"narwhal"}, __VA_ARGS__, NULL})
#define ARG(text) ((char[]){text})

static struct outcome result;

START_TEST(version_and_help_go_to_stdout)
{
	run(ARGV(ARG("--version")), &result);
	ck_assert_int_eq(result.code, 0);
	ck_assert_ptr_nonnull(strstr(result.out, "0.1.0"));
	ck_assert_str_eq(result.err, "");
	run(ARGV(ARG("--help")), &result);
	ck_assert_int_eq(result.code, 0);
	ck_assert_ptr_nonnull(strstr(result.out, "--graceful-timeout"));
}
END_TEST

START_TEST(bad_settings_are_one_line_on_stderr)
{
	run(ARGV(ARG("--workers"), ARG("many"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 1);
	ck_assert_str_eq(result.out, "");
	ck_assert_ptr_nonnull(strstr(result.err, "Error: "));
	ck_assert_ptr_eq(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
}
END_TEST

START_TEST(check_config_asks_the_apps)
{
	run(ARGV(ARG("--check-config"), ARG("-n"), ARG("ok"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 0);
	run(ARGV(ARG("--check-config"), ARG("-n"), ARG("fail"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 1);
	ck_assert_ptr_nonnull(strstr(result.err, "Error: domain.json:3: the first mistake"));
	run(ARGV(ARG("--print-config"), ARG("-n"), ARG("ok"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 0);
	ck_assert_ptr_nonnull(strstr(result.out, "graceful_timeout"));
}
END_TEST

START_TEST(address_that_cannot_be_bound_ends_the_start)
{
	run(ARGV(ARG("-b"), ARG("unix:/nonexistent/dir/s"), ARG("-n"), ARG("ok"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 1);
	ck_assert_ptr_nonnull(strstr(result.err, "/nonexistent/dir/s"));
}
END_TEST

START_TEST(pidfile_of_a_live_process_ends_the_start_and_both_logs_say_so)
{
	char dir[] = "/tmp/nw-start-XXXXXX";
	char pidfile[64], log[64], bind[64];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(pidfile, sizeof(pidfile), "%s/pid", dir);
	snprintf(log, sizeof(log), "%s/log", dir);
	snprintf(bind, sizeof(bind), "unix:%s/s", dir);
	FILE *file = fopen(pidfile, "w");

	fputs("1\n", file);
	fclose(file);
	run(ARGV(ARG("-p"), pidfile, ARG("--error-logfile"), log, ARG("-b"), bind, ARG("-n"), ARG("ok"), ARG("fake")),
	    &result);
	ck_assert_int_eq(result.code, 1);
	ck_assert_ptr_nonnull(strstr(result.err, "Error: Already running on PID 1"));
	char text[4096] = "";
	int fd = open(log, O_RDONLY);

	read_back(fd, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "[ERROR] Already running on PID 1"));
	ck_assert_int_eq(unlink(log), 0);
	ck_assert_int_eq(unlink(pidfile), 0);
	ck_assert_int_eq(rmdir(dir), 0); /* no socket, no temporary file */
}
END_TEST

START_TEST(worker_that_cannot_boot_makes_the_exit_code_three)
{
	char dir[] = "/tmp/nw-start-XXXXXX";
	char bind[64];

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(bind, sizeof(bind), "unix:%s/s", dir);
	run(ARGV(ARG("-b"), bind, ARG("-n"), ARG("fail"), ARG("fake")), &result);
	ck_assert_int_eq(result.code, 3);
	ck_assert_ptr_nonnull(strstr(result.err, "Starting narwhal 0.1.0"));
	ck_assert_ptr_nonnull(strstr(result.err, "domain.json:9: the second mistake"));
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

NW_TEST_MAIN("master/start", version_and_help_go_to_stdout, bad_settings_are_one_line_on_stderr,
	     check_config_asks_the_apps, address_that_cannot_be_bound_ends_the_start,
	     pidfile_of_a_live_process_ends_the_start_and_both_logs_say_so,
	     worker_that_cannot_boot_makes_the_exit_code_three)

#include "common/syslog.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static char text[4096];

/* Where syslog would listen, at the path "log", in the test's own directory. */
static int listen_at_log(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

/* The next message; its NUL must be its last byte. */
static const char *receive(int fd)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&pollfd, 1, 10000), 1);
	ssize_t n = recv(fd, text, sizeof(text), 0);

	ck_assert_int_gt(n, 0);
	ck_assert_uint_eq(strlen(text), (size_t)n - 1);
	return text;
}

START_TEST(messages_are_gunicorns)
{
	struct nw_err err = {0};
	char expected[64];

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int fd = listen_at_log();

	ck_assert_int_eq(nw_syslog_open("unix://log", "local1", "a:b", &err), 0);
	ck_assert_int_eq(nw_log_open("error.log", NW_LEVEL_INFO, &err), 0);
	NW_LOG_DEBUG("below the level");
	NW_LOG_WARN("one\ntwo");
	snprintf(expected, sizeof(expected), "<140>gunicorn.a.b.error: [%d] one\\x0Atwo", (int)getpid());
	ck_assert_str_eq(receive(fd), expected);
	nw_syslog_access(nw_span_of("GET / 200"));
	ck_assert_str_eq(receive(fd), "<142>gunicorn.a.b.access: GET / 200");
	nw_syslog_close();
	NW_LOG_WARN("closed");
	ck_assert_int_eq(recv(fd, text, sizeof(text), MSG_DONTWAIT), -1);
}
END_TEST

START_TEST(levels_have_their_severities)
{
	static const char *const begins[] = {"<15>", "<14>", "<12>", "<11>", "<10>"};
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int fd = listen_at_log();

	ck_assert_int_eq(nw_syslog_open("unix://log#dgram", "USER", "x", &err), 0);
	for (int level = NW_LEVEL_DEBUG; level <= NW_LEVEL_CRITICAL; level++) {
		ck_assert_int_eq(nw_syslog_error((enum nw_log_level)level, nw_span_of("x")), 0);
		ck_assert_int_eq(strncmp(receive(fd), begins[level], 4), 0);
	}
	nw_syslog_close();
}
END_TEST

START_TEST(an_outage_is_told_once_in_the_file)
{
	struct nw_err err = {0};
	NW_AUTO_FREE char *log = NULL;
	size_t len = 0;

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(nw_syslog_open("unix://log", "user", "x", &err), 0);
	ck_assert_int_eq(nw_log_open("error.log", NW_LEVEL_INFO, &err), 0);
	NW_LOG_INFO("one");
	NW_LOG_INFO("two");
	ck_assert_int_eq(nw_fd_read_file("error.log", 65536, &log, &len), 0);
	const char *first = strstr(log, "[WARNING] syslog: No such file or directory, lines are missing there\n");

	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(first + 1, "[WARNING] syslog"));
	ck_assert_ptr_nonnull(strstr(log, "[INFO] two\n"));
	nw_syslog_close();
}
END_TEST

START_TEST(addresses_are_checked)
{
	static const char *const good[] = {"udp://localhost:514", "udp://[::1]",    "tcp://logs.example",
					   "unix:///dev/log",     "unix://x#dgram", "unix:///x#stream"};
	static const char *const bad[] = {"localhost:514", "udp://h:x",     "unix://",
					  "unix:///x#tcp", "udp://unix:/x", ""};
	struct nw_err err = {0};

	for (size_t i = 0; i < NW_ARRAY_LEN(good); i++) {
		ck_assert_int_eq(nw_syslog_check_address(good[i], &err), 0);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(nw_syslog_check_address(bad[i], &err), -EINVAL);
	}
	ck_assert_int_eq(nw_syslog_check_facility("local7", &err), 0);
	ck_assert_int_eq(nw_syslog_check_facility("local8", &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.msg, "'local8' is not kern, user"));
}
END_TEST

START_TEST(names_are_kept_from_ending_their_tag)
{
	static const char *const bad[] = {"", "a b", "a\n", "\xc3\xa9", "\t"};
	struct nw_err err = {0};
	char longest[129];

	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(nw_syslog_check_prefix(bad[i], &err), -EINVAL);
	}
	memset(longest, 'a', sizeof(longest));
	longest[128] = '\0';
	ck_assert_int_eq(nw_syslog_check_prefix(longest, &err), -EINVAL);
	longest[127] = '\0';
	ck_assert_int_eq(nw_syslog_check_prefix(longest, &err), 0);
	ck_assert_int_eq(nw_syslog_check_prefix("shop:web/1", &err), 0);
	/* The name of the process is anything. */
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int fd = listen_at_log();

	ck_assert_int_eq(nw_syslog_open("unix://log", "user", "my shop: \n", &err), 0);
	nw_syslog_access(nw_span_of("x"));
	ck_assert_str_eq(receive(fd), "<14>gunicorn.my_shop.__.access: x");
	nw_syslog_close();
}
END_TEST

NW_TEST_MAIN("common/syslog", messages_are_gunicorns, levels_have_their_severities, an_outage_is_told_once_in_the_file,
	     addresses_are_checked, names_are_kept_from_ending_their_tag)

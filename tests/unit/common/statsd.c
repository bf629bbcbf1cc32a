#include "common/statsd.h"

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

/* Where statsd would listen, at the path "statsd", in the test's own directory. */
static int listen_there(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "statsd"};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static const char *receive(int fd)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&pollfd, 1, 10000), 1);
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	return text;
}

static void open_it(const char *prefix, const char *tags)
{
	struct nw_err err = {0};

	ck_assert_msg(nw_statsd_open("unix://statsd", prefix, tags, &err) == 0, "%s", err.msg);
}

START_TEST(names_are_gunicorns)
{
	NW_AUTO_CLOSE int fd = listen_there();

	open_it(NULL, NULL);
	ck_assert(nw_statsd_is_open());
	nw_statsd_request(1234567, 204);
	ck_assert_str_eq(receive(fd), "gunicorn.request.duration:1234.567|ms");
	ck_assert_str_eq(receive(fd), "gunicorn.requests:1|c|@1.0");
	ck_assert_str_eq(receive(fd), "gunicorn.request.status.204:1|c|@1.0");
	nw_statsd_workers(3);
	ck_assert_str_eq(receive(fd), "gunicorn.workers:3|g");
	nw_statsd_backlog(17);
	ck_assert_str_eq(receive(fd), "gunicorn.backlog:17|h");
	nw_statsd_log(NW_LEVEL_DEBUG);
	nw_statsd_log(NW_LEVEL_INFO);
	nw_statsd_log(NW_LEVEL_WARN);
	ck_assert_str_eq(receive(fd), "gunicorn.log.warning:1|c|@1.0");
	nw_statsd_log(NW_LEVEL_ERROR);
	ck_assert_str_eq(receive(fd), "gunicorn.log.error:1|c|@1.0");
	nw_statsd_log(NW_LEVEL_CRITICAL);
	ck_assert_str_eq(receive(fd), "gunicorn.log.critical:1|c|@1.0");
	nw_statsd_close();
	ck_assert(!nw_statsd_is_open());
	nw_statsd_workers(4);
	ck_assert_int_eq(recv(fd, text, sizeof(text), MSG_DONTWAIT), -1);
}
END_TEST

START_TEST(one_dot_stands_behind_the_prefix_and_tags_behind_all)
{
	static const struct {
		const char *prefix, *tags, *expected;
	} cases[] = {
		{"shop", NULL, "shop.gunicorn.workers:1|g"},
		{"shop...", NULL, "shop.gunicorn.workers:1|g"},
		{"", "", "gunicorn.workers:1|g|#"},
		{"...", "a:1,b", "gunicorn.workers:1|g|#a:1,b"},
	};
	NW_AUTO_CLOSE int fd = listen_there();

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		open_it(cases[i].prefix, cases[i].tags);
		nw_statsd_workers(1);
		ck_assert_str_eq(receive(fd), cases[i].expected);
	}
	nw_statsd_close();
}
END_TEST

START_TEST(what_cannot_be_opened_leaves_the_old_one)
{
	struct nw_err err = {0};
	NW_AUTO_CLOSE int fd = listen_there();

	open_it("old", NULL);
	ck_assert_int_lt(nw_statsd_open("no.such.host.invalid.:x", "new", NULL, &err), 0);
	ck_assert_int_eq(strncmp(err.msg, "statsd_host: ", 13), 0);
	nw_statsd_workers(1);
	ck_assert_str_eq(receive(fd), "old.gunicorn.workers:1|g");
	nw_statsd_close();
}
END_TEST

START_TEST(nobody_who_listens_is_no_harm)
{
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	ck_assert_int_eq(nw_statsd_open("unix://nobody", NULL, NULL, &err), 0);
	nw_statsd_request(1, 200);
	nw_statsd_close();
	nw_statsd_close();
}
END_TEST

START_TEST(settings_are_checked)
{
	struct nw_err err = {0};
	char longest[512];

	memset(longest, 'a', sizeof(longest));
	longest[508] = '\0';
	ck_assert_int_eq(nw_statsd_check_text(longest, &err), 0);
	longest[508] = 'a';
	longest[509] = '\0';
	ck_assert_int_eq(nw_statsd_check_text(longest, &err), -EINVAL);
	ck_assert_int_eq(nw_statsd_check_text("a|b", &err), -EINVAL);
	ck_assert_int_eq(nw_statsd_check_text("a\nb", &err), -EINVAL);
	ck_assert_int_eq(nw_statsd_check_host("localhost", &err), 0);
	ck_assert_int_eq(nw_statsd_check_host("[::1]:8125", &err), 0);
	ck_assert_int_eq(nw_statsd_check_host("localhost:x", &err), -EINVAL);
}
END_TEST

NW_TEST_MAIN("common/statsd", names_are_gunicorns, one_dot_stands_behind_the_prefix_and_tags_behind_all,
	     what_cannot_be_opened_leaves_the_old_one, nobody_who_listens_is_no_harm, settings_are_checked)

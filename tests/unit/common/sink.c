#include "common/sink.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/fd.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static const struct nw_span messages[] = {{"one", 3}, {"two", 3}, {"three", 5}};

/* A socket at the path "s" of the test's own directory. */
static int bind_unix(int type)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "s"};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	ck_assert_int_ne(fd, -1);
	unlink("s");
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	if (type == SOCK_STREAM) {
		ck_assert_int_eq(listen(fd, 8), 0);
	}
	return fd;
}

static void expect(int fd, const char *text)
{
	struct pollfd pollfd = {.fd = fd, .events = POLLIN};
	char got[64];

	ck_assert_int_eq(poll(&pollfd, 1, 10000), 1);
	ssize_t n = recv(fd, got, sizeof(got) - 1, 0);

	ck_assert_int_ge(n, 0);
	got[n] = '\0';
	ck_assert_str_eq(got, text);
}

static struct nw_sink open_unix(enum nw_sink_type type)
{
	struct nw_sink sink = NW_SINK_INIT;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_sink_open(&sink, "unix:s", 0, type, &err), 0);
	return sink;
}

START_TEST(each_message_is_a_datagram)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int fd = bind_unix(SOCK_DGRAM);
	struct nw_sink sink = open_unix(NW_SINK_ANY);

	ck_assert_int_eq(nw_sink_send(&sink, messages, 3), 0);
	expect(fd, "one");
	expect(fd, "two");
	expect(fd, "three");
	nw_sink_close(&sink);
}
END_TEST

START_TEST(who_listens_later_gets_what_is_sent_then)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	struct nw_sink sink = open_unix(NW_SINK_DGRAM);

	ck_assert_int_eq(nw_sink_send(&sink, messages, 1), -ENOENT);
	for (int i = 0; i < 2; i++) {
		NW_AUTO_CLOSE int fd = bind_unix(SOCK_DGRAM);

		ck_assert_int_eq(nw_sink_send(&sink, messages, 1), 0);
		expect(fd, "one");
	}
	ck_assert_int_eq(nw_sink_send(&sink, messages, 1), -ECONNREFUSED);
	nw_sink_close(&sink);
}
END_TEST

START_TEST(a_full_socket_is_not_waited_for)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int fd = bind_unix(SOCK_DGRAM); /* that nobody reads from */
	struct nw_sink sink = open_unix(NW_SINK_DGRAM);
	int failed = 0;

	ck_assert_int_ge(fd, 0);
	for (int i = 0; i < 100000 && failed == 0; i++) {
		failed = nw_sink_send(&sink, messages, 3);
	}
	ck_assert_int_eq(failed, -EAGAIN);
	nw_sink_close(&sink);
}
END_TEST

START_TEST(a_stream_is_found_and_connected_anew)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int listener = bind_unix(SOCK_STREAM);
	struct nw_sink sink = open_unix(NW_SINK_ANY);

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(nw_sink_send(&sink, messages, 1), 0);
		NW_AUTO_CLOSE int fd = accept(listener, NULL, NULL);

		ck_assert_int_ne(fd, -1);
		expect(fd, "one");
		sink.retry_at_ms = 0; /* as if a second had passed */
	}
	nw_sink_close(&sink);
}
END_TEST

START_TEST(a_process_has_a_stream_of_its_own)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	NW_AUTO_CLOSE int listener = bind_unix(SOCK_STREAM);
	struct nw_sink sink = open_unix(NW_SINK_STREAM);

	ck_assert_int_eq(nw_sink_send(&sink, messages, 1), 0);
	NW_AUTO_CLOSE int first = accept(listener, NULL, NULL);

	sink.pid = 1; /* as if it came from a parent */
	ck_assert_int_eq(nw_sink_send(&sink, messages + 1, 1), 0);
	NW_AUTO_CLOSE int second = accept(listener, NULL, NULL);

	expect(first, "one");
	expect(second, "two");
	nw_sink_close(&sink);
}
END_TEST

START_TEST(nobody_at_the_other_end_of_a_stream_is_no_harm)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	struct nw_sink sink = open_unix(NW_SINK_STREAM);

	ck_assert_int_eq(nw_sink_send(&sink, messages, 1), -ENOENT);
	ck_assert_int_eq(nw_sink_send(&sink, messages, 1), -ENOTCONN); /* not tried again so soon */
	nw_sink_close(&sink);
}
END_TEST

NW_TEST_MAIN("common/sink", each_message_is_a_datagram, who_listens_later_gets_what_is_sent_then,
	     a_full_socket_is_not_waited_for, a_stream_is_found_and_connected_anew, a_process_has_a_stream_of_its_own,
	     nobody_at_the_other_end_of_a_stream_is_no_harm)

#include "master/deferred.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/listener.h"
#include "master/door.h"
#include "tests/unit/unit.h"

static struct nw_endpoint endpoint;
static struct nw_generation generation;

static void listen_on(const char *text)
{
	const struct nw_listen_options options = {.backlog = 16, .umask = 0077, .uid = geteuid(), .gid = getegid()};
	struct nw_addr bound;
	struct nw_err err = {0};

	endpoint = (struct nw_endpoint){.fd = -1};
	generation = (struct nw_generation){.endpoints = &endpoint, .n_endpoints = 1};
	ck_assert_int_eq(nw_addr_parse(text, 0, &endpoint.addr, &err), 0);
	ck_assert_msg(nw_listener_open(&endpoint.addr, &options, &endpoint.fd, &err) == 0, "%s", err.msg);
	if (endpoint.addr.ss.ss_family != AF_UNIX) {
		ck_assert_int_eq(nw_addr_of_fd(endpoint.fd, &bound), 0);
		endpoint.addr = bound;
	}
}

/* The descriptor, or -1 and errno EINPROGRESS: no answer; or why not. */
static int set_out(void)
{
	int fd = socket(endpoint.addr.ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct pollfd pollfd = {fd, POLLOUT, 0};

	if (connect(fd, (const struct sockaddr *)&endpoint.addr.ss, endpoint.addr.len) == 0) {
		return fd;
	}
	int error = errno;

	if (error == EINPROGRESS && poll(&pollfd, 1, 100) == 1) {
		return fd;
	}
	close(fd);
	errno = error;
	return -1;
}

static bool is_any_deferred(void)
{
	return nw_deferred_any(&endpoint.fd, 1);
}

static void wait_for_one(int expected)
{
	struct pollfd pollfd = {endpoint.fd, POLLIN, 0};

	ck_assert_int_eq(poll(&pollfd, 1, 10000), expected);
}

static const char *const addresses[] = {"127.0.0.1:0", "[::1]:0"};

START_TEST(a_client_that_has_not_spoken_is_seen_until_it_does)
{
	listen_on(addresses[_i]);
	ck_assert(!is_any_deferred());
	int client = set_out();

	ck_assert_int_ge(client, 0);
	ck_assert(is_any_deferred());
	ck_assert_int_eq(write(client, "x", 1), 1);
	wait_for_one(1);
	ck_assert(!is_any_deferred());
	close(client);
	close(endpoint.fd);
}
END_TEST

START_TEST(of_another_port_it_is_not)
{
	int other;

	listen_on(addresses[0]);
	other = endpoint.fd;
	listen_on(addresses[0]);
	int client = set_out();

	ck_assert(is_any_deferred());
	ck_assert(!nw_deferred_any(&other, 1));
	ck_assert(!nw_deferred_any(&other, 0));
	close(client);
	close(endpoint.fd);
	close(other);
}
END_TEST

START_TEST(who_comes_later_is_not_held_back)
{
	listen_on(addresses[_i]);
	nw_deferred_stop(endpoint.fd);
	int client = set_out();

	wait_for_one(1);
	ck_assert(!is_any_deferred());
	close(client);
	close(endpoint.fd);
}
END_TEST

START_TEST(a_shut_door_keeps_those_who_are_in_and_lets_nobody_follow)
{
	listen_on(addresses[_i]);
	int client = set_out();

	nw_door_shut_local(&generation); /* not for it */
	nw_door_shut_network(&generation);
	ck_assert_int_eq(set_out(), -1);
	ck_assert_int_eq(errno, EINPROGRESS);
	ck_assert_int_eq(write(client, "x", 1), 1);
	wait_for_one(1);
	int fd = accept(endpoint.fd, NULL, NULL);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(accept(endpoint.fd, NULL, NULL), -1);
	close(fd);
	close(client);
	close(endpoint.fd);
}
END_TEST

START_TEST(that_of_a_unix_socket_too)
{
	listen_on("unix:@narwhal-test-door");
	int client = set_out();

	nw_door_shut_network(&generation); /* not for it */
	nw_door_shut_local(&generation);
	ck_assert_int_eq(set_out(), -1);
	ck_assert_int_eq(errno, ECONNREFUSED);
	int fd = accept(endpoint.fd, NULL, NULL);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(accept(endpoint.fd, NULL, NULL), -1);
	ck_assert(errno == EAGAIN || errno == EINVAL);
	close(fd);
	close(client);
	close(endpoint.fd);
}
END_TEST

START_TEST(sockets_of_others_stay_open)
{
	listen_on(addresses[0]);
	endpoint.is_activated = true;
	nw_door_shut_network(&generation);
	endpoint.is_activated = false;
	generation.partner = NW_PARTNER_NEWER;
	nw_door_shut_network(&generation);
	generation.partner = NW_PARTNER_NONE;
	endpoint.is_borrowed = true;
	nw_door_shut_network(&generation);
	int client = set_out();

	ck_assert_int_ge(client, 0);
	close(client);
	close(endpoint.fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("master/deferred");
	TCase *tcase = tcase_create("all");

	tcase_add_loop_test(tcase, a_client_that_has_not_spoken_is_seen_until_it_does, 0, NW_ARRAY_LEN(addresses));
	tcase_add_test(tcase, of_another_port_it_is_not);
	tcase_add_loop_test(tcase, who_comes_later_is_not_held_back, 0, NW_ARRAY_LEN(addresses));
	tcase_add_loop_test(tcase, a_shut_door_keeps_those_who_are_in_and_lets_nobody_follow, 0,
			    NW_ARRAY_LEN(addresses));
	tcase_add_test(tcase, that_of_a_unix_socket_too);
	tcase_add_test(tcase, sockets_of_others_stay_open);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

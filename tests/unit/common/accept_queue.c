#include "common/accept_queue.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/unit.h"

enum { BACKLOG = 7, CLIENTS = 3 };

union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

/* Listens at @address, which becomes what it got. */
static int listen_at(union address *address, socklen_t *len)
{
	int fd = socket(address->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, &address->sa, *len), 0);
	*len = sizeof(*address);
	ck_assert_int_eq(getsockname(fd, &address->sa, len), 0);
	ck_assert_int_eq(listen(fd, BACKLOG), 0);
	return fd;
}

/* A connection is in the queue a moment after connect() says so. */
static void expect(int fd, unsigned waiting)
{
	struct nw_accept_queue queue = {~0U, 0};

	for (int64_t end_ms = nw_clock_ms() + 5000; queue.waiting != waiting && nw_clock_ms() < end_ms;) {
		ck_assert_int_eq(nw_accept_queue_read(fd, &queue), 0);
	}
	ck_assert_uint_eq(queue.waiting, waiting);
	ck_assert_uint_eq(queue.limit, BACKLOG);
}

static void check(union address address, socklen_t len)
{
	int clients[CLIENTS], fd = listen_at(&address, &len);

	expect(fd, 0);
	for (int i = 0; i < CLIENTS; i++) {
		clients[i] = socket(address.sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		ck_assert_int_eq(connect(clients[i], &address.sa, len), 0);
	}
	expect(fd, CLIENTS);
	close(accept(fd, NULL, NULL));
	expect(fd, CLIENTS - 1);
	for (int i = 0; i < CLIENTS; i++) {
		close(clients[i]);
	}
	close(fd);
}

START_TEST(tcp_tells_who_waits)
{
	check((union address){.in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}},
	      sizeof(struct sockaddr_in));
}
END_TEST

START_TEST(a_unix_socket_tells_who_waits)
{
	check((union address){.un = {.sun_family = AF_UNIX}},
	      sizeof(sa_family_t)); /* of a name that the kernel makes */
}
END_TEST

START_TEST(what_does_not_listen_has_no_queue)
{
	struct nw_accept_queue queue;
	int pipes[2], fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(pipe(pipes), 0);
	ck_assert_int_eq(nw_accept_queue_read(fd, &queue), -EINVAL);
	ck_assert_int_eq(nw_accept_queue_read(pipes[0], &queue), -ENOTSOCK);
	ck_assert_int_eq(nw_accept_queue_read(-1, &queue), -EBADF);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}
END_TEST

NW_TEST_MAIN("common/accept_queue", tcp_tells_who_waits, a_unix_socket_tells_who_waits,
	     what_does_not_listen_has_no_queue)

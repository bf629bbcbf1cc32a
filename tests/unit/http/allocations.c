#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/http/world.h"
#include "worker/http/connection.h"

/* Stands in for the C library's allocator, for the whole process, libevent included. */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *p);

enum { OVERHEAD = 8 }; /* of a piece, in glibc */

static volatile bool is_counting;
static volatile unsigned long n_allocations;
static volatile long held;

static void *counted(void *p)
{
	if (is_counting && p != NULL) {
		n_allocations++;
		held += (long)malloc_usable_size(p) + OVERHEAD;
	}
	return p;
}

static void uncount(void *p)
{
	if (is_counting && p != NULL) {
		held -= (long)malloc_usable_size(p) + OVERHEAD;
	}
}

void *malloc(size_t size)
{
	return counted(__libc_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	return counted(__libc_calloc(n, size));
}

void *realloc(void *old, size_t size)
{
	uncount(old);
	return counted(__libc_realloc(old, size));
}

void free(void *p)
{
	uncount(p);
	__libc_free(p);
}

static const char get[] = "GET /hello HTTP/1.1\r\nHost: 127.0.0.1:8888\r\nAccept: */*\r\n\r\n";

/* Without Check's macros and the client's helpers, which allocate. */
static void ask(int fd, const char *text, size_t len)
{
	char answer[4096];
	unsigned n = world.n_done;

	if (send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len) {
		abort();
	}
	while (world.n_done == n) {
		world_turn(0);
		if (world.n_deferred == 1) {
			world.n_deferred = 0;
			world.deferred[0]->answer.body = nw_span_of("later");
			nw_exchange_send(world.deferred[0]);
		}
	}
	if (recv(fd, answer, sizeof(answer), 0) < 80) {
		abort();
	}
}

START_TEST(a_kept_alive_request_allocates_nothing)
{
	static const char post[] = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
	struct client client;

	world_prepare();
	world_open();
	client_open(&client);
	ask(client.fd, get, sizeof(get) - 1);
	n_allocations = 0;
	is_counting = true;
	for (int i = 0; i < 1000; i++) {
		ask(client.fd, get, sizeof(get) - 1);
	}
	unsigned long n_get = n_allocations;

	for (int i = 0; i < 1000; i++) {
		ask(client.fd, post, sizeof(post) - 1);
	}
	is_counting = false;
	printf("1000 GET: %lu allocations, 1000 POST: %lu\n", n_get, n_allocations - n_get);
	ck_assert_uint_eq(n_allocations, 0);
	client_close(&client);
	world_close();
}
END_TEST

START_TEST(a_kept_alive_request_that_is_answered_later_allocates_nothing)
{
	static const char later[] = "GET /later HTTP/1.1\r\nHost: 127.0.0.1:8888\r\nAccept: */*\r\n\r\n";
	struct client client;

	world_prepare();
	world_open();
	client_open(&client);
	ask(client.fd, get, sizeof(get) - 1);
	n_allocations = 0;
	is_counting = true;
	for (int i = 0; i < 1000; i++) {
		ask(client.fd, later, sizeof(later) - 1);
	}
	is_counting = false;
	ck_assert_uint_eq(n_allocations, 0);
	client_close(&client);
	world_close();
}
END_TEST

START_TEST(an_idle_connection_holds_little)
{
	enum { N = 400 };
	static int fds[N];

	world_prepare();
	world.options.connections = N + 1;
	world_open();
	struct client client;

	client_open(&client);
	ask(client.fd, get, sizeof(get) - 1);
	for (int i = 0; i < N; i++) {
		struct client other;

		client_open(&other);
		fds[i] = other.fd;
	}
	held = 0;
	is_counting = true;
	while (nw_http_open(world.http) < N + 1) {
		world_turn(0);
	}
	for (int i = 0; i < N; i++) {
		ask(fds[i], get, sizeof(get) - 1);
	}
	is_counting = false;
	printf("an idle connection: %zu bytes; with libevent's and the allocator's, %.0f\n", sizeof(struct nw_conn),
	       (double)held / N);
	ck_assert_uint_lt(sizeof(struct nw_conn), 400);
	ck_assert_int_lt(held / N, 400);
	client_close(&client);
	world_close();
}
END_TEST

NW_TEST_MAIN("http/allocations", a_kept_alive_request_allocates_nothing,
	     a_kept_alive_request_that_is_answered_later_allocates_nothing, an_idle_connection_holds_little)

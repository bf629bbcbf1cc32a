#include "master/control_client.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/frame.h"
#include "master/master.h"
#include "tests/unit/unit.h"

static struct event_base *base;
static struct nw_control_client *client;
static int peer;
static struct nw_buf got;

static void begin(void)
{
	int fds[2];

	base = event_base_new();
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	peer = fds[1];
	client = nw_control_client_new(base, fds[0], getpid());
	ck_assert_ptr_nonnull(client);
}

static void end(void)
{
	nw_control_client_free(client);
	close(peer);
	event_base_free(base);
	nw_buf_free(&got);
}

/* Ask @n times for nothing, which needs no master. */
static void ask(unsigned n)
{
	static const char body[] = "{\"command\":\"\"}";
	struct nw_buf out = {0};

	while (n-- > 0) {
		size_t at = nw_frame_begin(&out);

		nw_buf_add(&out, body, sizeof(body) - 1);
		nw_frame_end(&out, at);
	}
	ck_assert_int_eq(send(peer, out.data, out.len, 0), (ssize_t)out.len);
	nw_buf_free(&out);
}

/* Take the answers that are there. Returns how many. */
static unsigned take(void)
{
	struct nw_span in, body;
	size_t size;
	unsigned n = 0;
	ssize_t len;

	while ((len = recv(peer, nw_buf_reserve(&got, 65536), 65536, 0)) > 0) {
		got.len += (size_t)len;
	}
	in = (struct nw_span){got.data, got.len};
	while (nw_frame_take(in, NW_FRAME_ANSWER_MAX, &body, &size) == 0) {
		ck_assert_ptr_nonnull(memmem(body.p, body.len, "Empty command", 13));
		in.p += size;
		in.len -= size;
		n++;
	}
	memmove(got.data, in.p, in.len);
	got.len = in.len;
	return n;
}

static bool turn(void)
{
	event_base_loop(base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	return nw_control_client_serve(client, NULL);
}

START_TEST(many_requests_take_many_turns)
{
	unsigned n = 0;

	begin();
	ask(100);
	for (unsigned turns = 0; n < 100; turns++) {
		ck_assert_uint_lt(turns, 100);
		ck_assert(turn());
		unsigned more = take();

		ck_assert_uint_ge(more, 1);
		ck_assert_uint_le(more, 16);
		n += more;
	}
	ask(1); /* and it is heard again */
	ck_assert(turn());
	ck_assert_uint_eq(take(), 1);
	end();
}
END_TEST

START_TEST(what_was_asked_before_the_end_is_answered)
{
	unsigned n = 0;

	begin();
	ask(40);
	ck_assert_int_eq(shutdown(peer, SHUT_WR), 0);
	for (unsigned turns = 0; turn(); turns++) {
		ck_assert_uint_lt(turns, 100);
		n += take();
	}
	ck_assert_uint_eq(n + take(), 40);
	end();
}
END_TEST

START_TEST(no_more_is_read_than_two_requests_hold)
{
	static const char junk[65536];
	unsigned n = 0;

	begin();
	ask(2000); /* 36,000 bytes that are not all answered in one turn */
	while (send(peer, junk, sizeof(junk), 0) > 0) {
	}
	while (turn()) {
		ck_assert_uint_le(client->in.len, 2 * (NW_FRAME_HEAD + NW_FRAME_REQUEST_MAX));
		n += take();
	}
	ck_assert_uint_eq(n + take(), 2000); /* and then it made no sense */
	end();
}
END_TEST

NW_TEST_MAIN("master/control_client", many_requests_take_many_turns, what_was_asked_before_the_end_is_answered,
	     no_more_is_read_than_two_requests_hold)

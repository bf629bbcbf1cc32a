#include <openssl/err.h>
#include <openssl/ssl.h>

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/tls_context.h"
#include "tests/unit/certificate.h"
#include "tests/unit/http/world.h"
#include "tests/unit/temp_dir.h"
#include "worker/http/connection.h"

/* Over sockets that take little at a time, so that everything has to wait at any place. */

enum { DAY_S = 24 * 60 * 60, LITTLE = 1, BIG_BODY = 300 * 1000 };

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static char cert[] = "cert.pem", key[] = "key.pem";

static struct peer {
	SSL_CTX *context;
	SSL *ssl;
	int fd;
	char *data; /* what came, NUL-terminated */
	size_t len;
	const char *failure; /* as its side sees it; NULL: none */
} peer;

static const char *failure_of_handshake;

static void on_handshake_failed(const struct sockaddr *from, const char *why, void *arg)
{
	(void)from;
	(void)arg;
	failure_of_handshake = why;
}

static void connect_peer(int version)
{
	const struct sockaddr nobody = {.sa_family = AF_UNIX};
	int little = LITTLE, fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	peer = (struct peer){.context = SSL_CTX_new(TLS_client_method()), .fd = fds[0]};
	SSL_CTX_set_min_proto_version(peer.context, version);
	SSL_CTX_set_max_proto_version(peer.context, version);
	SSL_CTX_set_mode(peer.context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	peer.ssl = SSL_new(peer.context);
	SSL_set_fd(peer.ssl, peer.fd);
	SSL_set_connect_state(peer.ssl);
	peer.data = calloc(1, 4 * BIG_BODY);
	ck_assert_int_eq(nw_connection_open(world.http, fds[1], &nobody), 0);
}

static void begin(int version, size_t padding)
{
	const struct nw_settings settings = {.certfile = cert, .keyfile = key};
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	certificate_write((struct certificate){.end_s = 90 * DAY_S, .padding = padding}, cert, key);
	failure_of_handshake = NULL;
	world_prepare();
	world.options.body = 10 * BIG_BODY;
	world.options.on_handshake_failed = on_handshake_failed;
	ck_assert_msg(nw_tls_context_open(&settings, &world.options.tls, &err) == 0, "%s", err.msg);
	world_open();
	connect_peer(version);
}

static void end(void)
{
	SSL_free(peer.ssl);
	SSL_CTX_free(peer.context);
	close(peer.fd);
	free(peer.data);
	world_close();
	nw_tls_context_close(world.options.tls);
}

/* Whether @ok is worth waiting for. */
static bool waits(int ok)
{
	int error = SSL_get_error(peer.ssl, ok);

	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		return true;
	}
	peer.failure = error == SSL_ERROR_ZERO_RETURN ? "end" : "broken";
	ERR_clear_error();
	return false;
}

static void take(void)
{
	size_t n = 0;
	int ok = SSL_read_ex(peer.ssl, peer.data + peer.len, 4 * BIG_BODY - peer.len - 1, &n);

	if (ok == 1) {
		peer.len += n;
	} else {
		waits(ok);
	}
}

static void say(const char *data, size_t len)
{
	size_t at = 0, n;

	while (at < len) {
		int ok = SSL_write_ex(peer.ssl, data + at, len - at, &n);

		at += ok == 1 ? n : 0;
		if (ok != 1 && !waits(ok)) {
			return;
		}
		world_turn(0);
	}
}

static unsigned n_answers(void)
{
	unsigned n = 0;

	for (const char *p = peer.data; (p = strstr(p, "HTTP/1.1 200 OK\r\n")) != NULL; p++) {
		n++;
	}
	return n;
}

#define PEER_UNTIL(cond)                                                                                               \
	do {                                                                                                           \
		int64_t until_ = nw_clock_ms() + 10000;                                                                \
		while (!(cond)) {                                                                                      \
			take();                                                                                        \
			ck_assert_msg(world_turn(until_), "%s", "in vain: " #cond);                                    \
		}                                                                                                      \
	} while (0)

#define BY_BOTH(name)                                                                                                  \
	START_TEST(name)                                                                                               \
	{                                                                                                              \
		name##_by(TLS1_2_VERSION);                                                                             \
		name##_by(TLS1_3_VERSION);                                                                             \
	}                                                                                                              \
	END_TEST

static void a_handshake_waits_for_room_to_write_by(int version)
{
	begin(version, 60000);
	say(GET("/"), strlen(GET("/")));
	PEER_UNTIL(n_answers() == 1);
	ck_assert_uint_eq(world.n_requests, 1);
	end();
}

BY_BOTH(a_handshake_waits_for_room_to_write)

static void answers_wait_for_room_and_stay_in_order_by(int version)
{
	begin(version, 0);
	for (int i = 0; i < 200; i++) {
		say(GET("/error") GET("/"), strlen(GET("/error") GET("/")));
	}
	PEER_UNTIL(n_answers() == 200);
	ck_assert_uint_eq(world.n_done, 400);
	ck_assert_ptr_nonnull(strstr(peer.data, "HTTP/1.1 404"));
	end();
}

BY_BOTH(answers_wait_for_room_and_stay_in_order)

static void a_large_body_comes_back_as_it_was_by(int version)
{
	char *body = malloc(BIG_BODY);
	char head[128];

	begin(version, 0);
	for (size_t i = 0; i < BIG_BODY; i++) {
		body[i] = (char)('a' + i % 23);
	}
	snprintf(head, sizeof(head), "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", BIG_BODY);
	say(head, strlen(head));
	say(body, BIG_BODY);
	PEER_UNTIL(peer.len > BIG_BODY && strstr(peer.data, "\r\n\r\n") + 4 + BIG_BODY == peer.data + peer.len);
	ck_assert_int_eq(memcmp(peer.data + peer.len - BIG_BODY, body, BIG_BODY), 0);
	free(body);
	end();
}

BY_BOTH(a_large_body_comes_back_as_it_was)

static void more_records_than_a_turn_reads_are_all_read_by(int version)
{
	begin(version, 0);
	say(GET("/"), strlen(GET("/")));
	PEER_UNTIL(n_answers() == 1);
	/* All in the socket before the loop runs again: no edge comes behind the first. */
	for (int i = 0; i < 40; i++) {
		size_t n;

		ck_assert_int_eq(SSL_write_ex(peer.ssl, GET("/"), strlen(GET("/")), &n), 1);
	}
	PEER_UNTIL(n_answers() == 41);
	end();
}

BY_BOTH(more_records_than_a_turn_reads_are_all_read)

static void an_idle_connection_ends_with_a_word_by(int version)
{
	begin(version, 0);
	say(GET("/"), strlen(GET("/")));
	PEER_UNTIL(n_answers() == 1);
	world_sweep_after(10000);
	PEER_UNTIL(peer.failure != NULL);
	ck_assert_str_eq(peer.failure, "end");
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	end();
}

BY_BOTH(an_idle_connection_ends_with_a_word)

static void a_handshake_that_lasts_ends_without_a_word_by(int version)
{
	begin(version, 0);
	SSL_do_handshake(peer.ssl);
	world_settle();
	ck_assert_uint_eq(nw_http_open(world.http), 1);
	world_sweep_after(31000);
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	ck_assert_uint_eq(world.n_done, 0);
	ck_assert_ptr_null(failure_of_handshake);
	end();
}

BY_BOTH(a_handshake_that_lasts_ends_without_a_word)

START_TEST(a_protocol_that_is_too_old_is_told)
{
	begin(TLS1_1_VERSION, 0);
	SSL_set_security_level(peer.ssl, 0);
	SSL_set_cipher_list(peer.ssl, "ALL:@SECLEVEL=0");
	PEER_UNTIL(peer.failure != NULL);
	ck_assert_str_eq(peer.failure, "broken");
	ck_assert_str_eq(failure_of_handshake, "unsupported protocol");
	end();
}
END_TEST

static void bytes_that_were_changed_on_the_way_end_the_connection_by(int version)
{
	begin(version, 0);
	say(GET("/"), strlen(GET("/")));
	PEER_UNTIL(n_answers() == 1);
	ck_assert_int_eq(send(peer.fd, "\x17\x03\x03\x00\x20 thirty-two bytes that are no good", 37, 0), 37);
	PEER_UNTIL(peer.failure != NULL);
	ck_assert_str_eq(peer.failure, "broken");
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	end();
}

BY_BOTH(bytes_that_were_changed_on_the_way_end_the_connection)

START_TEST(keys_may_be_changed_on_the_way)
{
	begin(TLS1_3_VERSION, 0);
	for (unsigned i = 1; i <= 30; i++) {
		say(GET("/"), strlen(GET("/")));
		PEER_UNTIL(n_answers() == i);
		ck_assert_int_eq(SSL_key_update(peer.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	}
	end();
}
END_TEST

NW_TEST_MAIN("http/tls", a_handshake_waits_for_room_to_write, answers_wait_for_room_and_stay_in_order,
	     a_large_body_comes_back_as_it_was, more_records_than_a_turn_reads_are_all_read,
	     an_idle_connection_ends_with_a_word, a_handshake_that_lasts_ends_without_a_word,
	     bytes_that_were_changed_on_the_way_end_the_connection, a_protocol_that_is_too_old_is_told,
	     keys_may_be_changed_on_the_way)

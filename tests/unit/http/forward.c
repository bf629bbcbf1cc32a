#include "worker/http/forward.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "tests/unit/http/world.h"
#include "worker/http/trace.h"

#define LIST(...) ((struct nw_strings){(char *[]){__VA_ARGS__}, sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)})

static char loopback[] = "127.0.0.1", elsewhere[] = "192.0.2.0/24";
static char proto[] = "X-FORWARDED-PROTO=https", ssl[] = "X-Forwarded-SSL=on";

static struct nw_forward *forward_of(char *peer)
{
	struct nw_strings peers = LIST(peer), schemes = LIST(proto, ssl);
	struct nw_forward *forward = NULL;
	struct nw_err err = {0};

	ck_assert_msg(nw_forward_new(&peers, &schemes, &forward, &err) == 0, "%s", err.msg);
	return forward;
}

static struct nw_field fields[8];

/* A head of these field lines, "\r\n" behind each. */
static struct nw_exchange exchange(const char *lines)
{
	static char text[1024];
	struct nw_exchange x = {.is_trusted = true};
	const struct nw_parser_rules rules = {.line = 100, .fields = NW_ARRAY_LEN(fields), .field_size = 400};
	struct nw_parser parser;

	snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", lines);
	x.head.fields = fields;
	x.head.cap = NW_ARRAY_LEN(fields);
	nw_parser_init(&parser);
	ck_assert_int_eq(nw_parser_feed(&parser, &x.head, &rules, text, strlen(text)), 0);
	ck_assert_int_eq(parser.state, NW_PARSE_DONE);
	return x;
}

static void assert_scheme(const char *lines, const char *scheme)
{
	struct nw_forward *forward = forward_of(loopback);
	struct nw_exchange x = exchange(lines);
	const char *reason = NULL;
	enum nw_status status = nw_forward_take(forward, &x, &reason);

	if (scheme == NULL) {
		ck_assert_msg(status == NW_STATUS_BAD_REQUEST, "%s", lines);
		ck_assert_str_eq(reason, "Fields disagree about the scheme");
	} else {
		ck_assert_int_eq(status, 0);
		ck_assert_msg((x.scheme == NW_SCHEME_HTTPS) == (strcmp(scheme, "https") == 0), "%s", lines);
	}
	nw_forward_free(forward);
}

START_TEST(the_scheme_is_what_the_proxy_says)
{
	assert_scheme("", "http");
	assert_scheme("X-Forwarded-Proto: https\r\n", "https");
	assert_scheme("x-forwarded-proto: https\r\n", "https");
	assert_scheme("X-Forwarded-Ssl: on\r\n", "https");
	assert_scheme("X-Forwarded-Proto: http\r\n", "http");
	assert_scheme("X-Forwarded-Proto: HTTPS\r\n", "http");
	assert_scheme("X-Forwarded-Proto: https, http\r\n", "http");
	assert_scheme("X-Forwarded-Proto:\r\n", "http");
	assert_scheme("X-Forwarded-Port: https\r\n", "http");
	assert_scheme("X-Forwarded-Protocol: ssl\r\n", "http"); /* not one of these settings */
	assert_scheme("X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: on\r\n", "https");
	assert_scheme("X-Forwarded-Proto: http\r\nX-Forwarded-Ssl: off\r\n", "http");
}
END_TEST

START_TEST(fields_that_disagree_are_refused)
{
	assert_scheme("X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: off\r\n", NULL);
	assert_scheme("X-Forwarded-Ssl: off\r\nX-Forwarded-Proto: https\r\n", NULL);
	assert_scheme("X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n", NULL);
}
END_TEST

/* @expected NULL: one is made. */
static void assert_id(const char *lines, const char *expected)
{
	struct nw_forward *forward = forward_of(loopback);
	struct nw_exchange x = exchange(lines);
	const char *reason = NULL;

	ck_assert_int_eq(nw_forward_take(forward, &x, &reason), 0);
	ck_assert_uint_eq(x.head.request_id.len, expected == NULL ? 0 : strlen(expected));
	if (expected != NULL) {
		ck_assert(nw_span_eq(nw_head_span(&x.head, x.head.request_id), expected));
	}
	nw_forward_free(forward);
}

START_TEST(an_id_is_taken_when_it_is_one)
{
	char longest[NW_TRACE_ID_MAX + 1] = "", lines[200];

	assert_id("", NULL);
	assert_id("X-Request-ID: abc\r\n", "abc");
	assert_id("x-request-id: 0-9_~!\"\\\r\n", "0-9_~!\"\\");
	assert_id("X-Request-ID:\r\n", NULL);
	assert_id("X-Request-ID: a b\r\n", NULL);
	assert_id("X-Request-ID: a\tb\r\n", NULL);
	assert_id("X-Request-ID: caf\xc3\xa9\r\n", NULL);
	assert_id("X-Request-ID: one\r\nX-Request-ID: two\r\n", NULL);
	assert_id("X-Request-ID: one\r\nX-Request-ID:\r\n", NULL);
	assert_id("X-Request-IE: abc\r\n", NULL);
	memset(longest, 'x', NW_TRACE_ID_MAX);
	snprintf(lines, sizeof(lines), "X-Request-ID: %s\r\n", longest);
	assert_id(lines, longest);
	snprintf(lines, sizeof(lines), "X-Request-ID: %sx\r\n", longest);
	assert_id(lines, NULL);
}
END_TEST

START_TEST(peers_are_believed_by_their_address_and_on_unix_sockets)
{
	struct nw_forward *forward = forward_of(elsewhere);
	struct sockaddr_in in = {.sin_family = AF_INET};
	const struct sockaddr_un un = {.sun_family = AF_UNIX};

	in.sin_addr.s_addr = htonl(0xc0000207);
	ck_assert(nw_forward_trusts(forward, (const struct sockaddr *)&in));
	ck_assert(!nw_forward_trusts(NULL, (const struct sockaddr *)&in));
	in.sin_addr.s_addr = htonl(0xc0000307);
	ck_assert(!nw_forward_trusts(forward, (const struct sockaddr *)&in));
	ck_assert(nw_forward_trusts(forward, (const struct sockaddr *)&un));
	ck_assert(!nw_forward_trusts(NULL, (const struct sockaddr *)&un));
	nw_forward_free(forward);
}
END_TEST

static const char asked[] = "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-ID: from-the-proxy\r\n"
			    "X-Forwarded-Proto: https\r\n\r\n";

/* The answer to what a proxy at 127.0.0.1 sends, when @peer is believed. */
static void ask(struct client *client, char *peer, const char *text, const char *status)
{
	world_prepare();
	struct nw_forward *forward = forward_of(peer);

	world.options.forward = forward;
	world_open();
	client_open(client);
	client_says(client, text);
	client_expect(client, 1, status);
	world_close();
	nw_forward_free(forward);
}

START_TEST(a_connection_is_believed_or_not_from_its_first_request_on)
{
	struct client client;

	ask(&client, loopback, asked, "HTTP/1.1 200 OK");
	ck_assert_uint_eq(client_count(&client, "X-Request-ID: from-the-proxy\r\n"), 1);
	client_close(&client);
	ask(&client, elsewhere, asked, "HTTP/1.1 200 OK");
	ck_assert_uint_eq(client_count(&client, "X-Request-ID: "), 1);
	ck_assert_uint_eq(client_count(&client, "from-the-proxy"), 0);
	client_close(&client);
}
END_TEST

START_TEST(disagreement_ends_the_connection)
{
	static const char text[] = "POST /hello HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n"
				   "X-Forwarded-SSL: off\r\nContent-Length: 5\r\n\r\nhello";
	struct client client;

	ask(&client, loopback, text, "HTTP/1.1 400 Bad Request");
	ck_assert_uint_eq(client_count(&client, "Connection: close\r\n"), 1);
	ck_assert_uint_eq(client_count(&client, "Fields disagree about the scheme"), 2);
	ck_assert_uint_eq(world.n_requests, 0);
	ck_assert(world.last.is_refused && world.last.had_head);
	client_close(&client);
	ask(&client, elsewhere, text, "HTTP/1.1 200 OK");
	client_close(&client);
}
END_TEST

START_TEST(ids_of_one_connection_differ)
{
	struct client client;

	ask(&client, elsewhere, asked, "HTTP/1.1 200 OK");
	client_close(&client);
	world_prepare();
	world_open();
	client_open(&client);
	client_says(&client, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n");
	client_expect(&client, 3, "X-Request-ID: ");
	const char *first = strstr(client.data, "X-Request-ID: "), *second = strstr(first + 1, "X-Request-ID: ");

	ck_assert_int_ne(strncmp(first, second, 14 + 32), 0);
	ck_assert_int_eq(strncmp(first, second, 14 + 16), 0);
	client_close(&client);
	world_close();
}
END_TEST

NW_TEST_MAIN("http/forward", the_scheme_is_what_the_proxy_says, fields_that_disagree_are_refused,
	     an_id_is_taken_when_it_is_one, peers_are_believed_by_their_address_and_on_unix_sockets,
	     a_connection_is_believed_or_not_from_its_first_request_on, disagreement_ends_the_connection,
	     ids_of_one_connection_differ)

#include "worker/http/client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/listener.h"
#include "tests/unit/http/world.h"

enum { FIELDS = 8, ROOM = 8192 };

static struct nw_forward *forward;

/* Proxies are 10.0.0.0/8, 2001:db8:1::/48 and those on unix sockets. */
static void begin(void)
{
	static char v4[] = "10.0.0.0/8", v6[] = "2001:db8:1::/48", *all[] = {v4, v6};
	const struct nw_strings peers = {all, 2}, schemes = {NULL, 0};
	struct nw_err err = {0};

	ck_assert_msg(nw_forward_new(&peers, &schemes, &forward, &err) == 0, "%s", err.msg);
}

static void end(void)
{
	forward = nw_forward_free(forward);
}

/* Who sent a request with these field lines, as the connection's peer or its PROXY header has it. */
static const char *client_of(const char *peer, const char *lines)
{
	static const struct nw_parser_rules rules = {.line = 100, .fields = FIELDS, .field_size = 4096};
	static struct nw_field fields[FIELDS];
	static char text[ROOM], host[128];
	struct nw_exchange x = {.is_trusted = true};
	union nw_peer from = {.sa = {.sa_family = AF_UNIX}}, found;
	struct nw_parser parser;

	if (inet_pton(AF_INET, peer, &from.in.sin_addr) == 1) {
		from.sa.sa_family = AF_INET;
	} else if (inet_pton(AF_INET6, peer, &from.in6.sin6_addr) == 1) {
		from.sa.sa_family = AF_INET6;
	}
	snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", lines);
	x.peer = &from.sa;
	x.head.fields = fields;
	x.head.cap = FIELDS;
	nw_parser_init(&parser);
	ck_assert_int_eq(nw_parser_feed(&parser, &x.head, &rules, text, strlen(text)), 0);
	nw_client_find(forward, &x, &found);
	nw_addr_host_into(&found.sa, host, sizeof(host));
	return host;
}

#define IS(peer, lines, expected) ck_assert_str_eq(client_of(peer, lines), expected)
#define FOR(list) "X-Forwarded-For: " list "\r\n"

START_TEST(the_client_is_who_the_last_believed_proxy_had_it_from)
{
	begin();
	IS("10.0.0.1", "", "10.0.0.1");
	IS("10.0.0.1", FOR("192.0.2.7"), "192.0.2.7");
	IS("10.0.0.1", FOR("192.0.2.7, 10.1.2.3"), "192.0.2.7");
	IS("10.0.0.1", FOR("192.0.2.7,10.1.2.3,\t2001:db8:1::5"), "192.0.2.7");
	IS("2001:db8:1::9", FOR("2001:db8:ffff::1"), "2001:db8:ffff::1");
	IS("unix", FOR("192.0.2.7"), "192.0.2.7");
	IS("unix", "", "");
	end();
}
END_TEST

START_TEST(what_a_client_wrote_itself_is_not_looked_at)
{
	begin();
	IS("10.0.0.1", FOR("127.0.0.1, 192.0.2.7"), "192.0.2.7");
	IS("10.0.0.1", FOR("1.1.1.1, 10.9.9.9, 192.0.2.7, 10.1.2.3"), "192.0.2.7");
	IS("10.0.0.1", FOR("nonsense, 192.0.2.7"), "192.0.2.7");
	end();
}
END_TEST

/* Another socket's peer, or the client that a believed balancer names by a PROXY header and whose bytes these are. */
START_TEST(a_peer_that_is_not_believed_is_the_client)
{
	begin();
	IS("192.0.2.99", FOR("192.0.2.7"), "192.0.2.99");
	IS("2001:db8:2::1", FOR("192.0.2.7"), "2001:db8:2::1");
	end();
}
END_TEST

START_TEST(several_lines_are_one_list)
{
	begin();
	IS("10.0.0.1", FOR("192.0.2.1") FOR("192.0.2.7"), "192.0.2.7");
	IS("10.0.0.1", FOR("192.0.2.1, 192.0.2.7") "A: b\r\n" FOR("10.0.0.2"), "192.0.2.7");
	IS("10.0.0.1", FOR("192.0.2.7") "x-forwarded-for:\r\n" FOR(" , ,"), "192.0.2.7");
	IS("10.0.0.1", "X-Forwarded-Fox: 192.0.2.7\r\nForwarded-For: 192.0.2.7\r\n", "10.0.0.1");
	end();
}
END_TEST

START_TEST(an_address_may_have_a_port_and_brackets)
{
	begin();
	IS("10.0.0.1", FOR("192.0.2.7:65535"), "192.0.2.7");
	IS("10.0.0.1", FOR("[2001:DB8::0:7]"), "2001:db8::7");
	IS("10.0.0.1", FOR("[2001:db8::7]:443"), "2001:db8::7");
	IS("10.0.0.1", FOR("2001:db8::7"), "2001:db8::7");
	IS("10.0.0.1", FOR("192.0.2.7, 10.0.0.2:80, [2001:db8:1::1]:80"), "192.0.2.7");
	IS("10.0.0.1", FOR("192.0.2.7, ::ffff:10.0.0.2"), "192.0.2.7");
	IS("10.0.0.1", FOR("[::ffff:192.0.2.7]:80"), "192.0.2.7");
	end();
}
END_TEST

/* And who wrote it is all that is known. */
START_TEST(what_is_no_address_ends_the_search)
{
	static const char *const bad[] = {
		"unknown",
		"_hidden",
		"192.0.2",
		"192.0.2.7.1",
		"192.0.2.256",
		"192.0.2.07",
		"192.0.2.7:",
		"192.0.2.7:x",
		"192.0.2.7:1:2",
		"192.0.2.7:65536",
		"192.0.2.7:000080",
		"[192.0.2.7]",
		"[2001:db8::7",
		"2001:db8::7]",
		"[2001:db8::7]80",
		"[2001:db8::7]:",
		"[]",
		":80",
		"[",
		"]",
		":",
		"fe80::1%eth0",
		"192.0.2.7 192.0.2.8",
		"\"192.0.2.7\"",
		"0x7f000001",
		"2130706433",
		"a.example.org",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
	};
	char lines[256];

	begin();
	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		snprintf(lines, sizeof(lines), FOR("192.0.2.9, %s, 10.0.0.2"), bad[i]);
		ck_assert_msg(strcmp(client_of("10.0.0.1", lines), "10.0.0.2") == 0, "%s", bad[i]);
		snprintf(lines, sizeof(lines), FOR("%s"), bad[i]);
		ck_assert_msg(strcmp(client_of("10.0.0.1", lines), "10.0.0.1") == 0, "%s", bad[i]);
	}
	end();
}
END_TEST

START_TEST(so_many_hops_are_looked_at)
{
	char lines[4096] = "X-Forwarded-For: 192.0.2.7";
	size_t len = strlen(lines);

	begin();
	for (int i = 1; i <= NW_CLIENT_HOPS; i++) {
		len += (size_t)snprintf(lines + len, sizeof(lines) - len, ",10.0.0.%d", i);
		if (i == NW_CLIENT_HOPS - 1) {
			snprintf(lines + len, sizeof(lines) - len, "\r\n");
			IS("10.0.0.1", lines, "192.0.2.7");
		}
	}
	snprintf(lines + len, sizeof(lines) - len, "\r\n");
	IS("10.0.0.1", lines, "10.0.0.1"); /* the first of them, whoever named it */
	end();
}
END_TEST

START_TEST(without_a_head_or_a_peer_there_is_no_more_than_the_peer)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)};
	struct nw_exchange x = {.is_trusted = true, .peer = (const struct sockaddr *)&peer};
	union nw_peer found;
	char host[64];

	begin();
	nw_client_find(forward, &x, &found);
	ck_assert_int_eq(found.sa.sa_family, AF_INET);
	x.peer = NULL;
	nw_client_find(forward, &x, &found);
	ck_assert_int_eq(found.sa.sa_family, AF_UNSPEC);
	nw_client_into(&x, host, sizeof(host));
	ck_assert_str_eq(host, "");
	end();
}
END_TEST

NW_TEST_MAIN("http/client", the_client_is_who_the_last_believed_proxy_had_it_from,
	     what_a_client_wrote_itself_is_not_looked_at, a_peer_that_is_not_believed_is_the_client,
	     several_lines_are_one_list, an_address_may_have_a_port_and_brackets, what_is_no_address_ends_the_search,
	     so_many_hops_are_looked_at, without_a_head_or_a_peer_there_is_no_more_than_the_peer)

#include "common/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "tests/unit/unit.h"

union peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

static bool has(const char *network, const char *address)
{
	struct nw_network parsed;
	struct nw_err err = {0};
	union peer peer = {0};

	ck_assert_msg(nw_network_parse(network, &parsed, &err) == 0, "%s", err.msg);
	if (strchr(address, '/') != NULL) {
		peer.un.sun_family = AF_UNIX;
	} else if (strchr(address, ':') != NULL) {
		peer.in6.sin6_family = AF_INET6;
		ck_assert_int_eq(inet_pton(AF_INET6, address, &peer.in6.sin6_addr), 1);
	} else {
		peer.in.sin_family = AF_INET;
		ck_assert_int_eq(inet_pton(AF_INET, address, &peer.in.sin_addr), 1);
	}
	return nw_network_has(&parsed, &peer.sa);
}

START_TEST(an_address_is_in_the_network_that_it_begins_as)
{
	ck_assert(has("10.0.0.1", "10.0.0.1"));
	ck_assert(!has("10.0.0.1", "10.0.0.2"));
	ck_assert(has("10.0.0.0/8", "10.255.255.255"));
	ck_assert(!has("10.0.0.0/8", "11.0.0.0"));
	ck_assert(has("192.168.128.0/17", "192.168.129.7"));
	ck_assert(!has("192.168.128.0/17", "192.168.127.255"));
	ck_assert(has("0.0.0.0/0", "203.0.113.9"));
	ck_assert(has("::1", "::1"));
	ck_assert(!has("::1", "::2"));
	ck_assert(has("fd00::/8", "fdff::1"));
	ck_assert(!has("fd00::/8", "fe00::1"));
	ck_assert(has("2001:db8::/33", "2001:db8:7fff::"));
	ck_assert(!has("2001:db8::/33", "2001:db8:8000::"));
	ck_assert(has("::/0", "2001:db8::"));
}
END_TEST

START_TEST(an_ipv4_address_is_one_by_an_ipv6_socket_too)
{
	ck_assert(has("127.0.0.1", "::ffff:127.0.0.1"));
	ck_assert(has("::ffff:10.0.0.0/104", "10.1.2.3"));
	ck_assert(!has("0.0.0.0/0", "::1"));
	ck_assert(!has("::/0", "127.0.0.1"));
	ck_assert(!has("::/0", "::ffff:127.0.0.1"));
}
END_TEST

START_TEST(a_star_is_every_peer_and_nothing_else_is_a_unix_socket)
{
	ck_assert(has("*", "203.0.113.9"));
	ck_assert(has("*", "2001:db8::"));
	ck_assert(has("*", "/run/x.sock"));
	ck_assert(!has("0.0.0.0/0", "/run/x.sock"));
	ck_assert(!has("::/0", "/run/x.sock"));
}
END_TEST

static void assert_wrong(const char *text, const char *sentence)
{
	struct nw_network out = {.bits = 7};
	struct nw_err err = {0};

	ck_assert_int_eq(nw_network_parse(text, &out, &err), -EINVAL);
	ck_assert_msg(strstr(err.msg, sentence) != NULL, "%s", err.msg);
	ck_assert_uint_eq(out.bits, 7);
}

START_TEST(what_is_no_network_is_said)
{
	assert_wrong("", "'' is no address and no network");
	assert_wrong("proxy", "'proxy' is no address");
	assert_wrong("10.0.0", "is no address");
	assert_wrong("010.0.0.1", "is no address");
	assert_wrong("/8", "is no address");
	assert_wrong("**", "is no address");
	assert_wrong("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", "is no address");
	assert_wrong("10.0.0.0/33", "'10.0.0.0/33' does not end with a number of bits from 0 to 32");
	assert_wrong("10.0.0.0/", "bits from 0 to 32");
	assert_wrong("::/129", "bits from 0 to 128");
	assert_wrong("::/-1", "bits from 0 to 128");
	assert_wrong("10.0.0.1/8", "'10.0.0.1/8' has bits set beyond its prefix");
	assert_wrong("fd00::1/8", "has bits set beyond its prefix");
}
END_TEST

NW_TEST_MAIN("common/network", an_address_is_in_the_network_that_it_begins_as,
	     an_ipv4_address_is_one_by_an_ipv6_socket_too, a_star_is_every_peer_and_nothing_else_is_a_unix_socket,
	     what_is_no_network_is_said)

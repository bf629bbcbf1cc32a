#include "worker/http/proxy.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/settings.h"
#include "tests/unit/unit.h"

static const struct nw_proxy both = {.versions = NW_PROXY_V1 | NW_PROXY_V2};

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES(literal) literal, sizeof(literal) - 1

/* What each beginning is, up to the whole: more is wanted until the last byte, which settles it. */
static enum nw_proxy_found read_cut(const char *data, size_t len, struct nw_proxy_header *out)
{
	for (size_t n = 1; n < len; n++) {
		ck_assert_int_eq(nw_proxy_read(&both, data, n, out), NW_PROXY_PART);
	}
	return nw_proxy_read(&both, data, len, out);
}

static void check_client(const struct nw_proxy_header *header, const char *host, unsigned port)
{
	char text[INET6_ADDRSTRLEN] = "";
	const union nw_peer *client = &header->client;

	if (client->sa.sa_family == AF_INET) {
		inet_ntop(AF_INET, &client->in.sin_addr, text, sizeof(text));
		ck_assert_uint_eq(ntohs(client->in.sin_port), port);
	} else if (client->sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &client->in6.sin6_addr, text, sizeof(text));
		ck_assert_uint_eq(ntohs(client->in6.sin6_port), port);
	}
	ck_assert_str_eq(text, host);
}

static void check_header(const char *data, size_t len, const char *host, unsigned port)
{
	struct nw_proxy_header header;

	ck_assert_int_eq(read_cut(data, len, &header), NW_PROXY_HEADER);
	ck_assert_uint_eq(header.len, len);
	check_client(&header, host, port);
}

static void check_bad(const char *data, size_t len, const char *reason)
{
	struct nw_proxy_header header;

	ck_assert_int_eq(nw_proxy_read(&both, data, len, &header), NW_PROXY_BAD);
	ck_assert_str_eq(header.reason, reason);
}

START_TEST(a_line_names_the_client)
{
	check_header(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"), "192.0.2.1", 56324);
	check_header(BYTES("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n"), "2001:db8::1", 1);
	check_header(BYTES("PROXY UNKNOWN\r\n"), "", 0);
	check_header(BYTES("PROXY UNKNOWN what ever it says\r\n"), "", 0);
}
END_TEST

START_TEST(what_is_behind_it_is_left_alone)
{
	struct nw_proxy_header header;
	static const char data[] = "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\nGET / HTTP/1.1\r\n";

	ck_assert_int_eq(nw_proxy_read(&both, BYTES(data), &header), NW_PROXY_HEADER);
	ck_assert_uint_eq(header.len, strlen("PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\n"));
}
END_TEST

START_TEST(a_line_that_is_none_is_refused)
{
	static const char addresses[] = "The PROXY line has no two addresses of its kind";
	static const char ports[] = "The PROXY line does not end with two ports";
	static const char kind[] = "The PROXY line is of no known kind: TCP4, TCP6 or UNKNOWN";
	char longest[200];

	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n"), "The PROXY line does not end with CRLF");
	check_bad(BYTES("PROXY TCP4 192.0.2.1 2001:db8::2 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP6 192.0.2.1 198.51.100.1 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4  192.0.2.1 198.51.100.1 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4 192.0.2.1\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4 192.0.2.1\0 198.51.100.1 1 2\r\n"), addresses);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n"), ports);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n"), ports);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 65536 2\r\n"), ports);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 000001 2\r\n"), ports);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 -1 2\r\n"), ports);
	check_bad(BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 1 2 \r\n"), ports);
	check_bad(BYTES("PROXY tcp4 192.0.2.1 198.51.100.1 1 2\r\n"), kind);
	check_bad(BYTES("PROXY \r\n"), kind);
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "PROXY UNKNOWN ", 14);
	struct nw_proxy_header header;

	ck_assert_int_eq(nw_proxy_read(&both, longest, 106, &header), NW_PROXY_PART);
	check_bad(longest, 107, "The PROXY line is longer than 107 bytes");
	memcpy(longest + 105, "\r\n", 2);
	ck_assert_int_eq(nw_proxy_read(&both, longest, 107, &header), NW_PROXY_HEADER);
}
END_TEST

START_TEST(a_binary_header_names_the_client)
{
	check_header(BYTES(SIGNATURE "\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb"), "192.0.2.1",
		     56324);
	check_header(BYTES(SIGNATURE "\x21\x21\0\x24"
				     "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
				     "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\0\x01\xff\xff"),
		     "2001:db8::1", 1);
	/* TLVs */
	check_header(BYTES(SIGNATURE "\x21\x11\0\x10\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb\x04\0\x01x"),
		     "192.0.2.1", 56324);
	/* The proxy's own connection, whatever else it says; and one that does not say. */
	check_header(BYTES(SIGNATURE "\x20\0\0\0"), "", 0);
	check_header(BYTES(SIGNATURE "\x20\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb"), "", 0);
	check_header(BYTES(SIGNATURE "\x21\0\0\x02zz"), "", 0);
}
END_TEST

START_TEST(a_binary_header_that_is_none_is_refused)
{
	static const char version[] = "The PROXY header is of an unknown version or command";
	static const char brief[] = "The PROXY header is too short for its addresses";

	check_bad(BYTES(SIGNATURE "\x11\x11\0\0"), version);
	check_bad(BYTES(SIGNATURE "\x22\x11\0\0"), version);
	check_bad(BYTES(SIGNATURE "\x21\x11\0\x0b\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01"), brief);
	check_bad(BYTES(SIGNATURE "\x21\x21\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb"), brief);
	check_bad(BYTES(SIGNATURE "\x21\x12\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x01\xdc\x04\x01\xbb"),
		  "The PROXY header is not about TCP");
	check_bad(BYTES(SIGNATURE "\x21\x31\0\0"), "The PROXY header is not about TCP");
}
END_TEST

static void check_none(unsigned versions, const char *data, size_t len)
{
	struct nw_proxy proxy = {.versions = versions};
	struct nw_proxy_header header;

	ck_assert_int_eq(nw_proxy_read(&proxy, data, len, &header), NW_PROXY_NONE);
}

START_TEST(what_begins_otherwise_is_told_at_once)
{
	check_none(NW_PROXY_V1 | NW_PROXY_V2, BYTES("G"));
	check_none(NW_PROXY_V1 | NW_PROXY_V2, BYTES("PROPFIND"));
	check_none(NW_PROXY_V1 | NW_PROXY_V2, BYTES("\r\nG"));
	check_none(NW_PROXY_V1, BYTES("\r"));
	check_none(NW_PROXY_V2, BYTES("P"));
}
END_TEST

START_TEST(modes_have_gunicorns_words)
{
	static const struct {
		const char *word;
		unsigned versions;
	} modes[] = {{"off", 0},
		     {"False", 0},
		     {"none", 0},
		     {"0", 0},
		     {"V1", NW_PROXY_V1},
		     {"v2", NW_PROXY_V2},
		     {"auto", NW_PROXY_V1 | NW_PROXY_V2},
		     {"True", NW_PROXY_V1 | NW_PROXY_V2},
		     {"1", NW_PROXY_V1 | NW_PROXY_V2}};
	char *texts[] = {(char[]){"10.0.0.0/8"}};
	struct nw_strings peers = {texts, 1};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)};
	struct sockaddr_in out = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0b000001)};
	struct sockaddr local = {.sa_family = AF_UNIX};

	for (size_t i = 0; i < NW_ARRAY_LEN(modes); i++) {
		struct nw_proxy proxy;

		ck_assert_int_eq(nw_proxy_init(&proxy, modes[i].word, &peers, NULL), 0);
		ck_assert_uint_eq(proxy.versions, modes[i].versions);
		ck_assert(nw_proxy_trusts(&proxy, (const struct sockaddr *)&in));
		ck_assert(!nw_proxy_trusts(&proxy, (const struct sockaddr *)&out));
		ck_assert(nw_proxy_trusts(&proxy, &local));
		nw_proxy_free(&proxy);
	}
}
END_TEST

NW_TEST_MAIN("http/proxy", a_line_names_the_client, what_is_behind_it_is_left_alone, a_line_that_is_none_is_refused,
	     a_binary_header_names_the_client, a_binary_header_that_is_none_is_refused,
	     what_begins_otherwise_is_told_at_once, modes_have_gunicorns_words)

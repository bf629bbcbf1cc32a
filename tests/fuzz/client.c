/*
 * Field lines of a believed peer: whatever they say, there is an address, and one that is itself when it is read again.
 */
#include "worker/http/client.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/listener.h"
#include "worker/http/parser.h"

enum { FIELDS = 16 };

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static const struct nw_forward *believed(void)
{
	static char v4[] = "10.0.0.0/8", v6[] = "2001:db8::/32", *peers[] = {v4, v6};
	static struct nw_forward *forward;

	if (forward == NULL) {
		const struct nw_strings all = {peers, 2}, none = {NULL, 0};

		require(nw_forward_new(&all, &none, &forward, NULL) == 0);
	}
	return forward;
}

/* The family of the client; its text in @host. */
static int find(char *text, size_t len, char *host, size_t size)
{
	static const struct nw_parser_rules rules = {.line = 64, .fields = FIELDS, .field_size = 1024};
	static struct nw_field fields[FIELDS];
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)};
	struct nw_exchange x = {.is_trusted = true, .peer = (const struct sockaddr *)&peer};
	struct nw_parser parser;
	union nw_peer found;

	x.head.fields = fields;
	x.head.cap = FIELDS;
	nw_parser_init(&parser);
	if (nw_parser_feed(&parser, &x.head, &rules, text, len) != 0 || parser.state != NW_PARSE_DONE) {
		return AF_UNSPEC;
	}
	nw_client_find(believed(), &x, &found);
	nw_addr_host_into(&found.sa, host, size);
	return found.sa.sa_family;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ";
	char host[64] = "", again[64] = "", text[sizeof(head) + sizeof(host) + 4];
	/* A copy of its own size, so that a look behind it is noticed. */
	char *copy = malloc(sizeof(head) + size);

	memcpy(copy, head, sizeof(head) - 1);
	memcpy(copy + sizeof(head) - 1, data, size);
	int family = find(copy, sizeof(head) - 1 + size, host, sizeof(host));

	free(copy);
	if (family != AF_UNSPEC) {
		require((family == AF_INET || family == AF_INET6) && host[0] != '\0');
		memcpy(text, head, sizeof(head) - 1);
		size_t len = strlen(host);

		memcpy(text + sizeof(head) - 1, host, len);
		memcpy(text + sizeof(head) - 1 + len, "\r\n\r\n", 4);
		require(find(text, sizeof(head) - 1 + len + 4, again, sizeof(again)) == family);
		require(strcmp(host, again) == 0);
	}
	return 0;
}

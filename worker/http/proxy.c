#include "worker/http/proxy.h"

#include <arpa/inet.h>
#include <string.h>

#include "common/str.h"
#include "worker/http/address.h"

enum {
	LINE_MAX_LEN = 107, /* of version 1, with its CRLF */
	FIXED_LEN = 16,     /* of version 2: what all have */
	V4_LEN = 12,        /* two addresses, two ports */
	V6_LEN = 36,
};

static const char line_begin[] = "PROXY ";
static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

enum { LINE_BEGIN_LEN = sizeof(line_begin) - 1, SIGNATURE_LEN = sizeof(signature) - 1 };

static unsigned versions_of(const char *mode)
{
	struct nw_span word = nw_span_of(mode);

	if (nw_span_eq_nocase(word, "v1")) {
		return NW_PROXY_V1;
	}
	if (nw_span_eq_nocase(word, "v2")) {
		return NW_PROXY_V2;
	}
	bool is_any = nw_span_eq_nocase(word, "auto") || nw_span_eq_nocase(word, "true") || strcmp(mode, "1") == 0;

	return is_any ? NW_PROXY_V1 | NW_PROXY_V2 : 0;
}

int nw_proxy_init(struct nw_proxy *proxy, const char *mode, const struct nw_strings *peers, struct nw_err *err)
{
	proxy->versions = versions_of(mode);
	return nw_networks_parse(peers, &proxy->peers, err);
}

void nw_proxy_free(struct nw_proxy *proxy)
{
	nw_networks_free(&proxy->peers);
}

static enum nw_proxy_found bad(struct nw_proxy_header *out, const char *reason)
{
	out->reason = reason;
	return NW_PROXY_BAD;
}

/* The text up to the next space, or the end, of @rest. */
static struct nw_span next_word(struct nw_span *rest)
{
	const char *space = rest->len == 0 ? NULL : memchr(rest->p, ' ', rest->len);
	size_t len = space == NULL ? rest->len : (size_t)(space - rest->p);
	struct nw_span word = {rest->p, len};
	size_t taken = space == NULL ? len : len + 1;

	*rest = (struct nw_span){rest->p + taken, rest->len - taken};
	return word;
}

/* "192.0.2.1 198.51.100.1 56324 443" */
static enum nw_proxy_found read_tcp(int family, struct nw_span rest, struct nw_proxy_header *out)
{
	bool is_v4 = family == AF_INET;
	union nw_peer *client = &out->client;
	struct in6_addr to;
	in_port_t from_port, to_port;
	struct nw_span from = next_word(&rest);
	bool is_fine = nw_address_read(family, from, is_v4 ? (void *)&client->in.sin_addr : &client->in6.sin6_addr) &&
		       nw_address_read(family, next_word(&rest), &to);

	if (!is_fine) {
		return bad(out, "The PROXY line has no two addresses of its kind");
	}
	if (!nw_address_read_port(next_word(&rest), &from_port) || !nw_address_read_port(rest, &to_port)) {
		return bad(out, "The PROXY line does not end with two ports");
	}
	if (is_v4) {
		client->in.sin_family = AF_INET;
		client->in.sin_port = from_port;
	} else {
		client->in6.sin6_family = AF_INET6;
		client->in6.sin6_port = from_port;
	}
	return NW_PROXY_HEADER;
}

/* Section 2.1. */
static enum nw_proxy_found read_line(const char *data, size_t len, struct nw_proxy_header *out)
{
	size_t seen = len < LINE_MAX_LEN ? len : LINE_MAX_LEN;
	const char *lf = memchr(data, '\n', seen);

	if (lf == NULL) {
		return seen < LINE_MAX_LEN ? NW_PROXY_PART : bad(out, "The PROXY line is longer than 107 bytes");
	}
	if (lf[-1] != '\r') {
		return bad(out, "The PROXY line does not end with CRLF");
	}
	out->len = (size_t)(lf - data) + 1;
	struct nw_span rest = {data + LINE_BEGIN_LEN, out->len - LINE_BEGIN_LEN - 2};
	struct nw_span kind = next_word(&rest);

	if (nw_span_eq(kind, "TCP4")) {
		return read_tcp(AF_INET, rest, out);
	}
	if (nw_span_eq(kind, "TCP6")) {
		return read_tcp(AF_INET6, rest, out);
	}
	/* Whatever follows: the proxy does not know. */
	return nw_span_eq(kind, "UNKNOWN") ? NW_PROXY_HEADER
					   : bad(out, "The PROXY line is of no known kind: TCP4, TCP6 or UNKNOWN");
}

/* Behind the length. */
static enum nw_proxy_found read_addresses(unsigned family, const char *at, size_t len, struct nw_proxy_header *out)
{
	union nw_peer *client = &out->client;

	switch (family) {
	case 0x00: /* unspecified */
		return NW_PROXY_HEADER;
	case 0x11: /* TCP over IPv4 */
		if (len < V4_LEN) {
			return bad(out, "The PROXY header is too short for its addresses");
		}
		client->in.sin_family = AF_INET;
		memcpy(&client->in.sin_addr, at, 4);
		memcpy(&client->in.sin_port, at + 8, 2);
		return NW_PROXY_HEADER;
	case 0x21: /* TCP over IPv6 */
		if (len < V6_LEN) {
			return bad(out, "The PROXY header is too short for its addresses");
		}
		client->in6.sin6_family = AF_INET6;
		memcpy(&client->in6.sin6_addr, at, 16);
		memcpy(&client->in6.sin6_port, at + 32, 2);
		return NW_PROXY_HEADER;
	default:
		return bad(out, "The PROXY header is not about TCP");
	}
}

/* Section 2.2. */
static enum nw_proxy_found read_binary(const char *data, size_t len, struct nw_proxy_header *out)
{
	enum { LOCAL = 0x20, PROXY = 0x21 };

	if (len < FIXED_LEN) {
		return NW_PROXY_PART;
	}
	const unsigned char *p = (const unsigned char *)data + SIGNATURE_LEN;
	unsigned command = p[0], family = p[1];
	size_t rest = (size_t)p[2] << 8 | p[3];

	if (command != LOCAL && command != PROXY) {
		return bad(out, "The PROXY header is of an unknown version or command");
	}
	if (len - FIXED_LEN < rest) {
		return NW_PROXY_PART;
	}
	out->len = FIXED_LEN + rest;
	/* LOCAL: the proxy's own connection, to see whether we live. */
	return command == LOCAL ? NW_PROXY_HEADER : read_addresses(family, data + FIXED_LEN, rest, out);
}

/* Does @data begin with @begin, as far as both go? */
static bool agrees(const char *data, size_t len, const char *begin, size_t begin_len)
{
	return memcmp(data, begin, len < begin_len ? len : begin_len) == 0;
}

enum nw_proxy_found nw_proxy_read(const struct nw_proxy *proxy, const char *data, size_t len,
				  struct nw_proxy_header *out)
{
	*out = (struct nw_proxy_header){.client.sa.sa_family = AF_UNSPEC};
	if ((proxy->versions & NW_PROXY_V1) != 0 && agrees(data, len, line_begin, LINE_BEGIN_LEN)) {
		return len < LINE_BEGIN_LEN ? NW_PROXY_PART : read_line(data, len, out);
	}
	if ((proxy->versions & NW_PROXY_V2) != 0 && agrees(data, len, signature, SIGNATURE_LEN)) {
		return read_binary(data, len, out);
	}
	return NW_PROXY_NONE;
}

bool nw_proxy_trusts(const struct nw_proxy *proxy, const struct sockaddr *peer)
{
	return nw_networks_trust(&proxy->peers, peer);
}

#include "common/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/quote.h"
#include "common/settings.h"
#include "common/str.h"

enum { V4_BITS = 96 }; /* of ::ffff:0:0/96, in front of an IPv4 address */

static const uint8_t v4_prefix[V4_BITS / 8] = {[10] = 0xff, [11] = 0xff};

static int is_wrong(const char *text, const char *what, struct nw_err *err)
{
	char shown[80];

	return nw_err_set(err, -EINVAL, "%s %s", nw_quote_into(shown, sizeof(shown), nw_span_of(text)), what);
}

/* Returns how many bits an address of its kind has; 0: it is none. */
static unsigned parse_address(const char *text, size_t len, uint8_t out[16])
{
	char copy[INET6_ADDRSTRLEN];

	if (len == 0 || len >= sizeof(copy)) {
		return 0;
	}
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET6, copy, out) == 1) {
		return 128;
	}
	memcpy(out, v4_prefix, sizeof(v4_prefix));
	return inet_pton(AF_INET, copy, out + sizeof(v4_prefix)) == 1 ? 32 : 0;
}

/* Of the byte at @i, the bits that are in a prefix of @bits. */
static uint8_t mask_of(size_t i, unsigned bits)
{
	unsigned left = bits <= i * 8 ? 0 : bits - (unsigned)i * 8;

	return (uint8_t)(left >= 8 ? 0xff : 0xff00U >> left);
}

static bool has_bits_beyond(const uint8_t address[16], unsigned bits)
{
	for (size_t i = 0; i < 16; i++) {
		if ((address[i] & mask_of(i, bits)) != address[i]) {
			return true;
		}
	}
	return false;
}

int nw_network_parse(const char *text, struct nw_network *out, struct nw_err *err)
{
	struct nw_network network = {.is_any = strcmp(text, "*") == 0};
	size_t len = strcspn(text, "/");

	if (network.is_any) {
		*out = network;
		return 0;
	}
	unsigned size = parse_address(text, len, network.prefix);
	int64_t bits = size;

	if (size == 0) {
		return is_wrong(text, "is no address and no network: write 10.0.0.1, 10.0.0.0/8, ::1, fd00::/8 or *",
				err);
	}
	if (text[len] == '/' && nw_str_to_int64(text + len + 1, 0, size, &bits) != 0) {
		return is_wrong(text,
				size == 32 ? "does not end with a number of bits from 0 to 32"
					   : "does not end with a number of bits from 0 to 128",
				err);
	}
	network.bits = (uint8_t)(128 - size + (unsigned)bits);
	if (has_bits_beyond(network.prefix, network.bits)) {
		return is_wrong(text, "has bits set beyond its prefix: write the first address of the network", err);
	}
	*out = network;
	return 0;
}

/* false: it has none. */
static bool address_of(const struct sockaddr *peer, uint8_t out[16])
{
	if (peer->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)peer)->sin6_addr, 16);
		return true;
	}
	if (peer->sa_family == AF_INET) {
		memcpy(out, v4_prefix, sizeof(v4_prefix));
		memcpy(out + sizeof(v4_prefix), &((const struct sockaddr_in *)peer)->sin_addr, 4);
		return true;
	}
	return false;
}

bool nw_network_has(const struct nw_network *network, const struct sockaddr *peer)
{
	uint8_t address[16];

	if (network->is_any) {
		return true;
	}
	if (!address_of(peer, address)) {
		return false;
	}
	if (network->bits < V4_BITS && memcmp(address, v4_prefix, sizeof(v4_prefix)) == 0) {
		return false;
	}
	for (size_t i = 0; i < 16; i++) {
		if (((address[i] ^ network->prefix[i]) & mask_of(i, network->bits)) != 0) {
			return false;
		}
	}
	return true;
}

int nw_networks_parse(const struct nw_strings *texts, struct nw_networks *out, struct nw_err *err)
{
	int failed = 0;

	*out = (struct nw_networks){calloc(texts->n + 1, sizeof(*out->v)), 0};
	if (out->v == NULL) {
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; failed == 0 && i < texts->n; i++) {
		failed = nw_network_parse(texts->v[i], &out->v[out->n++], err);
	}
	return failed;
}

bool nw_networks_trust(const struct nw_networks *networks, const struct sockaddr *peer)
{
	if (peer->sa_family == AF_UNIX) {
		return true;
	}
	for (size_t i = 0; i < networks->n; i++) {
		if (nw_network_has(&networks->v[i], peer)) {
			return true;
		}
	}
	return false;
}

void nw_networks_free(struct nw_networks *networks)
{
	free(networks->v);
	*networks = (struct nw_networks){0};
}

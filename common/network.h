/** Addresses and networks of peers, as settings name them: 10.0.0.1, 10.0.0.0/8, ::1, fd00::/8, * */
#ifndef NW_COMMON_NETWORK_H
#define NW_COMMON_NETWORK_H

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cc.h"
#include "common/err.h"

/** Room for the address of a peer; of one with a unix socket only the family. */
union nw_peer {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct nw_network {
	bool is_any;        /* "*": every peer */
	uint8_t bits;       /* how many of prefix count, 0..128 */
	uint8_t prefix[16]; /* IPv4 as ::ffff:a.b.c.d */
};

/** 0, or -EINVAL and a sentence: no address, too many bits, or bits that are set beyond the prefix. */
int nw_network_parse(const char *text, struct nw_network *out, struct nw_err *err) NW_MUST_CHECK;

/**
 * Is the address of @peer in it? An IPv4 address that comes by an IPv6 socket (::ffff:10.0.0.1) is that IPv4 address,
 * and no IPv4 address is in ::/0. Of a peer without an address (a unix socket), only "*" is true.
 */
bool nw_network_has(const struct nw_network *network, const struct sockaddr *peer);

struct nw_strings;

/** Several of them. Zeroed: none. */
struct nw_networks {
	struct nw_network *v;
	size_t n;
};

/** Of a setting's texts. 0 or a negative errno and a sentence; *out is to be freed in both cases. */
int nw_networks_parse(const struct nw_strings *texts, struct nw_networks *out, struct nw_err *err) NW_MUST_CHECK;

/** Is @peer in one of them, or has it no address (a unix socket)? */
bool nw_networks_trust(const struct nw_networks *networks, const struct sockaddr *peer);

void nw_networks_free(struct nw_networks *networks);

#endif

/** Addresses and networks of peers, as settings name them: 10.0.0.1, 10.0.0.0/8, ::1, fd00::/8, * */
#ifndef NW_COMMON_NETWORK_H
#define NW_COMMON_NETWORK_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stdint.h>

#include "common/cc.h"
#include "common/err.h"

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

#endif

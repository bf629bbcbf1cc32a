/**
 * The PROXY protocol, versions 1 and 2 (haproxy's proxy-protocol.txt): what a proxy that passes bytes on says, once at
 * the beginning of a connection, about whose bytes they are. It holds for all requests of the connection.
 */
#ifndef NW_HTTP_PROXY_H
#define NW_HTTP_PROXY_H

#include <stddef.h>

#include "common/network.h"

enum { /* bits */
       NW_PROXY_V1 = 1,
       NW_PROXY_V2 = 2,
};

struct nw_proxy {
	unsigned versions;        /* that are looked for */
	struct nw_networks peers; /* that may send one */
};

/**
 * @mode: proxy_protocol, as settings have checked it; @peers: proxy_allow_ips. 0 or a negative errno and a sentence; is
 * to be freed in both cases. versions is 0 where it is off.
 */
int nw_proxy_init(struct nw_proxy *proxy, const char *mode, const struct nw_strings *peers,
		  struct nw_err *err) NW_MUST_CHECK;
void nw_proxy_free(struct nw_proxy *proxy);

struct nw_proxy_header {
	size_t len;
	union nw_peer client; /* family AF_UNSPEC: it does not say; the client is the peer */
	const char *reason;   /* what is wrong with it: one static sentence */
};

enum nw_proxy_found {
	NW_PROXY_NONE,   /* something else begins here */
	NW_PROXY_PART,   /* of one, or what may become one: give more */
	NW_PROXY_HEADER, /* out->len bytes of the @len */
	NW_PROXY_BAD,    /* out->reason */
};

/**
 * Read one from the @len > 0 first bytes of a connection, all of them each time. A version 1 is 107 bytes at most, a
 * version 2 16 and what its length says (its TLVs are passed over).
 */
enum nw_proxy_found nw_proxy_read(const struct nw_proxy *proxy, const char *data, size_t len,
				  struct nw_proxy_header *out);

/** May this peer send one? One without an address (a unix socket) may. */
bool nw_proxy_trusts(const struct nw_proxy *proxy, const struct sockaddr *peer);

#endif

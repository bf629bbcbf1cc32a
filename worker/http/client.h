/**
 * Who asks, behind the proxies that are believed (http/forward). Each of them has written whom it had the request from
 * at the end of X-Forwarded-For, and what stands in front of that it was only told. So the addresses are looked at from
 * the end on: the peer first (of the PROXY protocol: the address that came with it), and as long as one is believed the
 * one in front of it. The first that is not believed is the client's. What is no address ends the search at whoever
 * wrote it.
 */
#ifndef NW_HTTP_CLIENT_H
#define NW_HTTP_CLIENT_H

#include <stddef.h>

#include "common/network.h"
#include "worker/http/exchange.h"
#include "worker/http/forward.h"

enum {
	NW_CLIENT_HOPS = 64, /* that are looked at: a client may have named any number of believed addresses itself */
};

/** Family AF_UNIX or AF_UNSPEC: it has no address. @forward NULL: nobody is believed. Any thread that has @x. */
void nw_client_find(const struct nw_forward *forward, const struct nw_exchange *x, union nw_peer *out);

/** The same as text by the connection of @x, "" when it has none. */
void nw_client_into(const struct nw_exchange *x, char *buf, size_t size);

#endif

/**
 * Addresses and ports as header fields and the PROXY protocol write them: numbers only, no names.
 */
#ifndef NW_WORKER_HTTP_ADDRESS_H
#define NW_WORKER_HTTP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>

#include "common/str.h"

/** @family: AF_INET, @out a struct in_addr; or AF_INET6, a struct in6_addr. false: @text is none, as inet_pton() has
 * it. */
bool nw_address_read(int family, struct nw_span text, void *out);

/** "443", five digits at most; in the network's order of bytes. false: it is none. */
bool nw_address_read_port(struct nw_span text, in_port_t *out);

#endif

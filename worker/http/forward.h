/**
 * What a proxy in front says about a request, and whether it is believed: a peer is when its address is among those of
 * forwarded_allow_ips, or when it has none (a unix socket). Of others nothing is looked at.
 */
#ifndef NW_HTTP_FORWARD_H
#define NW_HTTP_FORWARD_H

#include <stddef.h>

#include "common/network.h"
#include "common/settings.h"
#include "worker/http/exchange.h"

struct nw_forward;

/**
 * @peers: forwarded_allow_ips; @schemes: secure_scheme_headers, NAME=VALUE each, borrowed as long as the result. 0 or a
 * negative errno.
 */
int nw_forward_new(const struct nw_strings *peers, const struct nw_strings *schemes, struct nw_forward **out,
		   struct nw_err *err) NW_MUST_CHECK;
struct nw_forward *nw_forward_free(struct nw_forward *forward);

/** Once a connection. @forward NULL: nobody is believed. */
bool nw_forward_trusts(const struct nw_forward *forward, const struct sockaddr *peer);

/**
 * The head of a believed peer is whole: take its X-Request-ID, if there is one of 1 to 128 visible bytes, and the
 * scheme. 0; or 400 and *out_reason: fields disagree about the scheme.
 */
enum nw_status nw_forward_take(const struct nw_forward *forward, struct nw_exchange *x, const char **out_reason);

#endif

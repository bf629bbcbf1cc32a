/** The request target (RFC 9112 section 3.2) and the syntax of a host. Internal to the parser. */
#ifndef NW_HTTP_TARGET_H
#define NW_HTTP_TARGET_H

#include "worker/http/head.h"

/**
 * Take head->target, whose bytes are known to be visible ASCII, apart: path, query, and the host of an absolute
 * target. Returns NULL, or one sentence on what is wrong with it.
 */
const char *nw_target_split(struct nw_head *head);

/** HOST, HOST:PORT, [IPv6] or [IPv6]:PORT. An empty host is none. Memory may be read up to @readable; the byte behind
 *  the host, if it is within, is none of a host's. */
bool nw_target_host_is_valid(struct nw_span host, const char *readable);

#endif

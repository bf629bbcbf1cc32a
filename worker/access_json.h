/** The access log as JSON, for those who collect it: `--access-logformat json`. */
#ifndef NW_WORKER_ACCESS_JSON_H
#define NW_WORKER_ACCESS_JSON_H

#include "worker/access_atom.h"

/**
 * Adds one object, without a newline: time (UTC), pid, peer, scheme, method, path (as it was sent), query, protocol,
 * status, bytes, duration (seconds), referer, user_agent, user, request_id, trace_id. All are always there; what the
 * request did not have is null.
 */
void nw_access_json(struct nw_buf *out, const struct nw_access_event *event);

#endif

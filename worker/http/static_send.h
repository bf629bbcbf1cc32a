/** An opened file as an answer. Internal to worker/http/static. */
#ifndef NW_HTTP_STATIC_SEND_H
#define NW_HTTP_STATIC_SEND_H

#include "worker/http/exchange.h"
#include "worker/http/static_file.h"

/**
 * Answer a GET or HEAD with the regular file @file, or 304 where the client has it. @name, relative, says its type. The
 * descriptor stays the caller's and is not needed afterwards.
 */
void nw_static_send(struct nw_exchange *x, const char *name, const struct nw_static_file *file);

/** Redirect to the same path with a slash: a folder's page stands behind it, or links in it would lead beside it. */
void nw_static_send_slash(struct nw_exchange *x);

#endif

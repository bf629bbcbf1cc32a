/**
 * The admin listener: GET /livez, /readyz and /metrics, on a socket of its own (--admin-bind), so that an ingress never
 * exposes them. It goes on answering while the worker drains.
 */
#ifndef NW_WORKER_ADMIN_H
#define NW_WORKER_ADMIN_H

#include "common/boot.h"
#include "worker/http/http.h"
#include "worker/store/store.h"

struct nw_admin;

/** @boot: admin_fd is listened on; borrowed. @store: NULL when no app uses one. */
int nw_admin_new(struct event_base *base, const struct nw_boot *boot, struct nw_store *store, struct nw_admin **out,
		 struct nw_err *err) NW_MUST_CHECK;

void nw_admin_sweep(struct nw_admin *admin, int64_t now_ms); /* accepts NULL */

/** After the store's last answer. Accepts NULL, returns NULL. */
struct nw_admin *nw_admin_free(struct nw_admin *admin);

#endif

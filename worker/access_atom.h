/** What the atoms of an access log format stand for: %(h)s, %({referer}i)s, ... */
#ifndef NW_WORKER_ACCESS_ATOM_H
#define NW_WORKER_ACCESS_ATOM_H

#include <stdint.h>

#include "common/buf.h"
#include "common/str.h"
#include "worker/http/exchange.h"

/** What all atoms of one line are taken from. */
struct nw_access_event {
	const struct nw_exchange *x;
	int64_t took_us;
	const char *when; /* "[23/Nov/2026:23:09:38 +0000]" */
};

/** Adds the text of atom @name ("h", "{referer}i") to @out, escaped; "-" for an unknown one. */
void nw_access_atom(struct nw_buf *out, struct nw_span name, const struct nw_access_event *event);

/** The user of `Authorization: Basic ...`, as far as it fits. Returns its length, 0: there is none. */
size_t nw_access_user_into(const struct nw_access_event *event, char *user, size_t size);

#endif

/**
 * The time when a database does not answer. It begins with the first call that found out (and waited for it); until a
 * ping, tried once a second by a thread of its own, is answered, every other call fails at once.
 */
#ifndef NW_STORE_OUTAGE_H
#define NW_STORE_OUTAGE_H

#include "common/cc.h"
#include "common/err.h"
#include "worker/store/driver.h"

struct nw_outage;

int nw_outage_open(const struct nw_driver *driver, void *db, struct nw_outage **out, struct nw_err *err) NW_MUST_CHECK;

/** Waits for a ping that is under way. Accepts NULL, returns NULL. */
struct nw_outage *nw_outage_close(struct nw_outage *outage);

/** Any thread. Is it now? Then @error (may be NULL) says why. NULL @outage: never. */
bool nw_outage_is_on(struct nw_outage *outage, bson_error_t *error);

/** Any thread: a call was UNAVAILABLE for the reason @error. */
void nw_outage_begin(struct nw_outage *outage, const bson_error_t *error);

#endif

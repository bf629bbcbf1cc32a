/**
 * A worker's store: opened after fork, closed before exit. What callers do with it is in narwhal/store.h.
 */
#ifndef NW_STORE_STORE_H
#define NW_STORE_STORE_H

#include <narwhal/store.h>

#include "common/err.h"
#include "common/scoreboard.h"
#include "common/task.h"

struct _mongoc_client_t;

/** The database's connections of this worker, now. */
struct nw_store_pool {
	uint32_t open, busy, waiting; /* waiting: threads that want one */
	uint32_t limit;               /* at most so many are open; 0: as many as are wanted */
	uint64_t timeouts;            /* of those that wanted one, since the store was opened */
};

/** Is @uri a store this program knows (sqlite:PATH, mongodb://..., mongodb+srv://...), without opening it? */
int nw_store_check_uri(const char *uri, struct nw_err *err) NW_MUST_CHECK;

/**
 * Open @uri. An embedded file is made; a MongoDB need not answer yet. @loop: where done callbacks run.
 * @counters: of the worker's slot; NULL: none are kept.
 */
int nw_store_open(const char *uri, struct nw_executor *loop, struct nw_counters *counters, struct nw_store **out,
		  struct nw_err *err) NW_MUST_CHECK;

/**
 * On the loop: finishes what is queued, calls back, then closes; no thread uses the store any more. Not on the callback
 * stack of an operation. The loop must run once more what it was given. Accepts NULL, returns NULL.
 */
struct nw_store *nw_store_close(struct nw_store *store);

/** Any thread. */
void nw_store_pool(const struct nw_store *store, struct nw_store_pool *out);

/** mongo only, else NULL: a client of the pool, and its way back. Handler threads. */
struct _mongoc_client_t *nw_store_mongo_pop(struct nw_store *store);
void nw_store_mongo_push(struct nw_store *store, struct _mongoc_client_t *client);
const char *nw_store_mongo_database(const struct nw_store *store);

#endif

/** The MongoDB driver itself, for what store.h does not have: aggregation, sessions, GridFS. */
#ifndef NARWHAL_MONGO_H
#define NARWHAL_MONGO_H

#include <narwhal/abi.h>

struct _mongoc_client_t;
struct nw_request;

/**
 * A client of the worker's pool, the same one for the whole request; given back by itself once the handler and the
 * after hooks have returned: destroy its cursors and collections before. NULL: the store is not MongoDB, or the call
 * came from the loop. Handler threads only: every call with it blocks.
 */
NW_API struct _mongoc_client_t *nw_request_mongo(struct nw_request *req);

/** The database that the store's URI names. NULL: the store is not MongoDB. */
NW_API const char *nw_request_mongo_database(struct nw_request *req);

#endif

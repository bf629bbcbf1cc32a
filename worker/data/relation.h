/** Do the documents that a document refers to exist? Asks the store: handler threads only. */
#ifndef NW_DATA_RELATION_H
#define NW_DATA_RELATION_H

#include <narwhal/request.h>
#include <narwhal/store.h>

#include "worker/data/resource.h"
#include "worker/data/validate.h"

/**
 * Look up the references of @n validations, with one query a relation and some hundred values; those that are not there
 * become issues. OK, or what the store failed with.
 */
enum nw_store_status nw_relation_check_sync(struct nw_request *req, const struct nw_resource *resource,
					    struct nw_validation *validations, size_t n, bson_error_t *error);

#endif

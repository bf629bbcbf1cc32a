/** Unique fields: kept by indexes of the store; here is what clients are told of them. */
#ifndef NW_DATA_UNIQUE_H
#define NW_DATA_UNIQUE_H

#include <narwhal/request.h>
#include <narwhal/store.h>

#include "worker/data/issues.h"
#include "worker/data/resource.h"

/** The store refused @doc for its value of @field (dotted): add "value 'x' is not unique". */
void nw_unique_report(struct nw_issues *issues, const bson_t *doc, const char *field);

/**
 * @doc is refused for other reasons: say in one go which of its values are taken too. @id: the document's own, which
 * may have them; NULL: a new one. Handler threads only; OK, or what the store failed with.
 */
enum nw_store_status nw_unique_check_sync(struct nw_request *req, const struct nw_resource *resource, const bson_t *doc,
					  const bson_value_t *id, struct nw_issues *issues, bson_error_t *error);

#endif

/**
 * The indexes that were declared. One that could not be made because the database was away stays pending, and is made
 * before the next write to its collection.
 */
#ifndef NW_STORE_INDEX_H
#define NW_STORE_INDEX_H

#include "common/cc.h"
#include "worker/store/driver.h"

struct nw_index_list;

/** NULL: no memory. */
struct nw_index_list *nw_index_open(const struct nw_driver *driver, void *db);
struct nw_index_list *nw_index_close(struct nw_index_list *list);

/**
 * Any thread that may block. OK: it is there. UNAVAILABLE: it is pending; @is_away says that this is known beforehand
 * (@error is set). Any other: it cannot be, and is not declared.
 */
enum nw_store_status nw_index_declare_sync(struct nw_index_list *list, const char *collection, const char *field,
					   bool unique, bool is_away, bson_error_t *error);

/** On a lane, before a write to @collection: make what is pending. UNAVAILABLE or FAILED with @error: do not write. */
enum nw_store_status nw_index_settle_sync(struct nw_index_list *list, const char *collection, bson_error_t *error);

#endif

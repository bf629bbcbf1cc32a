/** What Narwhal adds to SQL. */
#ifndef NW_STORE_SQLITE_FUNC_H
#define NW_STORE_SQLITE_FUNC_H

#include <sqlite3.h>

#include "common/buf.h"
#include "worker/store/filter.h"

#define NW_SQLITE_FILTER "nw_filter" /* of the pointer that is bound to nw_match() */

/**
 * nw_key(doc, path): what an index holds. NULL when the field is missing; 01 and the value's key; 02 and the array's
 *     key when the value is an array or the path goes through one: then an equality may be true for an element, and
 *     a query looks at all of these.
 * nw_order(doc, path, descending): the key that the document is sorted by.
 * nw_match(doc, filter): 1 or 0.
 * Returns an SQLite result.
 */
int nw_sqlite_func_register(sqlite3 *db);

/** The key that an index has for a plain @value, appended. false: it has none. */
bool nw_sqlite_func_key(struct nw_buf *out, const bson_value_t *value);

#endif

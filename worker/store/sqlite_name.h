/** Names of tables and indexes, made from names of collections and fields: quoted, and apart where SQLite sees none. */
#ifndef NW_STORE_SQLITE_NAME_H
#define NW_STORE_SQLITE_NAME_H

#include <stdbool.h>

#include "common/buf.h"

/** "c_people", with the quotes. */
void nw_sqlite_name_table(struct nw_buf *out, const char *collection);

/** "i_people/lastname/u", with the quotes. */
void nw_sqlite_name_index(struct nw_buf *out, const char *collection, const char *field, bool unique);

/** nw_key(doc,'lastname'): the same text in the index and in a query, or SQLite does not see that they are the same. */
void nw_sqlite_name_key(struct nw_buf *out, const char *field);

/** The field that an index's name (without quotes) was made from, appended to @out; false: it is no such name. */
bool nw_sqlite_name_field(struct nw_buf *out, const char *index, size_t len);

#endif

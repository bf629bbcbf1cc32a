/** Connections for the threads that read: as many as read at the same time. */
#ifndef NW_STORE_SQLITE_POOL_H
#define NW_STORE_SQLITE_POOL_H

#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"

/** One of the idle ones, or a new one (which waits for the lock). */
enum nw_store_status nw_sqlite_pool_take_sync(struct nw_sqlite *sqlite, struct nw_sqlite_conn **out,
					      bson_error_t *error);
void nw_sqlite_pool_give(struct nw_sqlite *sqlite, struct nw_sqlite_conn *conn);
void nw_sqlite_pool_read(void *db, struct nw_store_pool *out);
void nw_sqlite_pool_close(struct nw_sqlite *sqlite);

#endif

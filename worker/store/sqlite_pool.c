#include "worker/store/sqlite_pool.h"

#include <string.h>

#include "worker/store/op.h"

enum { MAX_IDLE = 32 };

static struct nw_sqlite_conn *take_idle(struct nw_sqlite *sqlite)
{
	pthread_mutex_lock(&sqlite->pool_lock);
	struct nw_sqlite_conn *conn = sqlite->idle;

	if (conn != NULL) {
		sqlite->idle = conn->next;
		sqlite->n_idle--;
		sqlite->n_busy++;
	} else {
		sqlite->n_waiting++;
	}
	pthread_mutex_unlock(&sqlite->pool_lock);
	return conn;
}

/* After take_idle() had none. */
static void end_wait(struct nw_sqlite *sqlite, bool has_one)
{
	pthread_mutex_lock(&sqlite->pool_lock);
	sqlite->n_waiting--;
	sqlite->n_busy += has_one;
	pthread_mutex_unlock(&sqlite->pool_lock);
}

static enum nw_store_status open_sync(struct nw_sqlite *sqlite, struct nw_sqlite_conn **out, bson_error_t *error)
{
	int code = nw_sqlite_lock_take_sync(&sqlite->lock);

	if (code != 0) {
		return nw_op_error(error, NW_STORE_UNAVAILABLE, "%s-lock: %s", sqlite->path, strerror(-code));
	}
	enum nw_store_status status = nw_sqlite_conn_open(sqlite, false, out, error);

	nw_sqlite_lock_give(&sqlite->lock);
	return status;
}

enum nw_store_status nw_sqlite_pool_take_sync(struct nw_sqlite *sqlite, struct nw_sqlite_conn **out,
					      bson_error_t *error)
{
	struct nw_sqlite_conn *conn = take_idle(sqlite);

	if (conn != NULL) {
		*out = conn;
		return NW_STORE_OK;
	}
	enum nw_store_status status = open_sync(sqlite, out, error);

	end_wait(sqlite, status == NW_STORE_OK);
	return status;
}

void nw_sqlite_pool_read(void *db, struct nw_store_pool *out)
{
	struct nw_sqlite *sqlite = db;

	*out = (struct nw_store_pool){0};
	pthread_mutex_lock(&sqlite->pool_lock);
	out->open = sqlite->n_idle + sqlite->n_busy;
	out->busy = sqlite->n_busy;
	out->waiting = sqlite->n_waiting;
	pthread_mutex_unlock(&sqlite->pool_lock);
}

void nw_sqlite_pool_give(struct nw_sqlite *sqlite, struct nw_sqlite_conn *conn)
{
	pthread_mutex_lock(&sqlite->pool_lock);
	sqlite->n_busy--;
	if (sqlite->n_idle < MAX_IDLE) {
		conn->next = sqlite->idle;
		sqlite->idle = conn;
		sqlite->n_idle++;
		conn = NULL;
	}
	pthread_mutex_unlock(&sqlite->pool_lock);
	nw_sqlite_conn_close(conn);
}

void nw_sqlite_pool_close(struct nw_sqlite *sqlite)
{
	while (sqlite->idle != NULL) {
		nw_sqlite_conn_close(take_idle(sqlite));
	}
}

#include "worker/store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "worker/store/op.h"
#include "worker/store/sqlite_conn.h"
#include "worker/store/sqlite_pool.h"

#define SCHEME "sqlite:"

static const char *path_of(const char *uri)
{
	return uri + strlen(SCHEME);
}

static int check(const char *uri, struct nw_err *err)
{
	const char *path = path_of(uri);
	size_t len = strlen(path);

	if (len == 0 || path[len - 1] == '/') {
		return nw_err_set(err, -EINVAL, "store: 'sqlite:' is followed by the path of a file");
	}
	if (path[0] == ':') {
		return nw_err_set(err, -EINVAL,
				  "store: '%s' is not a file: each worker would have documents of its own", path);
	}
	return 0;
}

/* From now on the same whatever the working directory is. */
static char *absolute_dup(const char *path)
{
	char *absolute = NULL;

	if (path[0] == '/') {
		return strdup(path);
	}
	NW_AUTO_FREE char *here = getcwd(NULL, 0);

	if (here == NULL || asprintf(&absolute, "%s/%s", here, path) == -1) {
		return NULL;
	}
	return absolute;
}

static int open_lock(struct nw_sqlite *sqlite, struct nw_err *err)
{
	NW_AUTO_FREE char *path = NULL;

	if (asprintf(&path, "%s-lock", sqlite->path) == -1) {
		path = NULL;
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	return nw_sqlite_lock_open(&sqlite->lock, path, err);
}

static int open_conns_sync(struct nw_sqlite *sqlite, struct nw_err *err)
{
	bson_error_t error = {0};
	int code = nw_sqlite_lock_take_sync(&sqlite->lock);

	if (code != 0) {
		return nw_err_set(err, code, "store: %s-lock: %s", sqlite->path, strerror(-code));
	}
	enum nw_store_status status = nw_sqlite_conn_open(sqlite, true, &sqlite->writer, &error);

	if (status == NW_STORE_OK) {
		status = nw_sqlite_conn_open(sqlite, false, &sqlite->loop, &error);
	}
	nw_sqlite_lock_give(&sqlite->lock);
	if (status != NW_STORE_OK) {
		return nw_err_set(err, status == NW_STORE_INVALID ? -EINVAL : -EIO, "store: %s", error.message);
	}
	sqlite3_wal_hook(sqlite->writer->db, nw_sqlite_checkpoint_note, sqlite);
	return 0;
}

static void sqlite_free(struct nw_sqlite *sqlite)
{
	free(sqlite->path);
	pthread_mutex_destroy(&sqlite->pool_lock);
	free(sqlite);
}

static void close_db(void *db)
{
	struct nw_sqlite *sqlite = db;

	nw_sqlite_pool_close(sqlite);
	sqlite->loop = nw_sqlite_conn_close(sqlite->loop);
	if (sqlite->writer != NULL) {
		nw_sqlite_checkpoint_sync(sqlite, true);
	}
	sqlite->writer = nw_sqlite_conn_close(sqlite->writer);
	nw_sqlite_index_free(sqlite);
	nw_sqlite_lock_close(&sqlite->lock);
	sqlite_free(sqlite);
}

static int open_db(const char *uri, void **out_db, struct nw_err *err)
{
	int code = check(uri, err);

	if (code != 0) {
		return code;
	}
	struct nw_sqlite *sqlite = calloc(1, sizeof(*sqlite));

	if (sqlite == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	pthread_mutex_init(&sqlite->pool_lock, NULL);
	atomic_store(&sqlite->checkpoint_at, NW_SQLITE_CHECKPOINT);
	sqlite->path = absolute_dup(path_of(uri));
	code = sqlite->path == NULL ? nw_err_errno(err, "store: '%s'", path_of(uri)) : open_lock(sqlite, err);
	if (code != 0) {
		sqlite_free(sqlite);
		return code;
	}
	code = open_conns_sync(sqlite, err);
	if (code != 0) {
		close_db(sqlite);
		return code;
	}
	*out_db = sqlite;
	return 0;
}

/* The file is there and can be read. */
static enum nw_store_status ping(void *db, bson_error_t *error)
{
	struct nw_sqlite *sqlite = db;
	struct nw_sqlite_conn *conn = NULL;
	enum nw_store_status status = nw_sqlite_pool_take_sync(sqlite, &conn, error);
	int rc = SQLITE_OK;

	if (status != NW_STORE_OK) {
		return status;
	}
	sqlite3_stmt *statement = nw_sqlite_conn_text(conn, "SELECT count(*) FROM sqlite_schema", &rc);

	if (statement != NULL) {
		rc = sqlite3_step(statement);
		nw_sqlite_conn_done(statement);
	}
	status = nw_sqlite_error(conn->db, rc, sqlite->path, error);
	nw_sqlite_pool_give(sqlite, conn);
	if (status == NW_STORE_OK && access(sqlite->path, R_OK | W_OK) != 0) {
		status = nw_op_error(error, NW_STORE_UNAVAILABLE, "%s: %s", sqlite->path, strerror(errno));
	}
	return status;
}

static void tidy(void *db)
{
	nw_sqlite_checkpoint_sync(db, false);
}

const struct nw_driver nw_sqlite_driver = {
	.scheme = "sqlite",
	.n_lanes = 1,
	.max_batch = 256,
	.is_quick = true,
	.mixes_writes = true,
	.check = check,
	.open = open_db,
	.close = close_db,
	.get_one = nw_sqlite_get_one,
	.run_batch = nw_sqlite_run_batch,
	.tidy = tidy,
	.find = nw_sqlite_find,
	.count = nw_sqlite_count,
	.ensure_index = nw_sqlite_ensure_index,
	.ping = ping,
	.pool = nw_sqlite_pool_read,
};

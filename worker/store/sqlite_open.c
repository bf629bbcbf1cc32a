#include <string.h>

#include "common/clock.h"
#include "worker/store/op.h"
#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"
#include "worker/store/sqlite_func.h"

enum {
	APPLICATION_ID = 0x4e617277, /* "Narw", in the file's header: whose it is */
	LAYOUT = 1,                  /* user_version */
	BUSY_MS = 1000,              /* for the rare lock that is SQLite's own: another process recovers the log */
	STEPS = 20000,               /* of a query, between two looks at the clock */
};

static int on_query_progress(void *arg)
{
	const struct nw_sqlite_conn *conn = arg;

	return conn->deadline_ms != 0 && nw_clock_ms() > conn->deadline_ms;
}

/* A number that a PRAGMA or a count gives. */
static int get_int(sqlite3 *db, const char *sql, int *out)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(statement);
	}
	if (rc == SQLITE_ROW) {
		*out = sqlite3_column_int(statement, 0);
		rc = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_ERROR : rc;
}

struct header {
	int application;
	int layout;
	int objects; /* tables and indexes */
};

static int get_header(sqlite3 *db, struct header *out)
{
	int rc = get_int(db, "PRAGMA application_id", &out->application);

	if (rc == SQLITE_OK) {
		rc = get_int(db, "PRAGMA user_version", &out->layout);
	}
	if (rc == SQLITE_OK) {
		rc = get_int(db, "SELECT count(*) FROM sqlite_schema", &out->objects);
	}
	return rc;
}

/* Before anything is changed in a file that may be another program's. */
static enum nw_store_status check_header(struct nw_sqlite_conn *conn, const char *path, bool *out_is_new,
					 bson_error_t *error)
{
	struct header header = {0};
	int rc = get_header(conn->db, &header);

	if (rc == SQLITE_NOTADB) {
		return nw_op_error(error, NW_STORE_INVALID, "'%s' is not an SQLite database", path);
	}
	if (rc != SQLITE_OK) {
		return nw_sqlite_error(conn->db, rc, path, error);
	}
	*out_is_new = header.application == 0 && header.layout == 0 && header.objects == 0;
	if (*out_is_new) {
		return NW_STORE_OK;
	}
	if (header.application != APPLICATION_ID) {
		return nw_op_error(error, NW_STORE_INVALID, "'%s' is another program's database", path);
	}
	if (header.layout != LAYOUT) {
		return nw_op_error(error, NW_STORE_INVALID, "'%s' has layout %d, this program knows layout %d", path,
				   header.layout, LAYOUT);
	}
	return NW_STORE_OK;
}

static bool is_wal(sqlite3 *db, int *rc)
{
	sqlite3_stmt *statement = NULL;
	bool is_on = false;

	*rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode=WAL", -1, &statement, NULL);
	if (*rc == SQLITE_OK) {
		*rc = sqlite3_step(statement);
	}
	if (*rc == SQLITE_ROW) {
		const char *mode = (const char *)sqlite3_column_text(statement, 0);

		is_on = mode != NULL && strcmp(mode, "wal") == 0;
		*rc = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return is_on;
}

static int set_up(struct nw_sqlite_conn *conn, bool is_writer, bool is_new)
{
	char mark[96];
	int rc = nw_sqlite_func_register(conn->db);

	if (rc == SQLITE_OK && !is_wal(conn->db, &rc) && rc == SQLITE_OK) {
		rc = SQLITE_CANTOPEN; /* no shared memory there */
	}
	if (rc == SQLITE_OK) {
		rc = nw_sqlite_conn_exec(conn, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0");
	}
	if (rc == SQLITE_OK && is_new) {
		sqlite3_snprintf(sizeof(mark), mark,
				 "BEGIN IMMEDIATE; PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
				 APPLICATION_ID, LAYOUT);
		rc = nw_sqlite_conn_exec(conn, mark);
	}
	if (rc == SQLITE_OK && !is_writer) {
		/* Mapped, a page that is not in the cache costs a reader no system call. The file never shrinks. */
		rc = nw_sqlite_conn_exec(conn, "PRAGMA query_only=1; PRAGMA mmap_size=268435456");
	}
	return rc;
}

static enum nw_store_status connect_sync(struct nw_sqlite_conn *conn, const char *path, bool is_writer,
					 bson_error_t *error)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	bool is_new = false;
	int rc = sqlite3_open_v2(path, &conn->db, flags, NULL);

	if (rc != SQLITE_OK) {
		return nw_sqlite_error(conn->db, rc, path, error);
	}
	sqlite3_extended_result_codes(conn->db, 1);
	sqlite3_busy_timeout(conn->db, BUSY_MS);
	sqlite3_progress_handler(conn->db, STEPS, on_query_progress, conn);
	/* The last one to close must not run a checkpoint of its own, outside of the lock. */
	sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	enum nw_store_status status = check_header(conn, path, &is_new, error);

	if (status != NW_STORE_OK) {
		return status;
	}
	rc = set_up(conn, is_writer, is_new);
	return rc == SQLITE_OK ? NW_STORE_OK : nw_sqlite_error(conn->db, rc, path, error);
}

enum nw_store_status nw_sqlite_conn_open(struct nw_sqlite *sqlite, bool is_writer, struct nw_sqlite_conn **out,
					 bson_error_t *error)
{
	struct nw_sqlite_conn *conn = calloc(1, sizeof(*conn));

	if (conn == NULL) {
		return nw_op_error(error, NW_STORE_UNAVAILABLE, "%s: no memory", sqlite->path);
	}
	enum nw_store_status status = connect_sync(conn, sqlite->path, is_writer, error);

	if (status != NW_STORE_OK) {
		nw_sqlite_conn_close(conn);
		return status;
	}
	*out = conn;
	return NW_STORE_OK;
}

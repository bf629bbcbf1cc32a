#include <string.h>

#include "worker/store/op.h"
#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"
#include "worker/store/sqlite_name.h"

static void index_free(struct nw_sqlite_index *index)
{
	if (index != NULL) {
		free(index->collection);
		free(index->field);
		free(index);
	}
}

void nw_sqlite_index_free(struct nw_sqlite *sqlite)
{
	struct nw_sqlite_index *index = atomic_load(&sqlite->indexes);

	while (index != NULL) {
		struct nw_sqlite_index *next = index->next;

		index_free(index);
		index = next;
	}
	atomic_store(&sqlite->indexes, NULL);
}

/* Queries may use it from now on. The lock is held. */
static bool remember(struct nw_sqlite *sqlite, const char *collection, const char *field)
{
	struct nw_sqlite_index *first = atomic_load(&sqlite->indexes);

	for (struct nw_sqlite_index *index = first; index != NULL; index = index->next) {
		if (strcmp(index->collection, collection) == 0 && strcmp(index->field, field) == 0) {
			return true;
		}
	}
	struct nw_sqlite_index *index = calloc(1, sizeof(*index));

	if (index != NULL) {
		index->next = first;
		index->collection = strdup(collection);
		index->field = strdup(field);
	}
	if (index == NULL || index->collection == NULL || index->field == NULL) {
		index_free(index);
		return false;
	}
	atomic_store(&sqlite->indexes, index);
	return true;
}

static int create(struct nw_sqlite_conn *conn, const char *collection, const char *field, bool unique)
{
	struct nw_buf sql = {0};
	int rc = nw_sqlite_conn_create(conn, collection);

	nw_buf_adds(&sql, unique ? "CREATE UNIQUE INDEX IF NOT EXISTS " : "CREATE INDEX IF NOT EXISTS ");
	nw_sqlite_name_index(&sql, collection, field, unique);
	nw_buf_adds(&sql, " ON ");
	nw_sqlite_name_table(&sql, collection);
	nw_buf_adds(&sql, " (");
	nw_sqlite_name_key(&sql, field);
	nw_buf_adds(&sql, ")");
	if (rc == SQLITE_OK) {
		rc = sql.failed ? SQLITE_NOMEM : nw_sqlite_conn_exec(conn, nw_buf_str(&sql));
	}
	nw_buf_free(&sql);
	return rc;
}

static enum nw_store_status ensure_locked(struct nw_sqlite *sqlite, const char *collection, const char *field,
					  bool unique, bson_error_t *error)
{
	struct nw_sqlite_conn *conn = sqlite->writer;
	enum nw_store_status status = NW_STORE_OK;
	int rc = nw_sqlite_conn_exec(conn, "BEGIN IMMEDIATE");

	if (rc == SQLITE_OK) {
		rc = create(conn, collection, field, unique);
	}
	if (rc == SQLITE_OK) {
		rc = nw_sqlite_conn_exec(conn, "COMMIT");
	}
	if (rc == SQLITE_CONSTRAINT_UNIQUE) {
		status = nw_op_error(error, NW_STORE_DUPLICATE, "%s.%s: documents share a value that must be unique",
				     collection, field);
	} else if (rc != SQLITE_OK) {
		status = nw_sqlite_error(conn->db, rc, collection, error);
	}
	if (sqlite3_get_autocommit(conn->db) == 0) {
		nw_sqlite_conn_exec(conn, "ROLLBACK");
	}
	if (status == NW_STORE_OK && !remember(sqlite, collection, field)) {
		status = nw_op_error(error, NW_STORE_UNAVAILABLE, "%s.%s: no memory", collection, field);
	}
	return status;
}

enum nw_store_status nw_sqlite_ensure_index(void *db, const char *collection, const char *field, bool unique,
					    bson_error_t *error)
{
	struct nw_sqlite *sqlite = db;

	int code = nw_sqlite_lock_take_sync(&sqlite->lock);

	if (code != 0) {
		return nw_op_error(error, NW_STORE_UNAVAILABLE, "%s-lock: %s", sqlite->path, strerror(-code));
	}
	enum nw_store_status status = ensure_locked(sqlite, collection, field, unique, error);

	nw_sqlite_lock_give(&sqlite->lock);
	return status;
}

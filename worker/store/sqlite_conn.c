#include "worker/store/sqlite_conn.h"

#include <string.h>

#include "worker/store/filter.h"
#include "worker/store/sqlite_name.h"

static const char *const verb_text[NW_SQLITE_VERBS][2] = {
	/* before and behind the table's name */
	[NW_SQLITE_GET] = {"SELECT doc FROM ", " WHERE id = ?1"},
	[NW_SQLITE_PICK] = {"SELECT rowid, doc FROM ", " WHERE id = ?1"},
	[NW_SQLITE_INSERT] = {"INSERT INTO ", " (id, doc) VALUES (?1, ?2)"},
	[NW_SQLITE_PUT] = {"UPDATE ", " SET doc = ?2 WHERE rowid = ?1"},
	[NW_SQLITE_REMOVE] = {"DELETE FROM ", " WHERE rowid = ?1"},
};

static void table_fini(struct nw_sqlite_table *table)
{
	for (int i = 0; i < NW_SQLITE_VERBS; i++) {
		sqlite3_finalize(table->statements[i]);
	}
	free(table->collection);
	*table = (struct nw_sqlite_table){0};
}

struct nw_sqlite_conn *nw_sqlite_conn_close(struct nw_sqlite_conn *conn)
{
	if (conn == NULL) {
		return NULL;
	}
	for (unsigned i = 0; i < conn->n_tables; i++) {
		table_fini(&conn->tables[i]);
	}
	for (unsigned i = 0; i < conn->n_texts; i++) {
		sqlite3_finalize(conn->texts[i]);
	}
	sqlite3_close(conn->db);
	nw_buf_free(&conn->key);
	free(conn);
	return NULL;
}

/* The collection's entry, moved to the front; the one used least makes room for a new one. */
static struct nw_sqlite_table *find_table(struct nw_sqlite_conn *conn, const char *collection)
{
	struct nw_sqlite_table found = {0};
	unsigned at = 0;

	while (at < conn->n_tables && strcmp(conn->tables[at].collection, collection) != 0) {
		at++;
	}
	if (at == 0 && conn->n_tables > 0) {
		return &conn->tables[0];
	}
	if (at < conn->n_tables) {
		found = conn->tables[at];
	} else {
		found.collection = strdup(collection);
		if (found.collection == NULL) {
			return NULL;
		}
		if (conn->n_tables == NW_SQLITE_TABLES) {
			at--;
			table_fini(&conn->tables[at]);
		} else {
			conn->n_tables++;
		}
	}
	memmove(&conn->tables[1], &conn->tables[0], at * sizeof(conn->tables[0]));
	conn->tables[0] = found;
	return &conn->tables[0];
}

bool nw_sqlite_conn_lacks_table(const struct nw_sqlite_conn *conn, int rc)
{
	return (rc & 0xff) == SQLITE_ERROR && strncmp(sqlite3_errmsg(conn->db), "no such table:", 14) == 0;
}

static sqlite3_stmt *prepare(struct nw_sqlite_conn *conn, const char *sql, int *rc)
{
	sqlite3_stmt *statement = NULL;

	*rc = sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
	if (nw_sqlite_conn_lacks_table(conn, *rc)) {
		*rc = SQLITE_OK;
	}
	return statement;
}

sqlite3_stmt *nw_sqlite_conn_verb(struct nw_sqlite_conn *conn, const char *collection, enum nw_sqlite_verb verb,
				  int *rc)
{
	struct nw_sqlite_table *table = find_table(conn, collection);
	struct nw_buf sql = {0};

	if (table == NULL) {
		*rc = SQLITE_NOMEM;
		return NULL;
	}
	if (table->statements[verb] != NULL) {
		*rc = SQLITE_OK;
		return table->statements[verb];
	}
	nw_buf_adds(&sql, verb_text[verb][0]);
	nw_sqlite_name_table(&sql, collection);
	nw_buf_adds(&sql, verb_text[verb][1]);
	if (sql.failed) {
		*rc = SQLITE_NOMEM;
	} else {
		table->statements[verb] = prepare(conn, nw_buf_str(&sql), rc);
	}
	nw_buf_free(&sql);
	return table->statements[verb];
}

sqlite3_stmt *nw_sqlite_conn_text(struct nw_sqlite_conn *conn, const char *sql, int *rc)
{
	sqlite3_stmt *statement = NULL;
	unsigned at = 0;

	while (at < conn->n_texts && strcmp(sqlite3_sql(conn->texts[at]), sql) != 0) {
		at++;
	}
	if (at < conn->n_texts) {
		*rc = SQLITE_OK;
		statement = conn->texts[at];
	} else {
		statement = prepare(conn, sql, rc);
		if (statement == NULL) {
			return NULL;
		}
		if (conn->n_texts == NW_SQLITE_TEXTS) {
			sqlite3_finalize(conn->texts[--at]);
		} else {
			conn->n_texts++;
		}
	}
	memmove(&conn->texts[1], &conn->texts[0], at * sizeof(conn->texts[0]));
	conn->texts[0] = statement;
	return statement;
}

void nw_sqlite_conn_done(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

int nw_sqlite_conn_exec(struct nw_sqlite_conn *conn, const char *sql)
{
	return sqlite3_exec(conn->db, sql, NULL, NULL, NULL);
}

int nw_sqlite_conn_create(struct nw_sqlite_conn *conn, const char *collection)
{
	struct nw_buf sql = {0};
	int rc = SQLITE_NOMEM;

	nw_buf_adds(&sql, "CREATE TABLE IF NOT EXISTS ");
	nw_sqlite_name_table(&sql, collection);
	nw_buf_adds(&sql, " (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc BLOB NOT NULL)");
	if (!sql.failed) {
		rc = nw_sqlite_conn_exec(conn, nw_buf_str(&sql));
	}
	nw_buf_free(&sql);
	return rc;
}

bool nw_sqlite_conn_key(struct nw_sqlite_conn *conn, const bson_value_t *value)
{
	conn->key.len = 0;
	conn->key.failed = false;
	return nw_value_key(value, &conn->key) == 0 && !conn->key.failed;
}

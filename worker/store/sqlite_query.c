#include <string.h>

#include "common/clock.h"
#include "worker/store/filter.h"
#include "worker/store/op.h"
#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"
#include "worker/store/sqlite_func.h"
#include "worker/store/sqlite_name.h"
#include "worker/store/sqlite_pool.h"

/* Parameters of a query's text. */
enum { FILTER = 1, KEY = 2, LIMIT = 3, SKIP = 4, SORT = 5 /* and on: names of fields */ };

static void get(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	int rc = SQLITE_OK;

	if (!nw_sqlite_conn_key(conn, &op->id)) {
		nw_op_fail(op, NW_STORE_INVALID, "%s: this cannot be an _id", op->collection);
		return;
	}
	sqlite3_stmt *statement = nw_sqlite_conn_verb(conn, op->collection, NW_SQLITE_GET, &rc);

	if (statement != NULL) {
		sqlite3_bind_blob64(statement, 1, conn->key.data, conn->key.len, SQLITE_STATIC);
		rc = sqlite3_step(statement);
	}
	if (rc == SQLITE_ROW) {
		const void *doc = sqlite3_column_blob(statement, 0);

		nw_op_found(op, doc, (size_t)sqlite3_column_bytes(statement, 0));
	} else if (rc == SQLITE_OK || rc == SQLITE_DONE || nw_sqlite_conn_lacks_table(conn, rc)) {
		op->status = NW_STORE_MISSING;
	} else {
		op->status = nw_sqlite_error(conn->db, rc, op->collection, &op->error);
	}
	if (statement != NULL) {
		nw_sqlite_conn_done(statement);
	}
}

void nw_sqlite_get_one(void *db, struct nw_store_op *op, bool on_loop)
{
	struct nw_sqlite *sqlite = db;
	struct nw_sqlite_conn *conn = NULL;

	if (on_loop) {
		get(sqlite->loop, op);
		return;
	}
	op->status = nw_sqlite_pool_take_sync(sqlite, &conn, &op->error);
	if (op->status == NW_STORE_OK) {
		get(conn, op);
		nw_sqlite_pool_give(sqlite, conn);
	}
}

/* An index that narrows the search: the first whose field the filter wants to equal a value. */
static const char *find_index(struct nw_sqlite *sqlite, const char *collection, const struct nw_filter *filter)
{
	const struct nw_sqlite_index *index = atomic_load(&sqlite->indexes);

	for (; index != NULL; index = index->next) {
		if (strcmp(index->collection, collection) != 0) {
			continue;
		}
		const bson_value_t *value = nw_filter_equality(filter, index->field);

		/* Null is equal to missing as well, and an index does not hold what is missing. */
		if (value != NULL && value->value_type != BSON_TYPE_NULL && value->value_type != BSON_TYPE_UNDEFINED) {
			return index->field;
		}
	}
	return NULL;
}

/* rowid IN (those whose key is the value's, and all arrays: one may have the value as an element). */
static void add_index(struct nw_buf *sql, const char *collection, const char *field)
{
	nw_buf_adds(sql, " AND rowid IN (SELECT rowid FROM ");
	nw_sqlite_name_table(sql, collection);
	nw_buf_adds(sql, " WHERE ");
	nw_sqlite_name_key(sql, field);
	nw_buf_adds(sql, " = ?2 UNION ALL SELECT rowid FROM ");
	nw_sqlite_name_table(sql, collection);
	nw_buf_adds(sql, " WHERE ");
	nw_sqlite_name_key(sql, field);
	nw_buf_adds(sql, " >= x'02')");
}

/* FROM and WHERE; the value's key is left in conn->key when the text has ?2. */
static void add_source(struct nw_sqlite *sqlite, struct nw_sqlite_conn *conn, struct nw_buf *sql,
		       const char *collection, const struct nw_filter *filter, bool is_filtered)
{
	nw_buf_adds(sql, " FROM ");
	nw_sqlite_name_table(sql, collection);
	conn->key.len = 0;
	if (!is_filtered) {
		return;
	}
	nw_buf_adds(sql, " WHERE nw_match(doc, ?1)");
	const bson_value_t *id = nw_filter_equality(filter, "_id");

	if (id != NULL && nw_sqlite_conn_key(conn, id)) {
		nw_buf_adds(sql, " AND id = ?2");
		return;
	}
	conn->key.len = 0;
	const char *field = find_index(sqlite, collection, filter);

	if (field != NULL && nw_sqlite_func_key(&conn->key, nw_filter_equality(filter, field))) {
		add_index(sql, collection, field);
	} else {
		conn->key.len = 0;
	}
}

static void add_sort(struct nw_buf *sql, const bson_t *sort)
{
	bson_iter_t iter;
	int at = SORT;

	nw_buf_adds(sql, " ORDER BY ");
	bson_iter_init(&iter, sort);
	while (bson_iter_next(&iter)) {
		bool is_descending = bson_iter_as_double(&iter) < 0;

		if (strcmp(bson_iter_key(&iter), "_id") == 0) {
			nw_buf_addf(sql, "id%s, ", is_descending ? " DESC" : "");
		} else {
			nw_buf_addf(sql, "nw_order(doc, ?%d, %d)%s, ", at, is_descending, is_descending ? " DESC" : "");
		}
		at++;
	}
	nw_buf_adds(sql, "rowid");
}

static void bind_query(sqlite3_stmt *statement, const struct nw_store_query *query, struct nw_sqlite_conn *conn)
{
	bson_iter_t iter;
	int at = SORT;

	if (conn->key.len > 0) {
		sqlite3_bind_blob64(statement, KEY, conn->key.data, conn->key.len, SQLITE_STATIC);
	}
	sqlite3_bind_int64(statement, LIMIT, query->limit == 0 ? -1 : query->limit);
	sqlite3_bind_int64(statement, SKIP, query->skip);
	if (query->sort != NULL && bson_iter_init(&iter, query->sort)) {
		while (bson_iter_next(&iter)) {
			sqlite3_bind_text(statement, at++, bson_iter_key(&iter), -1, SQLITE_STATIC);
		}
	}
}

/* The library wants a pointer that is not const; nobody writes through it. */
static void bind_filter(sqlite3_stmt *statement, const struct nw_filter *filter)
{
	union {
		const struct nw_filter *filter;
		void *pointer;
	} u = {.filter = filter};

	sqlite3_bind_pointer(statement, FILTER, u.pointer, NW_SQLITE_FILTER, NULL);
}

static enum nw_store_status read_rows(struct nw_sqlite_conn *conn, sqlite3_stmt *statement, const char *collection,
				      nw_store_row row, void *arg, bson_error_t *error)
{
	int rc = sqlite3_step(statement);

	for (; rc == SQLITE_ROW; rc = sqlite3_step(statement)) {
		const void *data = sqlite3_column_blob(statement, 0);
		bson_t doc;

		if (data == NULL || !bson_init_static(&doc, data, (size_t)sqlite3_column_bytes(statement, 0))) {
			return nw_op_error(error, NW_STORE_FAILED, "%s: a stored document is broken", collection);
		}
		if (!row(arg, &doc)) {
			return NW_STORE_OK;
		}
	}
	if (rc == SQLITE_DONE || nw_sqlite_conn_lacks_table(conn, rc)) {
		return NW_STORE_OK;
	}
	return nw_sqlite_error(conn->db, rc, collection, error);
}

static bool has_members(const bson_t *bson)
{
	return bson != NULL && !bson_empty(bson);
}

/* The statement for @sql, ready to be bound. NULL: *status is OK for a collection that is not there. */
static sqlite3_stmt *prepare(struct nw_sqlite_conn *conn, struct nw_buf *sql, const char *collection,
			     enum nw_store_status *status, bson_error_t *error)
{
	int rc = SQLITE_OK;

	if (sql->failed || conn->key.failed) {
		*status = nw_op_error(error, NW_STORE_FAILED, "%s: no memory", collection);
		return NULL;
	}
	sqlite3_stmt *statement = nw_sqlite_conn_text(conn, nw_buf_str(sql), &rc);

	*status = rc == SQLITE_OK ? NW_STORE_OK : nw_sqlite_error(conn->db, rc, collection, error);
	conn->deadline_ms = nw_clock_ms() + NW_STORE_QUERY_MS;
	return statement;
}

/* A connection and the text of a query up to its WHERE. */
struct search {
	struct nw_sqlite_conn *conn;
	struct nw_buf sql;
};

static enum nw_store_status begin(struct nw_sqlite *sqlite, struct search *search, const char *select,
				  const char *collection, const bson_t *bson, const struct nw_filter *filter,
				  bson_error_t *error)
{
	enum nw_store_status status = nw_sqlite_pool_take_sync(sqlite, &search->conn, error);

	if (status == NW_STORE_OK) {
		nw_buf_adds(&search->sql, select);
		add_source(sqlite, search->conn, &search->sql, collection, filter, has_members(bson));
	}
	return status;
}

static void finish(struct nw_sqlite *sqlite, struct search *search, sqlite3_stmt *statement)
{
	if (statement != NULL) {
		nw_sqlite_conn_done(statement);
	}
	search->conn->deadline_ms = 0;
	nw_buf_free(&search->sql);
	nw_sqlite_pool_give(sqlite, search->conn);
}

enum nw_store_status nw_sqlite_find(void *db, const struct nw_store_query *query, const struct nw_filter *filter,
				    nw_store_row row, void *arg, bson_error_t *error)
{
	struct search search = {0};
	enum nw_store_status status = begin(db, &search, "SELECT doc", query->collection, query->filter, filter, error);

	if (status != NW_STORE_OK) {
		return status;
	}
	if (has_members(query->sort)) {
		add_sort(&search.sql, query->sort);
	} else {
		nw_buf_adds(&search.sql, " ORDER BY rowid");
	}
	nw_buf_adds(&search.sql, " LIMIT ?3 OFFSET ?4");
	sqlite3_stmt *statement = prepare(search.conn, &search.sql, query->collection, &status, error);

	if (statement != NULL) {
		bind_filter(statement, filter);
		bind_query(statement, query, search.conn);
		status = read_rows(search.conn, statement, query->collection, row, arg, error);
	}
	finish(db, &search, statement);
	return status;
}

enum nw_store_status nw_sqlite_count(void *db, const char *collection, const bson_t *bson,
				     const struct nw_filter *filter, int64_t *out, bson_error_t *error)
{
	struct search search = {0};
	enum nw_store_status status = begin(db, &search, "SELECT count(*)", collection, bson, filter, error);

	if (status != NW_STORE_OK) {
		return status;
	}
	struct nw_sqlite_conn *conn = search.conn;
	sqlite3_stmt *statement = prepare(conn, &search.sql, collection, &status, error);
	int64_t n = 0;

	if (statement != NULL) {
		bind_filter(statement, filter);
		if (conn->key.len > 0) {
			sqlite3_bind_blob64(statement, KEY, conn->key.data, conn->key.len, SQLITE_STATIC);
		}
		int rc = sqlite3_step(statement);

		if (rc == SQLITE_ROW) {
			n = sqlite3_column_int64(statement, 0);
		} else if (!nw_sqlite_conn_lacks_table(conn, rc)) {
			status = nw_sqlite_error(conn->db, rc, collection, error);
		}
	}
	finish(db, &search, statement);
	if (status == NW_STORE_OK) {
		*out = n;
	}
	return status;
}

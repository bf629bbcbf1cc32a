#include <errno.h>
#include <string.h>

#include "worker/store/op.h"
#include "worker/store/set.h"
#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"
#include "worker/store/sqlite_name.h"

/* A row that is to be changed. */
struct row {
	sqlite3_stmt *statement; /* holds the document; to be done with */
	sqlite3_int64 rowid;
	bson_t doc;
};

static void fail(struct nw_sqlite_conn *conn, struct nw_store_op *op, int rc)
{
	op->status = nw_sqlite_error(conn->db, rc, op->collection, &op->error);
}

/* "UNIQUE constraint failed: index 'i_people/lastname/u'", or "...: c_people.id". */
static void fail_duplicate(struct nw_sqlite_conn *conn, struct nw_store_op *op, size_t at)
{
	const char *message = sqlite3_errmsg(conn->db);
	const char *index = strstr(message, "index '");
	struct nw_buf field = {0};

	if (index == NULL) {
		nw_op_duplicate(op, at, "_id", 3);
		return;
	}
	index += 7;
	if (nw_sqlite_name_field(&field, index, strcspn(index, "'")) && !field.failed) {
		nw_op_duplicate(op, at, field.data, field.len);
	} else {
		nw_op_duplicate(op, at, NULL, 0);
	}
	nw_buf_free(&field);
}

/* A statement that changes something ran: what came of it? */
static bool is_done(struct nw_sqlite_conn *conn, struct nw_store_op *op, size_t at, int rc)
{
	if (rc == SQLITE_DONE) {
		return true;
	}
	if (rc == SQLITE_CONSTRAINT_UNIQUE) {
		fail_duplicate(conn, op, at);
	} else {
		fail(conn, op, rc);
	}
	op->failed_at = at;
	return false;
}

static int step_insert(struct nw_sqlite_conn *conn, const char *collection, const bson_t *doc)
{
	int rc = SQLITE_OK;
	sqlite3_stmt *statement = nw_sqlite_conn_verb(conn, collection, NW_SQLITE_INSERT, &rc);

	if (statement == NULL) {
		return rc == SQLITE_OK ? SQLITE_ERROR : rc;
	}
	sqlite3_bind_blob64(statement, 1, conn->key.data, conn->key.len, SQLITE_STATIC);
	sqlite3_bind_blob64(statement, 2, bson_get_data(doc), doc->len, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	nw_sqlite_conn_done(statement);
	return rc;
}

/* MongoDB keeps a document with its _id first. NULL: it is so already. */
static bson_t *id_first_new(const bson_t *doc, const bson_iter_t *id)
{
	bson_iter_t first;

	if (bson_iter_init(&first, doc) && bson_iter_next(&first) && first.off == id->off) {
		return NULL;
	}
	bson_t *out = bson_sized_new(doc->len);

	bson_append_iter(out, NULL, 0, id);
	bson_copy_to_excluding_noinit(doc, out, "_id", NULL);
	return out;
}

/* Has another document the id in conn->key? */
static bool is_id_taken(struct nw_sqlite_conn *conn, const char *collection)
{
	int rc = SQLITE_OK;
	sqlite3_stmt *statement = nw_sqlite_conn_verb(conn, collection, NW_SQLITE_PICK, &rc);

	if (statement == NULL) {
		return false;
	}
	sqlite3_bind_blob64(statement, 1, conn->key.data, conn->key.len, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	nw_sqlite_conn_done(statement);
	return rc == SQLITE_ROW;
}

static bool insert_one(struct nw_sqlite_conn *conn, struct nw_store_op *op, size_t at)
{
	const bson_t *doc = op->docs[at];
	bson_iter_t id;

	if (!bson_iter_init_find(&id, doc, "_id") || !nw_sqlite_conn_key(conn, bson_iter_value(&id))) {
		nw_op_fail(op, NW_STORE_INVALID, "%s: this cannot be an _id", op->collection);
		op->failed_at = at;
		return false;
	}
	bson_t *moved = id_first_new(doc, &id);
	const bson_t *stored = moved != NULL ? moved : doc;
	int rc = step_insert(conn, op->collection, stored);

	/* The first document makes the table. */
	if (nw_sqlite_conn_lacks_table(conn, rc)) {
		rc = nw_sqlite_conn_create(conn, op->collection);
		if (rc == SQLITE_OK) {
			rc = step_insert(conn, op->collection, stored);
		}
	}
	bson_destroy(moved);
	bool is_inserted = is_done(conn, op, at, rc);

	/* Of several values that are taken SQLite names any, MongoDB the _id. */
	if (op->status == NW_STORE_DUPLICATE && is_id_taken(conn, op->collection)) {
		nw_op_duplicate(op, at, "_id", 3);
	}
	return is_inserted;
}

static void insert_all(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	size_t at = 0;

	op->status = NW_STORE_OK;
	if (op->n_docs == 1) {
		insert_one(conn, op, 0); /* a statement that fails undoes itself */
		return;
	}
	int rc = nw_sqlite_conn_exec(conn, "SAVEPOINT one");

	if (rc != SQLITE_OK) {
		fail(conn, op, rc);
		return;
	}
	while (at < op->n_docs && insert_one(conn, op, at)) {
		at++;
	}
	if (sqlite3_get_autocommit(conn->db) != 0) {
		return; /* the whole transaction is gone, savepoint and all */
	}
	rc = nw_sqlite_conn_exec(conn, at == op->n_docs ? "RELEASE one" : "ROLLBACK TO one; RELEASE one");
	if (rc != SQLITE_OK) {
		fail(conn, op, rc);
		nw_sqlite_conn_exec(conn, "ROLLBACK"); /* half of it must not be committed with the others */
	}
}

/* The row with op->id if its etag is op->etag; else the status says what there is. */
static bool pick_row(struct nw_sqlite_conn *conn, struct nw_store_op *op, struct row *row)
{
	int rc = SQLITE_OK;

	if (!nw_sqlite_conn_key(conn, &op->id)) {
		nw_op_fail(op, NW_STORE_INVALID, "%s: this cannot be an _id", op->collection);
		return false;
	}
	row->statement = nw_sqlite_conn_verb(conn, op->collection, NW_SQLITE_PICK, &rc);
	if (row->statement != NULL) {
		sqlite3_bind_blob64(row->statement, 1, conn->key.data, conn->key.len, SQLITE_STATIC);
		rc = sqlite3_step(row->statement);
	}
	if (rc == SQLITE_OK || rc == SQLITE_DONE || nw_sqlite_conn_lacks_table(conn, rc)) {
		op->status = NW_STORE_MISSING;
	} else if (rc != SQLITE_ROW) {
		fail(conn, op, rc);
	} else {
		row->rowid = sqlite3_column_int64(row->statement, 0);
		const void *data = sqlite3_column_blob(row->statement, 1);
		int len = sqlite3_column_bytes(row->statement, 1);

		if (data == NULL || !bson_init_static(&row->doc, data, (size_t)len)) {
			nw_op_fail(op, NW_STORE_FAILED, "%s: a stored document is broken", op->collection);
		} else if (!nw_op_etag_matches(&row->doc, op->etag)) {
			op->status = NW_STORE_STALE;
		} else {
			op->status = NW_STORE_OK;
			return true;
		}
	}
	if (row->statement != NULL) {
		nw_sqlite_conn_done(row->statement);
	}
	return false;
}

static void put_row(struct nw_sqlite_conn *conn, struct nw_store_op *op, sqlite3_int64 rowid, const bson_t *doc)
{
	int rc = SQLITE_OK;
	sqlite3_stmt *statement = nw_sqlite_conn_verb(conn, op->collection, NW_SQLITE_PUT, &rc);

	if (statement != NULL) {
		sqlite3_bind_int64(statement, 1, rowid);
		sqlite3_bind_blob64(statement, 2, bson_get_data(doc), doc->len, SQLITE_STATIC);
		rc = sqlite3_step(statement);
		nw_sqlite_conn_done(statement);
	}
	is_done(conn, op, 0, rc);
}

static void replace(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	struct row row = {0};
	bson_iter_t id;

	if (!pick_row(conn, op, &row)) {
		return;
	}
	nw_sqlite_conn_done(row.statement);
	bson_t *moved = bson_iter_init_find(&id, op->docs[0], "_id") ? id_first_new(op->docs[0], &id) : NULL;

	put_row(conn, op, row.rowid, moved != NULL ? moved : op->docs[0]);
	bson_destroy(moved);
}

static void update(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	struct row row = {0};
	struct nw_err err = {0};
	bson_t doc;

	if (!pick_row(conn, op, &row)) {
		return;
	}
	int code = nw_set_apply(&row.doc, op->docs[0], &doc, &err);

	nw_sqlite_conn_done(row.statement);
	if (code != 0) {
		nw_op_fail(op, code == -EINVAL ? NW_STORE_INVALID : NW_STORE_UNAVAILABLE, "%s: %.400s", op->collection,
			   err.msg);
		return;
	}
	if (doc.len > NW_STORE_DOC_SIZE) {
		nw_op_fail(op, NW_STORE_INVALID, "%s: a document has at most 16 MiB", op->collection);
	} else {
		put_row(conn, op, row.rowid, &doc);
	}
	bson_destroy(&doc);
}

static void remove_row(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	struct row row = {0};
	int rc = SQLITE_OK;

	if (!pick_row(conn, op, &row)) {
		return;
	}
	nw_sqlite_conn_done(row.statement);
	sqlite3_stmt *statement = nw_sqlite_conn_verb(conn, op->collection, NW_SQLITE_REMOVE, &rc);

	if (statement != NULL) {
		sqlite3_bind_int64(statement, 1, row.rowid);
		rc = sqlite3_step(statement);
		nw_sqlite_conn_done(statement);
	}
	is_done(conn, op, 0, rc);
}

static void run_one(struct nw_sqlite_conn *conn, struct nw_store_op *op)
{
	switch (op->kind) {
	case NW_STORE_INSERT:
		insert_all(conn, op);
		break;
	case NW_STORE_REPLACE:
		replace(conn, op);
		break;
	case NW_STORE_UPDATE:
		update(conn, op);
		break;
	case NW_STORE_REMOVE:
		remove_row(conn, op);
		break;
	case NW_STORE_GET:
	case NW_STORE_PING:
		break; /* not a write */
	}
}

static void fail_all(struct nw_store_op **ops, size_t n, enum nw_store_status status, const bson_error_t *error)
{
	for (size_t i = 0; i < n; i++) {
		nw_op_fail_as(ops[i], status, error);
	}
}

/* All in one transaction, the lock held. false: an operation's failure undid the whole, so that none was done. */
static bool run_locked(struct nw_sqlite *sqlite, struct nw_store_op **ops, size_t n)
{
	struct nw_sqlite_conn *conn = sqlite->writer;
	bson_error_t error;
	int rc = nw_sqlite_conn_exec(conn, "BEGIN IMMEDIATE");

	for (size_t i = 0; i < n && rc == SQLITE_OK; i++) {
		run_one(conn, ops[i]);
		if (sqlite3_get_autocommit(conn->db) != 0) {
			return false;
		}
	}
	if (rc == SQLITE_OK) {
		rc = nw_sqlite_conn_exec(conn, "COMMIT");
	}
	if (rc != SQLITE_OK) {
		enum nw_store_status status = nw_sqlite_error(conn->db, rc, sqlite->path, &error);

		fail_all(ops, n, status, &error);
		if (sqlite3_get_autocommit(conn->db) == 0) {
			nw_sqlite_conn_exec(conn, "ROLLBACK");
		}
	}
	return true;
}

/* One of them may be too much for the disk, where each of the others is not. */
static void run_singly(struct nw_sqlite *sqlite, struct nw_store_op **ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		nw_store_op_fini(ops[i]);
		nw_op_begin(ops[i]);
		run_locked(sqlite, &ops[i], 1);
	}
}

static void ping_all(void *db, struct nw_store_op **ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ops[i]->status = nw_sqlite_driver.ping(db, &ops[i]->error);
	}
}

/* A full disk may have room in the log, once its pages are in the database. */
static void note_trouble(struct nw_sqlite *sqlite, struct nw_store_op *const *ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ops[i]->status == NW_STORE_UNAVAILABLE) {
			atomic_store(&sqlite->checkpoint_at, 0);
			return;
		}
	}
}

void nw_sqlite_run_batch(void *db, struct nw_store_op **ops, size_t n)
{
	struct nw_sqlite *sqlite = db;
	bson_error_t error;

	if (!nw_op_is_write(ops[0])) {
		ping_all(db, ops, n);
		return;
	}
	int code = nw_sqlite_lock_take_sync(&sqlite->lock);

	if (code != 0) {
		nw_op_error(&error, NW_STORE_UNAVAILABLE, "%s-lock: %s", sqlite->path, strerror(-code));
		fail_all(ops, n, NW_STORE_UNAVAILABLE, &error);
		return;
	}
	if (!run_locked(sqlite, ops, n) && n > 1) {
		run_singly(sqlite, ops, n);
	}
	note_trouble(sqlite, ops, n);
	nw_sqlite_lock_give(&sqlite->lock);
}

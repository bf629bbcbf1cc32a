/** A connection to the file, used by one thread at a time, and its prepared statements. */
#ifndef NW_STORE_SQLITE_CONN_H
#define NW_STORE_SQLITE_CONN_H

#include <sqlite3.h>

#include "common/buf.h"
#include "common/cc.h"
#include "worker/store/store.h"

struct nw_sqlite;

/** What is prepared once for a collection. */
enum nw_sqlite_verb {
	NW_SQLITE_GET,    /* ?1 id -> doc */
	NW_SQLITE_PICK,   /* ?1 id -> rowid, doc */
	NW_SQLITE_INSERT, /* ?1 id, ?2 doc */
	NW_SQLITE_PUT,    /* ?1 rowid, ?2 doc */
	NW_SQLITE_REMOVE, /* ?1 rowid */
	NW_SQLITE_VERBS,
};

enum {
	NW_SQLITE_TABLES = 64, /* collections whose statements a connection keeps */
	NW_SQLITE_TEXTS = 16,  /* other statements that it keeps, by their text */
};

struct nw_sqlite_table {
	char *collection;
	sqlite3_stmt *statements[NW_SQLITE_VERBS]; /* prepared when first needed */
};

struct nw_sqlite_conn {
	sqlite3 *db;
	struct nw_sqlite_table tables[NW_SQLITE_TABLES]; /* used last first */
	unsigned n_tables;
	sqlite3_stmt *texts[NW_SQLITE_TEXTS]; /* used last first */
	unsigned n_texts;
	struct nw_buf key;           /* scratch */
	int64_t deadline_ms;         /* of the query that runs; 0: none */
	struct nw_sqlite_conn *next; /* in the pool */
};

/** Opens @sqlite's path; the file is made if it is not there. The lock is held: it may have to recover the log. */
enum nw_store_status nw_sqlite_conn_open(struct nw_sqlite *sqlite, bool is_writer, struct nw_sqlite_conn **out,
					 bson_error_t *error); /* sqlite_open.c */
struct nw_sqlite_conn *nw_sqlite_conn_close(struct nw_sqlite_conn *conn);

/**
 * The statement, reset; NULL: *rc says why, SQLITE_OK that the collection has no table yet. Borrowed until the next
 * call for the same connection.
 */
sqlite3_stmt *nw_sqlite_conn_verb(struct nw_sqlite_conn *conn, const char *collection, enum nw_sqlite_verb verb,
				  int *rc);

/** The same for any text. */
sqlite3_stmt *nw_sqlite_conn_text(struct nw_sqlite_conn *conn, const char *sql, int *rc);

/** Ends the statement's read transaction and lets go of what is bound. */
void nw_sqlite_conn_done(sqlite3_stmt *statement);

/** Run a text that has no result; an SQLite result. */
int nw_sqlite_conn_exec(struct nw_sqlite_conn *conn, const char *sql);

/** Make the collection's table if there is none; in a transaction of the writer. An SQLite result. */
int nw_sqlite_conn_create(struct nw_sqlite_conn *conn, const char *collection);

/** Is that what the last failure was? */
bool nw_sqlite_conn_lacks_table(const struct nw_sqlite_conn *conn, int rc);

/** A value's key in conn->key. false: it has none. */
bool nw_sqlite_conn_key(struct nw_sqlite_conn *conn, const bson_value_t *value);

#endif

/**
 * The embedded driver's own parts. A database is one file; any number of processes have it open, each with one
 * connection that writes (under the lock, sqlite_lock.h) and several that read.
 *
 * Layout (user_version 1): a collection is a table c_NAME (rowid INTEGER PRIMARY KEY, id BLOB UNIQUE: the _id's
 * nw_value_key(), doc BLOB: BSON); an index is an SQLite index over nw_key(doc, 'field').
 */
#ifndef NW_STORE_SQLITE_H
#define NW_STORE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "common/buf.h"
#include "common/cc.h"
#include "worker/store/driver.h"
#include "worker/store/sqlite_lock.h"

/** An index that this process made sure of; the list only grows, so readers need no lock. */
struct nw_sqlite_index {
	struct nw_sqlite_index *next;
	char *collection;
	char *field;
};

struct nw_sqlite_conn;

struct nw_sqlite {
	char *path; /* absolute: a later chdir changes nothing */
	struct nw_sqlite_lock lock;
	struct nw_sqlite_conn *writer; /* under the lock */
	struct nw_sqlite_conn *loop;   /* reads on the loop */
	pthread_mutex_t pool_lock;
	struct nw_sqlite_conn *idle;        /* readers that no thread uses now */
	unsigned n_idle, n_busy, n_waiting; /* of them, in use, and threads that wait for a new one */
	_Atomic(struct nw_sqlite_index *) indexes;
	atomic_int wal_pages;     /* in the log at the last commit */
	atomic_int checkpoint_at; /* pages */
};

/* sqlite_error.c: results of SQLite as statuses */
enum nw_store_status nw_sqlite_error(sqlite3 *db, int rc, const char *what, bson_error_t *error);

/* sqlite_batch.c */
void nw_sqlite_run_batch(void *db, struct nw_store_op **ops, size_t n);

/* sqlite_checkpoint.c: the log's pages written into the database */
enum { NW_SQLITE_CHECKPOINT = 1000 }; /* after so many more pages */
/** On the lane: if it is time; @is_last: now, and the log is cut if nobody else reads it. */
void nw_sqlite_checkpoint_sync(struct nw_sqlite *sqlite, bool is_last);
/** For sqlite3_wal_hook(): how long the log is after a commit. */
int nw_sqlite_checkpoint_note(void *arg, sqlite3 *db, const char *name, int pages);

/* sqlite_query.c */
void nw_sqlite_get_one(void *db, struct nw_store_op *op, bool on_loop);
enum nw_store_status nw_sqlite_find(void *db, const struct nw_store_query *query, const struct nw_filter *filter,
				    nw_store_row row, void *arg, bson_error_t *error);
enum nw_store_status nw_sqlite_count(void *db, const char *collection, const bson_t *bson,
				     const struct nw_filter *filter, int64_t *out, bson_error_t *error);

/* sqlite_index.c */
enum nw_store_status nw_sqlite_ensure_index(void *db, const char *collection, const char *field, bool unique,
					    bson_error_t *error);
void nw_sqlite_index_free(struct nw_sqlite *sqlite);

#endif

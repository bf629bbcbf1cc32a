#include "worker/store/sqlite.h"
#include "worker/store/sqlite_conn.h"

/* Pages of 4 KiB in the log. */
enum {
	URGENT = 16000, /* readers of old states are waited for, so that the log can begin anew */
	URGENT_WAIT_MS = 300,
	BUSY_MS = 1000,
};

static bool is_time(const struct nw_sqlite *sqlite)
{
	return sqlite->wal_pages >= sqlite->checkpoint_at;
}

static void run_locked(struct nw_sqlite *sqlite, bool is_last)
{
	int mode = SQLITE_CHECKPOINT_PASSIVE;

	if (is_last) {
		mode = SQLITE_CHECKPOINT_TRUNCATE;
		sqlite3_busy_timeout(sqlite->writer->db, 0);
	} else if (sqlite->wal_pages > URGENT) {
		mode = SQLITE_CHECKPOINT_RESTART;
		sqlite3_busy_timeout(sqlite->writer->db, URGENT_WAIT_MS);
	}
	/* A failure loses nothing: the log keeps what it has, and the next one tries again. */
	sqlite3_wal_checkpoint_v2(sqlite->writer->db, NULL, mode, NULL, NULL);
	sqlite3_busy_timeout(sqlite->writer->db, BUSY_MS);
	sqlite->checkpoint_at = sqlite->wal_pages + NW_SQLITE_CHECKPOINT;
}

void nw_sqlite_checkpoint_sync(struct nw_sqlite *sqlite, bool is_last)
{
	if (!is_last && !is_time(sqlite)) {
		return;
	}
	if (nw_sqlite_lock_take_sync(&sqlite->lock) == 0) {
		run_locked(sqlite, is_last);
		nw_sqlite_lock_give(&sqlite->lock);
	}
}

int nw_sqlite_checkpoint_note(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct nw_sqlite *sqlite = arg;

	(void)db;
	(void)name;
	if (pages < sqlite->wal_pages) {
		sqlite->checkpoint_at = NW_SQLITE_CHECKPOINT; /* the log began anew */
	}
	sqlite->wal_pages = pages;
	return SQLITE_OK;
}

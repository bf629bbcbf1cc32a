#include <string.h>

#include "worker/store/op.h"
#include "worker/store/sqlite.h"

static enum nw_store_status status_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return NW_STORE_OK;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PROTOCOL:
	case SQLITE_NOMEM:
		return NW_STORE_UNAVAILABLE;
	case SQLITE_TOOBIG:
		return NW_STORE_INVALID;
	default:
		return NW_STORE_FAILED;
	}
}

enum nw_store_status nw_sqlite_error(sqlite3 *db, int rc, const char *what, bson_error_t *error)
{
	const char *why = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	if ((rc & 0xff) == SQLITE_INTERRUPT) {
		why = "took too long";
	}
	nw_op_error(error, NW_STORE_FAILED, "%s: %s (sqlite %d)", what, why, rc);
	error->code = (uint32_t)rc;
	return status_of(rc);
}

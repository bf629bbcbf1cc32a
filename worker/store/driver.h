/**
 * What a database must do to be a store: one table of functions. Lanes, waiting, outages and index declarations are
 * written once above it (store.c, lane.c, outage.c, index.c).
 */
#ifndef NW_STORE_DRIVER_H
#define NW_STORE_DRIVER_H

#include "common/err.h"
#include "worker/store/store.h"

struct nw_filter;

struct nw_driver {
	const char *scheme;      /* "sqlite", "mongodb" */
	unsigned n_lanes;        /* threads that run batches */
	unsigned n_change_lanes; /* more threads, for changes, one each at a time; 0: changes are batched as well */
	unsigned max_batch;      /* operations in one batch, at most NW_LANE_BATCH */
	bool is_quick;           /* get_one may run on the loop */
	bool is_remote;          /* can be away: while it is, calls fail at once */
	bool mixes_writes;       /* a batch may hold writes of any kind and any collection */

	/** Is @uri (of this scheme) well-formed? Opens nothing. */
	int (*check)(const char *uri, struct nw_err *err);
	int (*open)(const char *uri, void **out_db, struct nw_err *err);
	void (*close)(void *db);

	/** is_quick drivers only: one GET, on the loop (@on_loop) or on any other thread. */
	void (*get_one)(void *db, struct nw_store_op *op, bool on_loop);
	/**
	 * Run a batch on a lane thread: all of one collection and one kind, unless mixes_writes. Sets status and
	 * results of each; a batch never fails as a whole without a status for each.
	 */
	void (*run_batch)(void *db, struct nw_store_op **ops, size_t n);
	/** May be NULL: housekeeping on a lane thread, after a batch was answered. */
	void (*tidy)(void *db);

	enum nw_store_status (*find)(void *db, const struct nw_store_query *query, const struct nw_filter *filter,
				     nw_store_row row, void *arg, bson_error_t *error);
	enum nw_store_status (*count)(void *db, const char *collection, const bson_t *bson,
				      const struct nw_filter *filter, int64_t *out, bson_error_t *error);
	enum nw_store_status (*ensure_index)(void *db, const char *collection, const char *field, bool unique,
					     bson_error_t *error);
	enum nw_store_status (*ping)(void *db, bson_error_t *error);
	void (*pool)(void *db, struct nw_store_pool *out);
};

enum {
	NW_STORE_DOC_SIZE = 16 * 1024 * 1024, /* bytes of a document, MongoDB's limit */
	NW_STORE_QUERY_MS = 30000,            /* what a find or a count may take */
};

extern const struct nw_driver nw_sqlite_driver;
extern const struct nw_driver nw_mongo_driver;

#endif

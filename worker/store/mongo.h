/** The MongoDB driver's own parts. */
#ifndef NW_STORE_MONGO_H
#define NW_STORE_MONGO_H

#include <bson/bson.h>
#include <stdatomic.h>

#include "common/cc.h"
#include "worker/store/driver.h"

struct _mongoc_client_t;
struct _mongoc_client_pool_t;
struct _mongoc_collection_t;

struct nw_mongo {
	struct _mongoc_client_pool_t *pool;
	char *database;
	uint32_t limit; /* clients that the pool may have */
	_Atomic uint32_t n_open, n_busy, n_waiting;
	_Atomic uint64_t n_timeouts;
};

/** A client for the caller's thread; NULL: all are in use for too long. */
struct _mongoc_client_t *nw_mongo_pop(void *db);
void nw_mongo_push(void *db, struct _mongoc_client_t *client);
const char *nw_mongo_database(const void *db);
enum nw_store_status nw_mongo_no_client(bson_error_t *error);

/* mongo_error.c */
enum nw_store_status nw_mongo_status(const bson_error_t *error);
/** Was the request perhaps carried out, though the answer did not come? */
bool nw_mongo_is_unclear(const bson_error_t *error);
/** The outcome of a write of op->docs[@at] on its own, from the driver's @reply and op->error. */
void nw_mongo_fail_write(struct nw_store_op *op, size_t at, const bson_t *reply);
/** The same for one entry of writeErrors. */
void nw_mongo_fail_entry(struct nw_store_op *op, size_t at, const bson_iter_t *entry);

/* Batches, each all of one collection. */
void nw_mongo_get(struct nw_mongo *mongo, struct _mongoc_client_t *client, struct nw_store_op **ops, size_t n);
void nw_mongo_insert(struct nw_mongo *mongo, struct _mongoc_client_t *client, struct nw_store_op **ops, size_t n);
void nw_mongo_insert_all(struct nw_mongo *mongo, struct _mongoc_client_t *client, struct nw_store_op *op);
void nw_mongo_change(struct nw_mongo *mongo, struct _mongoc_client_t *client, struct nw_store_op *op);

/** The document with @id, copied to @out (initialised by this call when OK). */
enum nw_store_status nw_mongo_get_one(struct nw_mongo *mongo, struct _mongoc_client_t *client, const char *collection,
				      const bson_value_t *id, bson_t *out, bson_error_t *error);

/* mongo_query.c, mongo_index.c */
enum nw_store_status nw_mongo_find(void *db, const struct nw_store_query *query, const struct nw_filter *filter,
				   nw_store_row row, void *arg, bson_error_t *error);
enum nw_store_status nw_mongo_count(void *db, const char *collection, const bson_t *bson,
				    const struct nw_filter *filter, int64_t *out, bson_error_t *error);
enum nw_store_status nw_mongo_ensure_index(void *db, const char *collection, const char *field, bool unique,
					   bson_error_t *error);

#endif

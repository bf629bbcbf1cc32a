/** What is the same for every operation of a store, whoever runs it: checks, results, failures. */
#ifndef NW_STORE_OP_H
#define NW_STORE_OP_H

#include "common/cc.h"
#include "worker/store/store.h"

/** Zero the results (those of a run before are not freed). */
void nw_op_begin(struct nw_store_op *op);

/** Is it what store.h asks for? false: status is INVALID and error says why. */
bool nw_op_check(struct nw_store_op *op);

/** The same for what the blocking calls take. NW_STORE_OK or INVALID with @error. */
enum nw_store_status nw_op_check_collection(const char *collection, bson_error_t *error);
enum nw_store_status nw_op_check_field(const char *field, bson_error_t *error);
enum nw_store_status nw_op_check_query(const struct nw_store_query *query, bson_error_t *error);

bool nw_op_is_change(const struct nw_store_op *op); /* REPLACE, UPDATE, REMOVE */
bool nw_op_is_write(const struct nw_store_op *op);  /* those and INSERT */

/** Does @doc have an _etag that is @etag ("": none that is a string, or an empty one)? True when @etag is NULL. */
bool nw_op_etag_matches(const bson_t *doc, const char *etag);

/**
 * A queued operation's results are made on a lane's thread, where its alloc may not be called: they are on the heap
 * until the thread that submitted it (the loop, or the one that waits) takes them over.
 */
void nw_op_queue(struct nw_store_op *op);
void nw_op_take_over(struct nw_store_op *op);

/** Set the outcome. */
void nw_op_found(struct nw_store_op *op, const void *doc, size_t len); /* OK and a copy, or FAILED: no room for it */
void nw_op_duplicate(struct nw_store_op *op, size_t at, const char *field, size_t len); /* @field NULL: not known */
void nw_op_fail(struct nw_store_op *op, enum nw_store_status status, const char *fmt, ...) NW_PRINTF(3, 4);
void nw_op_fail_as(struct nw_store_op *op, enum nw_store_status status, const bson_error_t *error);

/** Set @error (may be NULL); returns @status. */
enum nw_store_status nw_op_error(bson_error_t *error, enum nw_store_status status, const char *fmt, ...)
	NW_PRINTF(3, 4);

#endif

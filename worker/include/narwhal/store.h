/**
 * Documents: kept by MongoDB or by the embedded store, through the same calls. Documents are BSON, filters are
 * MongoDB's language, ids are any BSON value. Two ways in:
 *
 * - nw_store_submit(): get by id, insert, change; from the loop, answered on the loop, batched with what other requests
 *   queue meanwhile. The _sync form of the same operation is for handler threads.
 * - the other _sync calls block: handler threads only (and init).
 *
 * A write that was answered NW_STORE_OK is on disk. Operations that are under way at the same time may overtake each
 * other: submit the second one from the first one's done where the order matters.
 */
#ifndef NARWHAL_STORE_H
#define NARWHAL_STORE_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <narwhal/abi.h>

struct nw_store;

enum nw_store_status {
	NW_STORE_OK = 0,
	NW_STORE_MISSING,     /* no document with that id */
	NW_STORE_STALE,       /* there is one, but its etag is another */
	NW_STORE_DUPLICATE,   /* a unique index has that value already */
	NW_STORE_INVALID,     /* the caller's mistake: filter, sort, name, document too large */
	NW_STORE_UNAVAILABLE, /* the database does not answer; the same call may work later */
	NW_STORE_FAILED,      /* anything else; not worth a retry */
};

enum nw_store_kind {
	NW_STORE_GET,     /* the document with @id */
	NW_STORE_INSERT,  /* @docs, all or none; a lone MongoDB server has no transactions: there by undoing */
	NW_STORE_REPLACE, /* the document with @id becomes docs[0], if its etag is @etag */
	NW_STORE_UPDATE,  /* the members of docs[0] (dotted names reach in) are set in the document, if ... */
	NW_STORE_REMOVE,  /* the document with @id goes, if ... */
	NW_STORE_PING,    /* the database answers */
};

/**
 * One operation: filled by the caller, who keeps it and all it points to until it is done. Zero-initialise.
 * A change checks the etag and writes in one atomic step.
 */
struct nw_store_op {
	enum nw_store_kind kind;
	const char *collection;
	bson_value_t id;           /* GET and changes; borrowed: its own copy is never made */
	const char *etag;          /* changes: the _etag that is to be there; "": none; NULL: any or none */
	const bson_t *const *docs; /* INSERT: each with an _id; REPLACE: the same _id as @id; UPDATE: no _id */
	size_t n_docs;
	void *(*alloc)(void *arg,
		       size_t size); /* memory for results, never freed here; NULL: malloc, nw_store_op_fini() */
	void *alloc_arg;
	void (*done)(struct nw_store_op *op); /* on the loop, once; NULL with _sync */
	void *arg;                            /* the caller's */

	/* Results, valid in and after done */
	enum nw_store_status status;
	const uint8_t *doc; /* GET: the document's bytes (bson_init_static()); NULL unless OK */
	size_t doc_len;
	size_t failed_at;      /* INSERT: index in docs of the one that failed */
	const char *dup_field; /* DUPLICATE: which field (of several, "_id" if it is one); NULL: not known */
	bson_error_t error;    /* message for the log when status is INVALID, UNAVAILABLE or FAILED */

	/* The store's own while it runs */
	struct nw_store_op *next;
	struct nw_store *store;
	void *lane;
	bool is_queued;
};

/**
 * On the loop. done is called on the loop, perhaps before this returns (an embedded get; an operation that is refused
 * at once). op->alloc, too, is called on the loop only.
 */
NW_API void nw_store_submit(struct nw_store *store, struct nw_store_op *op);

/** On a handler thread: run @op (batched with others all the same) and wait. Returns op->status. */
NW_API enum nw_store_status nw_store_run_sync(struct nw_store *store, struct nw_store_op *op);

/** Free what results without alloc took. */
NW_API void nw_store_op_fini(struct nw_store_op *op);

/** True: a GET costs microseconds and is answered before nw_store_submit() returns. */
NW_API bool nw_store_is_quick(const struct nw_store *store);

struct nw_store_query {
	const char *collection;
	const bson_t *filter; /* NULL: all */
	const bson_t *sort;   /* {"age": -1, "name": 1}; NULL: as stored */
	int64_t skip;
	int64_t limit; /* 0: no limit */
};

/** A row of a find; the bytes are valid during the call. false: no more rows, please. */
typedef bool (*nw_store_row)(void *arg, const bson_t *doc);

NW_API enum nw_store_status nw_store_find_sync(struct nw_store *store, const struct nw_store_query *query,
					       nw_store_row row, void *arg, bson_error_t *error);

NW_API enum nw_store_status nw_store_count_sync(struct nw_store *store, const char *collection, const bson_t *filter,
						int64_t *out_count, bson_error_t *error);

/**
 * Declare an index on @field (dotted; ascending). A unique one ignores documents without the field. Also during init.
 * UNAVAILABLE: the database is away; the index is made before the next write to the collection, which fails as long as
 * it cannot be. DUPLICATE: the documents there break it already; it is not declared.
 */
NW_API enum nw_store_status nw_store_ensure_index_sync(struct nw_store *store, const char *collection,
						       const char *field, bool unique, bson_error_t *error);

NW_API enum nw_store_status nw_store_ping_sync(struct nw_store *store, bson_error_t *error);

#endif

/** What the server itself puts into documents: ids, etags and times. One of each worker, used by all of its threads. */
#ifndef NW_DATA_STAMP_H
#define NW_DATA_STAMP_H

#include <bson/bson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/cc.h"
#include "common/str.h"

enum {
	NW_ETAG_LEN = 40,
	NW_ETAG_DERIVED = 8, /* zeros that a derived etag begins with */
};

struct nw_stamp {
	unsigned char prefix[12]; /* of every etag of this worker: random */
	unsigned char id_prefix[5];
	uint64_t offset; /* random */
	_Atomic uint64_t n_etags;
	_Atomic uint32_t n_ids;
};

/** In the worker, after fork: what is random must not be another worker's. 0 or a negative errno. */
int nw_stamp_init(struct nw_stamp *stamp) NW_MUST_CHECK;

/** 40 hexadecimal digits and a NUL that were no etag before, here or (but for 1 in 2^96) in another worker. */
void nw_stamp_etag(struct nw_stamp *stamp, char out[NW_ETAG_LEN + 1]);

/** A new ObjectId: seconds, five random bytes of the worker, a count. */
void nw_stamp_id(struct nw_stamp *stamp, bson_oid_t *out);

/** Now, in milliseconds since 1970, to the second. */
int64_t nw_stamp_now(void);

/** The etag of what has none of its own (a document that another program stored, a text): derived from its bytes. */
void nw_stamp_derive(const uint8_t *data, size_t len, char out[NW_ETAG_LEN + 1]);

/** Does @etag look like one? One in 2^32 of the others does too. */
bool nw_stamp_is_derived(struct nw_span etag);

#endif

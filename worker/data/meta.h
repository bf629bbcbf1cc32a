/** What a stored document says of itself: _id, _etag, _updated, _created. */
#ifndef NW_DATA_META_H
#define NW_DATA_META_H

#include <bson/bson.h>
#include <stdbool.h>
#include <stdint.h>

#include "worker/data/stamp.h"

struct nw_meta {
	bson_value_t id; /* borrowed from the document */
	const char *etag;
	bool has_etag, has_updated, has_created; /* false: another program stored it; what is said is made up */
	int64_t updated_ms, created_ms;          /* 0 when they are not there, as Eve has it */
	char derived[NW_ETAG_LEN + 1];           /* where etag points when the document has none */
};

/** @out borrows from @doc and from itself: it must not be moved. */
void nw_meta_read(const bson_t *doc, struct nw_meta *out);

#endif

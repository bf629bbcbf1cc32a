/** The item that a change is about, and the conditions under which it may be changed. */
#ifndef NW_DATA_TARGET_H
#define NW_DATA_TARGET_H

#include <bson/bson.h>
#include <stdbool.h>

#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/store.h>

#include "worker/data/meta.h"
#include "worker/data/resource.h"

struct nw_target {
	struct nw_request *req;
	struct nw_response *res;
	const struct nw_resource *resource;
	bson_value_t id;
	struct nw_store_op read;
	const bson_t *stored; /* NULL: there is none */
	struct nw_meta meta;  /* of stored */
};

/** Who it is, from the path. false: *out_answer is what the handler returns. */
bool nw_target_init(struct nw_target *target, struct nw_request *req, struct nw_response *res, int *out_answer);

/** Read it. false: the store failed; *out_answer. Nobody there is no failure. Handler threads only. */
bool nw_target_read_sync(struct nw_target *target, int *out_answer);

/** Does If-Match allow to change it? false: 428 or 412, *out_answer. */
bool nw_target_may_change(struct nw_target *target, int *out_answer);

/** The _etag that the store must find for the change; "": the document has none. */
const char *nw_target_etag(const struct nw_target *target);

#endif

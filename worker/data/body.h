/** What a client sends to be stored. */
#ifndef NW_DATA_BODY_H
#define NW_DATA_BODY_H

#include <bson/bson.h>
#include <stdbool.h>

#include <narwhal/request.h>
#include <narwhal/response.h>

#include "worker/data/resource.h"

/**
 * The body as BSON, from JSON or a form; ends with the request. *out_is_list: a JSON list (its elements may be
 * anything). NULL: it is nothing of that kind and *out_answer is what the handler returns: the answer is set.
 */
bson_t *nw_body_read(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		     bool *out_is_list, int *out_answer);

/** The same where only one document will do. */
bson_t *nw_body_read_one(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
			 int *out_answer);

#endif

/** A stored document as an answer. */
#ifndef NW_DATA_ITEM_H
#define NW_DATA_ITEM_H

#include <bson/bson.h>

#include <narwhal/request.h>
#include <narwhal/response.h>

#include "worker/data/meta.h"
#include "worker/data/resource.h"

/** The members of @doc, and those that every answer has though the document has them not, without braces; a comma
 *  behind the last. */
void nw_item_add_members(struct nw_buf *out, const bson_t *doc, const struct nw_meta *meta);

/** 200 with @doc, or 304 when the client has it. */
int nw_item_answer(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		   const bson_t *doc);

#endif

/** How the data app answers: Eve's bodies, with RFC 9457's members in errors. */
#ifndef NW_DATA_ANSWER_H
#define NW_DATA_ANSWER_H

#include <bson/bson.h>

#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/store.h>

#include "worker/data/issues.h"
#include "worker/data/memory.h"
#include "worker/data/resource.h"

/** The request's memory. */
struct nw_memory nw_answer_memory(struct nw_request *req);

/** An empty document that ends with the request. NULL: no memory. */
bson_t *nw_answer_bson(struct nw_request *req);

/** {"_status":"ERR","_error":{...},...}. The message is Eve's where Eve has one for the status, else @fmt's. */
int nw_answer_error(struct nw_request *req, struct nw_response *res, unsigned status, const char *fmt, ...)
	NW_PRINTF(4, 5);

/** 404: no such item, or no such path. */
int nw_answer_missing(struct nw_request *req, struct nw_response *res);

/** 412: the item is not what the client thinks. */
int nw_answer_stale(struct nw_request *req, struct nw_response *res);

/** 409: another document has what must be this one's alone. @members say what it is (`"_issues":{...}`). */
int nw_answer_taken(struct nw_request *req, struct nw_response *res, const struct nw_buf *members);

/** What the store said, when it is not OK and nothing that the caller knows better. Logs what is for the log. */
int nw_answer_store(struct nw_request *req, struct nw_response *res, enum nw_store_status status,
		    const bson_error_t *error);

/** @body as JSON; one that failed to grow is an error. */
int nw_answer_json(struct nw_request *req, struct nw_response *res, unsigned status, const struct nw_buf *body);

/** 422 to a change: {"_status":"ERR","_issues":{...}}. */
int nw_answer_issues(struct nw_request *req, struct nw_response *res, const struct nw_issues *issues);

/** A request that needs more memory than it may have. */
int nw_answer_too_large(struct nw_request *req, struct nw_response *res);

/** What a write says of a document: {"_id":..., "_updated":..., "_etag":..., "_links":..., "_status":"OK"}. */
void nw_answer_add_written(struct nw_buf *out, const struct nw_resource *resource, const bson_t *doc);

/** Location: the absolute URL of the item. */
int nw_answer_location(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		       const bson_value_t *id);

int nw_answer_etag(struct nw_response *res, const char *etag);
int nw_answer_last_modified(struct nw_request *req, struct nw_response *res, int64_t ms);

#endif

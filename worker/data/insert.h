/** New documents, from the body to the store. */
#ifndef NW_DATA_INSERT_H
#define NW_DATA_INSERT_H

#include <bson/bson.h>
#include <stdbool.h>

#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/store.h>

#include "worker/data/memory.h"
#include "worker/data/resource.h"
#include "worker/data/validate.h"

/** Documents on their way in. */
struct nw_insertion {
	struct nw_request *req;
	struct nw_response *res;
	const struct nw_resource *resource;
	struct nw_memory memory;
	bool is_list;
	size_t n, n_bad;
	const bson_t **docs;          /* as they are stored; those of bad ones are not whole */
	struct nw_validation *checks; /* of each */
	struct nw_store_op op;
};

/** Check one document and put it at docs[@i], with its own _id or a new one. 0 or -ENOMEM. */
int nw_insert_check(struct nw_insertion *ins, size_t i, const bson_t *in) NW_MUST_CHECK;

/** Room for @n documents. 0 or -ENOMEM. */
int nw_insert_init(struct nw_insertion *ins, struct nw_request *req, struct nw_response *res, size_t n) NW_MUST_CHECK;

/** What only the store knows: references, and of bad documents the values that are taken. Handler threads only. */
enum nw_store_status nw_insert_ask_sync(struct nw_insertion *ins, bson_error_t *error);

/** Fill ins->op. */
void nw_insert_prepare(struct nw_insertion *ins);

/** The answer that follows from ins->op and the checks. */
int nw_insert_answer(struct nw_insertion *ins);

#endif

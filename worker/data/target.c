#include "worker/data/target.h"

#include <errno.h>

#include "worker/data/answer.h"
#include "worker/data/condition.h"

bool nw_target_init(struct nw_target *target, struct nw_request *req, struct nw_response *res, int *out_answer)
{
	*target = (struct nw_target){.req = req, .res = res, .resource = nw_request_route_data(req)};
	if (!nw_resource_read_id(target->resource, nw_request_param(req, "item"), &target->id)) {
		*out_answer = nw_answer_missing(req, res);
		return false;
	}
	return true;
}

static void fini(void *arg)
{
	nw_store_op_fini(arg);
}

static bool keep(struct nw_target *target)
{
	bson_t found;
	bson_t *stored;

	if (!bson_init_static(&found, target->read.doc, target->read.doc_len)) {
		return false;
	}
	stored = nw_answer_bson(target->req);
	if (stored == NULL || !bson_concat(stored, &found)) {
		return false;
	}
	target->stored = stored;
	nw_meta_read(stored, &target->meta);
	return true;
}

bool nw_target_read_sync(struct nw_target *target, int *out_answer)
{
	struct nw_store_op *op = &target->read;

	target->stored = NULL;
	*op = (struct nw_store_op){.kind = NW_STORE_GET, .collection = target->resource->collection, .id = target->id};
	nw_store_run_sync(nw_request_store(target->req), op);
	bool is_good = op->status == NW_STORE_MISSING || (op->status == NW_STORE_OK && keep(target));

	if (!is_good) {
		*out_answer = nw_answer_store(target->req, target->res, op->status, &op->error);
	}
	fini(op);
	return is_good;
}

bool nw_target_may_change(struct nw_target *target, int *out_answer)
{
	const char *match = nw_request_header(target->req, "If-Match");

	if (match == NULL) {
		*out_answer = nw_answer_error(target->req, target->res, 428,
					      "To edit a document its etag must be provided using the If-Match header");
		return false;
	}
	if (!nw_condition_lists(match, target->meta.etag)) {
		*out_answer = nw_answer_stale(target->req, target->res);
		return false;
	}
	return true;
}

const char *nw_target_etag(const struct nw_target *target)
{
	return target->meta.has_etag ? target->meta.etag : "";
}

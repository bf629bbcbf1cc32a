/* DELETE of one item. */
#include "worker/data/handlers.h"

#include <errno.h>

#include <narwhal/store.h>

#include "worker/data/answer.h"
#include "worker/data/condition.h"
#include "worker/data/target.h"

/* A DELETE on its way through the store. */
struct removal {
	struct nw_request *req;
	struct nw_response *res;
	struct nw_store_op op;
};

static int answer_gone(struct nw_response *res)
{
	int result =
		nw_response_header(res, "Content-Type", "application/json"); /* Eve's, though there is no content */

	return result != 0 ? result : nw_response_empty(res, 204);
}

static int answer_op(struct nw_request *req, struct nw_response *res, const struct nw_store_op *op)
{
	return op->status == NW_STORE_OK ? answer_gone(res) : nw_answer_store(req, res, op->status, &op->error);
}

/* A list of etags, or one that is not in the document: it is read first. */
static int remove_sync(struct nw_request *req, struct nw_response *res)
{
	struct nw_target target;
	int answer = 0;

	if (!nw_target_init(&target, req, res, &answer) || !nw_target_read_sync(&target, &answer)) {
		return answer;
	}
	if (target.stored == NULL) {
		return nw_answer_missing(req, res);
	}
	if (!nw_target_may_change(&target, &answer)) {
		return answer;
	}
	struct nw_store_op op = {.kind = NW_STORE_REMOVE,
				 .collection = target.resource->collection,
				 .id = target.id,
				 .etag = nw_target_etag(&target)};

	nw_store_run_sync(nw_request_store(req), &op);
	answer = answer_op(req, res, &op);
	nw_store_op_fini(&op);
	return answer;
}

static void on_removed(struct nw_store_op *op)
{
	struct removal *r = op->arg;

	if (answer_op(r->req, r->res, op) != 0) {
		nw_response_error(r->res, 500, "%s", "");
	}
	nw_store_op_fini(op);
	nw_response_send(r->res);
}

static int submit(struct nw_request *req, struct nw_response *res, const bson_value_t *id, const char *etag)
{
	const struct nw_resource *resource = nw_request_route_data(req);
	struct removal *r = nw_request_alloc(req, sizeof(*r));
	int result = r == NULL ? -ENOMEM : nw_response_defer(res);

	if (result == 0) {
		*r = (struct removal){.req = req, .res = res};
		r->op = (struct nw_store_op){.kind = NW_STORE_REMOVE,
					     .collection = resource->collection,
					     .id = *id,
					     .etag = etag,
					     .done = on_removed,
					     .arg = r};
		nw_store_submit(nw_request_store(req), &r->op);
	}
	return result;
}

int nw_remove_delete(struct nw_request *req, struct nw_response *res)
{
	const char *match = nw_request_header(req, "If-Match");
	struct nw_target target;
	struct nw_span etag;
	int answer = 0;

	if (!nw_target_init(&target, req, res, &answer)) {
		return answer;
	}
	if (match == NULL) {
		nw_target_may_change(&target, &answer); /* says what is missing */
		return answer;
	}
	if (nw_condition_is_any(match)) {
		return submit(req, res, &target.id, NULL);
	}
	if (!nw_condition_single(match, &etag) || etag.len == 0 || nw_stamp_is_derived(etag)) {
		return nw_response_offload(res, remove_sync);
	}
	struct nw_memory memory = nw_answer_memory(req);
	const char *copy = nw_memory_strndup(&memory, etag.p, etag.len);

	return copy == NULL ? -ENOMEM : submit(req, res, &target.id, copy);
}

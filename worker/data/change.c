/* PATCH: some members of an item. Sub-documents are merged; what comes of that is checked and set as a whole. */
#include "worker/data/handlers.h"

#include <errno.h>
#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/body.h"
#include "worker/data/condition.h"
#include "worker/data/merge.h"
#include "worker/data/relation.h"
#include "worker/data/state.h"
#include "worker/data/target.h"
#include "worker/data/type.h"
#include "worker/data/unique.h"
#include "worker/data/validate.h"
#include "worker/store/filter.h"

enum { ATTEMPTS = 8 }; /* with If-Match: *, when others change the item meanwhile */

/* A change on its way. */
struct change {
	struct nw_target target;
	struct nw_memory memory;
	struct nw_validation check;
	const bson_t *patch; /* as sent */
	bson_t *set;         /* what is stored: the members that change */
};

/* The id may be sent, but it must be what it is. */
static bool is_other_id(struct change *c)
{
	bson_iter_t iter;
	bson_value_t id;

	return bson_iter_init_find(&iter, c->patch, "_id") &&
	       (!nw_type_coerce(c->target.resource->id, bson_iter_value(&iter), &id) ||
		nw_value_compare(&id, &c->target.id) != 0);
}

static bool check(struct change *c, int *out_answer)
{
	static const struct nw_path id_path = {NULL, "_id"};
	struct nw_target *t = &c->target;
	bson_t *merged = nw_answer_bson(t->req);
	bson_error_t error = {0};

	c->set = nw_answer_bson(t->req);
	if (merged == NULL || c->set == NULL) {
		*out_answer = -ENOMEM;
		return false;
	}
	nw_merge_changes(t->stored, c->patch, merged);
	c->check = (struct nw_validation){.memory = &c->memory,
					  .allow_unknown = t->resource->settings.allow_unknown,
					  .is_change = true,
					  .stored = t->stored};
	if (nw_validate(&c->check, t->resource->schema, merged, c->set) != 0) {
		*out_answer = nw_answer_too_large(t->req, t->res);
		return false;
	}
	if (is_other_id(c)) {
		nw_issues_add(&c->check.issues, &id_path, "field is read-only");
	}
	enum nw_store_status status = nw_relation_check_sync(t->req, t->resource, &c->check, 1, &error);

	if (status == NW_STORE_OK && c->check.issues.n > 0) {
		status = nw_unique_check_sync(t->req, t->resource, c->set, &t->id, &c->check.issues, &error);
	}
	if (status != NW_STORE_OK) {
		*out_answer = nw_answer_store(t->req, t->res, status, &error);
	} else if (c->check.issues.n > 0) {
		*out_answer = nw_answer_issues(t->req, t->res, &c->check.issues);
	} else {
		return true;
	}
	return false;
}

static void append_stamps(const struct change *c)
{
	struct nw_state *state = nw_request_state(c->target.req);
	char etag[NW_ETAG_LEN + 1];

	nw_stamp_etag(&state->stamp, etag);
	bson_append_date_time(c->set, "_updated", -1, nw_stamp_now());
	bson_append_utf8(c->set, "_etag", -1, etag, NW_ETAG_LEN);
}

static int answer_good(struct change *c)
{
	struct nw_target *t = &c->target;
	struct nw_buf body = nw_memory_buf(&c->memory);
	bson_t *changed = nw_answer_bson(t->req);
	struct nw_meta meta;

	if (changed == NULL) {
		return -ENOMEM;
	}
	nw_merge_set(t->stored, c->set, changed);
	nw_meta_read(changed, &meta);
	nw_answer_add_written(&body, t->resource, changed);
	int result = nw_answer_etag(t->res, meta.etag);

	return result != 0 ? result : nw_answer_json(t->req, t->res, 200, &body);
}

static int answer_op(struct change *c, const struct nw_store_op *op)
{
	struct nw_target *t = &c->target;

	if (op->status == NW_STORE_OK) {
		return answer_good(c);
	}
	if (op->status == NW_STORE_DUPLICATE && op->dup_field != NULL) {
		nw_unique_report(&c->check.issues, c->set, op->dup_field);
		return nw_answer_issues(t->req, t->res, &c->check.issues);
	}
	return nw_answer_store(t->req, t->res, op->status, &op->error);
}

/* false: it was changed by another meanwhile, and the client does not mind. */
static bool run(struct change *c, bool is_last, int *out_answer)
{
	struct nw_target *t = &c->target;
	const bson_t *docs[] = {c->set};
	struct nw_store_op op = {.kind = NW_STORE_UPDATE,
				 .collection = t->resource->collection,
				 .id = t->id,
				 .etag = nw_target_etag(t),
				 .docs = docs,
				 .n_docs = 1};
	const char *match = nw_request_header(t->req, "If-Match");

	append_stamps(c);
	nw_store_run_sync(nw_request_store(t->req), &op);
	bool is_over = op.status != NW_STORE_STALE || is_last || match == NULL || !nw_condition_is_any(match);

	if (is_over) {
		*out_answer = answer_op(c, &op);
	}
	nw_store_op_fini(&op);
	return is_over;
}

/* false: once more. */
static bool attempt(struct change *c, bool is_last, int *out_answer)
{
	struct nw_target *t = &c->target;

	if (!nw_target_read_sync(t, out_answer)) {
		return true;
	}
	if (t->stored == NULL) {
		*out_answer = nw_answer_missing(t->req, t->res);
		return true;
	}
	if (!nw_target_may_change(t, out_answer) || !check(c, out_answer)) {
		return true;
	}
	return run(c, is_last, out_answer);
}

int nw_change_patch(struct nw_request *req, struct nw_response *res)
{
	struct change c = {.memory = nw_answer_memory(req)};
	int answer = 0;

	if (!nw_target_init(&c.target, req, res, &answer)) {
		return answer;
	}
	c.patch = nw_body_read_one(req, res, c.target.resource, &answer);
	if (c.patch == NULL) {
		return answer;
	}
	for (int i = 1; !attempt(&c, i == ATTEMPTS, &answer); i++) {
	}
	return answer;
}

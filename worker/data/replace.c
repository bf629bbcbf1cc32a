/* PUT: a whole item, in place of the one that is there, or new under the client's id. */
#include "worker/data/handlers.h"

#include <errno.h>
#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/body.h"
#include "worker/data/condition.h"
#include "worker/data/insert.h"
#include "worker/data/relation.h"
#include "worker/data/state.h"
#include "worker/data/target.h"
#include "worker/data/type.h"
#include "worker/data/unique.h"
#include "worker/store/filter.h"

enum { ATTEMPTS = 8 }; /* when the item comes, goes or (with If-Match: *) changes meanwhile */

/* A replacement on its way. */
struct replacement {
	struct nw_target target;
	struct nw_memory memory;
	struct nw_validation check;
	const bson_t *body; /* as sent, with the path's _id */
	const char *match, *none_match;
	bson_t *doc; /* as it is stored */
};

/* The path's id goes into the body, so that it is held to the rules of its field. false: the body has another. */
static bool put_id(struct replacement *r, const bson_t *sent)
{
	bson_t *body = nw_answer_bson(r->target.req);
	bson_iter_t iter;
	bson_value_t id;

	if (bson_iter_init_find(&iter, sent, "_id") &&
	    (!nw_type_coerce(r->target.resource->id, bson_iter_value(&iter), &id) ||
	     nw_value_compare(&id, &r->target.id) != 0)) {
		return false;
	}
	if (body != NULL) {
		bson_append_value(body, "_id", -1, &r->target.id);
		bson_copy_to_excluding_noinit(sent, body, "_id", NULL);
	}
	r->body = body;
	return true;
}

static int answer_other_id(struct replacement *r)
{
	static const struct nw_path path = {NULL, "_id"};

	r->check.issues = (struct nw_issues){.memory = &r->memory};
	nw_issues_add(&r->check.issues, &path, "field is read-only");
	return nw_answer_issues(r->target.req, r->target.res, &r->check.issues);
}

/* ---- New */

/* false: meanwhile there is one. */
static bool create(struct replacement *r, int *out_answer)
{
	struct nw_target *t = &r->target;
	struct nw_insertion *ins = nw_request_alloc(t->req, sizeof(*ins));
	bson_error_t error = {0};
	enum nw_store_status status;

	if (ins == NULL || nw_insert_init(ins, t->req, t->res, 1) != 0 || nw_insert_check(ins, 0, r->body) != 0) {
		*out_answer = nw_answer_too_large(t->req, t->res);
		return true;
	}
	status = nw_insert_ask_sync(ins, &error);
	if (status != NW_STORE_OK) {
		*out_answer = nw_answer_store(t->req, t->res, status, &error);
		return true;
	}
	nw_insert_prepare(ins);
	if (ins->n_bad == 0) {
		nw_store_run_sync(nw_request_store(t->req), &ins->op);
	}
	bool is_there = ins->op.status == NW_STORE_DUPLICATE &&
			(ins->op.dup_field == NULL || strcmp(ins->op.dup_field, "_id") == 0);

	if (!is_there) {
		*out_answer = nw_insert_answer(ins);
	}
	nw_store_op_fini(&ins->op);
	return !is_there;
}

/* ---- In place of another */

static void append_stamps(struct replacement *r)
{
	struct nw_state *state = nw_request_state(r->target.req);
	char etag[NW_ETAG_LEN + 1];

	nw_stamp_etag(&state->stamp, etag);
	bson_append_date_time(r->doc, "_updated", -1, nw_stamp_now());
	bson_append_date_time(r->doc, "_created", -1, r->target.meta.created_ms);
	bson_append_utf8(r->doc, "_etag", -1, etag, NW_ETAG_LEN);
}

static bool check(struct replacement *r, int *out_answer)
{
	struct nw_target *t = &r->target;
	bson_error_t error = {0};

	r->doc = nw_answer_bson(t->req);
	if (r->doc == NULL) {
		*out_answer = -ENOMEM;
		return false;
	}
	r->check = (struct nw_validation){
		.memory = &r->memory, .allow_unknown = t->resource->settings.allow_unknown, .stored = t->stored};
	if (nw_validate(&r->check, t->resource->schema, r->body, r->doc) != 0) {
		*out_answer = nw_answer_too_large(t->req, t->res);
		return false;
	}
	enum nw_store_status status = nw_relation_check_sync(t->req, t->resource, &r->check, 1, &error);

	if (status == NW_STORE_OK && r->check.issues.n > 0) {
		status = nw_unique_check_sync(t->req, t->resource, r->doc, &t->id, &r->check.issues, &error);
	}
	if (status != NW_STORE_OK) {
		*out_answer = nw_answer_store(t->req, t->res, status, &error);
	} else if (r->check.issues.n > 0) {
		*out_answer = nw_answer_issues(t->req, t->res, &r->check.issues);
	} else {
		return true;
	}
	return false;
}

static int answer_good(struct replacement *r)
{
	struct nw_target *t = &r->target;
	struct nw_buf body = nw_memory_buf(&r->memory);
	struct nw_meta meta;

	nw_meta_read(r->doc, &meta);
	nw_answer_add_written(&body, t->resource, r->doc);
	int result = nw_answer_etag(t->res, meta.etag);

	if (result == 0) {
		result = nw_answer_last_modified(t->req, t->res, meta.updated_ms);
	}
	return result != 0 ? result : nw_answer_json(t->req, t->res, 200, &body);
}

static int answer_op(struct replacement *r, const struct nw_store_op *op)
{
	struct nw_target *t = &r->target;

	if (op->status == NW_STORE_OK) {
		return answer_good(r);
	}
	if (op->status == NW_STORE_MISSING) {
		return nw_answer_stale(t->req, t->res);
	}
	if (op->status == NW_STORE_DUPLICATE && op->dup_field != NULL) {
		nw_unique_report(&r->check.issues, r->doc, op->dup_field);
		return nw_answer_issues(t->req, t->res, &r->check.issues);
	}
	return nw_answer_store(t->req, t->res, op->status, &op->error);
}

/* false: it was changed by another meanwhile, and the client does not mind. */
static bool replace(struct replacement *r, bool is_last, int *out_answer)
{
	struct nw_target *t = &r->target;

	if (!nw_target_may_change(t, out_answer) || !check(r, out_answer)) {
		return true;
	}
	append_stamps(r);
	const bson_t *docs[] = {r->doc};
	struct nw_store_op op = {.kind = NW_STORE_REPLACE,
				 .collection = t->resource->collection,
				 .id = t->id,
				 .etag = nw_target_etag(t),
				 .docs = docs,
				 .n_docs = 1};

	nw_store_run_sync(nw_request_store(t->req), &op);
	bool is_over = op.status != NW_STORE_STALE || is_last || !nw_condition_is_any(r->match);

	if (is_over) {
		*out_answer = answer_op(r, &op);
	}
	nw_store_op_fini(&op);
	return is_over;
}

/* false: once more. */
static bool attempt(struct replacement *r, bool is_last, int *out_answer)
{
	struct nw_target *t = &r->target;

	if (!nw_target_read_sync(t, out_answer)) {
		return true;
	}
	bool is_unwanted =
		t->stored != NULL && r->none_match != NULL && nw_condition_lists(r->none_match, t->meta.etag);

	if (is_unwanted || (t->stored == NULL && r->match != NULL)) {
		*out_answer = nw_answer_stale(t->req, t->res);
		return true;
	}
	if (t->stored != NULL) {
		return replace(r, is_last, out_answer);
	}
	if (!create(r, out_answer)) {
		*out_answer = nw_answer_stale(t->req, t->res);
		return is_last;
	}
	return true;
}

int nw_replace_put(struct nw_request *req, struct nw_response *res)
{
	struct replacement r = {.memory = nw_answer_memory(req),
				.match = nw_request_header(req, "If-Match"),
				.none_match = nw_request_header(req, "If-None-Match")};
	int answer = 0;

	if (!nw_target_init(&r.target, req, res, &answer)) {
		return answer;
	}
	const bson_t *sent = nw_body_read_one(req, res, r.target.resource, &answer);

	if (sent == NULL) {
		return answer;
	}
	if (!put_id(&r, sent)) {
		return answer_other_id(&r);
	}
	if (r.body == NULL) {
		return -ENOMEM;
	}
	for (int i = 1; !attempt(&r, i == ATTEMPTS, &answer); i++) {
	}
	return answer;
}

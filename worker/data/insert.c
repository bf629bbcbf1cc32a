#include "worker/data/insert.h"

#include <errno.h>
#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/body.h"
#include "worker/data/handlers.h"
#include "worker/data/meta.h"
#include "worker/data/relation.h"
#include "worker/data/state.h"
#include "worker/data/unique.h"

enum { INLINE_MAX = 16 << 10 }; /* bytes of a body that the loop may spend its time on */

int nw_insert_init(struct nw_insertion *ins, struct nw_request *req, struct nw_response *res, size_t n)
{
	*ins = (struct nw_insertion){.req = req,
				     .res = res,
				     .resource = nw_request_route_data(req),
				     .memory = nw_answer_memory(req),
				     .n = n};
	ins->docs = nw_memory_alloc(&ins->memory, n * sizeof(*ins->docs));
	ins->checks = nw_memory_alloc(&ins->memory, n * sizeof(*ins->checks));
	return ins->memory.failed ? -ENOMEM : 0;
}

/* An id that the client did not send is made here, when it can be. */
static bool append_id(const struct nw_insertion *ins, bson_t *out, const bson_t *in)
{
	struct nw_state *state = nw_request_state(ins->req);
	bson_oid_t made;
	bson_iter_t iter;

	if (bson_iter_init_find(&iter, in, "_id")) {
		return true;
	}
	if (!nw_field_has_type(ins->resource->id, NW_TYPE_OBJECTID)) {
		return false;
	}
	nw_stamp_id(&state->stamp, &made);
	return bson_append_oid(out, "_id", -1, &made);
}

/* Text that no request's path can end with would be an item that nobody can get, change or delete. */
static bool can_be_path(const bson_t *in)
{
	bson_iter_t iter;
	uint32_t len;

	if (!bson_iter_init_find(&iter, in, "_id") || !BSON_ITER_HOLDS_UTF8(&iter)) {
		return true;
	}
	const char *id = bson_iter_utf8(&iter, &len);

	return len > 0 && id[0] != '/' && memchr(id, '\0', len) == NULL;
}

static void append_stamps(const struct nw_insertion *ins, bson_t *out)
{
	struct nw_state *state = nw_request_state(ins->req);
	int64_t now = nw_stamp_now();
	char etag[NW_ETAG_LEN + 1];

	nw_stamp_etag(&state->stamp, etag);
	bson_append_date_time(out, "_updated", -1, now);
	bson_append_date_time(out, "_created", -1, now);
	bson_append_utf8(out, "_etag", -1, etag, NW_ETAG_LEN);
}

int nw_insert_check(struct nw_insertion *ins, size_t i, const bson_t *in)
{
	static const struct nw_path id_path = {NULL, "_id"};
	struct nw_validation *v = &ins->checks[i];
	bson_t *out = nw_answer_bson(ins->req);

	if (out == NULL) {
		return -ENOMEM;
	}
	ins->docs[i] = out;
	v->memory = &ins->memory;
	v->allow_unknown = ins->resource->settings.allow_unknown;
	bool has_id = append_id(ins, out, in);
	int result = nw_validate(v, ins->resource->schema, in, out);

	if (!has_id) {
		nw_issues_add(&v->issues, &id_path, "required field");
	}
	if (!can_be_path(in)) {
		nw_issues_add(&v->issues, &id_path, "must not be empty, begin with '/' or hold a NUL");
	}
	append_stamps(ins, out);
	ins->n_bad += v->issues.n > 0;
	return result;
}

static void count_bad(struct nw_insertion *ins)
{
	ins->n_bad = 0;
	for (size_t i = 0; i < ins->n; i++) {
		ins->n_bad += ins->checks[i].issues.n > 0;
	}
}

enum nw_store_status nw_insert_ask_sync(struct nw_insertion *ins, bson_error_t *error)
{
	enum nw_store_status status = nw_relation_check_sync(ins->req, ins->resource, ins->checks, ins->n, error);

	count_bad(ins);
	for (size_t i = 0; i < ins->n && status == NW_STORE_OK; i++) {
		if (ins->checks[i].issues.n > 0) {
			status = nw_unique_check_sync(ins->req, ins->resource, ins->docs[i], NULL,
						      &ins->checks[i].issues, error);
		}
	}
	return status;
}

void nw_insert_prepare(struct nw_insertion *ins)
{
	ins->op = (struct nw_store_op){
		.kind = NW_STORE_INSERT,
		.collection = ins->resource->collection,
		.docs = ins->docs,
		.n_docs = ins->n,
	};
}

/* ---- Answers */

static void add_issues(struct nw_insertion *ins, size_t i, struct nw_buf *body)
{
	if (ins->checks[i].issues.n == 0) {
		nw_buf_adds(body, "{\"_status\":\"OK\"}");
		return;
	}
	nw_buf_adds(body, "{\"_status\":\"ERR\",\"_issues\":");
	nw_issues_json(&ins->checks[i].issues, body);
	nw_buf_addc(body, '}');
}

/* Eve's: one document's issues stand at the top, several documents' in a list. */
static void add_all_issues(struct nw_insertion *ins, struct nw_buf *body)
{
	if (ins->is_list) {
		nw_buf_adds(body, "\"_items\":[");
		for (size_t i = 0; i < ins->n; i++) {
			if (i > 0) {
				nw_buf_addc(body, ',');
			}
			add_issues(ins, i, body);
		}
		nw_buf_addc(body, ']');
	} else {
		nw_buf_adds(body, "\"_issues\":");
		nw_issues_json(&ins->checks[0].issues, body);
	}
}

static int answer_bad(struct nw_insertion *ins)
{
	struct nw_buf body = nw_memory_buf(&ins->memory);

	nw_buf_adds(&body, "{\"_status\":\"ERR\",");
	add_all_issues(ins, &body);
	nw_buf_addf(
		&body,
		",\"_error\":{\"code\":422,\"message\":\"Insertion failure: %zu document(s) contain(s) error(s)\"}}",
		ins->n_bad);
	return nw_answer_json(ins->req, ins->res, 422, &body);
}

/* Eve's 409. That it is the _id which is taken tells a client that repeats a request that the first one arrived. */
static int answer_taken_id(struct nw_insertion *ins)
{
	struct nw_buf members = nw_memory_buf(&ins->memory);

	add_all_issues(ins, &members);
	return nw_answer_taken(ins->req, ins->res, &members);
}

static int answer_good(struct nw_insertion *ins)
{
	struct nw_buf body = nw_memory_buf(&ins->memory);
	struct nw_meta first;

	if (ins->is_list) {
		nw_buf_adds(&body, "{\"_status\":\"OK\",\"_items\":[");
	}
	for (size_t i = 0; i < ins->n; i++) {
		if (i > 0) {
			nw_buf_addc(&body, ',');
		}
		nw_answer_add_written(&body, ins->resource, ins->docs[i]);
	}
	if (ins->is_list) {
		nw_buf_adds(&body, "]}");
	}
	nw_meta_read(ins->docs[0], &first);
	int result = nw_answer_location(ins->req, ins->res, ins->resource, &first.id);

	return result != 0 ? result : nw_answer_json(ins->req, ins->res, 201, &body);
}

int nw_insert_answer(struct nw_insertion *ins)
{
	struct nw_store_op *op = &ins->op;

	if (ins->n_bad > 0) {
		return answer_bad(ins);
	}
	if (op->status == NW_STORE_OK) {
		return answer_good(ins);
	}
	if (op->status != NW_STORE_DUPLICATE || op->dup_field == NULL || op->failed_at >= ins->n) {
		return nw_answer_store(ins->req, ins->res, op->status, &op->error);
	}
	nw_unique_report(&ins->checks[op->failed_at].issues, ins->docs[op->failed_at], op->dup_field);
	ins->n_bad = 1;
	return strcmp(op->dup_field, "_id") == 0 ? answer_taken_id(ins) : answer_bad(ins);
}

/* ---- POST */

static int check_list(struct nw_insertion *ins, const bson_t *list)
{
	bson_iter_t iter;
	int result = 0;

	bson_iter_init(&iter, list);
	for (size_t i = 0; result == 0 && bson_iter_next(&iter); i++) {
		const uint8_t *data;
		uint32_t len;
		bson_t doc;

		bson_iter_document(&iter, &len, &data);
		result = bson_init_static(&doc, data, len) ? nw_insert_check(ins, i, &doc) : -EINVAL;
	}
	return result;
}

static bool is_all_objects(const bson_t *list)
{
	bson_iter_t iter;

	bson_iter_init(&iter, list);
	while (bson_iter_next(&iter)) {
		if (!BSON_ITER_HOLDS_DOCUMENT(&iter)) {
			return false;
		}
	}
	return !bson_empty(list);
}

/* Body to checked documents. NULL: *out_answer is the handler's. */
static struct nw_insertion *read_documents(struct nw_request *req, struct nw_response *res, int *out_answer)
{
	struct nw_insertion *ins = nw_request_alloc(req, sizeof(*ins));
	bool is_list;
	bson_t *body = nw_body_read(req, res, nw_request_route_data(req), &is_list, out_answer);

	if (body == NULL) {
		return NULL;
	}
	if (is_list && !is_all_objects(body)) {
		*out_answer = nw_answer_error(req, res, 400, "body: a list must hold objects, one at least");
		return NULL;
	}
	if (ins == NULL || nw_insert_init(ins, req, res, is_list ? bson_count_keys(body) : 1) != 0) {
		*out_answer = nw_answer_too_large(req, res);
		return NULL;
	}
	ins->is_list = is_list;
	if ((is_list ? check_list(ins, body) : nw_insert_check(ins, 0, body)) != 0) {
		*out_answer = nw_answer_too_large(req, res);
		return NULL;
	}
	return ins;
}

static int post_sync(struct nw_request *req, struct nw_response *res)
{
	bson_error_t error = {0};
	int answer = 0;
	struct nw_insertion *ins = read_documents(req, res, &answer);

	if (ins == NULL) {
		return answer;
	}
	enum nw_store_status status = nw_insert_ask_sync(ins, &error);

	if (status != NW_STORE_OK) {
		return nw_answer_store(req, res, status, &error);
	}
	nw_insert_prepare(ins);
	if (ins->n_bad == 0) {
		nw_store_run_sync(nw_request_store(req), &ins->op);
	}
	answer = nw_insert_answer(ins);
	nw_store_op_fini(&ins->op);
	return answer;
}

static void on_inserted(struct nw_store_op *op)
{
	struct nw_insertion *ins = op->arg;

	if (nw_insert_answer(ins) != 0) {
		nw_response_error(ins->res, 500, "%s", "");
	}
	nw_store_op_fini(op);
	nw_response_send(ins->res);
}

static int submit(struct nw_insertion *ins)
{
	int result = nw_response_defer(ins->res);

	if (result == 0) {
		nw_insert_prepare(ins);
		ins->op.done = on_inserted;
		ins->op.arg = ins;
		nw_store_submit(nw_request_store(ins->req), &ins->op);
	}
	return result;
}

int nw_insert_post(struct nw_request *req, struct nw_response *res)
{
	const struct nw_resource *resource = nw_request_route_data(req);
	size_t len;
	int answer = 0;

	nw_request_body(req, &len);
	if (len > INLINE_MAX || resource->relations != NULL) {
		return nw_response_offload(res, post_sync);
	}
	struct nw_insertion *ins = read_documents(req, res, &answer);

	if (ins == NULL) {
		return answer;
	}
	if (ins->n_bad > 0) {
		/* Which values are taken too is the store's to say, and that takes its time. */
		return resource->uniques != NULL ? nw_response_offload(res, post_sync) : nw_insert_answer(ins);
	}
	return submit(ins);
}

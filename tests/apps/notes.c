/* Notes in the worker's store: POST /notes {"text": "..."}, GET /notes, GET /notes/ID, GET /notes/ID/text */
#include <bson/bson.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/store.h>
#include <stdlib.h>
#include <string.h>

static const char collection[] = "notes";

/* What the store says when it is not OK. */
static int answer_failure(struct nw_response *res, enum nw_store_status status, const bson_error_t *error)
{
	if (status == NW_STORE_MISSING) {
		return nw_response_error(res, 404, "There is no such note.");
	}
	nw_app_log('e', "notes: %s", error->message);
	if (status == NW_STORE_UNAVAILABLE) {
		nw_response_header(res, "Retry-After", "1");
		return nw_response_error(res, 503, "The store does not answer.");
	}
	return nw_response_error(res, 500, "The store failed.");
}

static cJSON *note_json(const bson_t *doc)
{
	cJSON *json = cJSON_CreateObject();
	bson_iter_t at;
	char id[25];

	if (bson_iter_init_find(&at, doc, "_id") && BSON_ITER_HOLDS_OID(&at)) {
		bson_oid_to_string(bson_iter_oid(&at), id);
		cJSON_AddStringToObject(json, "_id", id);
	}
	if (bson_iter_init_find(&at, doc, "text") && BSON_ITER_HOLDS_UTF8(&at)) {
		cJSON_AddStringToObject(json, "text", bson_iter_utf8(&at, NULL));
	}
	return json;
}

static int created(struct nw_request *req, struct nw_response *res, const bson_oid_t *oid)
{
	cJSON *json = cJSON_CreateObject();
	char id[25];

	bson_oid_to_string(oid, id);
	cJSON_AddStringToObject(json, "_id", id);
	nw_response_header(res, "Location", nw_request_printf(req, "/notes/%s", id));
	return nw_response_json(res, 201, json);
}

static int create(struct nw_request *req, struct nw_response *res)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(nw_request_json(req), "text");
	bson_oid_t oid;

	if (!cJSON_IsString(text)) {
		return nw_response_error(res, 422, "A note is {\"text\": \"...\"}.");
	}
	bson_oid_init(&oid, NULL);
	bson_t *doc = BCON_NEW("_id", BCON_OID(&oid), "text", BCON_UTF8(text->valuestring));
	const bson_t *docs[] = {doc};
	struct nw_store_op op = {.kind = NW_STORE_INSERT, .collection = collection, .docs = docs, .n_docs = 1};
	enum nw_store_status status = nw_store_run_sync(nw_request_store(req), &op);

	bson_destroy(doc);
	int rc = status == NW_STORE_OK ? created(req, res, &oid) : answer_failure(res, status, &op.error);

	nw_store_op_fini(&op);
	return rc;
}

static bool on_row(void *list, const bson_t *doc)
{
	return cJSON_AddItemToArray(list, note_json(doc));
}

static int list(struct nw_request *req, struct nw_response *res)
{
	cJSON *notes = cJSON_CreateArray();
	bson_t *sort = BCON_NEW("_id", BCON_INT32(1));
	struct nw_store_query query = {.collection = collection, .sort = sort, .limit = 100};
	bson_error_t error;
	enum nw_store_status status = nw_store_find_sync(nw_request_store(req), &query, on_row, notes, &error);

	bson_destroy(sort);
	if (status == NW_STORE_OK) {
		return nw_response_json(res, 200, notes);
	}
	cJSON_Delete(notes);
	return answer_failure(res, status, &error);
}

static void get_prepare(struct nw_request *req, struct nw_store_op *op)
{
	op->kind = NW_STORE_GET;
	op->collection = collection;
	op->id.value_type = BSON_TYPE_OID;
	bson_oid_init_from_string(&op->id.value.v_oid, nw_request_param(req, "id"));
}

/* On a handler thread: call and wait. */
static int get_text(struct nw_request *req, struct nw_response *res)
{
	struct nw_store_op op = {0};
	bson_iter_t at;
	bson_t doc;

	get_prepare(req, &op);
	if (nw_store_run_sync(nw_request_store(req), &op) != NW_STORE_OK) {
		return answer_failure(res, op.status, &op.error);
	}
	const char *text = "";

	if (bson_init_static(&doc, op.doc, op.doc_len) && bson_iter_init_find(&at, &doc, "text") &&
	    BSON_ITER_HOLDS_UTF8(&at)) {
		text = bson_iter_utf8(&at, NULL);
	}
	int rc = nw_response_text(res, 200, "%s\n", text);

	nw_store_op_fini(&op);
	return rc;
}

struct get {
	struct nw_store_op op;
	struct nw_response *res;
};

static void *get_alloc(void *req, size_t size)
{
	return nw_request_alloc(req, size);
}

static void on_get_done(struct nw_store_op *op)
{
	struct nw_response *res = ((struct get *)op->arg)->res;
	bson_t doc;

	if (op->status == NW_STORE_OK && bson_init_static(&doc, op->doc, op->doc_len)) {
		nw_response_json(res, 200, note_json(&doc));
	} else {
		answer_failure(res, op->status, &op->error);
	}
	nw_response_send(res);
}

/* On the loop: ask, return, and answer when the document is there. */
static int get(struct nw_request *req, struct nw_response *res)
{
	struct get *get = nw_request_alloc(req, sizeof(*get));

	if (get == NULL) {
		return -ENOMEM;
	}
	get_prepare(req, &get->op);
	get->res = res;
	get->op.alloc = get_alloc;
	get->op.alloc_arg = req;
	get->op.done = on_get_done;
	get->op.arg = get;
	int rc = nw_response_defer(res);

	if (rc == 0) {
		nw_store_submit(nw_request_store(req), &get->op);
	}
	return rc;
}

static const struct nw_route routes[] = {
	{"POST", "/notes", create, NW_THREAD},
	{"GET", "/notes", list, NW_THREAD},
	{"GET", "/notes/<objectid:id>", get, NW_INLINE},
	{"GET", "/notes/<objectid:id>/text", get_text, NW_THREAD},
	{NULL, NULL, NULL, 0},
};

NW_APP("notes", .routes = routes)

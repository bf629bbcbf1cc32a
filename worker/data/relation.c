#include "worker/data/relation.h"

#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/repr.h"
#include "worker/store/filter.h"

enum { BATCH = 200 }; /* values of one query */

/* Values that are asked for together. */
struct batch {
	struct nw_request *req;
	const struct nw_relation *relation;
	struct nw_reference *references[BATCH];
	size_t n;
};

/* The document that was found answers every reference to it. */
static bool on_row(void *arg, const bson_t *doc)
{
	struct batch *batch = arg;
	bson_value_t value;

	if (!nw_value_at(doc, batch->relation->field, false, &value)) {
		return true;
	}
	for (size_t i = 0; i < batch->n; i++) {
		if (nw_value_compare(&batch->references[i]->value, &value) == 0) {
			batch->references[i]->is_found = true;
		}
	}
	return true;
}

static void append_values(const struct batch *batch, bson_t *filter)
{
	bson_t in, values;

	bson_append_document_begin(filter, batch->relation->field, -1, &in);
	bson_append_array_begin(&in, "$in", -1, &values);
	for (size_t i = 0; i < batch->n; i++) {
		char index[16];
		const char *key;
		size_t len = bson_uint32_to_string((uint32_t)i, &key, index, sizeof(index));

		bson_append_value(&values, key, (int)len, &batch->references[i]->value);
	}
	bson_append_array_end(&in, &values);
	bson_append_document_end(filter, &in);
}

static enum nw_store_status run_batch(struct batch *batch, bson_error_t *error)
{
	bson_t *filter = nw_answer_bson(batch->req);

	if (filter == NULL) {
		bson_set_error(error, 0, 0, "no memory");
		return NW_STORE_FAILED;
	}
	append_values(batch, filter);
	struct nw_store_query query = {.collection = batch->relation->resource->collection, .filter = filter};
	enum nw_store_status status = nw_store_find_sync(nw_request_store(batch->req), &query, on_row, batch, error);

	batch->n = 0;
	return status;
}

/* Every reference of one relation. */
static enum nw_store_status check_relation(struct batch *batch, struct nw_validation *validations, size_t n,
					   bson_error_t *error)
{
	enum nw_store_status status = NW_STORE_OK;

	for (size_t i = 0; i < n; i++) {
		struct nw_reference *reference = validations[i].references;

		for (; reference != NULL && status == NW_STORE_OK; reference = reference->next) {
			if (reference->relation == batch->relation) {
				batch->references[batch->n++] = reference;
			}
			if (batch->n == BATCH) {
				status = run_batch(batch, error);
			}
		}
	}
	return status == NW_STORE_OK && batch->n > 0 ? run_batch(batch, error) : status;
}

static void report(struct nw_validation *v, const struct nw_reference *reference)
{
	struct nw_buf text = nw_memory_buf(v->memory);

	nw_repr_str(&text, &reference->value);
	nw_issues_add(&v->issues, reference->path, "value '%s' must exist in resource '%s', field '%s'.",
		      nw_buf_str(&text), reference->relation->resource_name, reference->relation->field);
}

enum nw_store_status nw_relation_check_sync(struct nw_request *req, const struct nw_resource *resource,
					    struct nw_validation *validations, size_t n, bson_error_t *error)
{
	enum nw_store_status status = NW_STORE_OK;
	struct batch *batch = resource->relations == NULL ? NULL : nw_request_alloc(req, sizeof(*batch));
	const struct nw_relation *relation = batch == NULL ? NULL : resource->relations;

	for (; relation != NULL && status == NW_STORE_OK; relation = relation->next) {
		*batch = (struct batch){.req = req, .relation = relation};
		status = check_relation(batch, validations, n, error);
	}
	for (size_t i = 0; i < n && status == NW_STORE_OK; i++) {
		const struct nw_reference *reference = validations[i].references;

		for (; reference != NULL; reference = reference->next) {
			if (!reference->is_found) {
				report(&validations[i], reference);
			}
		}
	}
	return status;
}

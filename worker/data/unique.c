#include "worker/data/unique.h"

#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/repr.h"

/* The value of @rest inside of what @iter is at; reported with the path that led there. */
static void report(struct nw_issues *issues, const bson_iter_t *iter, const char *rest, const struct nw_path *up)
{
	char name[256];
	size_t len = strcspn(rest, ".");
	bson_iter_t here = *iter, inside;
	struct nw_path path = {up, name};

	if (len >= sizeof(name)) {
		return;
	}
	memcpy(name, rest, len);
	name[len] = '\0';
	if (rest[len] == '.' && bson_iter_find(&here, name) && bson_iter_recurse(&here, &inside)) {
		report(issues, &inside, rest + len + 1, &path);
		return;
	}
	struct nw_buf text = nw_memory_buf(issues->memory);

	if (rest[len] == '\0' && bson_iter_find(&here, name)) {
		nw_repr_str(&text, bson_iter_value(&here));
	}
	nw_issues_add(issues, &path, "value '%s' is not unique", nw_buf_str(&text));
}

void nw_unique_report(struct nw_issues *issues, const bson_t *doc, const char *field)
{
	bson_iter_t iter;

	if (bson_iter_init(&iter, doc)) {
		report(issues, &iter, field, NULL);
	}
}

static bool on_row(void *arg, const bson_t *doc)
{
	bool *is_taken = arg;

	(void)doc;
	*is_taken = true;
	return false;
}

static enum nw_store_status check_value(struct nw_request *req, const struct nw_resource *resource, const char *path,
					const bson_iter_t *value, const bson_value_t *id, bool *out_is_taken,
					bson_error_t *error)
{
	bson_t *filter = nw_answer_bson(req);
	bson_t other;

	if (filter == NULL) {
		bson_set_error(error, 0, 0, "no memory");
		return NW_STORE_FAILED;
	}
	bson_append_iter(filter, path, -1, value);
	if (id != NULL) {
		bson_append_document_begin(filter, "_id", -1, &other);
		bson_append_value(&other, "$ne", -1, id);
		bson_append_document_end(filter, &other);
	}
	struct nw_store_query query = {.collection = resource->collection, .filter = filter, .limit = 1};

	return nw_store_find_sync(nw_request_store(req), &query, on_row, out_is_taken, error);
}

enum nw_store_status nw_unique_check_sync(struct nw_request *req, const struct nw_resource *resource, const bson_t *doc,
					  const bson_value_t *id, struct nw_issues *issues, bson_error_t *error)
{
	enum nw_store_status status = NW_STORE_OK;
	const struct nw_unique *unique = resource->uniques;

	for (; unique != NULL && status == NW_STORE_OK; unique = unique->next) {
		bson_iter_t root, value;
		bool is_taken = false;

		if (!bson_iter_init(&root, doc) || !bson_iter_find_descendant(&root, unique->path, &value)) {
			continue;
		}
		status = check_value(req, resource, unique->path, &value, id, &is_taken, error);
		if (is_taken) {
			nw_unique_report(issues, doc, unique->path);
		}
	}
	return status;
}

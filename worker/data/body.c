#include "worker/data/body.h"

#include <errno.h>
#include <string.h>

#include "worker/data/answer.h"
#include "worker/data/type.h"
#include "worker/store/json.h"

static int answer_unreadable(struct nw_request *req, struct nw_response *res, int code, const char *why)
{
	if (code == -ENOMEM) {
		return nw_answer_too_large(req, res);
	}
	/* A number that does not fit is understood well, but cannot be kept. */
	return nw_answer_error(req, res, code == -ERANGE ? 422 : 400, "body: %s", why);
}

static void destroy(void *arg)
{
	bson_destroy(arg);
}

static bson_t *read_json(struct nw_request *req, struct nw_response *res, bool *out_is_list, int *out_answer)
{
	struct nw_err err = {0};
	size_t len;
	const char *text = nw_request_body(req, &len);
	bson_t read;
	int result = nw_json_to_bson(text, len, &read, out_is_list, &err);

	if (result != 0) {
		*out_answer = answer_unreadable(req, res, result, err.msg);
		return NULL;
	}
	bson_t *doc = bson_copy(&read);

	bson_destroy(&read);
	if (nw_request_defer(req, destroy, doc) != 0) {
		bson_destroy(doc);
		*out_answer = nw_answer_too_large(req, res);
		return NULL;
	}
	return doc;
}

/* A field that wants an object or a list has its value as JSON. */
static bool append_json(bson_t *doc, const char *name, const char *text, bool is_list_wanted)
{
	bson_t value;
	bool is_list;

	if (nw_json_to_bson(text, strlen(text), &value, &is_list, NULL) != 0) {
		return false;
	}
	if (is_list && is_list_wanted) {
		bson_append_array(doc, name, -1, &value);
	} else if (!is_list) {
		bson_append_document(doc, name, -1, &value);
	}
	bson_destroy(&value);
	return is_list == is_list_wanted;
}

/* Text that is not of the field's type stays text: validation says what is wrong with it. */
static void append_field(bson_t *doc, const struct nw_field *field, const char *name, const char *text)
{
	bson_value_t value;

	if (field != NULL && nw_field_has_type(field, NW_TYPE_LIST) && append_json(doc, name, text, true)) {
		return;
	}
	if (field != NULL && (nw_field_has_type(field, NW_TYPE_DICT) || nw_field_has_type(field, NW_TYPE_POINT)) &&
	    append_json(doc, name, text, false)) {
		return;
	}
	if (field != NULL && nw_type_coerce_text(field, text, &value)) {
		bson_append_value(doc, name, -1, &value);
	} else {
		bson_append_utf8(doc, name, -1, text, -1);
	}
}

static bool is_utf8(const char *text)
{
	return bson_utf8_validate(text, strlen(text), false);
}

static bson_t *read_form(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
			 int *out_answer)
{
	bson_t *doc = nw_answer_bson(req);
	const char *name, *text;
	bson_iter_t iter;
	size_t len;

	if (doc == NULL) {
		*out_answer = nw_answer_too_large(req, res);
		return NULL;
	}
	/* What cannot be read must not pass for an empty document: a PUT would store that. */
	*out_answer = nw_request_read_form(req);
	if (*out_answer < 0) {
		return NULL;
	}
	nw_request_body(req, &len);
	if (len > 0 && !nw_request_form_at(req, 0, &name, &text)) {
		*out_answer = nw_answer_error(req, res, 400, "body: has no fields");
		return NULL;
	}
	for (size_t i = 0; nw_request_form_at(req, i, &name, &text); i++) {
		if (!is_utf8(name) || !is_utf8(text)) {
			*out_answer = nw_answer_error(req, res, 400, "body: field %zu is not UTF-8", i + 1);
			return NULL;
		}
		if (bson_iter_init_find(&iter, doc, name)) {
			*out_answer = nw_answer_error(req, res, 400, "body: '%s' stands in the form twice", name);
			return NULL;
		}
		append_field(doc, nw_schema_find(resource->schema, name, strlen(name), i), name, text);
	}
	return doc;
}

static bool is_json(const char *type)
{
	size_t len = strlen(type);

	return strcmp(type, "application/json") == 0 ||
	       (len > 17 && strncmp(type, "application/", 12) == 0 && strcmp(type + len - 5, "+json") == 0);
}

bson_t *nw_body_read(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
		     bool *out_is_list, int *out_answer)
{
	const char *type = nw_request_content_type(req);

	*out_is_list = false;
	if (is_json(type)) {
		return read_json(req, res, out_is_list, out_answer);
	}
	if (strcmp(type, "application/x-www-form-urlencoded") == 0) {
		return read_form(req, res, resource, out_answer);
	}
	*out_answer = nw_answer_error(req, res, 415,
				      "Content-Type must be application/json or application/x-www-form-urlencoded");
	return NULL;
}

bson_t *nw_body_read_one(struct nw_request *req, struct nw_response *res, const struct nw_resource *resource,
			 int *out_answer)
{
	bool is_list;
	bson_t *doc = nw_body_read(req, res, resource, &is_list, out_answer);

	if (doc != NULL && is_list) {
		*out_answer = nw_answer_error(req, res, 400, "body: one document, not a list, is expected here");
		return NULL;
	}
	return doc;
}

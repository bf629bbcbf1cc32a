#include "worker/store/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "worker/store/driver.h"
#include "worker/store/filter.h"

enum {
	NAME_LEN = 120,   /* of a collection; MongoDB's limit is 255 with the database's name */
	FIELD_LEN = 1024, /* of a dotted name */
	SORT_KEYS = 32,   /* MongoDB's limit */
};

void nw_op_begin(struct nw_store_op *op)
{
	op->status = NW_STORE_OK;
	op->doc = NULL;
	op->doc_len = 0;
	op->failed_at = 0;
	op->dup_field = NULL;
	op->error.domain = 0;
	op->error.code = 0;
	op->error.message[0] = '\0';
}

bool nw_op_is_change(const struct nw_store_op *op)
{
	return op->kind == NW_STORE_REPLACE || op->kind == NW_STORE_UPDATE || op->kind == NW_STORE_REMOVE;
}

bool nw_op_is_write(const struct nw_store_op *op)
{
	return op->kind == NW_STORE_INSERT || nw_op_is_change(op);
}

static bool is_on_heap(const struct nw_store_op *op)
{
	return op->alloc == NULL || op->is_queued;
}

static void *op_alloc(struct nw_store_op *op, size_t size)
{
	return is_on_heap(op) ? malloc(size) : op->alloc(op->alloc_arg, size);
}

void nw_op_queue(struct nw_store_op *op)
{
	op->is_queued = true;
}

void nw_op_take_over(struct nw_store_op *op)
{
	NW_AUTO_FREE void *doc = (void *)(uintptr_t)op->doc;
	NW_AUTO_FREE char *dup_field = (char *)(uintptr_t)op->dup_field;

	op->is_queued = false;
	if (op->alloc == NULL) {
		doc = NULL;
		dup_field = NULL;
	} else if (op->status == NW_STORE_OK && doc != NULL) {
		nw_op_found(op, doc, op->doc_len);
	} else if (op->status == NW_STORE_DUPLICATE) {
		nw_op_duplicate(op, op->failed_at, dup_field, dup_field == NULL ? 0 : strlen(dup_field));
	}
}

void nw_store_op_fini(struct nw_store_op *op)
{
	if (is_on_heap(op)) {
		free((void *)(uintptr_t)op->doc);
		free((void *)(uintptr_t)op->dup_field);
	}
	op->doc = NULL;
	op->doc_len = 0;
	op->dup_field = NULL;
}

void nw_op_found(struct nw_store_op *op, const void *doc, size_t len)
{
	uint8_t *copy = op_alloc(op, len);

	if (copy == NULL) {
		nw_op_fail(op, NW_STORE_FAILED, "%s: no memory for a document of %zu bytes", op->collection, len);
		return;
	}
	memcpy(copy, doc, len);
	op->doc = copy;
	op->doc_len = len;
	op->status = NW_STORE_OK;
}

void nw_op_duplicate(struct nw_store_op *op, size_t at, const char *field, size_t len)
{
	nw_store_op_fini(op);
	op->status = NW_STORE_DUPLICATE;
	op->failed_at = at;
	char *copy = field == NULL ? NULL : op_alloc(op, len + 1);

	if (copy != NULL) {
		memcpy(copy, field, len);
		copy[len] = '\0';
		op->dup_field = copy;
	}
}

static void set_message(bson_error_t *error, const char *fmt, va_list ap) NW_PRINTF(2, 0);

static void set_message(bson_error_t *error, const char *fmt, va_list ap)
{
	char message[sizeof(error->message)];

	/* The arguments may point into error->message. */
	vsnprintf(message, sizeof(message), fmt, ap);
	memcpy(error->message, message, sizeof(message));
	error->domain = 0;
	error->code = 0;
}

void nw_op_fail(struct nw_store_op *op, enum nw_store_status status, const char *fmt, ...)
{
	va_list ap;

	nw_store_op_fini(op);
	op->status = status;
	va_start(ap, fmt);
	set_message(&op->error, fmt, ap);
	va_end(ap);
}

void nw_op_fail_as(struct nw_store_op *op, enum nw_store_status status, const bson_error_t *error)
{
	nw_store_op_fini(op);
	op->status = status;
	if (error != &op->error) {
		op->error = *error;
	}
}

enum nw_store_status nw_op_error(bson_error_t *error, enum nw_store_status status, const char *fmt, ...)
{
	va_list ap;

	if (error != NULL) {
		va_start(ap, fmt);
		set_message(error, fmt, ap);
		va_end(ap);
	}
	return status;
}

bool nw_op_etag_matches(const bson_t *doc, const char *etag)
{
	bson_iter_t iter;

	if (etag == NULL) {
		return true;
	}
	bool has_one = bson_iter_init_find(&iter, doc, "_etag") && BSON_ITER_HOLDS_UTF8(&iter);

	return strcmp(has_one ? bson_iter_utf8(&iter, NULL) : "", etag) == 0;
}

enum nw_store_status nw_op_check_collection(const char *collection, bson_error_t *error)
{
	size_t len = collection == NULL ? 0 : strlen(collection);

	if (len == 0 || len > NAME_LEN) {
		return nw_op_error(error, NW_STORE_INVALID, "a collection's name has 1 to %d bytes, this one %zu",
				   NAME_LEN, len);
	}
	if (strchr(collection, '$') != NULL || collection[0] == '.' || collection[len - 1] == '.' ||
	    strstr(collection, "..") != NULL || strncmp(collection, "system.", 7) == 0 ||
	    !bson_utf8_validate(collection, len, false)) {
		return nw_op_error(error, NW_STORE_INVALID, "'%s' cannot be a collection's name", collection);
	}
	return NW_STORE_OK;
}

/* MongoDB takes no empty part in a dotted name, and keeps names that begin with '$' for operators. */
enum nw_store_status nw_op_check_field(const char *field, bson_error_t *error)
{
	size_t len = strlen(field);
	bool is_start = true; /* of a part */

	if (len == 0 || len > FIELD_LEN) {
		return nw_op_error(error, NW_STORE_INVALID, "a field's name has 1 to %d bytes, this one %zu", FIELD_LEN,
				   len);
	}
	for (size_t i = 0; i <= len; i++) {
		if (is_start && (field[i] == '.' || field[i] == '\0' || field[i] == '$')) {
			return nw_op_error(error, NW_STORE_INVALID, "'%s' cannot be a field's name", field);
		}
		is_start = field[i] == '.';
	}
	return NW_STORE_OK;
}

static enum nw_store_status check_sort_key(const bson_iter_t *iter, bson_error_t *error)
{
	double direction = BSON_ITER_HOLDS_NUMBER(iter) ? bson_iter_as_double(iter) : 0;

	if (direction < -1 || direction > 1 || (direction > -1 && direction < 1)) {
		return nw_op_error(error, NW_STORE_INVALID, "sort: '%s' is neither 1 nor -1", bson_iter_key(iter));
	}
	return nw_op_check_field(bson_iter_key(iter), error);
}

static enum nw_store_status check_sort(const bson_t *sort, bson_error_t *error)
{
	bson_iter_t iter;
	int n = 0;

	if (!bson_iter_init(&iter, sort)) {
		return nw_op_error(error, NW_STORE_INVALID, "sort: not a document");
	}
	while (bson_iter_next(&iter)) {
		if (++n > SORT_KEYS) {
			return nw_op_error(error, NW_STORE_INVALID, "sort: more than %d fields", SORT_KEYS);
		}
		if (check_sort_key(&iter, error) != NW_STORE_OK) {
			return NW_STORE_INVALID;
		}
	}
	return NW_STORE_OK;
}

enum nw_store_status nw_op_check_query(const struct nw_store_query *query, bson_error_t *error)
{
	if (query->skip < 0 || query->limit < 0) {
		return nw_op_error(error, NW_STORE_INVALID, "skip and limit cannot be negative");
	}
	if (query->sort != NULL && check_sort(query->sort, error) != NW_STORE_OK) {
		return NW_STORE_INVALID;
	}
	return nw_op_check_collection(query->collection, error);
}

/* MongoDB's rules for an _id; and what an operator would be made of in a filter is no id. */
static bool is_id(const bson_value_t *id)
{
	bson_iter_t iter;

	if (id->value_type == BSON_TYPE_EOD || id->value_type == BSON_TYPE_ARRAY || id->value_type == BSON_TYPE_REGEX ||
	    id->value_type == BSON_TYPE_UNDEFINED) {
		return false;
	}
	if (id->value_type != BSON_TYPE_DOCUMENT) {
		return true;
	}
	if (!bson_iter_init_from_data(&iter, id->value.v_doc.data, id->value.v_doc.data_len)) {
		return false;
	}
	while (bson_iter_next(&iter)) {
		if (bson_iter_key(&iter)[0] == '$') {
			return false;
		}
	}
	return true;
}

static bool refuse(struct nw_store_op *op, size_t at, const char *what)
{
	nw_op_fail(op, NW_STORE_INVALID, "%s: %s", op->collection == NULL ? "" : op->collection, what);
	op->failed_at = at;
	return false;
}

/* A whole document, to be stored as it is. */
static bool check_doc(struct nw_store_op *op, size_t at)
{
	bson_value_t id = {.value_type = BSON_TYPE_EOD};
	bson_iter_t iter;

	if (op->docs[at]->len > NW_STORE_DOC_SIZE || !bson_iter_init(&iter, op->docs[at])) {
		return refuse(op, at, "a document has at most 16 MiB");
	}
	while (bson_iter_next(&iter)) {
		const char *key = bson_iter_key(&iter);

		if (key[0] == '$') {
			return refuse(op, at, "a member's name cannot begin with '$'");
		}
		if (strcmp(key, "_id") == 0) {
			id = *bson_iter_value(&iter);
		}
	}
	if (!is_id(&id)) {
		return refuse(op, at, "a document needs an _id that is no array, regex or operator");
	}
	if (op->kind == NW_STORE_REPLACE && nw_value_compare(&id, &op->id) != 0) {
		return refuse(op, at, "a document's _id cannot change");
	}
	return true;
}

/* "a.03": MongoDB takes it for the same element as "a.3", and a server that is told to set both aborts (6.0.5). */
static bool has_zero_index(const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "."), n_digits = strspn(path, "0123456789");

		if (len > 1 && n_digits == len && path[0] == '0') {
			return true;
		}
		path += path[len] == '.' ? len + 1 : len;
	}
	return false;
}

/* What an UPDATE sets. */
static bool check_set(struct nw_store_op *op)
{
	bson_iter_t iter;

	if (op->docs[0]->len > NW_STORE_DOC_SIZE || !bson_iter_init(&iter, op->docs[0])) {
		return refuse(op, 0, "a document has at most 16 MiB");
	}
	if (bson_empty(op->docs[0])) {
		return refuse(op, 0, "an update sets one member or more");
	}
	while (bson_iter_next(&iter)) {
		const char *key = bson_iter_key(&iter);

		if (nw_op_check_field(key, &op->error) != NW_STORE_OK) {
			return refuse(op, 0, op->error.message);
		}
		if (has_zero_index(key)) {
			return refuse(op, 0, "a number in an update's name cannot begin with 0");
		}
		if (strcmp(key, "_id") == 0 || strncmp(key, "_id.", 4) == 0) {
			return refuse(op, 0, "a document's _id cannot change");
		}
	}
	return true;
}

static bool check_insert(struct nw_store_op *op)
{
	if (op->n_docs == 0) {
		return refuse(op, 0, "nothing to insert");
	}
	for (size_t i = 0; i < op->n_docs; i++) {
		if (!check_doc(op, i)) {
			return false;
		}
	}
	return true;
}

bool nw_op_check(struct nw_store_op *op)
{
	if (op->kind == NW_STORE_PING) {
		return true;
	}
	if (nw_op_check_collection(op->collection, &op->error) != NW_STORE_OK) {
		op->status = NW_STORE_INVALID;
		return false;
	}
	if (op->kind == NW_STORE_INSERT) {
		return check_insert(op);
	}
	if (!is_id(&op->id)) {
		return refuse(op, 0, "this cannot be an _id");
	}
	if (op->kind == NW_STORE_GET || op->kind == NW_STORE_REMOVE) {
		return true;
	}
	if (op->n_docs != 1) {
		return refuse(op, 0, "a change takes one document");
	}
	return op->kind == NW_STORE_REPLACE ? check_doc(op, 0) : check_set(op);
}

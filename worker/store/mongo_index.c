#include <mongoc/mongoc.h>
#include <string.h>

#include "worker/store/mongo.h"
#include "worker/store/op.h"

enum { OPTIONS_CONFLICT = 85, KEY_SPECS_CONFLICT = 86 }; /* IndexOptionsConflict, IndexKeySpecsConflict */

/* Sparse: documents without the field have no place in a unique index, so they do not conflict. A name of its own:
 * another program's index on the same field may differ. */
static void make_command(bson_t *out, const char *collection, const char *field, bool unique)
{
	char *name = bson_strdup_printf(unique ? "narwhal_%s_unique" : "narwhal_%s", field);
	bson_t indexes, index, key;

	bson_init(out);
	BSON_APPEND_UTF8(out, "createIndexes", collection);
	BSON_APPEND_ARRAY_BEGIN(out, "indexes", &indexes);
	BSON_APPEND_DOCUMENT_BEGIN(&indexes, "0", &index);
	BSON_APPEND_DOCUMENT_BEGIN(&index, "key", &key);
	BSON_APPEND_INT32(&key, field, 1);
	bson_append_document_end(&index, &key);
	BSON_APPEND_UTF8(&index, "name", name);
	if (unique) {
		BSON_APPEND_BOOL(&index, "unique", true);
		BSON_APPEND_BOOL(&index, "sparse", true);
	}
	bson_append_document_end(&indexes, &index);
	bson_append_array_end(out, &indexes);
	bson_free(name);
}

static bool is_true(const bson_t *index, const char *member)
{
	bson_iter_t iter;

	return bson_iter_init_find(&iter, index, member) && bson_iter_as_bool(&iter);
}

static bool is_on_field(const bson_t *index, const char *field)
{
	bson_iter_t iter, key;

	return bson_iter_init_find(&iter, index, "key") && bson_iter_recurse(&iter, &key) && bson_iter_next(&key) &&
	       strcmp(bson_iter_key(&key), field) == 0 && BSON_ITER_HOLDS_NUMBER(&key) &&
	       bson_iter_as_int64(&key) == 1 && !bson_iter_next(&key);
}

/* Is there an index of another name that does the same? */
static bool has_equal(mongoc_collection_t *docs, const char *field, bool unique)
{
	mongoc_cursor_t *cursor = mongoc_collection_find_indexes_with_opts(docs, NULL);
	const bson_t *index = NULL;
	bool is_found = false;

	while (!is_found && mongoc_cursor_next(cursor, &index)) {
		bool is_whole =
			!bson_has_field(index, "partialFilterExpression") && !bson_has_field(index, "collation");

		is_found = is_on_field(index, field) && is_whole &&
			   (unique ? is_true(index, "unique") && is_true(index, "sparse") : true);
	}
	mongoc_cursor_destroy(cursor);
	return is_found;
}

static enum nw_store_status ensure(mongoc_client_t *client, const char *database, mongoc_collection_t *docs,
				   const bson_t *command, const char *field, bool unique, bson_error_t *error)
{
	const char *collection = mongoc_collection_get_name(docs);

	if (mongoc_client_write_command_with_opts(client, database, command, NULL, NULL, error)) {
		return NW_STORE_OK;
	}
	enum nw_store_status status = nw_mongo_status(error);
	bool is_conflict = error->domain == MONGOC_ERROR_SERVER &&
			   (error->code == OPTIONS_CONFLICT || error->code == KEY_SPECS_CONFLICT);

	if (status == NW_STORE_DUPLICATE) {
		return nw_op_error(error, NW_STORE_DUPLICATE, "%s.%s: documents share a value that must be unique",
				   collection, field);
	}
	if (is_conflict && has_equal(docs, field, unique)) {
		return NW_STORE_OK;
	}
	if (is_conflict) {
		return nw_op_error(error, NW_STORE_FAILED,
				   "%s.%s: there is another index on it that is not %s; drop it first", collection,
				   field, unique ? "unique and sparse" : "a plain one");
	}
	return status;
}

enum nw_store_status nw_mongo_ensure_index(void *db, const char *collection, const char *field, bool unique,
					   bson_error_t *error)
{
	mongoc_client_t *client = nw_mongo_pop(db);
	bson_t command;

	if (client == NULL) {
		return nw_mongo_no_client(error);
	}
	const char *database = nw_mongo_database(db);
	mongoc_collection_t *docs = mongoc_client_get_collection(client, database, collection);

	make_command(&command, collection, field, unique);
	enum nw_store_status status = ensure(client, database, docs, &command, field, unique, error);

	bson_destroy(&command);
	mongoc_collection_destroy(docs);
	nw_mongo_push(db, client);
	return status;
}

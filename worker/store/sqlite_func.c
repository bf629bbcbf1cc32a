#include "worker/store/sqlite_func.h"

#include <string.h>

enum { KEY_PLAIN = 1, KEY_ARRAY = 2 };

bool nw_sqlite_func_key(struct nw_buf *out, const bson_value_t *value)
{
	nw_buf_addc(out, KEY_PLAIN);
	return nw_value_key(value, out) == 0 && !out->failed;
}

static bool get_doc(sqlite3_context *ctx, sqlite3_value *arg, bson_t *out)
{
	const void *data = sqlite3_value_blob(arg);
	int len = sqlite3_value_bytes(arg);

	if (data == NULL || !bson_init_static(out, data, (size_t)len)) {
		sqlite3_result_error(ctx, "a stored document is broken", -1);
		sqlite3_result_error_code(ctx, SQLITE_CORRUPT);
		return false;
	}
	return true;
}

static bool find_member(bson_iter_t *iter, const char *name, size_t len)
{
	while (bson_iter_next(iter)) {
		const char *key = bson_iter_key(iter);

		if (strncmp(key, name, len) == 0 && key[len] == '\0') {
			return true;
		}
	}
	return false;
}

/* Down @path to its value, or to the first array on the way. false: there is nothing. */
static bool find_field(const bson_t *doc, const char *path, bson_iter_t *out)
{
	bson_iter_t iter;

	if (!bson_iter_init(&iter, doc)) {
		return false;
	}
	for (;;) {
		size_t len = strcspn(path, ".");

		if (!find_member(&iter, path, len)) {
			return false;
		}
		path += len;
		if (*path == '\0' || BSON_ITER_HOLDS_ARRAY(&iter)) {
			*out = iter;
			return true;
		}
		bson_iter_t child;

		if (!BSON_ITER_HOLDS_DOCUMENT(&iter) || !bson_iter_recurse(&iter, &child)) {
			return false;
		}
		iter = child;
		path++;
	}
}

/* Hands the bytes over to SQLite. */
static void result_key(sqlite3_context *ctx, struct nw_buf *key, int code)
{
	if (code != 0 || key->failed) {
		bool no_memory = key->failed;

		nw_buf_free(key);
		if (no_memory) {
			sqlite3_result_error_nomem(ctx);
		} else {
			sqlite3_result_null(ctx);
		}
		return;
	}
	sqlite3_result_blob64(ctx, key->data, key->len, free);
}

static void func_key(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct nw_buf key = {0};
	bson_iter_t iter;
	bson_t doc;

	(void)n;
	if (!get_doc(ctx, args[0], &doc)) {
		return;
	}
	const char *path = (const char *)sqlite3_value_text(args[1]);

	if (path == NULL || !find_field(&doc, path, &iter)) {
		sqlite3_result_null(ctx);
		return;
	}
	nw_buf_addc(&key, BSON_ITER_HOLDS_ARRAY(&iter) ? KEY_ARRAY : KEY_PLAIN);
	result_key(ctx, &key, nw_value_key(bson_iter_value(&iter), &key));
}

static void func_order(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	struct nw_buf key = {0};
	bson_value_t value;
	bson_t doc;

	(void)n;
	if (!get_doc(ctx, args[0], &doc)) {
		return;
	}
	const char *path = (const char *)sqlite3_value_text(args[1]);

	if (path == NULL) {
		sqlite3_result_null(ctx);
		return;
	}
	nw_value_at(&doc, path, sqlite3_value_int(args[2]) != 0, &value);
	result_key(ctx, &key, nw_value_key(&value, &key));
}

static void func_match(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const struct nw_filter *filter = sqlite3_value_pointer(args[1], NW_SQLITE_FILTER);
	bson_t doc;

	(void)n;
	if (!get_doc(ctx, args[0], &doc)) {
		return;
	}
	sqlite3_result_int(ctx, filter != NULL && nw_filter_match(filter, &doc));
}

int nw_sqlite_func_register(sqlite3 *db)
{
	int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
	int rc = sqlite3_create_function_v2(db, "nw_key", 2, flags, NULL, func_key, NULL, NULL, NULL);

	if (rc == SQLITE_OK) {
		rc = sqlite3_create_function_v2(db, "nw_order", 3, flags, NULL, func_order, NULL, NULL, NULL);
	}
	if (rc == SQLITE_OK) {
		rc = sqlite3_create_function_v2(db, "nw_match", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, func_match,
						NULL, NULL, NULL);
	}
	return rc;
}

#include <mongoc/mongoc.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/conformance/conformance.h"

struct fixture fix;
_Thread_local char last_dup_field[256];
_Thread_local char last_message[512];

static const char *mongo_uri(void)
{
	const char *uri = getenv("NARWHAL_TEST_STORE");

	return uri != NULL && strncmp(uri, "mongodb", 7) == 0 ? uri : NULL;
}

bool fixture_is_mongo(void)
{
	return mongo_uri() != NULL;
}

static void open_store(void)
{
	struct nw_err err = {0};

	if (nw_store_open(fix.uri, &fix.loop.executor, &fix.counters, &fix.store, &err) != 0) {
		ck_abort_msg("%s", err.msg);
	}
}

void fixture_setup(void)
{
	fix = (struct fixture){0};
	loop_init(&fix.loop);
	if (fixture_is_mongo()) {
		mongoc_uri_t *uri = mongoc_uri_new(mongo_uri());
		char database[64];

		snprintf(database, sizeof(database), "narwhal_test_%d", (int)getpid());
		mongoc_uri_set_database(uri, database);
		snprintf(fix.uri, sizeof(fix.uri), "%s", mongoc_uri_get_string(uri));
		mongoc_uri_destroy(uri);
	} else {
		snprintf(fix.dir, sizeof(fix.dir), "/tmp/narwhal-test-XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(fix.dir));
		snprintf(fix.uri, sizeof(fix.uri), "sqlite:%s/test.db", fix.dir);
	}
	open_store();
}

static void remove_files(void)
{
	const char *const names[] = {"test.db", "test.db-wal", "test.db-shm", "test.db-lock"};

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", fix.dir, names[i]);
		unlink(path);
	}
	rmdir(fix.dir);
}

void fixture_teardown(void)
{
	struct _mongoc_client_t *client = nw_store_mongo_pop(fix.store);

	if (client != NULL) {
		mongoc_database_t *db = mongoc_client_get_database(client, nw_store_mongo_database(fix.store));

		mongoc_database_drop(db, NULL);
		mongoc_database_destroy(db);
		nw_store_mongo_push(fix.store, client);
	}
	fix.store = nw_store_close(fix.store);
	loop_fini(&fix.loop);
	if (!fixture_is_mongo()) {
		remove_files();
	}
}

void fixture_reopen(void)
{
	fix.store = nw_store_close(fix.store);
	open_store();
}

TCase *conformance_case(const char *name, const TTest *const *tests, size_t n)
{
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, fixture_setup, fixture_teardown);
	for (size_t i = 0; i < n; i++) {
		tcase_add_test(tcase, tests[i]);
	}
	return tcase;
}

bson_value_t int_value(int32_t n)
{
	return (bson_value_t){.value_type = BSON_TYPE_INT32, .value = {.v_int32 = n}};
}

bson_t *json(const char *text)
{
	bson_error_t error;
	bson_t *doc = bson_new_from_json((const uint8_t *)text, -1, &error);

	if (doc == NULL) {
		ck_abort_msg("%s: %s", text, error.message);
	}
	return doc;
}

static enum nw_store_status run(struct nw_store_op *op)
{
	enum nw_store_status status = nw_store_run_sync(fix.store, op);

	snprintf(last_dup_field, sizeof(last_dup_field), "%s", op->dup_field == NULL ? "" : op->dup_field);
	snprintf(last_message, sizeof(last_message), "%s", op->error.message);
	return status;
}

static enum nw_store_status run_with(struct nw_store_op *op, bson_t *doc)
{
	const bson_t *docs[1] = {doc};

	op->docs = docs;
	op->n_docs = 1;
	enum nw_store_status status = run(op);

	nw_store_op_fini(op);
	bson_destroy(doc);
	return status;
}

enum nw_store_status run_insert(const char *collection, bson_t *doc)
{
	struct nw_store_op op = {.kind = NW_STORE_INSERT, .collection = collection};

	return run_with(&op, doc);
}

enum nw_store_status run_replace(const char *collection, int id, const char *etag, bson_t *doc)
{
	struct nw_store_op op = {.kind = NW_STORE_REPLACE, .collection = collection, .id = int_value(id), .etag = etag};

	return run_with(&op, doc);
}

enum nw_store_status run_update(const char *collection, int id, const char *etag, bson_t *set)
{
	struct nw_store_op op = {.kind = NW_STORE_UPDATE, .collection = collection, .id = int_value(id), .etag = etag};

	return run_with(&op, set);
}

enum nw_store_status run_remove(const char *collection, int id, const char *etag)
{
	struct nw_store_op op = {.kind = NW_STORE_REMOVE, .collection = collection, .id = int_value(id), .etag = etag};
	enum nw_store_status status = run(&op);

	nw_store_op_fini(&op);
	return status;
}

enum nw_store_status run_get(const char *collection, int id, bson_t **out)
{
	struct nw_store_op op = {.kind = NW_STORE_GET, .collection = collection, .id = int_value(id)};
	enum nw_store_status status = run(&op);

	*out = status == NW_STORE_OK ? bson_new_from_data(op.doc, op.doc_len) : NULL;
	nw_store_op_fini(&op);
	return status;
}

void ck_doc(const char *collection, int id, const char *wanted)
{
	bson_t *doc = NULL, *expected = json(wanted);

	ck_assert_int_eq(run_get(collection, id, &doc), NW_STORE_OK);
	char *got = bson_as_relaxed_extended_json(doc, NULL);

	ck_assert_msg(bson_equal(doc, expected), "document %d is %s, not %s", id, got, wanted);
	bson_free(got);
	bson_destroy(doc);
	bson_destroy(expected);
}

struct listing {
	char text[4096];
	size_t len;
};

static bool on_row(void *arg, const bson_t *doc)
{
	struct listing *listing = arg;
	bson_iter_t id;

	ck_assert(bson_iter_init_find(&id, doc, "_id"));
	listing->len += (size_t)snprintf(listing->text + listing->len, sizeof(listing->text) - listing->len, "%s%d",
					 listing->len == 0 ? "" : " ", (int)bson_iter_as_int64(&id));
	return listing->len < sizeof(listing->text) - 16;
}

const char *ids_of(const char *collection, bson_t *filter, bson_t *sort, int64_t skip, int64_t limit)
{
	static struct listing listing;
	struct nw_store_query query = {
		.collection = collection, .filter = filter, .sort = sort, .skip = skip, .limit = limit};
	bson_error_t error = {0};

	listing.len = 0;
	listing.text[0] = '\0';
	enum nw_store_status status = nw_store_find_sync(fix.store, &query, on_row, &listing, &error);

	ck_assert_msg(status == NW_STORE_OK, "find: %d %s", status, error.message);
	bson_destroy(filter);
	bson_destroy(sort);
	return listing.text;
}

int64_t count_of(const char *collection, bson_t *filter)
{
	bson_error_t error = {0};
	int64_t n = -1;
	enum nw_store_status status = nw_store_count_sync(fix.store, collection, filter, &n, &error);

	ck_assert_msg(status == NW_STORE_OK, "count: %d %s", status, error.message);
	bson_destroy(filter);
	return n;
}

#include "tests/conformance/conformance.h"

START_TEST(a_document_comes_back_byte_for_byte)
{
	const char *text = "{\"_id\": 1, \"a\": {\"b\": [1, 2.5, null, true, \"x\"]}, \"n\": {\"$numberLong\": "
			   "\"9007199254740993\"}, \"d\": {\"$date\": {\"$numberLong\": \"1700000000123\"}}, "
			   "\"dec\": {\"$numberDecimal\": \"0.1\"}}";

	ck_assert_int_eq(run_insert("things", json(text)), NW_STORE_OK);
	ck_doc("things", 1, text);
}
END_TEST

START_TEST(what_is_not_there_is_missing)
{
	bson_t *doc = NULL;

	ck_assert_int_eq(run_get("nothing", 1, &doc), NW_STORE_MISSING);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_int_eq(run_get("things", 2, &doc), NW_STORE_MISSING);
	ck_assert_ptr_null(doc);
}
END_TEST

START_TEST(collections_that_differ_in_case_are_two)
{
	bson_t *doc = NULL;

	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_int_eq(run_insert("Things.of-mine", BCON_NEW("_id", BCON_INT32(2))), NW_STORE_OK);
	ck_assert_int_eq(run_get("Things", 1, &doc), NW_STORE_MISSING);
	ck_assert_int_eq(run_get("things.of-mine", 2, &doc), NW_STORE_MISSING);
	ck_doc("Things.of-mine", 2, "{\"_id\": 2}");
}
END_TEST

/* What a request's memory is: of the thread that works on the request, and of no other. */
static void *alloc_here(void *arg, size_t size)
{
	const pthread_t *mine = arg;

	ck_assert(pthread_equal(*mine, pthread_self()));
	return malloc(size);
}

static void on_done(struct nw_store_op *op)
{
	(*(int *)op->arg)--;
}

START_TEST(results_are_allocated_on_the_thread_that_asked)
{
	pthread_t mine = pthread_self();
	int waiting = 2;
	const bson_t *const docs[] = {BCON_NEW("_id", BCON_INT32(1))};
	struct nw_store_op get = {
		.kind = NW_STORE_GET, .collection = "things", .alloc = alloc_here, .alloc_arg = &mine};
	struct nw_store_op insert = {.kind = NW_STORE_INSERT, .collection = "things", .docs = docs, .n_docs = 1};

	insert.alloc = alloc_here;
	insert.alloc_arg = &mine;
	get.id = (bson_value_t){.value_type = BSON_TYPE_INT32, .value.v_int32 = 1};
	ck_assert_int_eq(nw_store_run_sync(fix.store, &insert), NW_STORE_OK);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &get), NW_STORE_OK);
	free((void *)(uintptr_t)get.doc);
	get.done = insert.done = on_done;
	get.arg = insert.arg = &waiting;
	nw_store_submit(fix.store, &get);
	nw_store_submit(fix.store, &insert);
	loop_run(&fix.loop, &waiting);
	ck_assert_int_eq(get.status, NW_STORE_OK);
	ck_assert_uint_eq(get.doc_len, docs[0]->len);
	ck_assert_int_eq(insert.status, NW_STORE_DUPLICATE);
	ck_assert_str_eq(insert.dup_field, "_id");
	free((void *)(uintptr_t)get.doc);
	free((void *)(uintptr_t)insert.dup_field);
	bson_destroy((bson_t *)(uintptr_t)docs[0]);
}
END_TEST

static enum nw_store_status get_by(const bson_t *holder)
{
	bson_iter_t id;

	ck_assert(bson_iter_init_find(&id, holder, "_id"));
	struct nw_store_op op = {.kind = NW_STORE_GET, .collection = "ids", .id = *bson_iter_value(&id)};
	enum nw_store_status status = nw_store_run_sync(fix.store, &op);

	if (status == NW_STORE_OK) {
		bson_t doc;

		ck_assert(bson_init_static(&doc, op.doc, op.doc_len));
		ck_assert(bson_equal(&doc, holder));
	}
	nw_store_op_fini(&op);
	return status;
}

START_TEST(an_id_is_any_value_but_array_and_regex)
{
	const char *const good[] = {
		"{\"_id\": {\"$oid\": \"0123456789abcdef01234567\"}}",
		"{\"_id\": \"a\\u0000b\"}",
		"{\"_id\": \"a\"}",
		"{\"_id\": {\"a\": 1, \"b\": \"x\"}}",
		"{\"_id\": {\"b\": \"x\", \"a\": 1}}",
		"{\"_id\": null}",
		"{\"_id\": true}",
		"{\"_id\": 1.5}",
		"{\"_id\": {\"$date\": {\"$numberLong\": \"5\"}}}",
		"{\"_id\": {\"$binary\": {\"base64\": \"AAEC\", \"subType\": \"00\"}}}",
	};
	bson_t *array = json("{\"_id\": [1]}");
	bson_t *regex = json("{\"_id\": {\"$regularExpression\": {\"pattern\": \"a\", \"options\": \"\"}}}");
	bson_t pattern = BSON_INITIALIZER;
	bson_t child;

	BSON_APPEND_DOCUMENT_BEGIN(&pattern, "_id", &child);
	BSON_APPEND_INT32(&child, "$gt", 0);
	bson_append_document_end(&pattern, &child);
	for (size_t i = 0; i < NW_ARRAY_LEN(good); i++) {
		ck_assert_int_eq(run_insert("ids", json(good[i])), NW_STORE_OK);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(good); i++) {
		bson_t *holder = json(good[i]);

		ck_assert_int_eq(get_by(holder), NW_STORE_OK);
		bson_destroy(holder);
	}
	ck_assert_int_eq(get_by(array), NW_STORE_INVALID);
	ck_assert_int_eq(get_by(regex), NW_STORE_INVALID);
	ck_assert_int_eq(get_by(&pattern), NW_STORE_INVALID);
	bson_destroy(array);
	bson_destroy(regex);
	bson_destroy(&pattern);
}
END_TEST

START_TEST(an_id_is_equal_by_value_not_by_type)
{
	struct nw_store_op op = {
		.kind = NW_STORE_GET,
		.collection = "things",
		.id = {.value_type = BSON_TYPE_DOUBLE, .value = {.v_double = 7.0}},
	};

	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT64(7))), NW_STORE_OK);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &op), NW_STORE_OK);
	nw_store_op_fini(&op);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(7))), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "_id");
}
END_TEST

static char arena[4096];

static void *alloc_from(void *arg, size_t size)
{
	size_t *used = arg;

	if (*used + size > sizeof(arena)) {
		return NULL;
	}
	void *p = arena + *used;

	*used += size;
	return p;
}

START_TEST(results_live_where_the_caller_wants_them)
{
	size_t used = 0;
	struct nw_store_op op = {
		.kind = NW_STORE_GET,
		.collection = "things",
		.id = int_value(1),
		.alloc = alloc_from,
		.alloc_arg = &used,
	};

	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &op), NW_STORE_OK);
	ck_assert_ptr_eq(op.doc, arena);
	used = sizeof(arena);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &op), NW_STORE_FAILED);
	ck_assert_ptr_null(op.doc);
	ck_assert_ptr_nonnull(strstr(op.error.message, "no memory"));
}
END_TEST

START_TEST(names_that_no_database_takes_are_refused)
{
	const char *const bad[] = {"", "a$b", ".a", "a.", "a..b", "system.users", "\xff"};
	bson_t *doc = NULL;

	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(run_get(bad[i], 1, &doc), NW_STORE_INVALID);
		ck_assert_int_eq(run_insert(bad[i], BCON_NEW("_id", BCON_INT32(1))), NW_STORE_INVALID);
	}
	ck_assert_int_eq(run_get(NULL, 1, &doc), NW_STORE_INVALID);
}
END_TEST

START_TEST(a_ping_is_answered)
{
	struct nw_store_op op = {.kind = NW_STORE_PING};
	bson_error_t error;

	ck_assert_int_eq(nw_store_ping_sync(fix.store, &error), NW_STORE_OK);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &op), NW_STORE_OK);
}
END_TEST

CONFORMANCE_CASE(conformance_get, a_document_comes_back_byte_for_byte, results_are_allocated_on_the_thread_that_asked,
		 what_is_not_there_is_missing, collections_that_differ_in_case_are_two,
		 an_id_is_any_value_but_array_and_regex, an_id_is_equal_by_value_not_by_type,
		 results_live_where_the_caller_wants_them, names_that_no_database_takes_are_refused, a_ping_is_answered)

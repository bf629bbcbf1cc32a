#include "tests/conformance/conformance.h"

static void put_people(void)
{
	const char *const people[] = {
		"{\"_id\": 5, \"name\": \"Eve\", \"age\": 30, \"tags\": [\"a\", \"b\"], \"home\": {\"city\":\"Oslo\"}}",
		"{\"_id\": 1, \"name\": \"Ann\", \"age\": 41, \"tags\": [\"b\"], \"home\": {\"city\": \"Rome\"}}",
		"{\"_id\": 3, \"name\": \"Bob\", \"age\": 30.0, \"tags\": \"a\"}",
		"{\"_id\": 2, \"name\": \"Cid\", \"age\": null}",
		"{\"_id\": 4, \"name\": \"Dan\", \"home\": {\"city\": \"Oslo\"}, \"tags\": []}",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(people); i++) {
		ck_assert_int_eq(run_insert("people", json(people[i])), NW_STORE_OK);
	}
}

#define FIND(filter) ids_of("people", json(filter), json("{\"_id\": 1}"), 0, 0)

static void ck_filters(void)
{
	ck_assert_str_eq(FIND("{}"), "1 2 3 4 5");
	ck_assert_str_eq(FIND("{\"name\": \"Bob\"}"), "3");
	ck_assert_str_eq(FIND("{\"age\": 30}"), "3 5");
	ck_assert_str_eq(FIND("{\"age\": null}"), "2 4");
	ck_assert_str_eq(FIND("{\"tags\": \"a\"}"), "3 5");
	ck_assert_str_eq(FIND("{\"tags\": [\"a\", \"b\"]}"), "5");
	ck_assert_str_eq(FIND("{\"tags\": []}"), "4");
	ck_assert_str_eq(FIND("{\"home.city\": \"Oslo\"}"), "4 5");
	ck_assert_str_eq(FIND("{\"home.city\": \"Oslo\", \"age\": 30}"), "5");
	ck_assert_str_eq(FIND("{\"_id\": 3}"), "3");
	ck_assert_str_eq(FIND("{\"_id\": 3, \"name\": \"Eve\"}"), "");
	ck_assert_str_eq(FIND("{\"_id\": {\"$in\": [1, 4, 9]}}"), "1 4");
	ck_assert_str_eq(FIND("{\"age\": {\"$gt\": 29, \"$lte\": 41}}"), "1 3 5");
	ck_assert_str_eq(FIND("{\"name\": {\"$ne\": \"Bob\"}}"), "1 2 4 5");
	ck_assert_str_eq(FIND("{\"name\": {\"$gte\": \"Cid\"}}"), "2 4 5");
}

START_TEST(filters_find_what_they_say)
{
	put_people();
	ck_filters();
	ck_assert_int_eq(count_of("people", NULL), 5);
	ck_assert_int_eq(count_of("people", json("{}")), 5);
	ck_assert_int_eq(count_of("people", json("{\"age\": 30}")), 2);
	ck_assert_int_eq(count_of("people", json("{\"_id\": 3}")), 1);
}
END_TEST

START_TEST(an_index_changes_no_answer)
{
	const char *const fields[] = {"age", "tags", "home.city", "name"};

	put_people();
	for (size_t i = 0; i < NW_ARRAY_LEN(fields); i++) {
		ck_assert_int_eq(nw_store_ensure_index_sync(fix.store, "people", fields[i], i == 3, NULL), NW_STORE_OK);
	}
	ck_filters();
	ck_assert_int_eq(count_of("people", json("{\"age\": 30}")), 2);
	ck_assert_int_eq(count_of("people", json("{\"tags\": \"b\"}")), 2);
}
END_TEST

START_TEST(rows_are_sorted_skipped_and_limited)
{
	put_people();
	ck_assert_str_eq(ids_of("people", NULL, NULL, 0, 0), "5 1 3 2 4");
	ck_assert_str_eq(ids_of("people", NULL, NULL, 1, 2), "1 3");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"_id\": -1}"), 0, 0), "5 4 3 2 1");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"name\": 1}"), 0, 3), "1 3 2");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"age\": 1, \"name\": -1}"), 0, 0), "4 2 5 3 1");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"age\": -1, \"_id\": 1}"), 0, 0), "1 3 5 2 4");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"tags\": 1, \"_id\": 1}"), 0, 0), "4 2 3 5 1");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"tags\": -1, \"_id\": 1}"), 0, 0), "1 5 3 2 4");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"home.city\": 1, \"_id\": -1}"), 0, 0), "3 2 5 4 1");
	ck_assert_str_eq(ids_of("people", json("{\"age\": 30}"), json("{\"_id\": 1}"), 1, 5), "5");
	ck_assert_str_eq(ids_of("people", NULL, NULL, 9, 0), "");
}
END_TEST

START_TEST(a_collection_that_is_not_there_is_empty)
{
	ck_assert_str_eq(ids_of("nothing", NULL, json("{\"a\": 1}"), 0, 0), "");
	ck_assert_str_eq(ids_of("nothing", json("{\"a\": 1}"), NULL, 0, 0), "");
	ck_assert_int_eq(count_of("nothing", json("{\"a\": 1}")), 0);
	ck_assert_int_eq(run_insert("nothing", BCON_NEW("_id", BCON_INT32(1), "a", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_str_eq(ids_of("nothing", json("{\"a\": 1}"), NULL, 0, 0), "1");
}
END_TEST

static bool on_any_row(void *arg, const bson_t *doc)
{
	int *n = arg;

	(void)doc;
	(*n)++;
	return *n < 2;
}

START_TEST(a_reader_may_stop)
{
	struct nw_store_query query = {.collection = "people"};
	int n = 0;

	put_people();
	ck_assert_int_eq(nw_store_find_sync(fix.store, &query, on_any_row, &n, NULL), NW_STORE_OK);
	ck_assert_int_eq(n, 2);
}
END_TEST

static bool on_row_write(void *arg, const bson_t *doc)
{
	bson_iter_t id;

	(void)arg;
	ck_assert(bson_iter_init_find(&id, doc, "_id"));
	ck_assert_int_eq(run_update("people", bson_iter_int32(&id), NULL, BCON_NEW("seen", BCON_BOOL(true))),
			 NW_STORE_OK);
	return true;
}

START_TEST(a_reader_may_write)
{
	struct nw_store_query query = {.collection = "people"};

	put_people();
	ck_assert_int_eq(nw_store_find_sync(fix.store, &query, on_row_write, NULL, NULL), NW_STORE_OK);
	ck_assert_int_eq(count_of("people", json("{\"seen\": true}")), 5);
}
END_TEST

static enum nw_store_status find_invalid(bson_t *filter, bson_t *sort, int64_t skip, int64_t limit)
{
	struct nw_store_query query = {
		.collection = "people", .filter = filter, .sort = sort, .skip = skip, .limit = limit};
	bson_error_t error = {0};
	int n = 0;
	enum nw_store_status status = nw_store_find_sync(fix.store, &query, on_any_row, &n, &error);

	ck_assert_str_ne(error.message, "");
	bson_destroy(filter);
	bson_destroy(sort);
	return status;
}

static bson_t *with_operator(const char *name)
{
	bson_t *filter = bson_new();
	bson_t child;

	BSON_APPEND_DOCUMENT_BEGIN(filter, "a", &child);
	BSON_APPEND_UTF8(&child, name, "x");
	bson_append_document_end(filter, &child);
	return filter;
}

START_TEST(what_is_no_query_is_refused)
{
	int64_t n = 0;
	bson_t *filter = with_operator("$nosuch");

	put_people();
	ck_assert_int_eq(nw_store_count_sync(fix.store, "people", filter, &n, NULL), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(filter, NULL, 0, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(with_operator("$where"), NULL, 0, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(NULL, json("{\"a\": 2}"), 0, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(NULL, json("{\"a\": \"x\"}"), 0, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(NULL, json("{\"\": 1}"), 0, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(NULL, NULL, -1, 0), NW_STORE_INVALID);
	ck_assert_int_eq(find_invalid(NULL, NULL, 0, -1), NW_STORE_INVALID);
}
END_TEST

START_TEST(a_name_with_a_quote_is_a_name)
{
	ck_assert_int_eq(nw_store_ensure_index_sync(fix.store, "people", "o'neil", true, NULL), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"o'neil\": 1}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"o'neil\": 1}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "o'neil");
	ck_assert_str_eq(FIND("{\"o'neil\": 1}"), "1");
	ck_assert_str_eq(ids_of("people", NULL, json("{\"o'neil\": 1}"), 0, 0), "1");
}
END_TEST

CONFORMANCE_CASE(conformance_query, filters_find_what_they_say, an_index_changes_no_answer,
		 rows_are_sorted_skipped_and_limited, a_collection_that_is_not_there_is_empty, a_reader_may_stop,
		 a_reader_may_write, what_is_no_query_is_refused, a_name_with_a_quote_is_a_name)

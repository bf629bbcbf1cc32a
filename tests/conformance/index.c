#include <stdio.h>

#include "tests/conformance/conformance.h"

static enum nw_store_status ensure(const char *field, bool unique)
{
	bson_error_t error = {0};
	enum nw_store_status status = nw_store_ensure_index_sync(fix.store, "people", field, unique, &error);

	snprintf(last_message, sizeof(last_message), "%s", error.message);
	return status;
}

START_TEST(a_unique_value_is_stored_once)
{
	ck_assert_int_eq(ensure("name", true), NW_STORE_OK);
	ck_assert_int_eq(ensure("name", true), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\"}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "name");
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"name\": \"Bob\"}")), NW_STORE_OK);
	ck_assert_int_eq(run_replace("people", 2, NULL, json("{\"_id\": 2, \"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "name");
	ck_assert_int_eq(run_update("people", 2, NULL, json("{\"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "name");
	ck_doc("people", 2, "{\"_id\": 2, \"name\": \"Bob\"}");
	ck_assert_int_eq(run_remove("people", 1, NULL), NW_STORE_OK);
	ck_assert_int_eq(run_update("people", 2, NULL, json("{\"name\": \"Ann\"}")), NW_STORE_OK);
}
END_TEST

START_TEST(of_several_values_that_are_taken_the_id_is_told)
{
	ck_assert_int_eq(ensure("name", true), NW_STORE_OK);
	ck_assert_int_eq(ensure("code", true), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\", \"code\": 5}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\", \"code\": 5}")),
			 NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "_id");
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "_id");
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "name");
}
END_TEST

START_TEST(missing_values_do_not_conflict_but_nulls_do)
{
	ck_assert_int_eq(ensure("home.city", true), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 3, \"home\": {}}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 4, \"home\": {\"city\": null}}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 5, \"home\": {\"city\": null}}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "home.city");
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 6, \"home\": {\"city\": 1}}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 7, \"home\": {\"city\": 1.0}}")), NW_STORE_DUPLICATE);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 8, \"home\": {\"city\": \"1\"}}")), NW_STORE_OK);
}
END_TEST

START_TEST(one_of_several_that_breaks_uniqueness_undoes_all)
{
	bson_t *docs[] = {json("{\"_id\": 1, \"name\": \"x\"}"), json("{\"_id\": 2, \"name\": \"Ann\"}")};
	struct nw_store_op op = {
		.kind = NW_STORE_INSERT, .collection = "people", .docs = (const bson_t *const *)docs, .n_docs = 2};

	ck_assert_int_eq(ensure("name", true), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 9, \"name\": \"Ann\"}")), NW_STORE_OK);
	ck_assert_int_eq(nw_store_run_sync(fix.store, &op), NW_STORE_DUPLICATE);
	ck_assert_uint_eq(op.failed_at, 1);
	ck_assert_str_eq(op.dup_field, "name");
	nw_store_op_fini(&op);
	ck_assert_int_eq(count_of("people", NULL), 1);
	bson_destroy(docs[0]);
	bson_destroy(docs[1]);
}
END_TEST

START_TEST(documents_that_break_an_index_are_named)
{
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\"}")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"name\": \"Ann\"}")), NW_STORE_OK);
	ck_assert_int_eq(ensure("name", true), NW_STORE_DUPLICATE);
	ck_assert_ptr_nonnull(strstr(last_message, "people.name"));
	/* The store goes on. */
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 3, \"name\": \"Ann\"}")), NW_STORE_OK);
	ck_assert_int_eq(ensure("name", false), NW_STORE_OK);
}
END_TEST

START_TEST(an_index_is_still_there_after_reopening)
{
	ck_assert_int_eq(ensure("name", true), NW_STORE_OK);
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 1, \"name\": \"Ann\"}")), NW_STORE_OK);
	fixture_reopen();
	ck_doc("people", 1, "{\"_id\": 1, \"name\": \"Ann\"}");
	ck_assert_int_eq(run_insert("people", json("{\"_id\": 2, \"name\": \"Ann\"}")), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "name");
}
END_TEST

START_TEST(names_that_cannot_be_indexed_are_refused)
{
	ck_assert_int_eq(ensure("", true), NW_STORE_INVALID);
	ck_assert_int_eq(ensure("a..b", true), NW_STORE_INVALID);
	ck_assert_int_eq(ensure("$a", true), NW_STORE_INVALID);
	ck_assert_int_eq(ensure("_id", true), NW_STORE_OK);
	ck_assert_int_eq(nw_store_ensure_index_sync(fix.store, "a$", "b", true, NULL), NW_STORE_INVALID);
}
END_TEST

CONFORMANCE_CASE(conformance_index, a_unique_value_is_stored_once, of_several_values_that_are_taken_the_id_is_told,
		 missing_values_do_not_conflict_but_nulls_do, one_of_several_that_breaks_uniqueness_undoes_all,
		 documents_that_break_an_index_are_named, an_index_is_still_there_after_reopening,
		 names_that_cannot_be_indexed_are_refused)

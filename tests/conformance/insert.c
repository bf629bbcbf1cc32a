#include "tests/conformance/conformance.h"

static enum nw_store_status insert_many(bson_t **docs, size_t n, struct nw_store_op *op)
{
	*op = (struct nw_store_op){
		.kind = NW_STORE_INSERT, .collection = "things", .docs = (const bson_t *const *)docs, .n_docs = n};
	enum nw_store_status status = nw_store_run_sync(fix.store, op);

	for (size_t i = 0; i < n; i++) {
		bson_destroy(docs[i]);
	}
	return status;
}

START_TEST(a_second_document_with_the_same_id_is_a_duplicate)
{
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1), "v", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1), "v", BCON_INT32(2))), NW_STORE_DUPLICATE);
	ck_assert_str_eq(last_dup_field, "_id");
	ck_doc("things", 1, "{\"_id\": 1, \"v\": 1}");
}
END_TEST

START_TEST(the_same_document_again_is_a_duplicate_too)
{
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1), "_etag", "a")), NW_STORE_OK);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1), "_etag", "a")), NW_STORE_DUPLICATE);
}
END_TEST

START_TEST(the_id_is_kept_first)
{
	ck_assert_int_eq(run_insert("things", BCON_NEW("a", BCON_INT32(5), "_id", BCON_INT32(1), "b", BCON_INT32(6))),
			 NW_STORE_OK);
	ck_doc("things", 1, "{\"_id\": 1, \"a\": 5, \"b\": 6}");
	ck_assert_int_eq(run_replace("things", 1, NULL, BCON_NEW("b", BCON_INT32(7), "_id", BCON_INT32(1))),
			 NW_STORE_OK);
	ck_doc("things", 1, "{\"_id\": 1, \"b\": 7}");
}
END_TEST

START_TEST(many_documents_go_in_together)
{
	bson_t *docs[300];
	struct nw_store_op op;

	for (int i = 0; i < 300; i++) {
		docs[i] = BCON_NEW("_id", BCON_INT32(i), "n", BCON_INT32(i * i));
	}
	ck_assert_int_eq(insert_many(docs, 300, &op), NW_STORE_OK);
	ck_assert_int_eq(count_of("things", NULL), 300);
	ck_doc("things", 17, "{\"_id\": 17, \"n\": 289}");
}
END_TEST

START_TEST(many_documents_go_in_all_or_none)
{
	bson_t *docs[10];
	struct nw_store_op op;

	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(7))), NW_STORE_OK);
	for (int i = 0; i < 10; i++) {
		docs[i] = BCON_NEW("_id", BCON_INT32(i));
	}
	ck_assert_int_eq(insert_many(docs, 10, &op), NW_STORE_DUPLICATE);
	ck_assert_uint_eq(op.failed_at, 7);
	ck_assert_str_eq(op.dup_field, "_id");
	nw_store_op_fini(&op);
	ck_assert_str_eq(ids_of("things", NULL, NULL, 0, 0), "7");
}
END_TEST

START_TEST(documents_of_one_insert_may_not_share_an_id)
{
	bson_t *docs[] = {BCON_NEW("_id", BCON_INT32(1)), BCON_NEW("_id", BCON_INT32(1))};
	struct nw_store_op op;

	ck_assert_int_eq(insert_many(docs, 2, &op), NW_STORE_DUPLICATE);
	ck_assert_uint_eq(op.failed_at, 1);
	nw_store_op_fini(&op);
	ck_assert_int_eq(count_of("things", NULL), 0);
}
END_TEST

START_TEST(what_cannot_be_stored_is_refused_with_its_index)
{
	bson_t *docs[] = {BCON_NEW("_id", BCON_INT32(1)), BCON_NEW("a", BCON_INT32(1))};
	struct nw_store_op op;

	ck_assert_int_eq(insert_many(docs, 2, &op), NW_STORE_INVALID);
	ck_assert_uint_eq(op.failed_at, 1);
	ck_assert_str_ne(op.error.message, "");
	ck_assert_int_eq(insert_many(NULL, 0, &op), NW_STORE_INVALID);
	ck_assert_int_eq(run_insert("things", json("{\"_id\": [1, 2]}")), NW_STORE_INVALID);
	bson_t *named = BCON_NEW("_id", BCON_INT32(1));

	BSON_APPEND_INT32(named, "$set", 1);
	ck_assert_int_eq(run_insert("things", named), NW_STORE_INVALID);
	ck_assert_int_eq(count_of("things", NULL), 0);
}
END_TEST

static bson_t *large_doc(int id, size_t size)
{
	bson_t *doc = BCON_NEW("_id", BCON_INT32(id));
	uint8_t *bytes = calloc(1, size);

	ck_assert_ptr_nonnull(bytes);
	BSON_APPEND_BINARY(doc, "bytes", BSON_SUBTYPE_BINARY, bytes, (uint32_t)size);
	free(bytes);
	return doc;
}

START_TEST(a_document_may_have_16_mib_and_no_more)
{
	bson_t *doc = NULL;

	ck_assert_int_eq(run_insert("things", large_doc(1, 16 * 1024 * 1024 - 64)), NW_STORE_OK);
	ck_assert_int_eq(run_insert("things", large_doc(2, 16 * 1024 * 1024)), NW_STORE_INVALID);
	ck_assert_int_eq(run_get("things", 1, &doc), NW_STORE_OK);
	ck_assert_uint_gt(doc->len, 16 * 1024 * 1024 - 64);
	bson_destroy(doc);
	ck_assert_int_eq(run_get("things", 2, &doc), NW_STORE_MISSING);
}
END_TEST

CONFORMANCE_CASE(conformance_insert, a_second_document_with_the_same_id_is_a_duplicate,
		 the_same_document_again_is_a_duplicate_too, the_id_is_kept_first, many_documents_go_in_together,
		 many_documents_go_in_all_or_none, documents_of_one_insert_may_not_share_an_id,
		 what_cannot_be_stored_is_refused_with_its_index, a_document_may_have_16_mib_and_no_more)

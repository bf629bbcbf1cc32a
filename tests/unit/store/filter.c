#include "worker/store/filter.h"

#include <errno.h>

#include "tests/unit/store/random.h"
#include "tests/unit/unit.h"
#include "worker/store/json.h"

/** Extended JSON. */
static bson_t *doc_of(const char *json)
{
	bson_error_t error;
	bson_t *doc = bson_new_from_json((const uint8_t *)json, -1, &error);

	ck_assert_msg(doc != NULL, "%s: %s", json, error.message);
	return doc;
}

static struct nw_filter *compile(const char *json)
{
	bson_t *bson = doc_of(json);
	struct nw_filter *filter = NULL;
	struct nw_err err = {0};

	ck_assert_msg(nw_filter_compile(bson, &filter, &err) == 0, "%s: %s", json, err.msg);
	/* The filter must not need it. */
	bson_destroy(bson);
	return filter;
}

static const struct {
	const char *filter;
	const char *doc;
	bool is_match;
} table[] = {
	{"{}", "{\"a\":1}", true},
	/* equality */
	{"{\"a\":1}", "{\"a\":1}", true},
	{"{\"a\":1}", "{\"a\":2}", false},
	{"{\"a\":1}", "{\"b\":1}", false},
	{"{\"a\":1}", "{\"a\":{\"$numberLong\":\"1\"}}", true},
	{"{\"a\":1}", "{\"a\":1.0}", true},
	{"{\"a\":1}", "{\"a\":{\"$numberDecimal\":\"1.00\"}}", true},
	{"{\"a\":1}", "{\"a\":\"1\"}", false},
	{"{\"a\":1}", "{\"a\":true}", false},
	{"{\"a\":{\"$numberLong\":\"9007199254740993\"}}", "{\"a\":{\"$numberDouble\":\"9007199254740992\"}}", false},
	{"{\"a\":{\"$numberLong\":\"9223372036854775807\"}}", "{\"a\":{\"$numberDouble\":\"9223372036854775808\"}}",
	 false},
	{"{\"a\":0.0}", "{\"a\":{\"$numberDouble\":\"-0.0\"}}", true},
	{"{\"a\":0.1}", "{\"a\":{\"$numberDecimal\":\"0.1\"}}", false},
	{"{\"a\":\"x\"}", "{\"a\":\"x\"}", true},
	{"{\"a\":\"x\"}", "{\"a\":\"X\"}", false},
	{"{\"a\":\"x\"}", "{\"a\":\"x\\u0000\"}", false},
	{"{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}", true},
	{"{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}", false},
	{"{\"a\":{\"$oid\":\"0123456789abcdef01234567\"}}", "{\"a\":{\"$oid\":\"0123456789abcdef01234567\"}}", true},
	{"{\"a\":{\"$date\":{\"$numberLong\":\"5\"}}}", "{\"a\":{\"$numberLong\":\"5\"}}", false},
	{"{\"a\":{\"$eq\":5}}", "{\"a\":5}", true},
	/* documents as a whole: order and every member count */
	{"{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"b\":1,\"c\":2}}", true},
	{"{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":2,\"b\":1}}", false},
	{"{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1,\"c\":2}}", false},
	{"{\"a\":{\"b\":1}}", "{\"a\":{\"b\":1.0}}", true},
	{"{\"a\":{}}", "{\"a\":{}}", true},
	{"{\"a\":{}}", "{\"a\":{\"b\":1}}", false},
	{"{\"a\":{\"b\":{\"$gt\":1}}}", "{\"a\":{\"b\":2}}", false},
	/* null, missing and undefined */
	{"{\"a\":null}", "{\"a\":null}", true},
	{"{\"a\":null}", "{}", true},
	{"{\"a\":null}", "{\"a\":0}", false},
	{"{\"a\":null}", "{\"a\":[1,null]}", true},
	{"{\"a\":null}", "{\"a\":[]}", false},
	{"{\"a\":null}", "{\"a\":{\"$undefined\":true}}", true},
	{"{\"a.b\":null}", "{\"a\":5}", true},
	{"{\"a.b\":null}", "{\"a\":[]}", false},
	{"{\"a.b\":null}", "{\"a\":[{\"c\":1}]}", true},
	{"{\"a.b\":null}", "{\"a\":[1,2]}", false},
	{"{\"a\":{\"$gte\":null}}", "{}", true},
	{"{\"a\":{\"$lte\":null}}", "{\"a\":null}", true},
	{"{\"a\":{\"$gt\":null}}", "{\"a\":null}", false},
	{"{\"a\":{\"$gt\":null}}", "{\"a\":1}", false},
	{"{\"a\":{\"$ne\":null}}", "{\"a\":1}", true},
	{"{\"a\":{\"$ne\":null}}", "{\"b\":1}", false},
	/* arrays */
	{"{\"a\":2}", "{\"a\":[1,2,3]}", true},
	{"{\"a\":4}", "{\"a\":[1,2,3]}", false},
	{"{\"a\":[1,2]}", "{\"a\":[1,2]}", true},
	{"{\"a\":[1,2]}", "{\"a\":[2,1]}", false},
	{"{\"a\":[1,2]}", "{\"a\":[[1,2],3]}", true},
	{"{\"a\":1}", "{\"a\":[[1]]}", false},
	{"{\"a\":[]}", "{\"a\":[]}", true},
	{"{\"a\":{\"b\":1}}", "{\"a\":[{\"b\":1}]}", true},
	{"{\"a\":{\"$gt\":2}}", "{\"a\":[1,3]}", true},
	{"{\"a\":{\"$gt\":2,\"$lt\":2}}", "{\"a\":[1,3]}", true},
	{"{\"a\":{\"$gt\":[1]}}", "{\"a\":[2]}", true},
	/* dotted paths */
	{"{\"a.b\":1}", "{\"a\":{\"b\":1}}", true},
	{"{\"a.b\":1}", "{\"a.b\":1}", false},
	{"{\"a.b\":1}", "{\"a\":[{\"b\":2},{\"b\":1}]}", true},
	{"{\"a.b\":1}", "{\"a\":[{\"b\":[2,1]}]}", true},
	{"{\"a.b\":1}", "{\"a\":[[{\"b\":1}]]}", false},
	{"{\"a.0\":1}", "{\"a\":[1,2]}", true},
	{"{\"a.1\":1}", "{\"a\":[1,2]}", false},
	{"{\"a.0\":1}", "{\"a\":{\"0\":1}}", true},
	{"{\"a.0\":1}", "{\"a\":[{\"0\":1}]}", true},
	{"{\"a.00\":1}", "{\"a\":[1]}", false},
	{"{\"a.0.b\":1}", "{\"a\":[{\"b\":1},{\"b\":2}]}", true},
	{"{\"a.1.b\":1}", "{\"a\":[{\"b\":1},{\"b\":2}]}", false},
	{"{\"a.0.b\":1}", "{\"a\":[[{\"b\":1}]]}", true},
	{"{\"a.0.1\":6}", "{\"a\":[[5,6]]}", true},
	{"{\"a.b.c.d\":7}", "{\"a\":{\"b\":[{\"c\":[{\"d\":[7]}]}]}}", true},
	{"{\"a.b\":{\"$gte\":2}}", "{\"a\":[{\"b\":1},{\"b\":2}]}", true},
	/* ranges stay with their type */
	{"{\"a\":{\"$gt\":1}}", "{\"a\":2}", true},
	{"{\"a\":{\"$gt\":1}}", "{\"a\":1}", false},
	{"{\"a\":{\"$gte\":1}}", "{\"a\":1}", true},
	{"{\"a\":{\"$lt\":1}}", "{\"a\":0.5}", true},
	{"{\"a\":{\"$lte\":1}}", "{\"a\":1.5}", false},
	{"{\"a\":{\"$gt\":1}}", "{\"a\":\"2\"}", false},
	{"{\"a\":{\"$lt\":1}}", "{}", false},
	{"{\"a\":{\"$lt\":1}}", "{\"a\":null}", false},
	{"{\"a\":{\"$gt\":\"a\"}}", "{\"a\":\"b\"}", true},
	{"{\"a\":{\"$gt\":\"a\"}}", "{\"a\":1}", false},
	{"{\"a\":{\"$gt\":{\"$date\":{\"$numberLong\":\"5\"}}}}", "{\"a\":{\"$date\":{\"$numberLong\":\"6\"}}}", true},
	{"{\"a\":{\"$gt\":{\"$numberLong\":\"9007199254740992\"}}}", "{\"a\":{\"$numberLong\":\"9007199254740993\"}}",
	 true},
	{"{\"a\":{\"$lt\":{\"$maxKey\":1}}}", "{\"a\":\"x\"}", true},
	{"{\"a\":{\"$gt\":{\"$minKey\":1}}}", "{\"a\":\"x\"}", true},
	{"{\"a\":{\"$gt\":true}}", "{\"a\":1}", false},
	{"{\"a\":{\"$gte\":false}}", "{\"a\":true}", true},
	/* NaN */
	{"{\"a\":{\"$numberDouble\":\"NaN\"}}", "{\"a\":{\"$numberDouble\":\"NaN\"}}", true},
	{"{\"a\":{\"$numberDouble\":\"NaN\"}}", "{\"a\":{\"$numberDecimal\":\"NaN\"}}", true},
	{"{\"a\":{\"$lt\":1}}", "{\"a\":{\"$numberDouble\":\"NaN\"}}", false},
	{"{\"a\":{\"$lte\":{\"$numberDouble\":\"NaN\"}}}", "{\"a\":{\"$numberDouble\":\"NaN\"}}", true},
	{"{\"a\":{\"$gte\":{\"$numberDouble\":\"NaN\"}}}", "{\"a\":1}", false},
	/* $ne */
	{"{\"a\":{\"$ne\":1}}", "{\"a\":2}", true},
	{"{\"a\":{\"$ne\":1}}", "{\"a\":1}", false},
	{"{\"a\":{\"$ne\":1}}", "{}", true},
	{"{\"a\":{\"$ne\":1}}", "{\"a\":[1,2]}", false},
	{"{\"a\":{\"$ne\":1}}", "{\"a\":[2,3]}", true},
	{"{\"a\":{\"$ne\":[1,2]}}", "{\"a\":[1,2]}", false},
	/* $in */
	{"{\"a\":{\"$in\":[1,\"x\"]}}", "{\"a\":\"x\"}", true},
	{"{\"a\":{\"$in\":[1,\"x\"]}}", "{\"a\":2}", false},
	{"{\"a\":{\"$in\":[9,5,1,7,3]}}", "{\"a\":7.0}", true},
	{"{\"a\":{\"$in\":[9,5,1,7,3]}}", "{\"a\":[2,3]}", true},
	{"{\"a\":{\"$in\":[]}}", "{\"a\":1}", false},
	{"{\"a\":{\"$in\":[null]}}", "{}", true},
	{"{\"a\":{\"$in\":[null]}}", "{\"a\":{\"$undefined\":true}}", true},
	{"{\"a\":{\"$in\":[1]}}", "{}", false},
	{"{\"a\":{\"$in\":[[1,2]]}}", "{\"a\":[1,2]}", true},
	{"{\"a\":{\"$in\":[{\"b\":1}]}}", "{\"a\":{\"b\":1}}", true},
	{"{\"a\":{\"$in\":[1,2],\"$ne\":2}}", "{\"a\":2}", false},
};

START_TEST(documents_match_as_in_mongodb)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		struct nw_filter *filter = compile(table[i].filter);
		bson_t *doc = doc_of(table[i].doc);

		ck_assert_msg(nw_filter_match(filter, doc) == table[i].is_match, "%s on %s", table[i].filter,
			      table[i].doc);
		bson_destroy(doc);
		filter = nw_filter_free(filter);
		ck_assert_ptr_null(filter);
	}
	ck_assert_uint_ge(NW_ARRAY_LEN(table), 80);
}
END_TEST

static void check_refused(const bson_t *bson, const char *message)
{
	struct nw_filter *filter = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_filter_compile(bson, &filter, &err), -EINVAL);
	ck_assert_str_eq(err.msg, message);
	ck_assert_ptr_null(filter);
	ck_assert_int_eq(nw_filter_compile(bson, &filter, NULL), -EINVAL);
}

START_TEST(what_narwhal_does_not_speak_is_refused_by_name)
{
	static const struct {
		const char *filter;
		const char *message;
	} refused[] = {
		{"{\"$where\":\"1\"}", "operator '$where' is not supported"},
		{"{\"$or\":[{\"a\":1}]}", "operator '$or' is not supported"},
		{"{\"a\":{\"$where\":1}}", "operator '$where' is not supported"},
		{"{\"a\":{\"$gt\":1,\"$exists\":true}}", "operator '$exists' is not supported"},
		{"{\"a\":{\"$regex\":\"x\"}}", "operator '$regex' is not supported"},
		{"{\"a\":{\"$\\n\":1}}", "operator '$\\x0A' is not supported"},
		{"{\"a\":{\"$gt\":1,\"b\":2}}", "field 'a' mixes operators and fields"},
		{"{\"a\":{\"b\":2,\"$gt\":1}}", "field 'a' mixes operators and fields"},
		{"{\"a\":{\"$in\":1}}", "field 'a': $in needs an array"},
		{"{\"a\":{\"$in\":{\"0\":1}}}", "field 'a': $in needs an array"},
		{"{\"a\":{\"$in\":[1,{\"$gt\":1}]}}", "field 'a': $in cannot hold operators"},
		{"{\"\":1}", "field '' has an empty name in its path"},
		{"{\"a..b\":1}", "field 'a..b' has an empty name in its path"},
		{"{\"a.\":1}", "field 'a.' has an empty name in its path"},
		{"{\".a\":1}", "field '.a' has an empty name in its path"},
		{"{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":{}}}}}}}}}",
		 "the filter is nested deeper than 8 levels"},
		{"{\"a\":{\"$in\":[[[[[[[]]]]]]]}}", "the filter is nested deeper than 8 levels"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(refused); i++) {
		bson_t bson;
		bool is_array;

		ck_assert_int_eq(nw_json_to_bson(refused[i].filter, strlen(refused[i].filter), &bson, &is_array, NULL),
				 0);
		check_refused(&bson, refused[i].message);
		bson_destroy(&bson);
	}
}
END_TEST

START_TEST(seven_documents_within_a_filter_are_not_too_deep)
{
	nw_filter_free(compile("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":1}}}}}}}}"));
}
END_TEST

START_TEST(values_that_cannot_be_compared_are_refused)
{
	bson_t *regex = BCON_NEW("a", BCON_REGEX("x", "")), *undefined = BCON_NEW("a", "{", "$ne", BCON_UNDEFINED, "}"),
	       *in = BCON_NEW("a", "{", "$in", "[", BCON_REGEX("x", ""), "]", "}");

	check_refused(regex, "field 'a': regular expressions are not supported");
	check_refused(undefined, "field 'a' cannot be compared with undefined");
	check_refused(in, "field 'a': regular expressions are not supported");
	bson_destroy(regex);
	bson_destroy(undefined);
	bson_destroy(in);
}
END_TEST

START_TEST(the_limits_hold)
{
	bson_t many = BSON_INITIALIZER, in = BSON_INITIALIZER, operators, values;
	struct nw_filter *filter = NULL;
	char key[16];

	for (int i = 0; i < NW_FILTER_CLAUSES; i++) {
		BSON_APPEND_INT32(&many, "a", i);
	}
	ck_assert_int_eq(nw_filter_compile(&many, &filter, NULL), 0);
	nw_filter_free(filter);
	BSON_APPEND_INT32(&many, "a", 1);
	check_refused(&many, "the filter has more than 64 comparisons");
	for (int n = NW_FILTER_IN; n <= NW_FILTER_IN + 1; n++) {
		bson_reinit(&in);
		BSON_APPEND_DOCUMENT_BEGIN(&in, "a", &operators);
		BSON_APPEND_ARRAY_BEGIN(&operators, "$in", &values);
		for (int i = 0; i < n; i++) {
			snprintf(key, sizeof(key), "%d", i);
			BSON_APPEND_INT32(&values, key, i * 7919 % 1009);
		}
		bson_append_array_end(&operators, &values);
		bson_append_document_end(&in, &operators);
		if (n == NW_FILTER_IN) {
			ck_assert_int_eq(nw_filter_compile(&in, &filter, NULL), 0);
			nw_filter_free(filter);
		}
	}
	check_refused(&in, "field 'a': $in has more than 1000 values");
	bson_destroy(&many);
	bson_destroy(&in);
}
END_TEST

START_TEST(a_path_has_a_hundred_names_at_most)
{
	struct nw_buf path = {0};
	struct nw_filter *filter = NULL;

	for (int i = 1; i <= 101; i++) {
		nw_buf_adds(&path, i == 1 ? "a" : ".a");
		bson_t *bson = BCON_NEW(nw_buf_str(&path), BCON_INT32(1));

		ck_assert_int_eq(nw_filter_compile(bson, &filter, NULL), i <= 100 ? 0 : -EINVAL);
		filter = i <= 100 ? nw_filter_free(filter) : filter;
		bson_destroy(bson);
	}
	nw_buf_free(&path);
}
END_TEST

START_TEST(broken_bson_is_refused)
{
	/* A string whose length reaches beyond the document. */
	uint8_t bytes[] = {16, 0, 0, 0, BSON_TYPE_UTF8, 'a', 0, 99, 0, 0, 0, 'x', 0, 0, 0, 0};
	bson_t bson;
	struct nw_filter *filter = NULL;

	ck_assert(bson_init_static(&bson, bytes, sizeof(bytes)));
	ck_assert_int_eq(nw_filter_compile(&bson, &filter, NULL), -EINVAL);
}
END_TEST

START_TEST(no_filter_matches_all)
{
	struct nw_filter *filter = NULL;
	bson_t doc = BSON_INITIALIZER;

	ck_assert_int_eq(nw_filter_compile(NULL, &filter, NULL), 0);
	ck_assert(nw_filter_match(filter, &doc));
	nw_filter_free(filter);
	ck_assert_ptr_null(nw_filter_free(NULL));
}
END_TEST

START_TEST(an_equality_can_be_asked_for)
{
	struct nw_filter *filter =
		compile("{\"_id\":7,\"b\":{\"$eq\":\"x\"},\"c\":{\"$gt\":1},\"d\":{\"$in\":[1]},\"e.f\":2}");
	const bson_value_t *id = nw_filter_equality(filter, "_id"), *b = nw_filter_equality(filter, "b");

	ck_assert(id != NULL && id->value_type == BSON_TYPE_INT32 && id->value.v_int32 == 7);
	ck_assert(b != NULL && b->value_type == BSON_TYPE_UTF8);
	ck_assert_str_eq(b->value.v_utf8.str, "x");
	ck_assert_ptr_nonnull(nw_filter_equality(filter, "e.f"));
	ck_assert_ptr_null(nw_filter_equality(filter, "c"));
	ck_assert_ptr_null(nw_filter_equality(filter, "d"));
	ck_assert_ptr_null(nw_filter_equality(filter, "a"));
	nw_filter_free(filter);
}
END_TEST

START_TEST(in_and_eq_agree_on_random_values)
{
	uint64_t seed = 21;

	for (int round = 0; round < 4000; round++) {
		bson_t doc = BSON_INITIALIZER, eq = BSON_INITIALIZER, in = BSON_INITIALIZER, child, list;
		bson_iter_t iter;
		struct nw_filter *by_eq = NULL, *by_in = NULL;

		random_append(&seed, &doc, "a", 2);
		random_append(&seed, &doc, "b", 2);
		ck_assert(bson_iter_init_find(&iter, &doc, "b"));
		BSON_APPEND_DOCUMENT_BEGIN(&eq, "a", &child);
		BSON_APPEND_VALUE(&child, "$eq", bson_iter_value(&iter));
		bson_append_document_end(&eq, &child);
		BSON_APPEND_DOCUMENT_BEGIN(&in, "a", &child);
		BSON_APPEND_ARRAY_BEGIN(&child, "$in", &list);
		BSON_APPEND_VALUE(&list, "0", bson_iter_value(&iter));
		bson_append_array_end(&child, &list);
		bson_append_document_end(&in, &child);
		int rc = nw_filter_compile(&eq, &by_eq, NULL);

		ck_assert_int_eq(nw_filter_compile(&in, &by_in, NULL), rc);
		ck_assert(rc < 0 || nw_filter_match(by_eq, &doc) == nw_filter_match(by_in, &doc));
		nw_filter_free(by_eq);
		nw_filter_free(by_in);
		bson_destroy(&doc);
		bson_destroy(&eq);
		bson_destroy(&in);
	}
}
END_TEST

NW_TEST_MAIN("store/filter", documents_match_as_in_mongodb, what_narwhal_does_not_speak_is_refused_by_name,
	     seven_documents_within_a_filter_are_not_too_deep, values_that_cannot_be_compared_are_refused,
	     the_limits_hold, a_path_has_a_hundred_names_at_most, broken_bson_is_refused, no_filter_matches_all,
	     an_equality_can_be_asked_for, in_and_eq_agree_on_random_values)

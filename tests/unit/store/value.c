#include "worker/store/value.h"

#include <errno.h>

#include "common/str.h"
#include "tests/unit/store/random.h"
#include "tests/unit/unit.h"
#include "worker/store/json.h"

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static int compare_keys(const struct nw_buf *a, const struct nw_buf *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->data, b->data, len);

	/* No key begins another one. */
	ck_assert(order != 0 || a->len == b->len);
	return sign(order);
}

/** compare() and the keys agree on every pair of the members of @doc. */
static void check_pairs(const bson_t *doc)
{
	enum { MOST = 160 };
	bson_value_t values[MOST];
	struct nw_buf keys[MOST] = {{0}};
	bson_iter_t iter;
	size_t n = 0;

	ck_assert(bson_iter_init(&iter, doc));
	while (n < MOST && bson_iter_next(&iter)) {
		values[n] = *bson_iter_value(&iter);
		ck_assert_int_eq(nw_value_key(&values[n], &keys[n]), 0);
		n++;
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++) {
			int order = sign(nw_value_compare(&values[i], &values[j]));

			if (order != compare_keys(&keys[i], &keys[j])) {
				char *json = bson_as_canonical_extended_json(doc, NULL);

				ck_abort_msg("members %zu and %zu of %s", i, j, json);
			}
			ck_assert_int_eq(order, -sign(nw_value_compare(&values[j], &values[i])));
		}
	}
	for (size_t i = 0; i < n; i++) {
		nw_buf_free(&keys[i]);
	}
}

START_TEST(random_values_compare_as_their_keys_do)
{
	uint64_t seed = 3;

	for (int round = 0; round < 12; round++) {
		bson_t doc = BSON_INITIALIZER;

		for (int i = 0; i < 150; i++) {
			random_append(&seed, &doc, "x", (unsigned)round % 4);
		}
		check_pairs(&doc);
		bson_destroy(&doc);
	}
}
END_TEST

START_TEST(random_numbers_compare_as_their_keys_do)
{
	uint64_t seed = 4;

	for (int round = 0; round < 3; round++) {
		bson_t doc = BSON_INITIALIZER;

		for (int i = 0; i < 32; i++) {
			int64_t n = random_int(&seed);
			double d = random_double(&seed);
			bson_decimal128_t decimal;
			char text[64];

			bson_append_int64(&doc, "i", 1, n);
			bson_append_double(&doc, "d", 1, d);
			bson_append_double(&doc, "i", 1, (double)n);
			random_decimal(&seed, &decimal);
			bson_append_decimal128(&doc, "x", 1, &decimal);
			/* The decimal that is nearest to the double, below or above. */
			snprintf(text, sizeof(text), "%.33e", i % 2 == 0 ? d : (double)n);
			ck_assert(bson_decimal128_from_string(text, &decimal));
			bson_append_decimal128(&doc, "y", 1, &decimal);
		}
		check_pairs(&doc);
		bson_destroy(&doc);
	}
}
END_TEST

/** A document from extended JSON, ended by the caller. */
static bson_t *doc_of(const char *json)
{
	bson_error_t error;
	bson_t *doc = bson_new_from_json((const uint8_t *)json, -1, &error);

	ck_assert_msg(doc != NULL, "%s: %s", json, error.message);
	return doc;
}

START_TEST(values_ascend_in_mongodbs_order)
{
	bson_t *doc = doc_of(
		"{\"v\":[{\"$minKey\":1},{\"$undefined\":true},null,{\"$numberDouble\":\"NaN\"},"
		"{\"$numberDecimal\":\"-Infinity\"},{\"$numberDecimal\":\"-1E+400\"},{\"$numberDouble\":\"-1e300\"},"
		"{\"$numberDecimal\":\"-9223372036854775809\"},{\"$numberLong\":\"-9223372036854775808\"},"
		"{\"$numberLong\":\"-9223372036854775807\"},{\"$numberDecimal\":\"-1E-6176\"},0,"
		"{\"$numberDecimal\":\"1E-6176\"},{\"$numberDouble\":\"5e-324\"},{\"$numberDecimal\":\"0.1\"},"
		"{\"$numberDouble\":\"0.1\"},{\"$numberDecimal\":\"0.1000000000000000055511151231257828\"},1,"
		"{\"$numberDouble\":\"1.5\"},{\"$numberLong\":\"9007199254740992\"},{\"$numberLong\":"
		"\"9007199254740993\"},"
		"{\"$numberDecimal\":\"9007199254740993.5\"},{\"$numberDouble\":\"9007199254740994\"},"
		"{\"$numberLong\":\"9223372036854775807\"},{\"$numberDouble\":\"9223372036854775808\"},"
		"{\"$numberDouble\":\"1.7976931348623157e308\"},{\"$numberDecimal\":\"1E+400\"},{\"$numberDouble\":"
		"\"Infinity\"},"
		"\"\",\"a\",\"a\\u0000\",\"a\\u0000b\",\"a\\u0001\",\"aa\",\"b\","
		"{},{\"a\":1},{\"a\":1,\"b\":1},{\"a\":2},{\"b\":1},{\"a\":\"\"},[],[1],[1,2],[2],[[]],"
		"{\"$binary\":{\"base64\":\"\",\"subType\":\"80\"}},{\"$binary\":{\"base64\":\"AQ==\",\"subType\":"
		"\"00\"}},"
		"{\"$binary\":{\"base64\":\"AA==\",\"subType\":\"80\"}},{\"$oid\":\"000000000000000000000000\"},"
		"{\"$oid\":\"ff0000000000000000000000\"},false,true,{\"$date\":{\"$numberLong\":\"-1\"}},"
		"{\"$date\":{\"$numberLong\":\"1\"}},{\"$timestamp\":{\"t\":1,\"i\":2}},{\"$timestamp\":{\"t\":2,\"i\":"
		"1}},"
		"{\"$regularExpression\":{\"pattern\":\"a\",\"options\":\"\"}},{\"$maxKey\":1}]}");
	bson_iter_t iter, array, before;
	size_t n = 0;

	ck_assert(bson_iter_init_find(&iter, doc, "v") && bson_iter_recurse(&iter, &array) && bson_iter_next(&array));
	for (before = array; bson_iter_next(&array); before = array, n++) {
		ck_assert_msg(nw_value_compare(bson_iter_value(&before), bson_iter_value(&array)) < 0, "element %s",
			      bson_iter_key(&array));
	}
	ck_assert_uint_eq(n, 58);
	ck_assert(bson_iter_init_find(&iter, doc, "v") && bson_iter_recurse(&iter, &array));
	bson_t elements;
	const bson_value_t *value = bson_iter_value(&iter);

	ck_assert(bson_init_static(&elements, value->value.v_doc.data, value->value.v_doc.data_len));
	check_pairs(&elements);
	bson_destroy(doc);
}
END_TEST

START_TEST(numbers_equal_by_value_have_one_key)
{
	static const char *const same[] = {
		"[1,{\"$numberLong\":\"1\"},{\"$numberDouble\":\"1.0\"},{\"$numberDecimal\":\"1\"},{\"$numberDecimal\":"
		"\"1.00\"}]",
		"[0,{\"$numberDouble\":\"-0.0\"},{\"$numberDecimal\":\"-0\"},{\"$numberDecimal\":\"0E+3\"}]",
		"[{\"$numberDouble\":\"NaN\"},{\"$numberDecimal\":\"NaN\"}]",
		"[{\"$numberDouble\":\"Infinity\"},{\"$numberDecimal\":\"Infinity\"}]",
		"[{\"$numberLong\":\"9007199254740993\"},{\"$numberDecimal\":\"9007199254740993.0\"}]",
		"[{\"$numberLong\":\"-9223372036854775808\"},{\"$numberDouble\":\"-9223372036854775808\"},"
		"{\"$numberDecimal\":\"-9223372036854775808\"}]",
		"[{\"$numberDouble\":\"0.5\"},{\"$numberDecimal\":\"5E-1\"},{\"$numberDecimal\":\"0.500\"}]",
		"[{\"a\":1},{\"a\":{\"$numberDouble\":\"1.0\"}}]",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(same); i++) {
		char json[512];

		snprintf(json, sizeof(json), "{\"v\":%s}", same[i]);
		bson_t *doc = doc_of(json);
		bson_iter_t iter, array;
		struct nw_buf first = {0}, key = {0};

		ck_assert(bson_iter_init_find(&iter, doc, "v") && bson_iter_recurse(&iter, &array));
		ck_assert(bson_iter_next(&array));
		ck_assert_int_eq(nw_value_key(bson_iter_value(&array), &first), 0);
		while (bson_iter_next(&array)) {
			key.len = 0;
			ck_assert_int_eq(nw_value_key(bson_iter_value(&array), &key), 0);
			ck_assert_msg(key.len == first.len && memcmp(key.data, first.data, key.len) == 0, "%s",
				      same[i]);
		}
		nw_buf_free(&first);
		nw_buf_free(&key);
		bson_destroy(doc);
	}
}
END_TEST

/** 250 arrays in one another. */
static void nest(bson_t *doc)
{
	bson_t inner = BSON_INITIALIZER;

	for (int i = 0; i < 250; i++) {
		bson_t outer = BSON_INITIALIZER;

		bson_append_array(&outer, "0", 1, &inner);
		bson_destroy(&inner);
		bson_copy_to(&outer, &inner);
		bson_destroy(&outer);
	}
	bson_append_array(doc, "a", 1, &inner);
	bson_destroy(&inner);
}

START_TEST(a_value_too_deep_is_no_key_and_leaves_the_buffer)
{
	bson_t doc = BSON_INITIALIZER;
	struct nw_buf key = {0};
	bson_value_t value;

	nest(&doc);
	nw_buf_adds(&key, "before");
	ck_assert(nw_value_at(&doc, "a.1", false, &value) == false);
	ck_assert(nw_value_at(&doc, "a", false, &value));
	ck_assert_int_eq(nw_value_key(&value, &key), -EINVAL);
	ck_assert_str_eq(nw_buf_str(&key), "before");
	ck_assert_int_eq(nw_value_compare(&value, &value), 0);
	nw_buf_free(&key);
	bson_destroy(&doc);
}
END_TEST

static const struct {
	const char *doc;
	const char *path;
	const char *ascending; /* as JSON; "-": missing; "undefined" */
	const char *descending;
} sorts[] = {
	{"{\"a\":1}", "a", "1", "1"},
	{"{\"a\":1}", "b", "-", "-"},
	{"{\"a\":null}", "a", "null", "null"},
	{"{\"a\":[3,1,2]}", "a", "1", "3"},
	{"{\"a\":[]}", "a", "undefined", "undefined"},
	{"{\"a\":[[]]}", "a", "[]", "[]"},
	{"{\"a\":[]}", "a.b", "-", "-"},
	{"{\"a\":{\"b\":{\"c\":7}}}", "a.b.c", "7", "7"},
	{"{\"a\":5}", "a.b", "-", "-"},
	{"{\"a\":[{\"b\":2},{\"b\":9},{\"b\":1}]}", "a.b", "1", "9"},
	{"{\"a\":[{\"b\":2},{\"c\":9}]}", "a.b", "null", "2"},
	{"{\"a\":[{\"b\":[5,6]},{\"b\":[4,9]}]}", "a.b", "4", "9"},
	{"{\"a\":[{\"b\":1},7]}", "a.b", "null", "1"},
	{"{\"a\":[7,8]}", "a.b", "-", "-"},
	{"{\"a\":[7,8]}", "a.1", "8", "8"},
	{"{\"a\":[7,8]}", "a.2", "-", "-"},
	{"{\"a\":[[1,2],8]}", "a.0", "[1,2]", "[1,2]"},
	{"{\"a\":[[],8]}", "a.0", "undefined", "undefined"},
	{"{\"a\":[[1,2],8]}", "a.0.1", "2", "2"},
	{"{\"a\":[{\"b\":[5,6]},{\"b\":9}]}", "a.0.b", "5", "6"},
	{"{\"a\":[{\"b\":3},[1,2]]}", "a", "{\"b\":3}", "[1,2]"},
	{"{\"a\":[\"x\",1,null]}", "a", "null", "\"x\""},
};

static void check_sort(size_t i, bool descending, const char *expected)
{
	bson_t doc, found = BSON_INITIALIZER;
	bool is_array;
	bson_value_t value;
	struct nw_buf text = {0};

	ck_assert_int_eq(nw_json_to_bson(sorts[i].doc, strlen(sorts[i].doc), &doc, &is_array, NULL), 0);
	bool is_there = nw_value_at(&doc, sorts[i].path, descending, &value);

	if (*expected == '-') {
		ck_assert_msg(!is_there && value.value_type == BSON_TYPE_NULL, "%s %s", sorts[i].doc, sorts[i].path);
	} else if (*expected == 'u') {
		ck_assert_msg(is_there && value.value_type == BSON_TYPE_UNDEFINED, "%s %s", sorts[i].doc,
			      sorts[i].path);
	} else {
		bson_iter_t iter;

		ck_assert(bson_append_value(&found, "", 0, &value) && bson_iter_init(&iter, &found) &&
			  bson_iter_next(&iter));
		nw_json_from_value(&text, &iter);
		ck_assert_msg(is_there && strcmp(nw_buf_str(&text), expected) == 0, "%s %s: %s", sorts[i].doc,
			      sorts[i].path, nw_buf_str(&text));
	}
	nw_buf_free(&text);
	bson_destroy(&found);
	bson_destroy(&doc);
}

START_TEST(a_sort_takes_the_smallest_or_largest_value_at_its_path)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(sorts); i++) {
		check_sort(i, false, sorts[i].ascending);
		check_sort(i, true, sorts[i].descending);
	}
}
END_TEST

NW_TEST_MAIN("store/value", random_values_compare_as_their_keys_do, random_numbers_compare_as_their_keys_do,
	     values_ascend_in_mongodbs_order, numbers_equal_by_value_have_one_key,
	     a_value_too_deep_is_no_key_and_leaves_the_buffer, a_sort_takes_the_smallest_or_largest_value_at_its_path)

#include <errno.h>

#include "common/str.h"
#include "tests/unit/store/random.h"
#include "tests/unit/unit.h"
#include "worker/store/json.h"

static int parse(const char *text, size_t len, bson_t *out, struct nw_err *err)
{
	/* A copy of exactly this size, so that a sanitizer sees a byte too far. */
	char *copy = malloc(len == 0 ? 1 : len);
	bool is_array;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, text, len);
	int rc = nw_json_to_bson(copy, len, out, &is_array, err);

	free(copy);
	if (rc == 0) {
		size_t bad_at;

		ck_assert(bson_validate(out, BSON_VALIDATE_UTF8 | BSON_VALIDATE_UTF8_ALLOW_NULL, &bad_at));
		size_t first = 0;

		while (strchr(" \t\r\n", text[first]) != NULL) {
			first++;
		}
		ck_assert_int_eq(is_array, text[first] == '[');
	}
	return rc;
}

/** The type of member "a" of @json; the value in *out. */
static bson_type_t type_of(const char *json, bson_value_t *out)
{
	bson_t doc;
	bson_iter_t iter;
	struct nw_err err = {0};

	ck_assert_msg(parse(json, strlen(json), &doc, &err) == 0, "%s: %s", json, err.msg);
	ck_assert(bson_iter_init_find(&iter, &doc, "a"));
	bson_value_copy(bson_iter_value(&iter), out);
	bson_destroy(&doc);
	return out->value_type;
}

START_TEST(integers_take_the_smallest_type_that_holds_them)
{
	static const struct {
		const char *json;
		bson_type_t type;
		int64_t value;
	} table[] = {
		{"{\"a\":0}", BSON_TYPE_INT32, 0},
		{"{\"a\":-0}", BSON_TYPE_INT32, 0},
		{"{\"a\":2147483647}", BSON_TYPE_INT32, INT32_MAX},
		{"{\"a\":2147483648}", BSON_TYPE_INT64, INT64_C(2147483648)},
		{"{\"a\":-2147483648}", BSON_TYPE_INT32, INT32_MIN},
		{"{\"a\":-2147483649}", BSON_TYPE_INT64, INT64_C(-2147483649)},
		{"{\"a\":9007199254740993}", BSON_TYPE_INT64, INT64_C(9007199254740993)},
		{"{\"a\":9223372036854775807}", BSON_TYPE_INT64, INT64_MAX},
		{"{\"a\":-9223372036854775808}", BSON_TYPE_INT64, INT64_MIN},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		bson_value_t v;

		ck_assert_int_eq(type_of(table[i].json, &v), table[i].type);
		ck_assert_int_eq(v.value_type == BSON_TYPE_INT32 ? v.value.v_int32 : v.value.v_int64, table[i].value);
	}
}
END_TEST

START_TEST(fractions_and_exponents_make_the_nearest_double)
{
	static const char *const numbers[] = {
		"0.0",
		"-0.0",
		"1.5",
		"1e3",
		"1E+3",
		"1e-3",
		"0.1",
		"123456789.123456789",
		"1e22",
		"1e23",
		"9007199254740993.0",
		"1.7976931348623157e308",
		"5e-324",
		"4.9e-324",
		"1e-400",
		"2.2250738585072011e-308",
		"0e999999999",
		"0.30000000000000004",
		"100000000000000000000000.0",
		"1.00000000000000011102230246251565404236316680908203125",
		"1.00000000000000011102230246251565404236316680908203124",
		"17976931348623157e292",
		"0.000000000000000000000000001e27",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(numbers); i++) {
		char json[128];
		bson_value_t v;

		snprintf(json, sizeof(json), "{\"a\":%s}", numbers[i]);
		ck_assert_int_eq(type_of(json, &v), BSON_TYPE_DOUBLE);
		double right = strtod(numbers[i], NULL);

		ck_assert_msg(memcmp(&right, &v.value.v_double, sizeof(right)) == 0, "%s", numbers[i]);
	}
}
END_TEST

START_TEST(strings_are_unescaped_to_utf8)
{
	static const struct {
		const char *json;
		const char *value;
		uint32_t len;
	} table[] = {
		{"{\"a\":\"\"}", "", 0},
		{"{\"a\":\"plain text that is longer than eight bytes\"}", "plain text that is longer than eight bytes",
		 42},
		{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "\"\\/\b\f\n\r\t", 8},
		{"{\"a\":\"\\u0041\\u00e9\\u20AC\"}", "A\xc3\xa9\xe2\x82\xac", 6},
		{"{\"a\":\"\\ud83e\\udd84!\"}", "\xf0\x9f\xa6\x84!", 5},
		{"{\"a\":\"x\\u0000y\"}", "x\0y", 3},
		{"{\"a\":\"\xf0\x9f\xa6\x84\xc3\xa9z\"}", "\xf0\x9f\xa6\x84\xc3\xa9z", 7},
		{"{\"\\u0061\":\"b\"}", "b", 1},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		bson_value_t v;

		ck_assert_int_eq(type_of(table[i].json, &v), BSON_TYPE_UTF8);
		ck_assert_uint_eq(v.value.v_utf8.len, table[i].len);
		ck_assert_mem_eq(v.value.v_utf8.str, table[i].value, table[i].len + 1);
		bson_value_destroy(&v);
	}
}
END_TEST

static const struct {
	const char *json;
	int code;
	const char *message;
} refused[] = {
	{"", -EINVAL, "offset 0: expected an object or an array"},
	{"1", -EINVAL, "offset 0: expected an object or an array"},
	{"\"a\"", -EINVAL, "offset 0: expected an object or an array"},
	{"\xef\xbb\xbf{}", -EINVAL, "offset 0: expected an object or an array"},
	{"{", -EINVAL, "offset 1: expected a name in double quotes"},
	{"{\"name\" 1}", -EINVAL, "offset 8: expected ':' after a name"},
	{"{\"a\"", -EINVAL, "offset 4: expected ':' after a name"},
	{"{\"a\":", -EINVAL, "offset 5: expected a value"},
	{"{\"a\":1", -EINVAL, "offset 6: expected more after a number"},
	{"{\"a\":1 ", -EINVAL, "offset 7: expected ',' or '}' after a member"},
	{"{\"a\":1,}", -EINVAL, "offset 7: expected a name in double quotes"},
	{"{\"a\":1 \"b\":2}", -EINVAL, "offset 7: expected ',' or '}' after a member"},
	{"{\"a\":1]", -EINVAL, "offset 6: expected ',' or '}' after a member"},
	{"{a:1}", -EINVAL, "offset 1: expected a name in double quotes"},
	{"{'a':1}", -EINVAL, "offset 1: expected a name in double quotes"},
	{"[1,]", -EINVAL, "offset 3: expected a value"},
	{"[,1]", -EINVAL, "offset 1: expected a value"},
	{"[1 2]", -EINVAL, "offset 3: expected ',' or ']' after an element"},
	{"[1}", -EINVAL, "offset 2: expected ',' or ']' after an element"},
	{"[] x", -EINVAL, "offset 3: expected nothing more after the end of the document"},
	{"{}{}", -EINVAL, "offset 2: expected nothing more after the end of the document"},
	{"[nul]", -EINVAL, "offset 1: expected a value"},
	{"[nulll]", -EINVAL, "offset 5: expected ',' or ']' after an element"},
	{"[True]", -EINVAL, "offset 1: expected a value"},
	{"[NaN]", -EINVAL, "offset 1: expected a value"},
	{"[Infinity]", -EINVAL, "offset 1: expected a value"},
	{"[-Infinity]", -EINVAL, "offset 2: expected a digit"},
	{"[/**/1]", -EINVAL, "offset 1: expected a value"},
	{"[01]", -EINVAL, "offset 2: expected a digit"},
	{"[-01]", -EINVAL, "offset 3: expected a digit"},
	{"[-]", -EINVAL, "offset 2: expected a digit"},
	{"[+1]", -EINVAL, "offset 1: expected a value"},
	{"[.5]", -EINVAL, "offset 1: expected a value"},
	{"[1.]", -EINVAL, "offset 3: expected a digit"},
	{"[1e]", -EINVAL, "offset 3: expected a digit"},
	{"[1e+]", -EINVAL, "offset 4: expected a digit"},
	{"[0x10]", -EINVAL, "offset 2: expected ',' or ']'"},
	{"[1.5x]", -EINVAL, "offset 4: expected ',' or ']'"},
	{"[1", -EINVAL, "offset 2: expected more after a number"},
	{"[9223372036854775808]", -ERANGE, "offset 1: the number 9223372036854775808 does not fit in 64 bits"},
	{"[-9223372036854775809]", -ERANGE, "offset 1: the number -9223372036854775809 does not fit"},
	{"[100000000000000000000000000000]", -ERANGE, "offset 1: the number 1000"},
	{"[1e309]", -ERANGE, "offset 1: the number 1e309 does not fit"},
	{"[-1e999999999999]", -ERANGE, "offset 1: the number -1e999999999999 does not fit"},
	{"[\"a]", -EINVAL, "offset 4: expected '\"' at the end of a string"},
	{"[\"a\nb\"]", -EINVAL, "offset 3: expected no control character"},
	{"[\"a\tb\"]", -EINVAL, "offset 3: expected no control character"},
	{"[\"\\x41\"]", -EINVAL, "offset 2: expected one of"},
	{"[\"\\", -EINVAL, "offset 2: expected one of"},
	{"[\"\\u12g4\"]", -EINVAL, "offset 2: expected four hex digits"},
	{"[\"\\u123", -EINVAL, "offset 2: expected four hex digits"},
	{"[\"\\ud800\"]", -EINVAL, "offset 2: expected the low half"},
	{"[\"\\ud800\\ud800\"]", -EINVAL, "offset 2: expected the low half"},
	{"[\"\\ud83e\\n\"]", -EINVAL, "offset 2: expected the low half"},
	{"[\"\\udd84\"]", -EINVAL, "offset 2: expected the high half"},
	{"[\"\xff\"]", -EINVAL, "offset 2: expected UTF-8"},
	{"[\"\xc0\xaf\"]", -EINVAL, "offset 2: expected UTF-8"},
	{"[\"\xe0\x80\x80\"]", -EINVAL, "offset 2: expected UTF-8"},
	{"[\"\xed\xa0\x80\"]", -EINVAL, "offset 2: expected UTF-8"},
	{"[\"\xf4\x90\x80\x80\"]", -EINVAL, "offset 2: expected UTF-8"},
	{"[\"ab\xc3\"]", -EINVAL, "offset 4: expected UTF-8"},
	{"[\"\xc3\xa9\xe2\x82", -EINVAL, "offset 4: expected UTF-8"},
	{"{\"a\\u0000b\":1}", -EINVAL, "offset 3: expected a name without NUL"},
	{"{\"a\":1,\"b\":2,\"a\":3}", -EINVAL, "offset 13: the name 'a' is there twice"},
	{"{\"a\":1,\"\\u0061\":3}", -EINVAL, "offset 7: the name 'a' is there twice"},
	{"{\"\":1,\"\":3}", -EINVAL, "offset 6: the name '' is there twice"},
	{"{\"x\":{\"a\\n\":1,\"a\\n\":2}}", -EINVAL, "offset 14: the name 'a\\x0A' is there twice"},
};

START_TEST(what_is_not_json_is_refused_with_its_place)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(refused); i++) {
		bson_t doc;
		struct nw_err err = {0};
		int rc = parse(refused[i].json, strlen(refused[i].json), &doc, &err);

		ck_assert_msg(rc == refused[i].code, "%s: %d %s", refused[i].json, rc, err.msg);
		ck_assert_int_eq(err.code, rc);
		ck_assert_msg(strncmp(err.msg, refused[i].message, strlen(refused[i].message)) == 0, "%s: %s",
			      refused[i].json, err.msg);
		ck_assert_int_eq(nw_json_to_bson(refused[i].json, strlen(refused[i].json), &doc, &(bool){false}, NULL),
				 rc);
	}
}
END_TEST

START_TEST(sixty_four_levels_are_read_and_no_more)
{
	char text[200];
	bson_t doc;
	struct nw_err err = {0};

	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	ck_assert_int_eq(parse(text, 128, &doc, &err), 0);
	bson_destroy(&doc);
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	ck_assert_int_eq(parse(text, 130, &doc, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "offset 64: expected no more than 64 levels of nesting");
}
END_TEST

START_TEST(names_may_be_the_same_in_different_objects)
{
	const char *text = "{\"a\":{\"a\":{\"a\":1},\"b\":2},\"b\":[{\"a\":1},{\"a\":2}]}";
	bson_t doc;
	struct nw_err err = {0};
	struct nw_buf back = {0};

	ck_assert_int_eq(parse(text, strlen(text), &doc, &err), 0);
	nw_json_from_bson(&back, &doc);
	ck_assert_str_eq(nw_buf_str(&back), text);
	nw_buf_free(&back);
	bson_destroy(&doc);
}
END_TEST

/** {"n0":0,...}, with @twin in place of the last name. */
static void write_many(struct nw_buf *text, unsigned n, const char *twin)
{
	text->len = 0;
	nw_buf_addc(text, '{');
	for (unsigned i = 0; i < n; i++) {
		nw_buf_addf(text, i + 1 == n && twin != NULL ? "\"%2$s\":{\"n0\":%1$u}" : "\"n%1$u\":{\"n0\":%1$u},", i,
			    twin == NULL ? "" : twin);
	}
	if (twin == NULL) {
		text->len--;
	}
	nw_buf_addc(text, '}');
}

START_TEST(a_twin_among_many_names_is_found)
{
	struct nw_buf text = {0};
	struct nw_err err = {0};
	bson_t doc;

	for (unsigned n = 2; n < 5000; n += n < 100 ? 1 : 977) {
		write_many(&text, n, NULL);
		ck_assert_msg(parse(text.data, text.len, &doc, &err) == 0, "%s", err.msg);
		bson_destroy(&doc);
		write_many(&text, n, "n0");
		ck_assert_int_eq(parse(text.data, text.len, &doc, &err), -EINVAL);
		ck_assert_msg(strstr(err.msg, "the name 'n0' is there twice") != NULL, "%s", err.msg);
		size_t at = strtoul(err.msg + strlen("offset "), NULL, 10);

		ck_assert_msg(at > 0 && memcmp(text.data + at, "\"n0\":{", 6) == 0, "%s", err.msg);
	}
	nw_buf_free(&text);
}
END_TEST

START_TEST(random_documents_survive_the_way_to_text_and_back)
{
	uint64_t seed = 11;

	for (int round = 0; round < 3000; round++) {
		bson_t doc = BSON_INITIALIZER, again;
		struct nw_buf text = {0};
		struct nw_err err = {0};
		char name[16];

		for (unsigned i = 0, n = random_below(&seed, 12); i < n; i++) {
			bson_t child;

			snprintf(name, sizeof(name), "%u\"\xc3\xa9\n", i);
			bson_append_document_begin(&doc, name, -1, &child);
			random_append_plain(&seed, &child, "");
			random_append_plain(&seed, &child, "a name longer than others");
			bson_append_document_end(&doc, &child);
		}
		nw_json_from_bson(&text, &doc);
		ck_assert_msg(parse(text.data, text.len, &again, &err) == 0, "%s: %s", nw_buf_str(&text), err.msg);
		ck_assert_msg(bson_equal(&doc, &again), "%s", nw_buf_str(&text));
		bson_destroy(&again);
		bson_destroy(&doc);
		nw_buf_free(&text);
	}
}
END_TEST

START_TEST(every_beginning_of_a_document_is_refused)
{
	const char *text =
		" {\"a\" : [1, -2.5e3, true, false, null, \"\\ud83e\\udd84\xc3\xa9\\n\"], \"b\":{\"c\":[{}]}}";
	bson_t doc;

	for (size_t len = 0; len < strlen(text); len++) {
		struct nw_err err = {0};

		ck_assert_int_eq(parse(text, len, &doc, &err), -EINVAL);
	}
	ck_assert_int_eq(parse(text, strlen(text), &doc, NULL), 0);
	bson_destroy(&doc);
}
END_TEST

NW_TEST_MAIN("store/json_read", integers_take_the_smallest_type_that_holds_them,
	     fractions_and_exponents_make_the_nearest_double, strings_are_unescaped_to_utf8,
	     what_is_not_json_is_refused_with_its_place, sixty_four_levels_are_read_and_no_more,
	     names_may_be_the_same_in_different_objects, a_twin_among_many_names_is_found,
	     random_documents_survive_the_way_to_text_and_back, every_beginning_of_a_document_is_refused)

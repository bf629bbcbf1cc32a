#include "common/arena.h"
#include "tests/unit/store/random.h"
#include "tests/unit/unit.h"
#include "worker/store/json.h"
#include "worker/store/json_number.h"

/** @extended JSON becomes @plain JSON. */
static void check(const char *extended, const char *plain)
{
	bson_error_t error;
	bson_t *doc = bson_new_from_json((const uint8_t *)extended, -1, &error);
	struct nw_buf text = {0};

	ck_assert_msg(doc != NULL, "%s: %s", extended, error.message);
	nw_json_from_bson(&text, doc);
	ck_assert_str_eq(nw_buf_str(&text), plain);
	nw_buf_free(&text);
	bson_destroy(doc);
}

START_TEST(every_type_has_its_plain_form)
{
	check("{}", "{}");
	check("{\"a\":{},\"b\":[],\"c\":[1,[2,{\"d\":null}]]}", "{\"a\":{},\"b\":[],\"c\":[1,[2,{\"d\":null}]]}");
	check("{\"a\":true,\"b\":false,\"c\":null}", "{\"a\":true,\"b\":false,\"c\":null}");
	check("{\"_id\":{\"$oid\":\"0123456789abcdefABCDEF00\"}}", "{\"_id\":\"0123456789abcdefabcdef00\"}");
	check("{\"a\":{\"$date\":{\"$numberLong\":\"1795428000000\"}}}", "{\"a\":\"2026-11-23T10:00:00Z\"}");
	check("{\"a\":{\"$date\":{\"$numberLong\":\"1795428000007\"}}}", "{\"a\":\"2026-11-23T10:00:00.007Z\"}");
	check("{\"a\":{\"$numberLong\":\"9223372036854775807\"}}", "{\"a\":9223372036854775807}");
	check("{\"a\":{\"$numberLong\":\"-9223372036854775808\"}}", "{\"a\":-9223372036854775808}");
	check("{\"a\":{\"$numberDecimal\":\"1.10\"}}", "{\"a\":\"1.10\"}");
	check("{\"a\":{\"$numberDecimal\":\"NaN\"}}", "{\"a\":\"NaN\"}");
	check("{\"a\":{\"$numberDouble\":\"NaN\"},\"b\":{\"$numberDouble\":\"-Infinity\"}}", "{\"a\":null,\"b\":null}");
	check("{\"a\":{\"$binary\":{\"base64\":\"AAECAw==\",\"subType\":\"00\"}}}", "{\"a\":\"AAECAw==\"}");
	check("{\"a\":{\"$binary\":{\"base64\":\"+/8=\",\"subType\":\"04\"}}}", "{\"a\":\"+/8=\"}");
	check("{\"a\":{\"$binary\":{\"base64\":\"AAEC\",\"subType\":\"02\"}}}", "{\"a\":\"AAEC\"}");
	check("{\"a\":{\"$binary\":{\"base64\":\"\",\"subType\":\"00\"}}}", "{\"a\":\"\"}");
	check("{\"a\":{\"$regularExpression\":{\"pattern\":\"a\\\"b\",\"options\":\"i\"}}}", "{\"a\":\"/a\\\"b/i\"}");
	check("{\"a\":{\"$timestamp\":{\"t\":4294967295,\"i\":2}}}", "{\"a\":{\"t\":4294967295,\"i\":2}}");
	check("{\"a\":{\"$minKey\":1},\"b\":{\"$maxKey\":1},\"c\":{\"$undefined\":true}}",
	      "{\"a\":null,\"b\":null,\"c\":null}");
	check("{\"a\":{\"$code\":\"f()\"},\"b\":{\"$symbol\":\"s\"}}", "{\"a\":\"f()\",\"b\":\"s\"}");
}
END_TEST

START_TEST(doubles_take_their_shortest_form_and_stay_doubles)
{
	static const struct {
		double d;
		const char *text;
	} table[] = {
		{0.0, "0.0"},
		{-0.0, "-0.0"},
		{1.0, "1.0"},
		{2.0, "2.0"},
		{-1.5, "-1.5"},
		{0.1, "0.1"},
		{0.3, "0.3"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1e15, "1000000000000000.0"},
		{123456.789, "123456.789"},
		{1e16, "1e+16"},
		{1e22, "1e+22"},
		{1e308, "1e+308"},
		{DBL_MAX, "1.7976931348623157e+308"},
		{5e-324, "5e-324"},
		{1e-5, "1e-05"},
		{0.0001, "0.0001"},
		{0.00012345, "0.00012345"},
		{48.137154, "48.137154"},
		{-67.5, "-67.5"},
		{9007199254740993.0, "9007199254740992.0"},
		{0.1234567890123456, "0.1234567890123456"},
		{2.5e-8, "2.5e-08"},
		{100.0, "100.0"},
		{1.0 / 3.0, "0.3333333333333333"},
		{4.35, "4.35"},
		{0.000123456789012, "0.000123456789012"},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		char text[NW_JSON_NUMBER_MAX];
		size_t len = nw_json_number_write_double(text, table[i].d);

		ck_assert_msg(len == strlen(table[i].text) && memcmp(text, table[i].text, len) == 0, "%.*s for %s",
			      (int)len, text, table[i].text);
	}
}
END_TEST

/** No fewer digits would do, and @text reads back as @d. */
static void check_shortest(double d)
{
	char text[NW_JSON_NUMBER_MAX + 1], printed[64];
	size_t len = nw_json_number_write_double(text, d);
	int digits = 1;

	ck_assert_uint_lt(len, NW_JSON_NUMBER_MAX);
	text[len] = '\0';
	ck_assert_msg(strtod(text, NULL) == d && strpbrk(text, ".e") != NULL, "%s", text);
	do {
		snprintf(printed, sizeof(printed), "%.*e", digits - 1, d);
	} while (strtod(printed, NULL) != d && digits++ < 17);
	/* Up to 15 digits there is no choice, and beyond that the nearest is right. */
	size_t used = strcspn(text, "e");
	char mantissa[64] = {0};
	size_t n = 0;

	for (size_t i = 0; i < used; i++) {
		if (text[i] >= '0' && text[i] <= '9' && (n > 0 || text[i] != '0')) {
			mantissa[n++] = text[i];
		}
	}
	while (n > 1 && mantissa[n - 1] == '0') {
		n--;
	}
	ck_assert_msg((int)n <= digits, "%s has more than %d digits", text, digits);
}

START_TEST(random_doubles_read_back_from_the_fewest_digits)
{
	uint64_t seed = 5;

	for (int i = 0; i < 25000; i++) {
		uint64_t bits = random_next(&seed);
		double d, few = (double)(int64_t)(bits >> random_below(&seed, 64)) / pow(10, random_below(&seed, 12));

		memcpy(&d, &bits, sizeof(d));
		if (isfinite(d) && d != 0) {
			check_shortest(d);
		}
		if (few != 0) {
			check_shortest(few);
		}
	}
}
END_TEST

START_TEST(strings_are_escaped_and_made_utf8)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} table[] = {
		{"", 0, "\"\""},
		{"longer than eight plain bytes", 29, "\"longer than eight plain bytes\""},
		{"12345678\"", 9, "\"12345678\\\"\""},
		{"\b\t\n\v\f\r\x1f\x7f\"\\/", 11, "\"\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\\\"\\\\/\""},
		{"a\0b", 3, "\"a\\u0000b\""},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x84", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\xa6\x84\""},
		{"x\xffy", 3, "\"x\xef\xbf\xbdy\""},
		{"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
		{"\xc3", 1, "\"\xef\xbf\xbd\""},
		{"ab\xf0\x9f\xa6", 5, "\"ab\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(table); i++) {
		struct nw_buf text = {0};
		char *exact = malloc(table[i].len == 0 ? 1 : table[i].len);

		ck_assert_ptr_nonnull(exact);
		memcpy(exact, table[i].in, table[i].len);
		nw_json_string(&text, exact, table[i].len);
		ck_assert_str_eq(nw_buf_str(&text), table[i].out);
		nw_buf_free(&text);
		free(exact);
	}
}
END_TEST

START_TEST(members_and_values_can_be_written_alone)
{
	bson_t doc = BSON_INITIALIZER, empty = BSON_INITIALIZER;
	bson_iter_t iter;
	struct nw_buf text = {0};

	nw_json_members(&text, &empty);
	ck_assert_uint_eq(text.len, 0);
	BSON_APPEND_INT32(&doc, "a\"", -7);
	BSON_APPEND_UTF8(&doc, "b", "x");
	nw_json_members(&text, &doc);
	ck_assert_str_eq(nw_buf_str(&text), "\"a\\\"\":-7,\"b\":\"x\"");
	text.len = 0;
	ck_assert(bson_iter_init_find(&iter, &doc, "b"));
	nw_json_from_value(&text, &iter);
	ck_assert_str_eq(nw_buf_str(&text), "\"x\"");
	nw_buf_free(&text);
	bson_destroy(&doc);
}
END_TEST

START_TEST(nesting_without_end_is_cut_off)
{
	/* Each level is an array with one element; 5 + 3 bytes around it. */
	enum { LEVELS = 50000 };
	size_t len = 5 + LEVELS * (size_t)8;
	uint8_t *data = malloc(len);
	bson_t doc;
	struct nw_buf text = {0};

	ck_assert_ptr_nonnull(data);
	for (size_t i = 0; i <= LEVELS; i++) {
		uint32_t size = (uint32_t)(len - i * 8);

		memcpy(data + i * 7, &size, 4);
		if (i < LEVELS) {
			memcpy(data + i * 7 + 4,
			       "\x04"
			       "0",
			       3);
		}
	}
	memset(data + LEVELS * (size_t)7 + 4, 0, LEVELS + 1);
	ck_assert(bson_init_static(&doc, data, len));
	nw_json_from_bson(&text, &doc);
	ck_assert(strstr(nw_buf_str(&text), "[[[null]]]") != NULL);
	ck_assert_uint_lt(text.len, 500);
	nw_buf_free(&text);
	free(data);
}
END_TEST

START_TEST(a_buffer_that_cannot_grow_is_failed)
{
	struct nw_arena *arena = nw_arena_new(9000);
	struct nw_buf text = {.grow = nw_arena_grow_any, .grow_arg = arena};
	bson_t doc = BSON_INITIALIZER;
	uint64_t seed = 9;

	for (int i = 0; i < 3000; i++) {
		random_append(&seed, &doc, "x", 2);
	}
	nw_json_from_bson(&text, &doc);
	ck_assert(text.failed);
	nw_arena_free(arena);
	bson_destroy(&doc);
}
END_TEST

NW_TEST_MAIN("store/json_write", every_type_has_its_plain_form, doubles_take_their_shortest_form_and_stay_doubles,
	     random_doubles_read_back_from_the_fewest_digits, strings_are_escaped_and_made_utf8,
	     members_and_values_can_be_written_alone, nesting_without_end_is_cut_off,
	     a_buffer_that_cannot_grow_is_failed)

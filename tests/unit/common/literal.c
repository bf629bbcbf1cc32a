#include "common/literal.h"

#include <errno.h>
#include <string.h>

#include "common/quote.h"
#include "tests/unit/unit.h"

static struct nw_arena *arena;

static int resolve(void *arg, struct nw_span name, const struct nw_literal_args *args, const struct nw_literal **out,
		   struct nw_err *err)
{
	static const struct nw_literal seven = {.kind = NW_LITERAL_INT, .integer = 7};

	(void)arg;
	if (!nw_span_eq(name, args != NULL ? "mod.seven" : "seven")) {
		return nw_err_set(err, -EINVAL, "who is %.*s", (int)name.len, name.p);
	}
	*out = &seven;
	return 0;
}

static int read_text(const char *text, const struct nw_literal **out, struct nw_err *err)
{
	struct nw_literal_reader reader = {
		.p = text, .end = text + strlen(text), .line = 1, .arena = arena, .resolve = resolve};

	return nw_literal_read(&reader, out, err);
}

static const struct nw_literal *value_of(const char *text)
{
	struct nw_err err = {0};
	const struct nw_literal *value = NULL;

	arena = arena != NULL ? arena : nw_arena_new(0);
	ck_assert_int_eq(read_text(text, &value, &err), 0);
	return value;
}

static int64_t int_of(const char *text)
{
	const struct nw_literal *value = value_of(text);

	ck_assert_int_eq(value->kind, NW_LITERAL_INT);
	return value->integer;
}

static const char *text_of(const char *text)
{
	const struct nw_literal *value = value_of(text);

	ck_assert_int_eq(value->kind, NW_LITERAL_STR);
	ck_assert_uint_eq(strlen(value->text.p), value->text.len);
	return value->text.p;
}

static const char *mistake_of(const char *text)
{
	static struct nw_err err;
	const struct nw_literal *value = NULL;

	arena = arena != NULL ? arena : nw_arena_new(0);
	ck_assert_int_eq(read_text(text, &value, &err), -EINVAL);
	ck_assert_ptr_null(value);
	return err.msg;
}

static void drop(void)
{
	arena = nw_arena_free(arena);
}

START_TEST(integers_have_every_base_of_python)
{
	ck_assert_int_eq(int_of("0"), 0);
	ck_assert_int_eq(int_of("00"), 0);
	ck_assert_int_eq(int_of("1_000"), 1000);
	ck_assert_int_eq(int_of("0xFf"), 255);
	ck_assert_int_eq(int_of("0X_ff"), 255);
	ck_assert_int_eq(int_of("0o22"), 18);
	ck_assert_int_eq(int_of("0b101"), 5);
	ck_assert_int_eq(int_of("9223372036854775807"), INT64_MAX);
	ck_assert_int_eq(int_of("-9223372036854775807 - 1"), INT64_MIN);
	ck_assert_int_eq(int_of("--+-5"), -5);
	ck_assert_str_eq(mistake_of("9223372036854775808"), "'9223372036854775808' is too large");
	for (const char *const *bad = (const char *const[]){"1__0", "1_", "0x", "0xg", "0o8", "0b2", "012", "2x", "1j",
							    "0x0x1", "1.2.3", "1e", "0_x1", "1_e5", "0._1", NULL};
	     *bad != NULL; bad++) {
		ck_assert_ptr_nonnull(strstr(mistake_of(*bad), " is not a number"));
	}
	drop();
}
END_TEST

START_TEST(floats_are_read_and_computed_with)
{
	ck_assert_double_eq(value_of("2.5")->real, 2.5);
	ck_assert_double_eq(value_of("-1e3")->real, -1000.0);
	ck_assert_double_eq(value_of("1E-2")->real, 0.01);
	ck_assert_double_eq(value_of(".5")->real, 0.5);
	ck_assert_double_eq(value_of("5.")->real, 5.0);
	ck_assert_double_eq(value_of("1.0 + 1")->real, 2.0);
	ck_assert_double_eq(value_of("3 / 2")->real, 1.5);
	ck_assert_double_eq(value_of("2 * 0.25 - 1")->real, -0.5);
	ck_assert_str_eq(mistake_of("1 / 0"), "division by zero");
	ck_assert_str_eq(mistake_of("5.0 // 2"), "arithmetic is for numbers only, // and % for integers");
	drop();
}
END_TEST

START_TEST(arithmetic_follows_python)
{
	ck_assert_int_eq(int_of("1 + 2 * 3"), 7);
	ck_assert_int_eq(int_of("(1 + 2) * 3"), 9);
	ck_assert_int_eq(int_of("10 - 2 - 3"), 5);
	ck_assert_int_eq(int_of("7 // 2 * 2"), 6);
	ck_assert_int_eq(int_of("-7 // 2"), -4);
	ck_assert_int_eq(int_of("-7 % 3"), 2);
	ck_assert_int_eq(int_of("7 % -3"), -2);
	ck_assert_int_eq(int_of("2*-3"), -6);
	ck_assert_int_eq(int_of("1-5"), -4);
	ck_assert_int_eq(int_of("0x1e-5"), 25);
	ck_assert_int_eq(int_of("seven * mod.seven() + 1"), 50);
	ck_assert_str_eq(mistake_of("1 % 0"), "division by zero");
	ck_assert_str_eq(mistake_of("(-9223372036854775807 - 1) // -1"), "the result is too large");
	ck_assert_str_eq(mistake_of("-(-9223372036854775807 - 1)"), "the number is too large");
	ck_assert_str_eq(mistake_of("4611686018427387904 * 2"), "the result is too large");
	ck_assert_str_eq(mistake_of("'a' + 1"), "arithmetic is for numbers only");
	ck_assert_str_eq(mistake_of("nobody"), "who is nobody");
	drop();
}
END_TEST

START_TEST(strings_have_every_form_of_python)
{
	ck_assert_str_eq(text_of("'a\"b'"), "a\"b");
	ck_assert_str_eq(text_of("\"it's\""), "it's");
	ck_assert_str_eq(text_of("''"), "");
	ck_assert_str_eq(text_of("'''a'b''c\nd'''"), "a'b''c\nd");
	ck_assert_str_eq(text_of("\"\"\"x\"\"\""), "x");
	ck_assert_str_eq(text_of("'a' \"b\"  u'c'"), "abc");
	ck_assert_str_eq(text_of("('a'  # one\n  'b')"), "ab");
	ck_assert_str_eq(text_of("'a' + 'b' + \"c\""), "abc");
	ck_assert_str_eq(text_of("r'\\d\\''"), "\\d\\'");
	ck_assert_str_eq(text_of("'\\n\\t\\\\\\'\\\"\\a\\b\\f\\r\\v'"), "\n\t\\'\"\a\b\f\r\v");
	ck_assert_str_eq(text_of("'\\x41\\102\\u00e9\\U0001F984'"), "AB\xc3\xa9\xf0\x9f\xa6\x84");
	ck_assert_str_eq(text_of("'\\xe9'"), "\xc3\xa9");
	ck_assert_str_eq(text_of("'one\\\ntwo'"), "onetwo");
	ck_assert_str_eq(text_of("'\\d'"), "\\d");
	ck_assert_uint_eq(value_of("'a\\0b'")->text.len, 3);
	ck_assert_str_eq(mistake_of("'\\xg1'"), "an escape needs 2 hexadecimal digits here");
	ck_assert_str_eq(mistake_of("'\\ud800'"), "U+D800 is not a character");
	ck_assert_str_eq(mistake_of("'\\U00110000'"), "U+110000 is not a character");
	ck_assert_str_eq(mistake_of("'\\N{BULLET}'"), "\\N{...} is not read: write the character itself, or \\uHHHH");
	ck_assert_str_eq(mistake_of("'a"), "the string that begins here is not closed");
	ck_assert_str_eq(mistake_of("'a\\"), "the string that begins here is not closed");
	ck_assert_str_eq(mistake_of("rb'a'"), "b'...' is not text: write the string without the b");
	drop();
}
END_TEST

START_TEST(containers_hold_their_items_in_order)
{
	const struct nw_literal *list = value_of("[1, 'b', (), [None, True], ]");

	ck_assert_int_eq(list->kind, NW_LITERAL_LIST);
	ck_assert_uint_eq(list->items.n, 4);
	ck_assert_str_eq(list->items.v[1]->text.p, "b");
	ck_assert_int_eq(list->items.v[2]->kind, NW_LITERAL_TUPLE);
	ck_assert_uint_eq(list->items.v[2]->items.n, 0);
	ck_assert(list->items.v[3]->items.v[1]->truth);
	const struct nw_literal *dict = value_of("{'a': 1, 'b': {2: 3}}");

	ck_assert_int_eq(dict->kind, NW_LITERAL_DICT);
	ck_assert_uint_eq(dict->items.n, 4);
	ck_assert_str_eq(dict->items.v[2]->text.p, "b");
	ck_assert_int_eq(dict->items.v[3]->items.v[0]->integer, 2);
	ck_assert_int_eq(value_of("(1)")->kind, NW_LITERAL_INT);
	ck_assert_int_eq(value_of("(1,)")->kind, NW_LITERAL_TUPLE);
	ck_assert_uint_eq(value_of("1, 2,")->items.n, 2);
	ck_assert_str_eq(mistake_of("[1 2]"), "expected ',' or ']', found '2'");
	ck_assert_str_eq(mistake_of("{1, 2}"), "expected ':' and a value, found ','");
	ck_assert_str_eq(mistake_of("[,]"), "expected a value, found ','");
	ck_assert_str_eq(mistake_of("(1"), "the bracket that is opened here is not closed by ')'");
	drop();
}
END_TEST

START_TEST(an_arena_that_is_full_is_a_mistake_not_a_crash)
{
	static char text[60000];
	struct nw_err err = {0};
	const struct nw_literal *value = NULL;

	memset(text, 'x', sizeof(text) - 1);
	text[0] = text[sizeof(text) - 2] = '\'';
	arena = nw_arena_new(16384);
	ck_assert_int_eq(read_text(text, &value, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "the value is too large");
	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		text[i] = "[1,"[i == 0 ? 0 : 1 + (i + 1) % 2];
	}
	ck_assert_int_eq(read_text(text, &value, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "the value is too large");
	drop();
}
END_TEST

START_TEST(quoted_text_is_short_printable_and_reads_back)
{
	char buf[24];
	struct nw_buf out = {0};

	ck_assert_str_eq(nw_quote_into(buf, sizeof(buf), nw_span_of("a\nb")), "'a\\x0ab'");
	ck_assert_str_eq(nw_quote_into(buf, sizeof(buf), nw_span_of("0123456789012345678901234567890")),
			 "'012345678901234567...'");
	ck_assert_str_eq(nw_quote_into(buf, sizeof(buf), nw_span_of("\n\n\n\n\n\n\n")), "'\\x0a\\x0a\\x0a\\x0a...'");
	const char *nasty = "it's \"x\"\\ \n\t\x01\x7f\xc3\xa9";

	nw_quote_python(&out, nw_span_of(nasty));
	ck_assert_str_eq(text_of(nw_buf_str(&out)), nasty);
	nw_buf_free(&out);
	nw_quote_python(&out, nw_span_of("it's"));
	ck_assert_str_eq(nw_buf_str(&out), "\"it's\"");
	nw_buf_free(&out);
	drop();
}
END_TEST

static bool is_true(const char *text)
{
	const struct nw_literal *value = value_of(text);

	ck_assert_int_eq(value->kind, NW_LITERAL_BOOL);
	return value->truth;
}

START_TEST(words_and_comparisons_follow_python)
{
	ck_assert_int_eq(int_of("0 or 7"), 7);
	ck_assert_int_eq(int_of("3 or nobody"), 3);
	ck_assert_int_eq(int_of("3 and 4 or nobody(1)"), 4);
	ck_assert_str_eq(text_of("'' and nobody['x'].y()"), "");
	ck_assert_int_eq(int_of("1 if 'a' == 'a' else nobody"), 1);
	ck_assert_int_eq(int_of("nobody(1, 2) if 1 > 2 else 5"), 5);
	ck_assert_int_eq(int_of("1 if 0 else 2 if not 1 else 3"), 3);
	ck_assert_int_eq(int_of("(1 if 0 else 2) * 3"), 6);
	ck_assert_int_eq(int_of("{'a': 1 if 1 else 2, 'b': 3}['a']"), 1);
	ck_assert(is_true("1 < 2") && is_true("2 <= 2.0") && is_true("'b' > 'a'") && !is_true("1 >= 2"));
	ck_assert(is_true("'b' in 'abc'") && is_true("2 not in [1, 3]") && is_true("'k' in {'k': 1}"));
	ck_assert(is_true("None is None") && is_true("1 is not None") && is_true("not ''") && is_true("[1] == [1]"));
	ck_assert(is_true("True == 1") && is_true("'1' != 1"));
	ck_assert_str_eq(mistake_of("1 < 2 < 3"), "comparisons are not read in a row: write them with 'and'");
	ck_assert_str_eq(mistake_of("1 < 'a'"), "only numbers, or strings, are compared");
	ck_assert_str_eq(mistake_of("1 if 2"), "expected 'else', found the end of the file");
	ck_assert_str_eq(mistake_of("nobody if 1 else 2"), "who is nobody");
	ck_assert_str_eq(mistake_of("1 in 2"), "'in' looks into strings, lists, tuples and dicts only");
	drop();
}
END_TEST

START_TEST(f_strings_and_formats_are_filled_in)
{
	ck_assert_str_eq(text_of("f'a{1 + 1}b{\"c\"}{{}}'"), "a2bc{}");
	ck_assert_str_eq(text_of("f'{seven}' 'x'"), "7x");
	ck_assert_str_eq(text_of("rf'\\d{seven if seven else 0}'"), "\\d7");
	ck_assert_str_eq(text_of("'%s:%d%%' % ('a', 5)"), "a:5%");
	ck_assert_str_eq(text_of("'%s' % 5"), "5");
	ck_assert_str_eq(text_of("'{}:{}{{'.format('a', None)"), "a:None{");
	ck_assert_str_eq(text_of("'{1}{0}'.format('a', 'b')"), "ba");
	ck_assert_str_eq(mistake_of("f'{nobody}'"), "who is nobody");
	ck_assert_str_eq(mistake_of("f'{1:05d}'"), "an f-string takes values only, without a format: {value}");
	ck_assert_str_eq(mistake_of("f'{1'"), "an f-string takes values only, without a format: {value}");
	ck_assert_str_eq(mistake_of("f'}'"), "a single '}' in an f-string: write '}}'");
	ck_assert_str_eq(mistake_of("f'{}'"), "expected a value, found '}'");
	ck_assert_str_eq(mistake_of("f'{1.5}'"), "only strings, integers, True, False and None are made text here");
	ck_assert_str_eq(mistake_of("'%s %s' % 'a'"), "'%' takes %s and %d only, and a value for each");
	ck_assert_str_eq(mistake_of("'%s' % (1, 2)"), "there are more values than %s");
	ck_assert_str_eq(mistake_of("'{}'.format()"), "format() has too few values");
	drop();
}
END_TEST

START_TEST(values_have_items_and_a_few_methods)
{
	ck_assert_str_eq(text_of("' A,b '.strip().lower().split(',')[-1].upper()"), "B");
	ck_assert_uint_eq(value_of("' a  b '.split()")->items.n, 2);
	ck_assert(is_true("'abc'.startswith('ab')") && !is_true("'abc'.endswith('ab')"));
	ck_assert_int_eq(int_of("{'a': 1}.get('b', 2)"), 2);
	ck_assert_int_eq(int_of("[1, [2, 3]][1][0]"), 2);
	ck_assert_uint_eq(value_of("[1] + [2, 3]")->items.n, 3);
	ck_assert_str_eq(mistake_of("{'a': 1}['b']"), "there is no key 'b'");
	ck_assert_str_eq(mistake_of("[1][1]"), "there is no item 1");
	ck_assert_str_eq(mistake_of("'abc'[0]"), "only items of a list, a tuple or a dict are taken by [...]");
	ck_assert_str_eq(mistake_of("'abc'.join(['a'])"), "the method 'join'() is not read with these arguments");
	ck_assert_str_eq(mistake_of("'abc'.lower"), "expected the call of a method, found the end of the file");
	drop();
}
END_TEST

NW_TEST_MAIN("common/literal", words_and_comparisons_follow_python, f_strings_and_formats_are_filled_in,
	     values_have_items_and_a_few_methods, integers_have_every_base_of_python, floats_are_read_and_computed_with,
	     arithmetic_follows_python, strings_have_every_form_of_python, containers_hold_their_items_in_order,
	     an_arena_that_is_full_is_a_mistake_not_a_crash, quoted_text_is_short_printable_and_reads_back)

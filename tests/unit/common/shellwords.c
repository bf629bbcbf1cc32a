#include "common/shellwords.h"

#include <errno.h>

#include "tests/unit/unit.h"

static void assert_words(const char *line, const char *const *expected)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_err err = {0};
	char **words = NULL;
	size_t n = 0, n_expected = 0;

	while (expected[n_expected] != NULL) {
		n_expected++;
	}
	ck_assert_int_eq(nw_shellwords_split(line, arena, &words, &n, &err), 0);
	ck_assert_uint_eq(n, n_expected);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_eq(words[i], expected[i]);
	}
	ck_assert_ptr_null(words[n]);
	nw_arena_free(arena);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(words_are_split_as_a_shell_does)
{
	assert_words("", (const char *const[]){NULL});
	assert_words("  \t\n ", (const char *const[]){NULL});
	assert_words("a", WORDS("a"));
	assert_words(" -w 4\t--bind=x \n", WORDS("-w", "4", "--bind=x"));
	assert_words("a b c d e", WORDS("a", "b", "c", "d", "e"));
	assert_words("'a b'\"c d\"e", WORDS("a bc de"));
	assert_words("'' \"\" x", WORDS("", "", "x"));
	assert_words("a\\ b \\'c", WORDS("a b", "'c"));
	assert_words("'a\\b' \"a\\b\" \"a\\\"b\\\\\"", WORDS("a\\b", "a\\b", "a\"b\\"));
	assert_words("# $HOME `x` *", WORDS("#", "$HOME", "`x`", "*"));
}
END_TEST

START_TEST(what_stays_open_is_refused)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_err err = {0};
	char **words = NULL;
	size_t n = 42;

	ck_assert_int_eq(nw_shellwords_split("a 'b", arena, &words, &n, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "a single quote (') is not closed");
	ck_assert_int_eq(nw_shellwords_split("a \"b\\\"", arena, &words, &n, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "a double quote (\") is not closed");
	ck_assert_int_eq(nw_shellwords_split("a b\\", arena, &words, &n, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "a backslash stands at the end");
	ck_assert_uint_eq(n, 42);
	ck_assert_ptr_null(words);
	nw_arena_free(arena);
}
END_TEST

NW_TEST_MAIN("common/shellwords", words_are_split_as_a_shell_does, what_stays_open_is_refused)

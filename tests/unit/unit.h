/** One Check suite a file: tests are sentences, listed once at the end by NW_TEST_MAIN(). */
#ifndef NW_TESTS_UNIT_H
#define NW_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

#include "common/cc.h"

static inline int nw_test_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 60);
	for (size_t i = 0; i < n; i++) {
		tcase_add_test(tcase, tests[i]);
	}
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/** NW_TEST_MAIN("common/str", first_test, second_test) */
#define NW_TEST_MAIN(name, ...)                                                                                        \
	int main(void)                                                                                                 \
	{                                                                                                              \
		const TTest *const tests[] = {__VA_ARGS__};                                                            \
		return nw_test_run(name, tests, NW_ARRAY_LEN(tests));                                                  \
	}

#endif

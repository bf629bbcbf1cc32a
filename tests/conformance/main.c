#include <stdio.h>

#include "tests/conformance/conformance.h"

enum { SKIPPED = 77 };

TCase *conformance_get(void);
TCase *conformance_insert(void);
TCase *conformance_change(void);
TCase *conformance_query(void);
TCase *conformance_set(void);
TCase *conformance_index(void);
TCase *conformance_batch(void);
TCase *conformance_pool(void);
TCase *conformance_away(void);
TCase *conformance_fault(void);
TCase *conformance_file(void);
TCase *conformance_crash(void);

/* `mongo`: the database that NARWHAL_TEST_MONGO names, or skip. Nothing: NARWHAL_TEST_STORE, or a new file. */
static bool choose_store(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "mongo") != 0) {
		return true;
	}
	const char *uri = getenv("NARWHAL_TEST_MONGO");

	return uri != NULL && *uri != '\0' && setenv("NARWHAL_TEST_STORE", uri, 1) == 0;
}

int main(int argc, char **argv)
{
	if (!choose_store(argc, argv)) {
		puts("NARWHAL_TEST_MONGO names no MongoDB: skipped");
		return SKIPPED;
	}
	Suite *suite = suite_create(fixture_is_mongo() ? "conformance/mongo" : "conformance/sqlite");

	suite_add_tcase(suite, conformance_get());
	suite_add_tcase(suite, conformance_insert());
	suite_add_tcase(suite, conformance_change());
	suite_add_tcase(suite, conformance_query());
	suite_add_tcase(suite, conformance_set());
	suite_add_tcase(suite, conformance_index());
	suite_add_tcase(suite, conformance_batch());
	suite_add_tcase(suite, conformance_pool());
	suite_add_tcase(suite, conformance_away());
	if (fixture_is_mongo()) {
		suite_add_tcase(suite, conformance_fault());
	} else {
		suite_add_tcase(suite, conformance_file());
		suite_add_tcase(suite, conformance_crash());
	}
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

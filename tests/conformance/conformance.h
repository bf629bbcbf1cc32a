/**
 * What a store promises, whichever it is. Every test has a store of its own (a new file, or a new database of the
 * MongoDB that NARWHAL_TEST_STORE names), opened after Check's fork.
 */
#ifndef NW_TESTS_CONFORMANCE_H
#define NW_TESTS_CONFORMANCE_H

#include <bson/bson.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/cc.h"
#include "common/scoreboard.h"
#include "tests/conformance/loop.h"
#include "worker/store/store.h"

struct fixture {
	struct loop loop;
	struct nw_counters counters;
	struct nw_store *store;
	char dir[64];  /* sqlite: where the file is */
	char uri[512]; /* of the store that is open */
};

extern struct fixture fix;

bool fixture_is_mongo(void);
void fixture_setup(void);
void fixture_teardown(void);
void fixture_reopen(void); /* the same file or database */

/** A case whose tests have the fixture. */
TCase *conformance_case(const char *name, const TTest *const *tests, size_t n);

#define CONFORMANCE_CASE(name, ...)                                                                                    \
	TCase *name(void);                                                                                             \
	TCase *name(void)                                                                                              \
	{                                                                                                              \
		const TTest *const tests[] = {__VA_ARGS__};                                                            \
		return conformance_case(#name, tests, NW_ARRAY_LEN(tests));                                            \
	}

/** Run an operation and wait. Take (destroy) @doc. */
enum nw_store_status run_insert(const char *collection, bson_t *doc);
enum nw_store_status run_replace(const char *collection, int id, const char *etag, bson_t *doc);
enum nw_store_status run_update(const char *collection, int id, const char *etag, bson_t *set);
enum nw_store_status run_remove(const char *collection, int id, const char *etag);
enum nw_store_status run_get(const char *collection, int id, bson_t **out); /* *out: the caller's; NULL unless OK */

/** The field or message of the last operation that these ran. */
extern _Thread_local char last_dup_field[256];
extern _Thread_local char last_message[512];

/** Is the document with @id exactly @wanted (extended JSON)? */
void ck_doc(const char *collection, int id, const char *wanted);

/** Documents that match, as "1 2 3" of their _id. Takes @filter and @sort. */
const char *ids_of(const char *collection, bson_t *filter, bson_t *sort, int64_t skip, int64_t limit);

/** How many match; fails the test unless the store can tell. Takes @filter. */
int64_t count_of(const char *collection, bson_t *filter);

bson_value_t int_value(int32_t n);
bson_t *json(const char *text); /* extended JSON */

#endif

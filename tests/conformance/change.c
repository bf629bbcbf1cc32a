#include <stdio.h>

#include "tests/conformance/conformance.h"

static void put_one(void)
{
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1), "_etag", "e1", "a", BCON_INT32(1))),
			 NW_STORE_OK);
}

START_TEST(a_replacement_needs_the_etag_of_what_it_replaces)
{
	put_one();
	ck_assert_int_eq(run_replace("things", 1, "e0", BCON_NEW("_id", BCON_INT32(1), "_etag", "e2")), NW_STORE_STALE);
	ck_doc("things", 1, "{\"_id\": 1, \"_etag\": \"e1\", \"a\": 1}");
	ck_assert_int_eq(run_replace("things", 1, "e1", BCON_NEW("_id", BCON_INT32(1), "_etag", "e2")), NW_STORE_OK);
	ck_doc("things", 1, "{\"_id\": 1, \"_etag\": \"e2\"}");
	ck_assert_int_eq(run_replace("things", 1, NULL, BCON_NEW("_id", BCON_INT32(1), "b", BCON_INT32(2))),
			 NW_STORE_OK);
	ck_doc("things", 1, "{\"_id\": 1, \"b\": 2}");
	/* Without an etag of its own it matches none. */
	ck_assert_int_eq(run_replace("things", 1, "e2", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_STALE);
}
END_TEST

START_TEST(nothing_is_made_by_a_change)
{
	ck_assert_int_eq(run_replace("nothing", 1, NULL, BCON_NEW("_id", BCON_INT32(1))), NW_STORE_MISSING);
	ck_assert_int_eq(run_update("nothing", 1, "e1", BCON_NEW("a", BCON_INT32(1))), NW_STORE_MISSING);
	ck_assert_int_eq(run_remove("nothing", 1, NULL), NW_STORE_MISSING);
	put_one();
	ck_assert_int_eq(run_replace("things", 2, "e1", BCON_NEW("_id", BCON_INT32(2))), NW_STORE_MISSING);
	ck_assert_int_eq(run_update("things", 2, NULL, BCON_NEW("a", BCON_INT32(1))), NW_STORE_MISSING);
	ck_assert_int_eq(run_remove("things", 2, "e1"), NW_STORE_MISSING);
	ck_assert_int_eq(count_of("things", NULL), 1);
}
END_TEST

START_TEST(an_id_cannot_change)
{
	put_one();
	ck_assert_int_eq(run_replace("things", 1, NULL, BCON_NEW("_id", BCON_INT32(2))), NW_STORE_INVALID);
	ck_assert_int_eq(run_replace("things", 1, NULL, BCON_NEW("a", BCON_INT32(2))), NW_STORE_INVALID);
	ck_assert_int_eq(run_update("things", 1, NULL, BCON_NEW("_id", BCON_INT32(2))), NW_STORE_INVALID);
	ck_assert_int_eq(run_update("things", 1, NULL, BCON_NEW("_id.x", BCON_INT32(2))), NW_STORE_INVALID);
	ck_doc("things", 1, "{\"_id\": 1, \"_etag\": \"e1\", \"a\": 1}");
}
END_TEST

START_TEST(a_removal_needs_the_etag_too)
{
	put_one();
	ck_assert_int_eq(run_remove("things", 1, "e0"), NW_STORE_STALE);
	ck_assert_int_eq(run_remove("things", 1, "e1"), NW_STORE_OK);
	ck_assert_int_eq(run_remove("things", 1, "e1"), NW_STORE_MISSING);
	put_one();
	ck_assert_int_eq(run_remove("things", 1, NULL), NW_STORE_OK);
	ck_assert_int_eq(count_of("things", NULL), 0);
}
END_TEST

START_TEST(an_update_needs_the_etag_too)
{
	put_one();
	ck_assert_int_eq(run_update("things", 1, "e0", json("{\"a\": 2, \"_etag\": \"e2\"}")), NW_STORE_STALE);
	ck_assert_int_eq(run_update("things", 1, "e1", json("{\"a\": 2, \"_etag\": \"e2\"}")), NW_STORE_OK);
	ck_doc("things", 1, "{\"_id\": 1, \"_etag\": \"e2\", \"a\": 2}");
}
END_TEST

START_TEST(an_empty_etag_asks_for_a_document_without_one)
{
	put_one();
	ck_assert_int_eq(run_replace("things", 1, "", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_STALE);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(2), "_etag", BCON_INT32(7))), NW_STORE_OK);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(3))), NW_STORE_OK);
	ck_assert_int_eq(run_update("things", 3, "", json("{\"a\": 1, \"_etag\": \"e1\"}")), NW_STORE_OK);
	ck_assert_int_eq(run_update("things", 3, "", json("{\"a\": 2, \"_etag\": \"e2\"}")), NW_STORE_STALE);
	ck_doc("things", 3, "{\"_id\": 3, \"_etag\": \"e1\", \"a\": 1}");
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(4), "_etag", "")), NW_STORE_OK);
	ck_assert_int_eq(run_remove("things", 4, ""), NW_STORE_OK);
	ck_assert_int_eq(run_remove("things", 2, ""), NW_STORE_OK);
	ck_assert_int_eq(run_remove("things", 2, ""), NW_STORE_MISSING);
}
END_TEST

struct set_case {
	const char *before, *set, *after; /* after NULL: INVALID */
};

static const struct set_case set_cases[] = {
	{"{\"_id\": 1, \"a\": 1, \"b\": 2}", "{\"a\": 5}", "{\"_id\": 1, \"a\": 5, \"b\": 2}"},
	{"{\"_id\": 1, \"b\": 2}", "{\"z\": 1, \"a\": 5}", "{\"_id\": 1, \"b\": 2, \"a\": 5, \"z\": 1}"},
	{"{\"_id\": 1, \"a\": {\"x\": 1, \"y\": 2}}", "{\"a.y\": 3}", "{\"_id\": 1, \"a\": {\"x\": 1, \"y\": 3}}"},
	{"{\"_id\": 1}", "{\"a.b.c\": 3}", "{\"_id\": 1, \"a\": {\"b\": {\"c\": 3}}}"},
	{"{\"_id\": 1}", "{\"a.2\": 3, \"a.10\": 4}", "{\"_id\": 1, \"a\": {\"2\": 3, \"10\": 4}}"},
	{"{\"_id\": 1, \"a\": {\"x\": 1}}", "{\"a.z\": 3, \"a.b\": 2}",
	 "{\"_id\": 1, \"a\": {\"x\": 1, \"b\": 2, \"z\": 3}}"},
	{"{\"_id\": 1, \"a\": {\"x\": 1}}", "{\"a\": {\"y\": 2}}", "{\"_id\": 1, \"a\": {\"y\": 2}}"},
	{"{\"_id\": 1, \"a\": [1, 2, 3]}", "{\"a.1\": 9}", "{\"_id\": 1, \"a\": [1, 9, 3]}"},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.3\": 9}", "{\"_id\": 1, \"a\": [1, null, null, 9]}"},
	{"{\"_id\": 1, \"a\": [{\"b\": 1}, {\"b\": 2}]}", "{\"a.1.b\": 9, \"a.2.b\": 7}",
	 "{\"_id\": 1, \"a\": [{\"b\": 1}, {\"b\": 9}, {\"b\": 7}]}"},
	{"{\"_id\": 1, \"a\": []}", "{\"a.0\": 1, \"a.1\": 2}", "{\"_id\": 1, \"a\": [1, 2]}"},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.x\": 9}", NULL},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.00\": 9}", NULL},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.03\": 9, \"a.3\": 8}", NULL}, /* aborts a mongod 6.0.5 */
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.1500002\": 9}", NULL},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.99999999999\": 9}", NULL},
	{"{\"_id\": 1, \"a\": [[1], 2]}", "{\"a.0.1\": 9, \"a.1\": 3}", "{\"_id\": 1, \"a\": [[1, 9], 3]}"},
	{"{\"_id\": 1, \"a\": [1]}", "{\"a.0.b\": 9}", NULL},
	{"{\"_id\": 1, \"a\": 5}", "{\"a.b\": 9}", NULL},
	{"{\"_id\": 1, \"a\": null}", "{\"a.b\": 9}", NULL},
	{"{\"_id\": 1}", "{\"a\": 1, \"a.b\": 2}", NULL},
	{"{\"_id\": 1}", "{\"a.b.c\": 1, \"a.b\": 2}", NULL},
	{"{\"_id\": 1}", "{\"a.b\": 1, \"a-b\": 2, \"a.c\": 3}",
	 "{\"_id\": 1, \"a\": {\"b\": 1, \"c\": 3}, \"a-b\": 2}"},
	{"{\"_id\": 1}", "{\"a..b\": 1}", NULL},
	{"{\"_id\": 1}", "{\".a\": 1}", NULL},
	{"{\"_id\": 1}", "{\"a.\": 1}", NULL},
	{"{\"_id\": 1}", "{}", NULL},
};

START_TEST(an_update_sets_members_as_mongodb_does)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(set_cases); i++) {
		const struct set_case *c = &set_cases[i];

		ck_assert_int_eq(run_insert("things", json(c->before)), NW_STORE_OK);
		enum nw_store_status status = run_update("things", 1, NULL, json(c->set));

		ck_assert_msg(status == (c->after != NULL ? NW_STORE_OK : NW_STORE_INVALID), "%s: %d %s", c->set,
			      status, last_message);
		ck_doc("things", 1, c->after != NULL ? c->after : c->before);
		ck_assert_int_eq(run_remove("things", 1, NULL), NW_STORE_OK);
	}
}
END_TEST

enum { RACERS = 16, ROUNDS = 20 };

static pthread_barrier_t barrier;
static int winners[ROUNDS];

static void *race_main(void *arg)
{
	int racer = *(int *)arg;

	for (int round = 0; round < ROUNDS; round++) {
		char before[16], after[16];

		snprintf(before, sizeof(before), "r%d", round);
		snprintf(after, sizeof(after), "r%d", round + 1);
		pthread_barrier_wait(&barrier);
		bson_t *doc = BCON_NEW("_id", BCON_INT32(1), "_etag", BCON_UTF8(after), "by", BCON_INT32(racer));
		const bson_t *docs[] = {doc};
		struct nw_store_op op = {
			.kind = racer % 2 == 0 ? NW_STORE_REPLACE : NW_STORE_UPDATE,
			.collection = "race",
			.id = int_value(1),
			.etag = before,
			.docs = docs,
			.n_docs = 1,
		};
		bson_t *set = BCON_NEW("_etag", BCON_UTF8(after), "by", BCON_INT32(racer));

		docs[0] = racer % 2 == 0 ? doc : set;
		enum nw_store_status status = nw_store_run_sync(fix.store, &op);

		ck_assert(status == NW_STORE_OK || status == NW_STORE_STALE);
		if (status == NW_STORE_OK) {
			__atomic_fetch_add(&winners[round], 1, __ATOMIC_RELAXED);
		}
		bson_destroy(doc);
		bson_destroy(set);
	}
	return NULL;
}

START_TEST(of_racing_changes_with_one_etag_one_wins)
{
	pthread_t threads[RACERS];
	int numbers[RACERS];

	ck_assert_int_eq(run_insert("race", BCON_NEW("_id", BCON_INT32(1), "_etag", "r0")), NW_STORE_OK);
	pthread_barrier_init(&barrier, NULL, RACERS);
	for (int i = 0; i < RACERS; i++) {
		numbers[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, race_main, &numbers[i]), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		pthread_join(threads[i], NULL);
	}
	pthread_barrier_destroy(&barrier);
	for (int round = 0; round < ROUNDS; round++) {
		ck_assert_int_eq(winners[round], 1);
	}
}
END_TEST

CONFORMANCE_CASE(conformance_change, a_replacement_needs_the_etag_of_what_it_replaces, nothing_is_made_by_a_change,
		 an_id_cannot_change, a_removal_needs_the_etag_too, an_update_needs_the_etag_too,
		 an_empty_etag_asks_for_a_document_without_one, an_update_sets_members_as_mongodb_does,
		 of_racing_changes_with_one_etag_one_wins)

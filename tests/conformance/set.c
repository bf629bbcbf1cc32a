/* Random documents, random updates: what the store makes of them is what nw_set_apply() makes of them. On the embedded
 * store that is nearly a tautology; on MongoDB it says that the two agree. */
#include "worker/store/set.h"

#include <errno.h>
#include <stdio.h>

#include "common/clock.h"
#include "tests/conformance/conformance.h"

enum { ROUNDS = 400 };

static unsigned state = 12345; /* the same documents each time */

static unsigned pick(unsigned n)
{
	state = state * 1103515245u + 12345u;
	return (state >> 16) % n;
}

static const char *const names[] = {"a", "b", "c", "0", "1", "2", "10", "a1"};

static const char *pick_name(void)
{
	return names[pick(NW_ARRAY_LEN(names))];
}

static void append_random(bson_t *doc, const char *key, int depth);

static void append_members(bson_t *doc, bool is_array, int depth)
{
	unsigned n = pick(4);

	for (unsigned i = 0; i < n; i++) {
		char key[12];

		snprintf(key, sizeof(key), "%u", i);
		const char *name = is_array ? key : pick_name();

		if (!bson_has_field(doc, name)) {
			append_random(doc, name, depth + 1);
		}
	}
}

static void append_random(bson_t *doc, const char *key, int depth)
{
	unsigned kind = pick(depth > 3 ? 2 : 5);
	bson_t child;

	switch (kind) {
	case 0:
		bson_append_int32(doc, key, -1, (int)pick(100));
		break;
	case 1:
		bson_append_null(doc, key, -1);
		break;
	case 2:
		bson_append_array_begin(doc, key, -1, &child);
		append_members(&child, true, depth);
		bson_append_array_end(doc, &child);
		break;
	default:
		bson_append_document_begin(doc, key, -1, &child);
		append_members(&child, false, depth);
		bson_append_document_end(doc, &child);
		break;
	}
}

static bson_t *random_set(void)
{
	bson_t *set = bson_new();
	unsigned n = 1 + pick(4);

	for (unsigned i = 0; i < n; i++) {
		char path[64];
		size_t len = (size_t)snprintf(path, sizeof(path), "%s", pick_name());

		for (unsigned parts = pick(4); parts > 0; parts--) {
			len += (size_t)snprintf(path + len, sizeof(path) - len, ".%s", pick_name());
		}
		append_random(set, path, 2);
	}
	return set;
}

static void ck_round(int id)
{
	bson_t *doc = BCON_NEW("_id", BCON_INT32(id)), *set = random_set();
	char *doc_text = NULL, *set_text = bson_as_relaxed_extended_json(set, NULL);
	struct nw_err err = {0};
	bson_t wanted, *got = NULL;

	append_members(doc, false, 0);
	doc_text = bson_as_relaxed_extended_json(doc, NULL);
	int code = nw_set_apply(doc, set, &wanted, &err);

	ck_assert_int_eq(run_insert("things", doc), NW_STORE_OK);
	enum nw_store_status status = run_update("things", id, NULL, set);

	ck_assert_msg(status == (code == 0 ? NW_STORE_OK : NW_STORE_INVALID), "%s with %s: %d %s; alone: %s", doc_text,
		      set_text, status, last_message, err.msg);
	if (code == 0) {
		ck_assert_int_eq(run_get("things", id, &got), NW_STORE_OK);
		char *got_text = bson_as_relaxed_extended_json(got, NULL);
		char *wanted_text = bson_as_relaxed_extended_json(&wanted, NULL);

		ck_assert_msg(bson_equal(got, &wanted), "%s with %s is %s, alone %s", doc_text, set_text, got_text,
			      wanted_text);
		bson_free(got_text);
		bson_free(wanted_text);
		bson_destroy(&wanted);
		bson_destroy(got);
	}
	bson_free(doc_text);
	bson_free(set_text);
}

START_TEST(updates_are_the_same_everywhere)
{
	for (int id = 0; id < ROUNDS; id++) {
		ck_round(id);
	}
}
END_TEST

/* Is every name of @doc's "d" there once? */
static bool has_each_once(const bson_t *doc)
{
	bson_iter_t iter, member, other;

	ck_assert(bson_iter_init_find(&iter, doc, "d") && bson_iter_recurse(&iter, &member));
	other = member;
	for (int i = 0; bson_iter_next(&member); i++) {
		bson_iter_t again = other;
		int n = 0;

		while (bson_iter_next(&again)) {
			n += strcmp(bson_iter_key(&again), bson_iter_key(&member)) == 0;
		}
		if (n != 1) {
			return false;
		}
	}
	return true;
}

START_TEST(names_that_begin_like_numbers_are_set_once)
{
	const char *const numbers[] = {"9", "10", "1x", "2", "100", "5-"};
	bson_t *doc = json("{\"_id\": 1, \"d\": {}}");

	for (int round = 0; round < 2000; round++) {
		bson_t set = BSON_INITIALIZER, out;
		struct nw_err err = {0};

		for (unsigned i = 0; i < 8; i++) {
			char path[32];

			snprintf(path, sizeof(path), "d.%s.%u", numbers[pick(NW_ARRAY_LEN(numbers))], i);
			BSON_APPEND_INT32(&set, path, 1);
		}
		ck_assert_int_eq(nw_set_apply(doc, &set, &out, &err), 0);
		if (!has_each_once(&out)) {
			ck_abort_msg("%s", bson_as_relaxed_extended_json(&set, NULL));
		}
		bson_destroy(&out);
		bson_destroy(&set);
	}
	bson_destroy(doc);
}
END_TEST

/* Four arrays with a gap of a million each are no document; memory for a thousand is not looked for. */
START_TEST(a_result_that_is_too_large_is_given_up_early)
{
	const char *set = "{\"a.1400000\": 1, \"b.1400000\": 1, \"c.1400000\": 1, \"d.1400000\": 1}";
	bson_t *doc = json("{\"_id\": 1, \"a\": [], \"b\": [], \"c\": [], \"d\": []}"), *parsed = json(set), out;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_set_apply(doc, parsed, &out, &err), -EINVAL);
	ck_assert_int_eq(run_insert("things", doc), NW_STORE_OK);
	ck_assert_int_eq(run_update("things", 1, NULL, parsed), NW_STORE_INVALID);
}
END_TEST

/* Seconds, if each name were looked for among all the others; the writes of everybody wait meanwhile. */
START_TEST(an_update_of_many_members_takes_no_time)
{
	enum { N = 20000 };
	bson_t *doc = BCON_NEW("_id", BCON_INT32(1)), set = BSON_INITIALIZER, out;
	struct nw_err err = {0};

	for (int i = 0; i < N; i++) {
		char name[32];

		snprintf(name, sizeof(name), "old%d", i);
		BSON_APPEND_INT32(doc, name, i);
		BSON_APPEND_INT32(&set, name, -i);
		snprintf(name, sizeof(name), "new%d", i);
		BSON_APPEND_INT32(&set, name, i);
	}
	int64_t begin = nw_clock_ms();

	ck_assert_int_eq(nw_set_apply(doc, &set, &out, &err), 0);
	ck_assert_int_lt(nw_clock_ms() - begin, 2000);
	ck_assert_uint_eq(bson_count_keys(&out), 1 + 2 * N);
	bson_destroy(&out);
	bson_destroy(&set);
	bson_destroy(doc);
}
END_TEST

CONFORMANCE_CASE(conformance_set, updates_are_the_same_everywhere, names_that_begin_like_numbers_are_set_once,
		 a_result_that_is_too_large_is_given_up_early, an_update_of_many_members_takes_no_time)

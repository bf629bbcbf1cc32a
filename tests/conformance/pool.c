/* What a store tells about its connections. */
#include <stdio.h>

#include "tests/conformance/conformance.h"

static struct nw_store_pool pool_of(const struct nw_store *store)
{
	struct nw_store_pool pool;

	nw_store_pool(store, &pool);
	return pool;
}

static bool on_row_look(void *arg, const bson_t *doc)
{
	struct nw_store_pool *seen = arg;

	(void)doc;
	*seen = pool_of(fix.store);
	return false;
}

START_TEST(a_reader_has_a_connection_while_it_reads)
{
	struct nw_store_query query = {.collection = "people"};
	struct nw_store_pool seen = {0};

	ck_assert_int_eq(run_insert("people", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	ck_assert_int_eq(nw_store_find_sync(fix.store, &query, on_row_look, &seen, NULL), NW_STORE_OK);
	ck_assert_uint_ge(seen.busy, 1);
	ck_assert_uint_ge(seen.open, seen.busy);
	ck_assert_uint_eq(seen.waiting, 0);
	struct nw_store_pool after = pool_of(fix.store);

	ck_assert_uint_eq(after.busy, seen.busy - 1);
	ck_assert_uint_ge(after.open, 1);
	ck_assert_uint_eq(after.timeouts, 0);
}
END_TEST

static bool on_row_want_another(void *arg, const bson_t *doc)
{
	struct nw_store *store = arg;
	int64_t n;

	(void)doc;
	ck_assert_uint_eq(pool_of(store).limit, 1);
	ck_assert_int_eq(nw_store_count_sync(store, "people", NULL, &n, NULL), NW_STORE_UNAVAILABLE);
	return false;
}

START_TEST(who_gets_no_connection_in_time_is_counted)
{
	struct nw_store_query query = {.collection = "people"};
	struct nw_store *store = NULL;
	struct nw_err err = {0};
	char uri[sizeof(fix.uri) + 64];

	if (!fixture_is_mongo()) {
		return; /* it opens as many as are wanted */
	}
	ck_assert_int_eq(run_insert("people", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	snprintf(uri, sizeof(uri), "%s%cmaxPoolSize=1&waitQueueTimeoutMS=20", fix.uri,
		 strchr(fix.uri, '?') == NULL ? '?' : '&');
	ck_assert_msg(nw_store_open(uri, &fix.loop.executor, NULL, &store, &err) == 0, "%s", err.msg);
	ck_assert_int_eq(nw_store_find_sync(store, &query, on_row_want_another, store, NULL), NW_STORE_OK);
	ck_assert_uint_ge(pool_of(store).timeouts, 1);
	ck_assert_uint_eq(pool_of(store).open, 1);
	nw_store_close(store);
}
END_TEST

CONFORMANCE_CASE(conformance_pool, a_reader_has_a_connection_while_it_reads, who_gets_no_connection_in_time_is_counted)

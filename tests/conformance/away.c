#include <errno.h>
#include <stdio.h>

#include "common/clock.h"
#include "tests/conformance/conformance.h"

/* Nobody listens on port 1. */
#define DEAD "mongodb://127.0.0.1:1/narwhal?serverSelectionTimeoutMS=700"

static struct nw_store *open_dead(void)
{
	struct nw_store *store = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_store_open(DEAD, &fix.loop.executor, NULL, &store, &err), 0);
	return store;
}

static enum nw_store_status get_from(struct nw_store *store, char *message, size_t size)
{
	struct nw_store_op op = {.kind = NW_STORE_GET, .collection = "things", .id = int_value(1)};
	enum nw_store_status status = nw_store_run_sync(store, &op);

	snprintf(message, size, "%s", op.error.message);
	nw_store_op_fini(&op);
	return status;
}

START_TEST(a_database_that_is_away_is_waited_for_once)
{
	struct nw_store *store = open_dead();
	char message[512] = "";
	int64_t n = 0, begin = nw_clock_ms();

	ck_assert_int_eq(get_from(store, message, sizeof(message)), NW_STORE_UNAVAILABLE);
	ck_assert_str_ne(message, "");
	ck_assert_int_ge(nw_clock_ms() - begin, 500);

	begin = nw_clock_ms();
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(get_from(store, message, sizeof(message)), NW_STORE_UNAVAILABLE);
		ck_assert_int_eq(nw_store_ping_sync(store, NULL), NW_STORE_UNAVAILABLE);
		ck_assert_int_eq(nw_store_count_sync(store, "things", NULL, &n, NULL), NW_STORE_UNAVAILABLE);
	}
	ck_assert_str_ne(message, "");
	ck_assert_int_lt(nw_clock_ms() - begin, 500);
	nw_store_close(store);
}
END_TEST

START_TEST(an_index_waits_for_the_database)
{
	struct nw_store *store = open_dead();
	bson_error_t error = {0};

	ck_assert_int_eq(nw_store_ensure_index_sync(store, "things", "name", true, &error), NW_STORE_UNAVAILABLE);
	ck_assert_str_ne(error.message, "");
	ck_assert_int_eq(nw_store_ensure_index_sync(store, "things", "name", true, &error), NW_STORE_UNAVAILABLE);
	ck_assert_int_eq(nw_store_ensure_index_sync(store, "a$", "name", true, &error), NW_STORE_INVALID);
	nw_store_close(store);
}
END_TEST

START_TEST(mistakes_are_told_from_outages)
{
	struct nw_store *store = open_dead();
	struct nw_store_op op = {.kind = NW_STORE_INSERT, .collection = "things"};

	ck_assert_int_eq(nw_store_run_sync(store, &op), NW_STORE_INVALID);
	nw_store_close(store);
}
END_TEST

static void ck_refused(const char *uri, const char *why)
{
	struct nw_store *store = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_store_check_uri(uri, &err), -EINVAL);
	ck_assert_msg(strstr(err.msg, why) != NULL, "%s: %s", uri, err.msg);
	ck_assert_int_eq(nw_store_open(uri, &fix.loop.executor, NULL, &store, &err), -EINVAL);
	ck_assert_ptr_null(store);
}

START_TEST(what_is_no_uri_is_refused_with_a_sentence)
{
	struct nw_err err = {0};

	ck_refused("", "begins with");
	ck_refused("postgres://user:secret@host/", "begins with");
	ck_refused("sqlite:", "path");
	ck_refused("sqlite:/tmp/", "path");
	ck_refused("sqlite::memory:", "not a file");
	ck_refused("mongodb://", "MongoDB URI");
	ck_refused("mongodb://host:99999/", "MongoDB URI");
	ck_refused("mongodb://host/?w=0", "w=0");
	ck_assert_int_eq(nw_store_check_uri("sqlite:narwhal.db", &err), 0);
	ck_assert_int_eq(nw_store_check_uri("mongodb://a,b/db?replicaSet=rs0", &err), 0);
}
END_TEST

CONFORMANCE_CASE(conformance_away, a_database_that_is_away_is_waited_for_once, an_index_waits_for_the_database,
		 mistakes_are_told_from_outages, what_is_no_uri_is_refused_with_a_sentence)

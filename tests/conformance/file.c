/* What only a store that is a file can be asked. */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/conformance/conformance.h"

static void make_file(const char *name, const char *sql, char *out_uri, size_t size)
{
	char path[128];
	sqlite3 *db = NULL;

	snprintf(path, sizeof(path), "%s/%s", fix.dir, name);
	snprintf(out_uri, size, "sqlite:%s", path);
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void remove_file(const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", fix.dir, name);
	unlink(path);
	snprintf(path, sizeof(path), "%s/%s-lock", fix.dir, name);
	unlink(path);
}

static void ck_refused(const char *uri, const char *why)
{
	struct nw_store *store = NULL;
	struct nw_err err = {0};

	ck_assert_int_ne(nw_store_open(uri, &fix.loop.executor, NULL, &store, &err), 0);
	ck_assert_msg(strstr(err.msg, why) != NULL, "%s", err.msg);
}

START_TEST(another_programs_file_is_left_alone)
{
	char uri[192];

	make_file("other.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)", uri, sizeof(uri));
	ck_refused(uri, "another program's");
	remove_file("other.db");
	make_file("other.db", "PRAGMA application_id=77", uri, sizeof(uri));
	ck_refused(uri, "another program's");
	remove_file("other.db");
	make_file("other.db", "PRAGMA application_id=1315009143; PRAGMA user_version=9", uri, sizeof(uri));
	ck_refused(uri, "layout 9");
	remove_file("other.db");
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	char uri[192], path[160];

	snprintf(path, sizeof(path), "%s/text", fix.dir);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 1000; i++) {
		fputs("this is no database\n", file);
	}
	fclose(file);
	snprintf(uri, sizeof(uri), "sqlite:%s", path);
	ck_refused(uri, "not an SQLite database");
	remove_file("text");
	ck_refused("sqlite:/nosuch/dir/x.db", "/nosuch/dir/x.db-lock");
}
END_TEST

START_TEST(the_file_is_where_it_was_when_the_directory_changes)
{
	int64_t n = 0;
	struct nw_store *store = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(chdir(fix.dir), 0);
	ck_assert_int_eq(nw_store_open("sqlite:here.db", &fix.loop.executor, NULL, &store, &err), 0);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(nw_store_count_sync(store, "things", NULL, &n, NULL), NW_STORE_OK);
	nw_store_close(store);
	remove_file("here.db");
	remove_file("here.db-wal");
	remove_file("here.db-shm");
}
END_TEST

/* A reader that stays open holds the log back; the others go on, and once it is gone the log shrinks. */
START_TEST(the_log_does_not_grow_for_ever)
{
	char wal[160];
	struct stat stat_buf;
	uint8_t bytes[8000] = {0};

	snprintf(wal, sizeof(wal), "%s/test.db-wal", fix.dir);
	for (int i = 0; i < 3000; i++) {
		bson_t *doc = BCON_NEW("_id", BCON_INT32(i % 50), "i", BCON_INT32(i));

		BSON_APPEND_BINARY(doc, "bytes", BSON_SUBTYPE_BINARY, bytes, sizeof(bytes));
		ck_assert_int_eq(i < 50 ? run_insert("things", doc) : run_replace("things", i % 50, NULL, doc),
				 NW_STORE_OK);
	}
	ck_assert_int_eq(stat(wal, &stat_buf), 0);
	ck_assert_int_lt(stat_buf.st_size, 3L * 1000 * 4096);
	fix.store = nw_store_close(fix.store);
	ck_assert_int_eq(stat(wal, &stat_buf), 0);
	ck_assert_int_eq(stat_buf.st_size, 0);
	fixture_reopen();
	ck_assert_int_eq(count_of("things", NULL), 50);
}
END_TEST

static void limit_files(rlim_t size)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bson_t *large_doc(int id, uint32_t size)
{
	bson_t *doc = BCON_NEW("_id", BCON_INT32(id));
	uint8_t *bytes = calloc(1, size);

	ck_assert_ptr_nonnull(bytes);
	BSON_APPEND_BINARY(doc, "bytes", BSON_SUBTYPE_BINARY, bytes, size);
	free(bytes);
	return doc;
}

static enum nw_store_status insert_two(int id, uint32_t size)
{
	bson_t *docs[] = {BCON_NEW("_id", BCON_INT32(id)), large_doc(id + 1, size)};
	struct nw_store_op op = {
		.kind = NW_STORE_INSERT, .collection = "things", .docs = (const bson_t *const *)docs, .n_docs = 2};

	nw_store_run_sync(fix.store, &op);
	nw_store_op_fini(&op);
	bson_destroy(docs[0]);
	bson_destroy(docs[1]);
	return op.status;
}

/* Eight megabytes are too large at once, one is so at the end of its transaction. */
START_TEST(a_full_disk_loses_nothing_and_stores_nothing_by_halves)
{
	enum { MIB = 1024 * 1024 };

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(1))), NW_STORE_OK);
	limit_files(MIB);
	ck_assert_int_eq(run_insert("things", large_doc(2, 8 * MIB)), NW_STORE_UNAVAILABLE);
	ck_assert_int_eq(run_insert("things", large_doc(3, MIB)), NW_STORE_UNAVAILABLE);
	ck_assert_int_eq(insert_two(4, 8 * MIB), NW_STORE_UNAVAILABLE);
	ck_assert_int_eq(insert_two(6, MIB), NW_STORE_UNAVAILABLE);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(8))), NW_STORE_OK);
	ck_assert_int_eq(insert_two(9, MIB / 8), NW_STORE_OK);
	ck_assert_str_eq(ids_of("things", NULL, json("{\"_id\": 1}"), 0, 0), "1 8 9 10");
	limit_files(RLIM_INFINITY);
	ck_assert_int_eq(run_insert("things", large_doc(2, 8 * MIB)), NW_STORE_OK);
	fixture_reopen();
	ck_assert_str_eq(ids_of("things", NULL, json("{\"_id\": 1}"), 0, 0), "1 2 8 9 10");
}
END_TEST

/* Many small ones, and one among them that the disk has no room for. */
static void *insert_one_main(void *arg)
{
	int id = *(int *)arg;

	return run_insert("things", large_doc(id, id == 15 ? 8 * 1024 * 1024 : 10)) == NW_STORE_OK ? arg : NULL;
}

START_TEST(what_a_full_disk_refuses_takes_no_other_with_it)
{
	enum { N = 30 };
	pthread_t threads[N];
	int ids[N];

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(100))), NW_STORE_OK);
	limit_files(1024L * 1024);
	for (int i = 0; i < N; i++) {
		ids[i] = i;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, insert_one_main, &ids[i]), 0);
	}
	for (int i = 0; i < N; i++) {
		void *is_ok = NULL;

		pthread_join(threads[i], &is_ok);
		ck_assert_int_eq(is_ok != NULL, i != 15);
	}
	ck_assert_int_eq(count_of("things", NULL), N);
	limit_files(RLIM_INFINITY);
}
END_TEST

CONFORMANCE_CASE(conformance_file, another_programs_file_is_left_alone, what_is_no_database_is_refused,
		 the_file_is_where_it_was_when_the_directory_changes, the_log_does_not_grow_for_ever,
		 a_full_disk_loses_nothing_and_stores_nothing_by_halves,
		 what_a_full_disk_refuses_takes_no_other_with_it)

/* Several processes on one file, and processes that are killed in the middle. */
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conformance/conformance.h"

enum { WRITERS = 3, ROUNDS = 5, MAX_IDS = 100000 };

static char acknowledged[WRITERS * ROUNDS][MAX_IDS / 8];

static struct nw_store *open_own(void)
{
	static struct loop loop;
	struct nw_store *store = NULL;
	struct nw_err err = {0};

	loop_init(&loop);
	if (nw_store_open(fix.uri, &loop.executor, NULL, &store, &err) != 0) {
		fprintf(stderr, "%s\n", err.msg);
		_exit(1);
	}
	return store;
}

struct writer {
	struct nw_store *store;
	int fd; /* each acknowledged number goes here */
	int id; /* of the writer */
	int next;
};

/* Two documents an operation: both are there, or none. */
static void *write_main(void *arg)
{
	struct writer *writer = arg;

	for (;;) {
		int i = __atomic_fetch_add(&writer->next, 1, __ATOMIC_RELAXED);
		char a[32], b[32];

		snprintf(a, sizeof(a), "%d-%d-a", writer->id, i);
		snprintf(b, sizeof(b), "%d-%d-b", writer->id, i);
		bson_t *docs[] = {BCON_NEW("_id", BCON_UTF8(a)), BCON_NEW("_id", BCON_UTF8(b))};
		struct nw_store_op op = {
			.kind = NW_STORE_INSERT,
			.collection = "crash",
			.docs = (const bson_t *const *)docs,
			.n_docs = 2,
		};

		if (nw_store_run_sync(writer->store, &op) != NW_STORE_OK) {
			fprintf(stderr, "%d %s\n", op.status, op.error.message);
			_exit(1);
		}
		if (write(writer->fd, &i, sizeof(i)) != sizeof(i)) {
			_exit(1);
		}
		bson_destroy(docs[0]);
		bson_destroy(docs[1]);
	}
	return NULL;
}

static pid_t start_writer(int id, int *out_fd)
{
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	pid_t pid = fork();

	if (pid == 0) {
		struct writer writer = {.store = open_own(), .fd = ends[1], .id = id};
		pthread_t thread;

		close(ends[0]);
		for (int i = 0; i < 3; i++) {
			pthread_create(&thread, NULL, write_main, &writer);
		}
		write_main(&writer);
	}
	close(ends[1]);
	*out_fd = ends[0];
	return pid;
}

/* All that it said until it was killed. */
static int read_acknowledged(int id, int fd)
{
	int n = 0, i = 0;

	while (read(fd, &i, sizeof(i)) == sizeof(i)) {
		ck_assert_int_lt(i, MAX_IDS);
		acknowledged[id][i / 8] = (char)(acknowledged[id][i / 8] | 1 << (i % 8));
		n++;
	}
	close(fd);
	return n;
}

static bool is_there(int id, int i, char half)
{
	char text[32];
	struct nw_store_op op = {.kind = NW_STORE_GET, .collection = "crash"};

	snprintf(text, sizeof(text), "%d-%d-%c", id, i, half);
	op.id.value_type = BSON_TYPE_UTF8;
	op.id.value.v_utf8.str = text;
	op.id.value.v_utf8.len = (uint32_t)strlen(text);
	enum nw_store_status status = nw_store_run_sync(fix.store, &op);

	nw_store_op_fini(&op);
	ck_assert(status == NW_STORE_OK || status == NW_STORE_MISSING);
	return status == NW_STORE_OK;
}

static void ck_writer(int id)
{
	int beyond = 0; /* numbers in a row that are not acknowledged */

	for (int i = 0; i < MAX_IDS && beyond < 100; i++) {
		bool was_acknowledged = (acknowledged[id][i / 8] & 1 << (i % 8)) != 0;
		bool a = is_there(id, i, 'a'), b = is_there(id, i, 'b');

		ck_assert_int_eq(a, b);
		ck_assert(a || !was_acknowledged);
		beyond = was_acknowledged ? 0 : beyond + 1;
	}
}

static void ck_integrity(void)
{
	/* Indexes need the store's functions: a plain connection checks the rest. */
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;

	ck_assert_int_eq(sqlite3_open(fix.uri + strlen("sqlite:"), &db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), SQLITE_OK);
	ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
	ck_assert_str_eq((const char *)sqlite3_column_text(statement, 0), "ok");
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

START_TEST(what_was_acknowledged_survives_kill_9)
{
	int total = 0;

	/* Nothing of this process has the file open when others are killed. */
	fix.store = nw_store_close(fix.store);
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pids[WRITERS];
		int fds[WRITERS];

		for (int i = 0; i < WRITERS; i++) {
			pids[i] = start_writer(round * WRITERS + i, &fds[i]);
		}
		usleep((useconds_t)(100000 + 37000 * round));
		for (int i = 0; i < WRITERS; i++) {
			int status = 0;

			kill(pids[i], SIGKILL);
			total += read_acknowledged(round * WRITERS + i, fds[i]);
			ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
			ck_assert(WIFSIGNALED(status));
		}
	}
	fixture_reopen();
	ck_assert_int_gt(total, 0);
	for (int id = 0; id < WRITERS * ROUNDS; id++) {
		ck_writer(id);
	}
	ck_integrity();
}
END_TEST

enum { PROCESSES = 4, EACH = 400 };

static void *insert_main(void *arg)
{
	struct writer *writer = arg;

	for (int i = 0; i < EACH / 4; i++) {
		int n = __atomic_fetch_add(&writer->next, 1, __ATOMIC_RELAXED);
		bson_t *doc = BCON_NEW("_id", BCON_INT32(writer->id * EACH + n), "by", BCON_INT32(writer->id), "u",
				       BCON_INT32(writer->id * EACH + n));
		const bson_t *docs[] = {doc};
		struct nw_store_op op = {.kind = NW_STORE_INSERT, .collection = "shared", .docs = docs, .n_docs = 1};

		if (nw_store_run_sync(writer->store, &op) != NW_STORE_OK) {
			fprintf(stderr, "%d %s\n", op.status, op.error.message);
			_exit(1);
		}
		bson_destroy(doc);
	}
	return NULL;
}

static void insert_in_process(int id)
{
	struct writer writer = {.store = open_own(), .id = id};
	pthread_t threads[4];
	bson_error_t error = {0};

	if (nw_store_ensure_index_sync(writer.store, "shared", "u", true, &error) != NW_STORE_OK) {
		fprintf(stderr, "%s\n", error.message);
		_exit(1);
	}
	for (int i = 0; i < 4; i++) {
		pthread_create(&threads[i], NULL, insert_main, &writer);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
	}
	nw_store_close(writer.store);
	_exit(0);
}

START_TEST(several_processes_write_one_file)
{
	pid_t pids[PROCESSES];

	fix.store = nw_store_close(fix.store);
	for (int i = 0; i < PROCESSES; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			insert_in_process(i);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status = 0;

		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	fixture_reopen();
	ck_assert_int_eq(count_of("shared", NULL), PROCESSES * EACH);
	ck_assert_int_eq(count_of("shared", BCON_NEW("by", BCON_INT32(2))), EACH);
}
END_TEST

CONFORMANCE_CASE(conformance_crash, what_was_acknowledged_survives_kill_9, several_processes_write_one_file)

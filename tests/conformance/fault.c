/* What a MongoDB does when something breaks in the middle. Needs a server with enableTestCommands; without, no test. */
#include <mongoc/mongoc.h>
#include <stdio.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/conformance/conformance.h"
#include "worker/store/mongo.h"

/* Commands on "things" of this store's database alone. @mode and @data: JSON. false: the server has no such thing. */
static bool set_fault(const char *mode, const char *data)
{
	mongoc_client_t *client = nw_store_mongo_pop(fix.store);
	char text[1024];
	bson_error_t error;

	snprintf(
		text, sizeof(text),
		"{\"configureFailPoint\": \"failCommand\", \"mode\": %s, \"data\": {\"namespace\": \"%s.things\", %s}}",
		mode, nw_store_mongo_database(fix.store), data);
	bson_t *command = json(text);
	bool is_set = mongoc_client_command_simple(client, "admin", command, NULL, NULL, &error);

	bson_destroy(command);
	nw_store_mongo_push(fix.store, client);
	return is_set;
}

static void clear_fault(void)
{
	set_fault("\"off\"", "\"failCommands\": []");
}

static bson_t *doc_of(int id, uint32_t size)
{
	bson_t *doc = BCON_NEW("_id", BCON_INT32(id));
	uint8_t *bytes = calloc(1, size);

	ck_assert_ptr_nonnull(bytes);
	BSON_APPEND_BINARY(doc, "bytes", BSON_SUBTYPE_BINARY, bytes, size);
	free(bytes);
	return doc;
}

static void insert_together(struct nw_store_op *ops, size_t n)
{
	struct nw_store_op *list[8];
	struct nw_mongo mongo = {.database = strdup(nw_store_mongo_database(fix.store))};
	mongoc_client_t *client = nw_store_mongo_pop(fix.store);

	for (size_t i = 0; i < n; i++) {
		list[i] = &ops[i];
	}
	nw_mongo_insert(&mongo, client, list, n);
	nw_store_mongo_push(fix.store, client);
	free(mongo.database);
}

/* A batch of more than 48 MB is several commands. The first has a duplicate, and the second never arrives. */
START_TEST(what_was_never_sent_is_not_acknowledged)
{
	enum { N = 5, SIZE = 15 * 1024 * 1024 };
	struct nw_store_op ops[N] = {0};
	const bson_t *docs[N];

	if (!set_fault("{\"skip\": 2}", "\"failCommands\": [\"insert\"], \"closeConnection\": true")) {
		return;
	}
	ck_assert_int_eq(run_insert("things", BCON_NEW("_id", BCON_INT32(0))), NW_STORE_OK);
	for (int i = 0; i < N; i++) {
		docs[i] = doc_of(i, i == 0 ? 10 : SIZE);
		ops[i] = (struct nw_store_op){
			.kind = NW_STORE_INSERT, .collection = "things", .docs = &docs[i], .n_docs = 1};
	}
	insert_together(ops, N);
	clear_fault();
	ck_assert_int_eq(ops[0].status, NW_STORE_DUPLICATE);
	for (int i = 1; i < N; i++) {
		bson_t *doc = NULL;
		bool is_there = run_get("things", i, &doc) == NW_STORE_OK;

		bson_destroy(doc);
		ck_assert_int_eq(ops[i].status, is_there ? ops[i].status : NW_STORE_UNAVAILABLE);
	}
	ck_assert_int_eq(ops[N - 1].status, NW_STORE_UNAVAILABLE);
	for (int i = 0; i < N; i++) {
		nw_store_op_fini(&ops[i]);
		bson_destroy((bson_t *)(uintptr_t)docs[i]);
	}
}
END_TEST

static void on_done(struct nw_store_op *op)
{
	(*(int *)op->arg)--;
}

/* Ten writes that wait for an index ask for it once, not each for itself. */
START_TEST(a_batch_waits_for_an_index_once)
{
	enum { N = 10, BLOCK_MS = 500 };
	const char *slow = "\"failCommands\": [\"createIndexes\"], \"blockConnection\": true, \"blockTimeMS\": 500, "
			   "\"errorCode\": 262";
	const bson_t *docs[] = {BCON_NEW("_id", BCON_INT32(1))};
	struct nw_store_op ops[N] = {0};
	int waiting = N;

	if (!set_fault("\"alwaysOn\"", slow)) {
		bson_destroy((bson_t *)(uintptr_t)docs[0]);
		return;
	}
	ck_assert_int_eq(nw_store_ensure_index_sync(fix.store, "things", "name", true, NULL), NW_STORE_UNAVAILABLE);
	while (nw_store_ping_sync(fix.store, NULL) != NW_STORE_OK) {
		usleep(10000);
	}
	int64_t begin = nw_clock_ms();

	for (int i = 0; i < N; i++) {
		ops[i] = (struct nw_store_op){.kind = NW_STORE_INSERT,
					      .collection = "things",
					      .docs = docs,
					      .n_docs = 1,
					      .done = on_done,
					      .arg = &waiting};
		nw_store_submit(fix.store, &ops[i]);
	}
	loop_run(&fix.loop, &waiting);
	ck_assert_int_lt(nw_clock_ms() - begin, 4 * BLOCK_MS);
	for (int i = 0; i < N; i++) {
		ck_assert_int_eq(ops[i].status, NW_STORE_UNAVAILABLE);
		nw_store_op_fini(&ops[i]);
	}
	clear_fault();
	bson_destroy((bson_t *)(uintptr_t)docs[0]);
}
END_TEST

CONFORMANCE_CASE(conformance_fault, what_was_never_sent_is_not_acknowledged, a_batch_waits_for_an_index_once)

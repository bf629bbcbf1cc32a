#include <stdio.h>

#include "tests/conformance/conformance.h"

enum { THREADS = 16, EACH = 5000 / THREADS, IN_FLIGHT = 200 };

static int acknowledged;

static void *insert_main(void *arg)
{
	int first = *(int *)arg;

	for (int i = 0; i < EACH; i++) {
		bson_t *doc = BCON_NEW("_id", BCON_INT32(first + i), "n", BCON_INT32(i));
		const bson_t *docs[] = {doc};
		struct nw_store_op op = {
			.kind = NW_STORE_INSERT,
			.collection = i % 10 == 0 ? "tenth" : "rest",
			.docs = docs,
			.n_docs = 1,
		};

		if (nw_store_run_sync(fix.store, &op) == NW_STORE_OK) {
			__atomic_fetch_add(&acknowledged, 1, __ATOMIC_RELAXED);
		}
		bson_destroy(doc);
	}
	return NULL;
}

START_TEST(what_many_threads_insert_is_all_there)
{
	pthread_t threads[THREADS];
	int firsts[THREADS];

	for (int i = 0; i < THREADS; i++) {
		firsts[i] = i * EACH;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, insert_main, &firsts[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	ck_assert_int_eq(acknowledged, THREADS * EACH);
	ck_assert_int_eq(count_of("tenth", NULL) + count_of("rest", NULL), THREADS * EACH);
	ck_assert_uint_eq(NW_READ(fix.counters.store_ops), THREADS * EACH + 2);
	ck_assert_uint_eq(NW_READ(fix.counters.store_errors), 0);
	ck_assert_uint_le(NW_READ(fix.counters.store_batches), THREADS * EACH);
}
END_TEST

struct flight {
	struct nw_store_op op;
	const bson_t *docs[1];
	int *waiting;
};

static void on_op_done(struct nw_store_op *op)
{
	struct flight *flight = op->arg;

	(*flight->waiting)--;
}

static void take_off(struct flight *flight, enum nw_store_kind kind, int id, int *waiting)
{
	*flight = (struct flight){.waiting = waiting};
	flight->op.kind = kind;
	flight->op.collection = "things";
	flight->op.id = int_value(id);
	flight->op.done = on_op_done;
	flight->op.arg = flight;
	if (kind == NW_STORE_INSERT) {
		flight->docs[0] = BCON_NEW("_id", BCON_INT32(id), "n", BCON_INT32(id * 3));
		flight->op.docs = flight->docs;
		flight->op.n_docs = 1;
	}
	(*waiting)++;
	nw_store_submit(fix.store, &flight->op);
}

static void land(struct flight *flights, int n)
{
	for (int i = 0; i < n; i++) {
		nw_store_op_fini(&flights[i].op);
		if (flights[i].docs[0] != NULL) {
			bson_destroy((bson_t *)(uintptr_t)flights[i].docs[0]);
		}
	}
}

START_TEST(operations_of_the_loop_are_batched_and_answered_on_the_loop)
{
	static struct flight flights[IN_FLIGHT];
	int waiting = 0;

	for (int i = 0; i < IN_FLIGHT; i++) {
		take_off(&flights[i], NW_STORE_INSERT, i, &waiting);
	}
	loop_run(&fix.loop, &waiting);
	for (int i = 0; i < IN_FLIGHT; i++) {
		ck_assert_int_eq(flights[i].op.status, NW_STORE_OK);
	}
	land(flights, IN_FLIGHT);
	ck_assert_uint_lt(NW_READ(fix.counters.store_batches), IN_FLIGHT / 2);
}
END_TEST

START_TEST(each_of_a_batch_gets_its_own_answer)
{
	static struct flight flights[IN_FLIGHT];
	int waiting = 0;

	/* Each id twice: one of the two is a duplicate. */
	for (int i = 0; i < IN_FLIGHT; i++) {
		take_off(&flights[i], NW_STORE_INSERT, i / 2, &waiting);
	}
	loop_run(&fix.loop, &waiting);
	for (int i = 0; i < IN_FLIGHT; i += 2) {
		enum nw_store_status a = flights[i].op.status, b = flights[i + 1].op.status;

		ck_assert_int_eq(a + b, NW_STORE_OK + NW_STORE_DUPLICATE);
		ck_assert_str_eq(flights[a == NW_STORE_OK ? i + 1 : i].op.dup_field, "_id");
	}
	land(flights, IN_FLIGHT);
	ck_assert_int_eq(count_of("things", NULL), IN_FLIGHT / 2);

	/* Every document by two that ask, and as many that are not there. */
	for (int i = 0; i < IN_FLIGHT; i++) {
		take_off(&flights[i], NW_STORE_GET, i % 2 == 0 ? i / 4 : 1000 + i, &waiting);
	}
	loop_run(&fix.loop, &waiting);
	for (int i = 0; i < IN_FLIGHT; i++) {
		bson_t doc;
		bson_iter_t n;

		ck_assert_int_eq(flights[i].op.status, i % 2 == 0 ? NW_STORE_OK : NW_STORE_MISSING);
		if (i % 2 == 0) {
			ck_assert(bson_init_static(&doc, flights[i].op.doc, flights[i].op.doc_len));
			ck_assert(bson_iter_init_find(&n, &doc, "n"));
			ck_assert_int_eq(bson_iter_int32(&n), i / 4 * 3);
		}
	}
	land(flights, IN_FLIGHT);
}
END_TEST

START_TEST(closing_answers_what_is_queued)
{
	static struct flight flights[IN_FLIGHT];
	int waiting = 0;

	for (int i = 0; i < IN_FLIGHT; i++) {
		take_off(&flights[i], NW_STORE_INSERT, i, &waiting);
	}
	fixture_reopen();
	ck_assert_int_eq(waiting, 0);
	for (int i = 0; i < IN_FLIGHT; i++) {
		ck_assert_int_eq(flights[i].op.status, NW_STORE_OK);
	}
	land(flights, IN_FLIGHT);
	ck_assert_int_eq(count_of("things", NULL), IN_FLIGHT);
}
END_TEST

/* Answers of more than 16 MiB do not fit into one reply of a server. */
START_TEST(large_documents_are_got_together)
{
	static struct flight flights[4];
	enum { SIZE = 7 * 1024 * 1024 };
	int waiting = 0;
	uint8_t *bytes = calloc(1, SIZE);

	ck_assert_ptr_nonnull(bytes);
	for (int i = 0; i < 4; i++) {
		bson_t *doc = BCON_NEW("_id", BCON_INT32(i));

		BSON_APPEND_BINARY(doc, "bytes", BSON_SUBTYPE_BINARY, bytes, SIZE);
		ck_assert_int_eq(run_insert("things", doc), NW_STORE_OK);
	}
	free(bytes);
	for (int i = 0; i < 4; i++) {
		take_off(&flights[i], NW_STORE_GET, i, &waiting);
	}
	loop_run(&fix.loop, &waiting);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(flights[i].op.status, NW_STORE_OK);
		ck_assert_uint_gt(flights[i].op.doc_len, SIZE);
	}
	land(flights, 4);
}
END_TEST

CONFORMANCE_CASE(conformance_batch, what_many_threads_insert_is_all_there,
		 operations_of_the_loop_are_batched_and_answered_on_the_loop, each_of_a_batch_gets_its_own_answer,
		 closing_answers_what_is_queued, large_documents_are_got_together)

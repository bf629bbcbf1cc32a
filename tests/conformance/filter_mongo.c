/**
 * Random documents, filters and sorts: a real MongoDB and the matcher of the embedded store must give the same
 * documents in the same order. NARWHAL_TEST_MONGO: where it is (mongodb://...; without it the test is skipped);
 * NARWHAL_TEST_SEED: another course of chance.
 */
#include <mongoc/mongoc.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "tests/unit/store/random.h"
#include "worker/store/filter.h"

enum {
	SKIPPED = 77,
	N_ROUNDS = 10,
	N_DOCS = 250,
	N_QUERIES = 120,   /* a round */
	AMBIGUOUS = 16746, /* MongoDB refuses to sort by a.0 where a has an element with a member 0 */
};

struct query {
	bson_t filter;
	const char *sort; /* path */
	bool is_descending;
};

struct row {
	int32_t id;
	struct nw_buf key;
};

struct trial {
	uint64_t seed;
	mongoc_collection_t *collection;
	bson_t *docs[N_DOCS];
	struct row rows[N_DOCS]; /* ours */
	size_t n_rows;
	int32_t ids[N_DOCS]; /* MongoDB's */
	size_t n_ids;
	bool is_descending;
	size_t n_evaluations, n_matches, n_ambiguous, n_failures;
};

static const char *const paths[] = {"a",     "a",     "b",     "c",     "a.b",     "a.a",     "b.c",   "a.0",    "a.1",
				    "a.0.b", "a.b.0", "b.a.c", "b.0.1", "a.0.0.b", "c.1.a.0", "c.b.a", "a.c.b.a"};

static void die(const char *what, const bson_error_t *error)
{
	fprintf(stderr, "%s: %s\n", what, error->message);
	exit(EXIT_FAILURE);
}

static const char *random_path(uint64_t *seed)
{
	return paths[random_below(seed, NW_ARRAY_LEN(paths))];
}

static bson_t *random_doc(uint64_t *seed, int32_t id)
{
	bson_t *doc = bson_new();

	BSON_APPEND_INT32(doc, "_id", id);
	for (const char *name = "abc"; *name != '\0'; name++) {
		if (random_below(seed, 5) != 0) {
			random_append(seed, doc, (char[]){*name, '\0'}, 4);
		}
	}
	return doc;
}

/** Something to compare with: made up, or what some document has at @path, so that there is something to find. */
static void append_operand(struct trial *t, bson_t *to, const char *key, const char *path)
{
	bson_value_t value;

	if (random_below(&t->seed, 3) == 0) {
		random_append(&t->seed, to, key, 2);
		return;
	}
	nw_value_at(t->docs[random_below(&t->seed, N_DOCS)], path, random_below(&t->seed, 2) == 0, &value);
	bson_append_value(to, key, -1, &value);
}

static void append_in(struct trial *t, bson_t *to, const char *path)
{
	bson_t list;
	char index[16];

	BSON_APPEND_ARRAY_BEGIN(to, "$in", &list);
	for (unsigned i = 0, n = random_below(&t->seed, 5); i < n; i++) {
		snprintf(index, sizeof(index), "%u", i);
		append_operand(t, &list, index, path);
	}
	bson_append_array_end(to, &list);
}

static void append_condition(struct trial *t, bson_t *filter)
{
	static const char *const ops[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$in"};
	const char *path = random_path(&t->seed);
	bson_t operators;

	if (random_below(&t->seed, 4) == 0) {
		append_operand(t, filter, path, path);
		return;
	}
	BSON_APPEND_DOCUMENT_BEGIN(filter, path, &operators);
	for (unsigned i = 0, n = 1 + random_below(&t->seed, 2); i < n; i++) {
		const char *op = ops[random_below(&t->seed, NW_ARRAY_LEN(ops))];

		if (strcmp(op, "$in") == 0) {
			append_in(t, &operators, path);
		} else {
			append_operand(t, &operators, op, path);
		}
	}
	bson_append_document_end(filter, &operators);
}

/** One that compiles: what Narwhal refuses never reaches a database. */
static struct nw_filter *random_query(struct trial *t, struct query *query)
{
	struct nw_filter *compiled;

	query->sort = random_path(&t->seed);
	query->is_descending = random_below(&t->seed, 2) == 0;
	for (;;) {
		bson_init(&query->filter);
		for (unsigned i = 0, n = random_below(&t->seed, 8) == 0 ? 2 : 1; i < n; i++) {
			append_condition(t, &query->filter);
		}
		if (nw_filter_compile(&query->filter, &compiled, NULL) == 0) {
			return compiled;
		}
		bson_destroy(&query->filter);
	}
}

static int by_key(const void *a, const void *b, void *arg)
{
	const struct row *x = a, *y = b;
	const struct trial *t = arg;
	int order = memcmp(x->key.data, y->key.data, x->key.len < y->key.len ? x->key.len : y->key.len);

	if (order != 0) {
		return t->is_descending ? -order : order;
	}
	return (x->id > y->id) - (x->id < y->id);
}

static void ask_matcher(struct trial *t, const struct query *query, const struct nw_filter *filter)
{
	t->n_rows = 0;
	t->is_descending = query->is_descending;
	for (int32_t i = 0; i < N_DOCS; i++) {
		bson_value_t value;

		t->n_evaluations++;
		if (!nw_filter_match(filter, t->docs[i])) {
			continue;
		}
		struct row *row = &t->rows[t->n_rows++];

		row->id = i;
		row->key.len = 0;
		nw_value_at(t->docs[i], query->sort, query->is_descending, &value);
		if (nw_value_key(&value, &row->key) < 0) {
			fputs("a value makes no key\n", stderr);
			exit(EXIT_FAILURE);
		}
	}
	t->n_matches += t->n_rows;
	qsort_r(t->rows, t->n_rows, sizeof(*t->rows), by_key, t);
}

/** false: it would not sort by that. */
static bool ask_mongo(struct trial *t, const struct query *query)
{
	bson_t *opts =
		BCON_NEW("sort", "{", query->sort, BCON_INT32(query->is_descending ? -1 : 1), "_id", BCON_INT32(1), "}",
			 "projection", "{", "_id", BCON_INT32(1), "}", "batchSize", BCON_INT32(N_DOCS + 1));
	mongoc_cursor_t *cursor = mongoc_collection_find_with_opts(t->collection, &query->filter, opts, NULL);
	const bson_t *doc;
	bson_iter_t iter;
	bson_error_t error;

	t->n_ids = 0;
	while (mongoc_cursor_next(cursor, &doc)) {
		if (bson_iter_init_find(&iter, doc, "_id") && t->n_ids < N_DOCS) {
			t->ids[t->n_ids++] = bson_iter_int32(&iter);
		}
	}
	bool is_failed = mongoc_cursor_error(cursor, &error);

	if (is_failed && error.code != AMBIGUOUS) {
		die("find", &error);
	}
	mongoc_cursor_destroy(cursor);
	bson_destroy(opts);
	return !is_failed;
}

static void print_doc(const char *what, const bson_t *doc)
{
	char *json = bson_as_canonical_extended_json(doc, NULL);

	printf("  %s %s\n", what, json);
	bson_free(json);
}

static bool has_row(const struct trial *t, int32_t id)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		if (t->rows[i].id == id) {
			return true;
		}
	}
	return false;
}

static bool has_id(const struct trial *t, int32_t id)
{
	for (size_t i = 0; i < t->n_ids; i++) {
		if (t->ids[i] == id) {
			return true;
		}
	}
	return false;
}

static void report(const struct trial *t, const struct query *query)
{
	printf("differ: sort by %s %s\n", query->sort, query->is_descending ? "descending" : "ascending");
	print_doc("filter", &query->filter);
	for (int32_t i = 0; i < N_DOCS; i++) {
		bool is_ours = has_row(t, i), is_theirs = has_id(t, i);

		if (is_ours != is_theirs) {
			print_doc(is_ours ? "only ours" : "only MongoDB's", t->docs[i]);
			return;
		}
	}
	for (size_t i = 0; i < t->n_rows; i++) {
		if (t->rows[i].id != t->ids[i]) {
			print_doc("ours first", t->docs[t->rows[i].id]);
			print_doc("MongoDB's first", t->docs[t->ids[i]]);
			return;
		}
	}
}

static bool is_same(const struct trial *t)
{
	for (size_t i = 0; i < t->n_rows && i < t->n_ids; i++) {
		if (t->rows[i].id != t->ids[i]) {
			return false;
		}
	}
	return t->n_rows == t->n_ids;
}

static void run_query(struct trial *t)
{
	struct query query;
	struct nw_filter *filter = random_query(t, &query);

	if (ask_mongo(t, &query)) {
		ask_matcher(t, &query, filter);
		if (!is_same(t)) {
			t->n_failures++;
			report(t, &query);
		}
	} else {
		t->n_ambiguous++;
	}
	bson_destroy(&query.filter);
	nw_filter_free(filter);
}

static void fill(struct trial *t)
{
	bson_error_t error;
	const bson_t *docs[N_DOCS];

	mongoc_collection_drop(t->collection, NULL);
	for (int32_t i = 0; i < N_DOCS; i++) {
		t->docs[i] = random_doc(&t->seed, i);
		docs[i] = t->docs[i];
	}
	if (!mongoc_collection_insert_many(t->collection, docs, N_DOCS, NULL, NULL, &error)) {
		die("insert", &error);
	}
}

static void run(struct trial *t)
{
	for (int round = 0; round < N_ROUNDS; round++) {
		fill(t);
		for (int i = 0; i < N_QUERIES && t->n_failures < 10; i++) {
			run_query(t);
		}
		for (size_t i = 0; i < N_DOCS; i++) {
			bson_destroy(t->docs[i]);
		}
	}
	for (size_t i = 0; i < N_DOCS; i++) {
		nw_buf_free(&t->rows[i].key);
	}
}

int main(void)
{
	const char *uri = getenv("NARWHAL_TEST_MONGO"), *seed = getenv("NARWHAL_TEST_SEED");
	static struct trial t;
	char database[64];

	if (uri == NULL) {
		puts("NARWHAL_TEST_MONGO is not set");
		return SKIPPED;
	}
	mongoc_init();
	mongoc_client_t *client = mongoc_client_new(uri);

	if (client == NULL) {
		fprintf(stderr, "NARWHAL_TEST_MONGO: '%s' is not a MongoDB URI\n", uri);
		return EXIT_FAILURE;
	}
	snprintf(database, sizeof(database), "narwhal_filter_%ld", (long)getpid());
	t.seed = seed == NULL ? 1 : strtoull(seed, NULL, 10);
	t.collection = mongoc_client_get_collection(client, database, "documents");
	run(&t);
	mongoc_database_t *db = mongoc_client_get_database(client, database);

	mongoc_database_drop(db, NULL);
	mongoc_database_destroy(db);
	mongoc_collection_destroy(t.collection);
	mongoc_client_destroy(client);
	mongoc_cleanup();
	printf("%zu evaluations, %zu matches, %zu queries that MongoDB cannot sort, %zu differences\n", t.n_evaluations,
	       t.n_matches, t.n_ambiguous, t.n_failures);
	return t.n_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

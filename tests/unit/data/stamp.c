#include "worker/data/stamp.h"

#include <pthread.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "worker/data/meta.h"

enum { THREADS = 4, EACH = 20000 };

static struct nw_stamp stamp;
static char etags[THREADS * EACH][NW_ETAG_LEN + 1];

static void *make_etags(void *arg)
{
	char(*mine)[NW_ETAG_LEN + 1] = arg;

	for (int i = 0; i < EACH; i++) {
		nw_stamp_etag(&stamp, mine[i]);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

START_TEST(etags_never_repeat_on_any_thread)
{
	pthread_t threads[THREADS];

	ck_assert_int_eq(nw_stamp_init(&stamp), 0);
	for (int i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_create(&threads[i], NULL, make_etags, etags + i * EACH), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
	}
	qsort(etags, THREADS * EACH, sizeof(etags[0]), compare);
	for (int i = 0; i < THREADS * EACH; i++) {
		ck_assert_uint_eq(strlen(etags[i]), NW_ETAG_LEN);
		ck_assert_uint_eq(strspn(etags[i], "0123456789abcdef"), NW_ETAG_LEN);
		ck_assert(i == 0 || strcmp(etags[i - 1], etags[i]) != 0);
	}
}
END_TEST

START_TEST(workers_make_different_etags_and_ids)
{
	struct nw_stamp a, b;
	char etag_a[NW_ETAG_LEN + 1], etag_b[NW_ETAG_LEN + 1];
	bson_oid_t id_a, id_b;

	ck_assert_int_eq(nw_stamp_init(&a), 0);
	ck_assert_int_eq(nw_stamp_init(&b), 0);
	nw_stamp_etag(&a, etag_a);
	nw_stamp_etag(&b, etag_b);
	ck_assert_str_ne(etag_a, etag_b);
	nw_stamp_id(&a, &id_a);
	nw_stamp_id(&b, &id_b);
	ck_assert(!bson_oid_equal(&id_a, &id_b));
	nw_stamp_id(&a, &id_b);
	ck_assert(!bson_oid_equal(&id_a, &id_b));
	ck_assert_int_le(nw_stamp_now() / 1000 - (int64_t)bson_oid_get_time_t(&id_a), 1);
	ck_assert_int_eq(nw_stamp_now() % 1000, 0);
}
END_TEST

START_TEST(a_document_without_an_etag_has_one_of_its_bytes)
{
	bson_t doc = BSON_INITIALIZER;
	struct nw_meta first, same, other;

	bson_append_utf8(&doc, "a", -1, "x", 1);
	nw_meta_read(&doc, &first);
	nw_meta_read(&doc, &same);
	ck_assert(!first.has_etag && !first.has_updated && !first.has_created);
	ck_assert_str_eq(first.etag, same.etag);
	ck_assert_uint_eq(strlen(first.etag), NW_ETAG_LEN);
	ck_assert(nw_stamp_is_derived(nw_span_of(first.etag)));
	bson_append_utf8(&doc, "b", -1, "x", 1);
	nw_meta_read(&doc, &other);
	ck_assert_str_ne(first.etag, other.etag);
	bson_append_utf8(&doc, "_etag", -1, "mine", 4);
	bson_append_date_time(&doc, "_updated", -1, 5000);
	nw_meta_read(&doc, &other);
	ck_assert_str_eq(other.etag, "mine");
	ck_assert_int_eq(other.updated_ms, 5000);
	ck_assert(!nw_stamp_is_derived(nw_span_of(other.etag)));
	bson_destroy(&doc);
}
END_TEST

NW_TEST_MAIN("data/stamp", etags_never_repeat_on_any_thread, workers_make_different_etags_and_ids,
	     a_document_without_an_etag_has_one_of_its_bytes)

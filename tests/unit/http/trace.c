#include "worker/http/trace.h"

#include <string.h>

#include "tests/unit/unit.h"
#include "worker/http/exchange.h"

static struct nw_field fields[4];

/* An exchange of a believed peer with these values of traceparent. */
static struct nw_exchange exchange(const char *parent, const char *second)
{
	static char head[512];
	struct nw_exchange x = {.is_trusted = true, .trace = {UINT64_C(0xefcdab8967452301), 2}};
	const char *const values[] = {parent, second};

	strcpy(head, "TraceParent");
	x.head.base = head;
	x.head.fields = fields;
	for (size_t i = 0; i < 2 && values[i] != NULL; i++) {
		uint32_t at = (uint32_t)strlen(head);

		strcat(head, values[i]);
		fields[i] = (struct nw_field){{0, 11}, {at, (uint32_t)strlen(values[i])}};
		x.head.n_fields++;
	}
	return x;
}

static void assert_parent(const struct nw_exchange *x, const char *expected)
{
	char text[NW_TRACE_PARENT_LEN + 1];

	nw_trace_parent_into(x, text);
	ck_assert_str_eq(text, expected);
}

START_TEST(an_id_is_the_workers_and_the_requests_half)
{
	struct nw_exchange x = exchange(NULL, NULL);
	char text[NW_TRACE_ID_MAX + 1] = "";

	ck_assert_uint_eq(nw_trace_id_into(&x, text), 32);
	ck_assert_str_eq(text, "0123456789abcdef0200000000000000");
	x.head.base = "GET /x my-id!";
	x.head.request_id = (struct nw_slice){7, 6};
	memset(text, 0, sizeof(text));
	ck_assert_uint_eq(nw_trace_id_into(&x, text), 6);
	ck_assert_str_eq(text, "my-id!");
}
END_TEST

START_TEST(numbers_differ_from_request_to_request_and_from_worker_to_worker)
{
	struct nw_trace a, b;

	nw_trace_init(&a);
	nw_trace_init(&b);
	ck_assert_uint_ne(a.worker, b.worker);
	struct nw_trace first = nw_trace_next(&a), second = nw_trace_next(&a);

	ck_assert_uint_eq(first.worker, second.worker);
	ck_assert_uint_ne(first.request, second.request);
}
END_TEST

#define MADE "00-0123456789abcdef0200000000000000-0200000000000000-01"
#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"

START_TEST(a_trace_goes_on_with_us_as_the_parent)
{
	struct nw_exchange x = exchange("00-" TRACE "-00f067aa0ba902b7-01", NULL);

	assert_parent(&x, "00-" TRACE "-0200000000000000-01");
	x = exchange("00-" TRACE "-00f067aa0ba902b7-00", NULL);
	assert_parent(&x, "00-" TRACE "-0200000000000000-00");
	x = exchange("00-" TRACE "-00f067aa0ba902b7-fe", NULL);
	assert_parent(&x, "00-" TRACE "-0200000000000000-00");
	x = exchange("cc-" TRACE "-00f067aa0ba902b7-03-what-is-to-come", NULL);
	assert_parent(&x, "00-" TRACE "-0200000000000000-01");
}
END_TEST

START_TEST(without_a_good_one_a_trace_is_made)
{
	static const char *const bad[] = {
		"",
		"00",
		"00-" TRACE "-00f067aa0ba902b7",
		"00-" TRACE "-00f067aa0ba902b7-",
		"00-" TRACE "-00f067aa0ba902b7-0",
		"00-" TRACE "-00f067aa0ba902b7-01-more",
		"00-" TRACE "-00f067aa0ba902b7-0101",
		"cc-" TRACE "-00f067aa0ba902b7-0101",
		"ff-" TRACE "-00f067aa0ba902b7-01",
		"0x-" TRACE "-00f067aa0ba902b7-01",
		"00_" TRACE "-00f067aa0ba902b7-01",
		"00-" TRACE "_00f067aa0ba902b7-01",
		"00-" TRACE "-00f067aa0ba902b7_01",
		"00-" TRACE "-00f067aa0ba902b7-0x",
		"00-" TRACE "-00F067AA0BA902B7-01",
		"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
		"00-" TRACE "-0000000000000000-01",
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
		"00-" TRACE "-00f067aa0ba902b7-01, 00-" TRACE "-00f067aa0ba902b7-01",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(bad); i++) {
		struct nw_exchange x = exchange(bad[i], NULL);

		assert_parent(&x, MADE);
	}
	struct nw_exchange none = exchange(NULL, NULL);

	assert_parent(&none, MADE);
	struct nw_exchange two = exchange("00-" TRACE "-00f067aa0ba902b7-01", "00-" TRACE "-00f067aa0ba902b7-01");

	assert_parent(&two, MADE);
}
END_TEST

START_TEST(a_stranger_has_no_say_in_it)
{
	struct nw_exchange x = exchange("00-" TRACE "-00f067aa0ba902b7-01", NULL);

	x.is_trusted = false;
	assert_parent(&x, MADE);
}
END_TEST

NW_TEST_MAIN("http/trace", an_id_is_the_workers_and_the_requests_half,
	     numbers_differ_from_request_to_request_and_from_worker_to_worker, a_trace_goes_on_with_us_as_the_parent,
	     without_a_good_one_a_trace_is_made, a_stranger_has_no_say_in_it)

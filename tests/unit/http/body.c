#include "worker/http/body.h"

#include <string.h>

#include "tests/unit/http/requests.h"
#include "tests/unit/unit.h"

static const struct nw_parser_rules limits = {.line = 100, .fields = 3, .field_size = 40};

enum { LIMIT = 64, CUTS = 40 };

struct outcome {
	enum nw_status status;
	const char *reason;
	bool is_done;
	size_t used, n;
	char data[256];
};

/* In place, from a copy of each piece that ends where the piece ends. */
static void feed(struct nw_chunked *chunked, const struct nw_parser_rules *rules, const char *text, size_t len,
		 struct outcome *out)
{
	char *piece = malloc(len + 1);
	size_t used = 0, n = 0;

	memcpy(piece + 1, text, len);
	out->status = nw_chunked_feed(chunked, rules, LIMIT, piece + 1, len, piece + 1, &used, &n);
	ck_assert_uint_le(used, len);
	ck_assert_uint_le(n, used);
	memcpy(out->data + out->n, piece + 1, n);
	out->n += n;
	out->used += used;
	out->is_done = chunked->is_done;
	out->reason = chunked->reason;
	free(piece);
}

static void decode(const struct nw_request_case *body, size_t step, struct outcome *out)
{
	struct nw_parser_rules rules = body->rules;
	struct nw_chunked chunked;

	rules.line = limits.line;
	rules.fields = limits.fields;
	rules.field_size = limits.field_size;
	memset(out, 0, sizeof(*out));
	nw_chunked_init(&chunked);
	for (size_t at = 0; at < body->len && out->status == 0 && !out->is_done;) {
		size_t len = step == 0 ? 1 + (size_t)rand() % (body->len / 2 + 1) : step;

		len = len > body->len - at ? body->len - at : len;
		feed(&chunked, &rules, body->text + at, len, out);
		at += len;
	}
}

START_TEST(every_case_has_its_outcome_however_it_is_cut)
{
	static struct nw_request_case bodies[NW_REQUESTS_MAX];
	struct outcome whole, other;
	size_t n = nw_requests_read("bodies.txt", true, bodies);

	srand(7);
	for (size_t i = 0; i < n; i++) {
		struct nw_request_case *body = &bodies[i];
		size_t len = body->len;

		memcpy(body->text + body->len, "rest", 4); /* of the next request: a body that is whole leaves it */
		body->len += body->status == 0 ? 4 : 0;
		decode(body, body->len, &whole);
		if (whole.status != body->status || whole.is_done != (body->status == 0) || whole.n != body->data_len ||
		    memcmp(whole.data, body->data, whole.n) != 0) {
			ck_abort_msg("line %u, '%s': %d (%s), '%.*s'", body->line, body->text, whole.status,
				     whole.reason, (int)whole.n, whole.data);
		}
		if (whole.is_done) {
			ck_assert_uint_eq(whole.used, len);
		}
		for (int round = 0; round < CUTS; round++) {
			decode(body, round == 0 ? 1 : 0, &other);
			ck_assert_mem_eq(&whole, &other, sizeof(whole));
		}
	}
}
END_TEST

START_TEST(a_body_that_is_not_whole_is_not_done)
{
	static const char text[] = "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n";
	struct outcome outcome;

	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		struct nw_chunked chunked;

		memset(&outcome, 0, sizeof(outcome));
		nw_chunked_init(&chunked);
		feed(&chunked, &limits, text, len, &outcome);
		ck_assert_int_eq(outcome.status, 0);
		ck_assert(!outcome.is_done);
		ck_assert_uint_eq(outcome.used, len);
	}
}
END_TEST

NW_TEST_MAIN("http/body", every_case_has_its_outcome_however_it_is_cut, a_body_that_is_not_whole_is_not_done)

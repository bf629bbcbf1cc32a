#include "worker/http/body.h"

#include <string.h>

#include "tests/unit/unit.h"

static const struct nw_parser_limits limits = {.line = 100, .fields = 3, .field_size = 40};

enum { LIMIT = 64, CUTS = 40 };

struct coded {
	unsigned status;
	const char *text;
	size_t len;
	const char *data; /* decoded; "rest" always follows a whole body */
};

#define CASE(status, text, data)                                                                                       \
	{                                                                                                              \
		status, text, sizeof(text) - 1, data                                                                   \
	}
#define GOOD(text, data) CASE(0, text "rest", data)
#define EXT(ext) "3" ext "\r\nabc\r\n0\r\n\r\n"
#define TRAILER(line) "0\r\n" line "\r\n\r\n"

static const struct coded bodies[] = {
	GOOD("0\r\n\r\n", ""),
	GOOD("3\r\nabc\r\n0\r\n\r\n", "abc"),
	GOOD("3\r\nabc\r\n00A\r\n0123456789\r\n000\r\n\r\n", "abc0123456789"),
	GOOD("0000000000000000000000000000001\r\n\n\r\n0\r\n\r\n", "\n"),
	GOOD("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
	GOOD(EXT(";a"), "abc"),
	GOOD(EXT(";a=b"), "abc"),
	GOOD(EXT(";a=\"b\""), "abc"),
	GOOD(EXT(";a=\"\\\";\\\\ \t\x80\";c"), "abc"),
	GOOD(EXT(" ; a = b ;c= \"\" ; d"), "abc"),
	GOOD(EXT("\t;a"), "abc"),
	GOOD("0;a=b\r\n\r\n", ""),
	GOOD(TRAILER("X: y"), ""),
	GOOD(TRAILER("X:\r\nHosts: 1\r\nTea: 2"), ""),
	GOOD(TRAILER("X: 34567890123456789012345678901234567"), ""),
	GOOD(TRAILER("X_Y: \x80\t z"), ""),
	GOOD("40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n0\r\n\r\n",
	     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
	CASE(400, "\r\n", ""),
	CASE(400, "g", ""),
	CASE(400, "+3", ""),
	CASE(400, "-3", ""),
	CASE(400, "0x3", ""),
	CASE(400, " 3", ""),
	CASE(400, "3 \r", ""),
	CASE(400, "3\n", ""),
	CASE(400, "3\r3", ""),
	CASE(400, "3_0", ""),
	CASE(400, "3,", ""),
	CASE(400, "3\r\nabcd", "abc"),
	CASE(400, "3\r\nabc\n", "abc"),
	CASE(400, "3\r\nabc\rx", "abc"),
	CASE(400, "3\r\nabc\r\n\r\n", "abc"),
	CASE(400, "3;\r\n", ""),
	CASE(400, "3;=b\r\n", ""),
	CASE(400, "3;a=\r\n", ""),
	CASE(400, "3;a b\r\n", ""),
	CASE(400, "3;a=b c\r\n", ""),
	CASE(400, "3;a=\"b\r\n", ""),
	CASE(400, "3;a=\"b\\\r\n", ""),
	CASE(400, "3;a=\"b\"c\r\n", ""),
	CASE(400, "3;a\n", ""),
	CASE(400, "3;a=b\x01", ""),
	CASE(400, "3 x\r\n", ""),
	CASE(400, "3;a \r\n", ""),
	CASE(400, "0000000000000000000000000000000000000000000\r\n", ""),
	CASE(400, "3;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""),
	CASE(413, "41", ""),
	CASE(413, "ffffffffffffffff", ""),
	CASE(413, "10000000000000000", ""),
	CASE(413, "20\r\n0123456789abcdef0123456789abcdef\r\n21", "0123456789abcdef0123456789abcdef"),
	CASE(400, TRAILER("X"), ""),
	CASE(400, TRAILER(": y"), ""),
	CASE(400, TRAILER("X : y"), ""),
	CASE(400, TRAILER(" X: y"), ""),
	CASE(400, TRAILER("X: y\r\n z"), ""),
	CASE(400, TRAILER("X: y\n"), ""),
	CASE(400, TRAILER("X: y\rz"), ""),
	CASE(400, TRAILER("X: \x01"), ""),
	CASE(400, TRAILER("Host: a"), ""),
	CASE(400, TRAILER("content-LENGTH: 1"), ""),
	CASE(400, TRAILER("Transfer-Encoding: chunked"), ""),
	CASE(400, TRAILER("Trailer: x"), ""),
	CASE(400, TRAILER("Authorization: x"), ""),
	CASE(400, TRAILER("A: b\r\nTE: x"), ""),
	CASE(400, "0\r\n\n", ""),
	CASE(400, "0\r\n\rx", ""),
	CASE(431, TRAILER("A: b\r\nA: b\r\nA: b\r\nA"), ""),
	CASE(431, TRAILER("X: 345678901234567890123456789012345678"), ""),
};

struct outcome {
	enum nw_status status;
	const char *reason;
	bool is_done;
	size_t used, n;
	char data[256];
};

/* In place, from a copy of each piece that ends where the piece ends. */
static void feed(struct nw_chunked *chunked, const char *text, size_t len, struct outcome *out)
{
	char *piece = malloc(len + 1);
	size_t used = 0, n = 0;

	memcpy(piece + 1, text, len);
	out->status = nw_chunked_feed(chunked, &limits, LIMIT, piece + 1, len, piece + 1, &used, &n);
	ck_assert_uint_le(used, len);
	ck_assert_uint_le(n, used);
	memcpy(out->data + out->n, piece + 1, n);
	out->n += n;
	out->used += used;
	out->is_done = chunked->is_done;
	out->reason = chunked->reason;
	free(piece);
}

static void decode(const struct coded *body, size_t step, struct outcome *out)
{
	struct nw_chunked chunked;

	memset(out, 0, sizeof(*out));
	nw_chunked_init(&chunked);
	for (size_t at = 0; at < body->len && out->status == 0 && !out->is_done;) {
		size_t len = step == 0 ? 1 + (size_t)rand() % (body->len / 2 + 1) : step;

		len = len > body->len - at ? body->len - at : len;
		feed(&chunked, body->text + at, len, out);
		at += len;
	}
}

START_TEST(every_case_has_its_outcome_however_it_is_cut)
{
	struct outcome whole, other;

	srand(7);
	for (size_t i = 0; i < NW_ARRAY_LEN(bodies); i++) {
		const struct coded *body = &bodies[i];

		decode(body, body->len, &whole);
		if (whole.status != body->status || whole.is_done != (body->status == 0) ||
		    whole.n != strlen(body->data) || memcmp(whole.data, body->data, whole.n) != 0) {
			ck_abort_msg("case %zu, '%s': %d (%s), '%.*s'", i, body->text, whole.status, whole.reason,
				     (int)whole.n, whole.data);
		}
		if (whole.is_done) {
			ck_assert_uint_eq(whole.used, body->len - 4);
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
		feed(&chunked, text, len, &outcome);
		ck_assert_int_eq(outcome.status, 0);
		ck_assert(!outcome.is_done);
		ck_assert_uint_eq(outcome.used, len);
	}
}
END_TEST

NW_TEST_MAIN("http/body", every_case_has_its_outcome_however_it_is_cut, a_body_that_is_not_whole_is_not_done)

#include "worker/http/memo.h"

#include <string.h>

#include "tests/unit/unit.h"

enum { FIELDS = 8 };

static const struct nw_parser_rules rules = {.line = 200, .fields = FIELDS, .field_size = 200};
static struct nw_memo memo;

struct parsed {
	char text[1024];
	struct nw_parser parser;
	struct nw_head head;
	struct nw_field fields[FIELDS];
};

/* As it came in one, or with a cut behind @cut bytes. */
static enum nw_status parse(struct parsed *out, const char *text, struct nw_memo *with, size_t cut, bool is_trusted)
{
	size_t len = strlen(text);

	memset(out, 0, sizeof(*out));
	memcpy(out->text, text, len);
	out->head.fields = out->fields;
	out->head.cap = FIELDS;
	nw_parser_init(&out->parser);
	out->parser.memo = with;
	out->parser.is_trusted = is_trusted;
	enum nw_status status =
		cut == 0 ? NW_STATUS_NONE : nw_parser_feed(&out->parser, &out->head, &rules, out->text, cut);

	return status != NW_STATUS_NONE ? status : nw_parser_feed(&out->parser, &out->head, &rules, out->text, len);
}

static void check_slice(struct nw_slice a, struct nw_slice b)
{
	ck_assert_uint_eq(a.at, b.at);
	ck_assert_uint_eq(a.len, b.len);
}

/* With the memo as it is, and without one. */
static void check_same(const char *text, bool is_trusted)
{
	static struct parsed with, without;

	for (size_t cut = 0; cut < strlen(text); cut++) {
		struct nw_memo copy = memo;

		ck_assert_int_eq(parse(&with, text, &copy, cut, is_trusted),
				 parse(&without, text, NULL, 0, is_trusted));
		ck_assert_int_eq(with.parser.state, without.parser.state);
		ck_assert_uint_eq(with.parser.n, without.parser.n);
		ck_assert_uint_eq(with.head.len, without.head.len);
		ck_assert_uint_eq(with.head.n_fields, without.head.n_fields);
		ck_assert_int_eq(with.head.keep_alive, without.head.keep_alive);
		ck_assert_int_eq(with.head.framing, without.head.framing);
		ck_assert_int_eq(with.head.minor, without.head.minor);
		check_slice(with.head.method, without.head.method);
		check_slice(with.head.path, without.head.path);
		check_slice(with.head.query, without.head.query);
		check_slice(with.head.host, without.head.host);
		for (uint32_t i = 0; i < with.head.n_fields; i++) {
			check_slice(with.fields[i].name, without.fields[i].name);
			check_slice(with.fields[i].value, without.fields[i].value);
		}
	}
}

#define FIELD_LINES "Host: example.org:80\r\nAccept: */*\r\nx_y: dropped\r\nConnection: keep-alive\r\n\r\n"

static void remember(const char *text)
{
	static struct parsed once;

	memset(&memo, 0, sizeof(memo));
	ck_assert_int_eq(parse(&once, text, &memo, 0, false), 0);
}

START_TEST(a_head_is_what_it_would_be_without_a_memo)
{
	static const char *const texts[] = {
		"GET /a HTTP/1.1\r\n" FIELD_LINES,
		"GET /a/longer?q=1 HTTP/1.1\r\n" FIELD_LINES,
		"POST / HTTP/1.0\r\n" FIELD_LINES,
		"CONNECT a:1 HTTP/1.1\r\n" FIELD_LINES,
		"GET http://other.org/x HTTP/1.1\r\n" FIELD_LINES,
		"\r\nGET /a HTTP/1.1\r\n" FIELD_LINES,
		"GET /a HTTP/1.1\r\n" FIELD_LINES "GET /next HTTP/1.1\r\n" FIELD_LINES,
		"GET /a HTTP/1.1\r\nHost: example.org:80\r\nAccept: */*\r\nx_y: dropped\r\nConnection: close\r\n\r\n",
		"GET /a HTTP/1.1\r\nHost: example.org:80\r\nAccept: */*\r\n\r\n",
		"GET /a b HTTP/1.1\r\n" FIELD_LINES,
		"GET /a HTTP/1.1\r\nHost: example.org:80\r\nHost: b\r\n\r\n",
	};

	remember(texts[0]);
	ck_assert_uint_eq(memo.len, strlen(texts[0]));
	for (size_t i = 0; i < NW_ARRAY_LEN(texts); i++) {
		check_same(texts[i], false);
		check_same(texts[i], true);
	}
}
END_TEST

START_TEST(the_same_bytes_are_recalled)
{
	static struct parsed again;

	remember("GET /a HTTP/1.1\r\n" FIELD_LINES);
	/* Were they parsed, the changed name would not be there. */
	memo.fields[1].name.len = 3;
	ck_assert_int_eq(parse(&again, "GET /a HTTP/1.1\r\n" FIELD_LINES, &memo, 0, false), 0);
	ck_assert_uint_eq(again.fields[1].name.len, 3);
	ck_assert_int_eq(parse(&again, "PUT /b?c HTTP/1.0\r\n" FIELD_LINES, &memo, 0, false), 0);
	ck_assert_uint_eq(again.fields[1].name.len, 3);
	ck_assert_int_eq(again.head.minor, 0);
	ck_assert_int_eq(parse(&again, "GET /b HTTP/1.1\r\n" FIELD_LINES, &memo, 0, true), 0);
	ck_assert_uint_eq(again.fields[1].name.len, strlen("Accept")); /* of another kind of peer */
}
END_TEST

START_TEST(what_was_found_about_a_head_comes_back_with_the_same_bytes_only)
{
	static const char first[] = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
			  other[] = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
	static struct parsed p;
	int found;

	parse(&p, first, &memo, 0, false);
	ck_assert_ptr_nonnull(p.parser.recall);
	ck_assert_ptr_null(p.parser.recall->target);
	p.parser.recall->target = &found;
	parse(&p, first, &memo, 0, false);
	ck_assert_ptr_eq(p.parser.recall->target, &found);
	parse(&p, first, &memo, 5, false);
	ck_assert_ptr_null(p.parser.recall);
	parse(&p, first, &memo, 0, true);
	ck_assert(p.parser.recall == NULL || p.parser.recall->target == NULL);
	parse(&p, first, &memo, 0, false);
	p.parser.recall->target = &found;
	parse(&p, other, &memo, 0, false);
	ck_assert(p.parser.recall == NULL || p.parser.recall->target == NULL);
	parse(&p, first, NULL, 0, false);
	ck_assert_ptr_null(p.parser.recall);
}
END_TEST

START_TEST(what_says_more_than_fields_is_not_remembered)
{
	static const char *const texts[] = {
		"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
		"POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
		"GET http://b/a HTTP/1.1\r\nHost: a\r\n\r\n",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(texts); i++) {
		remember(texts[i]);
		ck_assert_uint_eq(memo.len, 0);
	}
}
END_TEST

NW_TEST_MAIN("http/memo", a_head_is_what_it_would_be_without_a_memo, the_same_bytes_are_recalled,
	     what_was_found_about_a_head_comes_back_with_the_same_bytes_only,
	     what_says_more_than_fields_is_not_remembered)

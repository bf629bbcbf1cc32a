#include "worker/http/parser.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/http/requests.h"
#include "tests/unit/unit.h"

enum { FIELDS = 100, CUTS = 40, TEXT = 128 * 1024 };

static const struct nw_parser_rules defaults = {.line = 4094, .fields = FIELDS, .field_size = 8190};

struct verdict {
	enum nw_status status;
	const char *reason; /* by its address: one static sentence */
	bool is_done;
	struct nw_head head; /* base and fields are not compared */
	struct nw_field fields[FIELDS];
	char text[TEXT]; /* as the parser left it */
};

struct request {
	const char *text;
	size_t len;
};

#define H "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n"

/*
 * Feed text[0..len) as it grows at the ends in @cuts, each time from a fresh copy that ends where the bytes end, and
 * begins with what the parser left of those before.
 */
static void judge(const struct request *request, const struct nw_parser_rules *rules, const size_t *cuts, size_t n,
		  struct verdict *out)
{
	struct nw_parser parser;
	size_t fed = 0;

	memset(out, 0, offsetof(struct verdict, text));
	out->head.fields = out->fields;
	out->head.cap = FIELDS;
	nw_parser_init(&parser);
	for (size_t i = 0; i < n && out->status == 0 && !out->is_done; i++) {
		char *copy = malloc(cuts[i] + 1); /* of 0 bytes too */

		memcpy(copy + 1, out->text, fed);
		memcpy(copy + 1 + fed, request->text + fed, cuts[i] - fed);
		fed = cuts[i];
		out->status = nw_parser_feed(&parser, &out->head, rules, copy + 1, fed);
		out->is_done = parser.state == NW_PARSE_DONE && out->status == 0;
		memcpy(out->text, copy + 1, fed);
		free(copy);
	}
	out->reason = parser.reason;
	out->head.base = NULL;
}

static struct nw_parser_rules with_defaults(struct nw_parser_rules rules)
{
	rules.line = defaults.line;
	rules.fields = defaults.fields;
	rules.field_size = defaults.field_size;
	return rules;
}

static void assert_same(const struct verdict *a, const struct verdict *b)
{
	ck_assert_int_eq(a->status, b->status);
	ck_assert_ptr_eq(a->reason, b->reason);
	ck_assert_int_eq(a->is_done, b->is_done);
	if (!a->is_done) {
		return;
	}
	struct nw_head left = a->head, right = b->head;

	left.fields = right.fields = NULL;
	ck_assert_mem_eq(&left.line, &right.line, sizeof(left) - offsetof(struct nw_head, line));
	ck_assert_mem_eq(a->fields, b->fields, sizeof(a->fields[0]) * a->head.n_fields);
	ck_assert_mem_eq(a->text, b->text, a->head.len);
}

static void judge_all_ways(const struct request *request, const struct nw_parser_rules *rules, struct verdict *whole)
{
	static struct verdict other;
	size_t *cuts = malloc((request->len + 2) * sizeof(*cuts));

	judge(request, rules, &request->len, 1, whole);
	for (size_t i = 0; i <= request->len; i++) {
		cuts[i] = i;
	}
	judge(request, rules, cuts, request->len + 1, &other);
	assert_same(whole, &other);
	for (int round = 0; round < CUTS; round++) {
		size_t n = 0;

		for (size_t at = 0; at < request->len; at += 1 + (size_t)rand() % (1 + request->len / 3)) {
			cuts[n++] = at;
		}
		cuts[n++] = request->len;
		judge(request, rules, cuts, n, &other);
		assert_same(whole, &other);
	}
	free(cuts);
}

START_TEST(every_case_has_its_verdict_however_it_is_cut)
{
	static struct nw_request_case cases[NW_REQUESTS_MAX];
	static struct verdict verdict;
	size_t n = nw_requests_read("heads.txt", false, cases);

	srand(7);
	for (size_t i = 0; i < n; i++) {
		struct request request = {cases[i].text, cases[i].len};
		struct nw_parser_rules rules = with_defaults(cases[i].rules);

		judge_all_ways(&request, &rules, &verdict);
		if (verdict.status != cases[i].status || (verdict.status == 0) != verdict.is_done) {
			ck_abort_msg("line %u, '%s': %d (%s), not %u", cases[i].line, request.text, verdict.status,
				     verdict.reason, cases[i].status);
		}
		ck_assert_int_eq(verdict.status != 0, verdict.reason != NULL);
	}
}
END_TEST

static struct nw_field fields[FIELDS];
static struct nw_head head;

/* From a buffer of the test's own, as the parser may write to it. */
static void parse_by(const struct nw_parser_rules *rules, bool is_trusted, const char *text)
{
	static char buf[4096];
	struct nw_parser parser;

	strcpy(buf, text);
	head = (struct nw_head){.fields = fields, .cap = FIELDS};
	nw_parser_init(&parser);
	parser.is_trusted = is_trusted;
	ck_assert_int_eq(nw_parser_feed(&parser, &head, rules, buf, strlen(buf)), 0);
	ck_assert_int_eq(parser.state, NW_PARSE_DONE);
}

static void parse(const char *text)
{
	parse_by(&defaults, false, text);
}

static void assert_slice(struct nw_slice slice, const char *text)
{
	struct nw_span span = nw_head_span(&head, slice);

	ck_assert_uint_eq(span.len, strlen(text));
	ck_assert_mem_eq(span.p, text, span.len);
}

START_TEST(a_head_is_taken_apart)
{
	parse("\r\nPUT /a/b?c=d#e HTTP/1.1\r\nHost: h:80\r\nX-One:  1 \r\nx_two: 2\r\nX-Empty:\r\n"
	      "Content-Length: 12\r\nExpect: 100-continue\r\n\r\nrest");
	assert_slice(head.line, "PUT /a/b?c=d#e HTTP/1.1");
	assert_slice(head.method, "PUT");
	assert_slice(head.target, "/a/b?c=d#e");
	assert_slice(head.path, "/a/b");
	assert_slice(head.query, "c=d");
	assert_slice(head.host, "h:80");
	ck_assert_uint_eq(head.n_fields, 5);
	assert_slice(head.fields[1].name, "X-One");
	assert_slice(head.fields[1].value, "1");
	assert_slice(head.fields[2].value, "");
	ck_assert_int_eq(head.framing, NW_FRAMING_LENGTH);
	ck_assert_uint_eq(head.content_length, 12);
	ck_assert(head.keep_alive && head.expect_continue);
	ck_assert_uint_eq(head.minor, 1);
	ck_assert_str_eq(head.base + head.len, "rest");
	ck_assert(nw_span_eq(nw_head_get(&head, "x-oNe"), "1"));
	ck_assert_ptr_null(nw_head_get(&head, "x_two").p);
}
END_TEST

START_TEST(an_absolute_target_says_the_host)
{
	parse("GET http://b:81?q HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_slice(head.path, "/");
	assert_slice(head.query, "q");
	assert_slice(head.host, "b:81");
	ck_assert(nw_span_eq(nw_head_get(&head, "Host"), "a"));
	parse("GET http://b/x/y#z HTTP/1.1\r\nHost: a\r\n\r\n");
	assert_slice(head.path, "/x/y");
	assert_slice(head.query, "");
}
END_TEST

START_TEST(folded_fields_are_put_together)
{
	struct nw_parser_rules rules = defaults;

	rules.allows_folding = true;
	parse_by(&rules, false,
		 GET H "X: \t one\t\r\n two  three \r\n\t\r\n \t four\t\r\nY:\r\n a\r\n \r\nZ:\r\n \r\n\r\n");
	ck_assert_uint_eq(head.n_fields, 4);
	assert_slice(head.fields[1].value, "one two  three four");
	assert_slice(head.fields[2].value, "a");
	assert_slice(head.fields[3].value, "");
}
END_TEST

START_TEST(methods_are_made_upper_case_where_told_to)
{
	struct nw_parser_rules rules = defaults;

	rules.raises_method = true;
	parse_by(&rules, false, "m-Search /get HTTP/1.1\r\n" H "\r\n");
	assert_slice(head.method, "M-SEARCH");
	assert_slice(head.line, "M-SEARCH /get HTTP/1.1");
}
END_TEST

START_TEST(versions_beyond_are_treated_as_the_nearest)
{
	struct nw_parser_rules rules = defaults;

	rules.allows_any_version = true;
	parse_by(&rules, false, "GET / HTTP/0.9\r\n" H "\r\n");
	ck_assert_uint_eq(head.minor, 0);
	ck_assert(!head.keep_alive);
	parse_by(&rules, false, "GET / HTTP/2.0\r\n" H "\r\n");
	ck_assert_uint_eq(head.minor, 1);
	ck_assert(head.keep_alive);
}
END_TEST

START_TEST(trusted_forwarders_may_send_some_underscores)
{
	char *const names[] = {(char[]){"SCRIPT_NAME"}, (char[]){"PATH_INFO"}}, *const all[] = {(char[]){"*"}};
	static const char text[] = GET H "script_name: /a\r\nPATH_INF: b\r\nPATH_INFO: /c\r\nX_Y: d\r\n\r\n";
	struct nw_parser_rules rules = defaults;

	rules.forwarder_headers = names;
	rules.n_forwarder_headers = 2;
	parse_by(&rules, false, text);
	ck_assert_uint_eq(head.n_fields, 1);
	parse_by(&rules, true, text);
	ck_assert_uint_eq(head.n_fields, 3);
	assert_slice(head.fields[1].name, "script_name");
	assert_slice(head.fields[2].value, "/c");
	rules.forwarder_headers = all;
	rules.n_forwarder_headers = 1;
	parse_by(&rules, true, text);
	ck_assert_uint_eq(head.n_fields, 5);
	rules.n_forwarder_headers = 0;
	rules.header_map = NW_HEADER_MAP_KEEP;
	parse_by(&rules, false, text);
	ck_assert_uint_eq(head.n_fields, 5);
}
END_TEST

START_TEST(dropped_fields_decide_nothing)
{
	parse(GET H "Content_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n");
	ck_assert_int_eq(head.framing, NW_FRAMING_NONE);
	ck_assert_uint_eq(head.n_fields, 1);
}
END_TEST

START_TEST(the_connection_field_is_a_list)
{
	static const struct {
		const char *text;
		bool keeps;
	} cases[] = {
		{GET H "\r\n", true},
		{GET H "Connection: close\r\n\r\n", false},
		{GET H "Connection: TE, close\r\n\r\n", false},
		{GET H "Connection: keep-alive , CLOSE\r\n\r\n", false},
		{GET H "Connection: closed\r\n\r\n", true},
		{GET H "Connection: TE\r\nConnection: close\r\n\r\n", false},
		{"GET / HTTP/1.0\r\n\r\n", false},
		{"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
		{"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
		{"CONNECT a:1 HTTP/1.1\r\n" H "\r\n", false},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		parse(cases[i].text);
		ck_assert_int_eq(head.keep_alive, cases[i].keeps);
	}
}
END_TEST

/* "GET /aaa HTTP/1.1" of @line bytes, then @n fields of @size bytes (CRLF included) with names of @first. */
static struct request build(size_t line, size_t n, size_t size, char first)
{
	size_t cap = line + n * size + 100;
	char *text = malloc(cap);
	size_t len = 0;

	memset(text, 'a', cap);
	memcpy(text, "GET /", 5);
	memcpy(text + line - 9, " HTTP/1.1\r\n", 11);
	len = line + 2;
	for (size_t i = 0; i < n; i++) {
		memcpy(text + len, i == 0 ? "Host:" : "X-Abc:", i == 0 ? 5 : 6);
		text[len + 1] = i == 0 ? 'o' : first;
		memcpy(text + len + size - 2, "\r\n", 2);
		len += size;
	}
	memcpy(text + len, "\r\n", 2);
	return (struct request){text, len + 2};
}

static unsigned judge_built(size_t line, size_t n, size_t size, char first, const struct nw_parser_rules *rules)
{
	static struct verdict verdict;
	struct request request = build(line, n, size, first);
	size_t cuts[] = {request.len / 2, request.len};

	if (request.len < 20000) {
		judge_all_ways(&request, rules, &verdict);
	} else {
		judge(&request, rules, cuts, 2, &verdict);
	}
	free((char *)(uintptr_t)request.text);
	ck_assert(verdict.is_done || verdict.status != 0);
	return verdict.status;
}

START_TEST(limits_are_exact)
{
	struct nw_parser_rules small = {.line = 30, .fields = 3, .field_size = 20};

	ck_assert_uint_eq(judge_built(30, 1, 20, '-', &small), 0);
	ck_assert_uint_eq(judge_built(31, 1, 20, '-', &small), 414);
	ck_assert_uint_eq(judge_built(30, 1, 21, '-', &small), 431);
	ck_assert_uint_eq(judge_built(30, 3, 20, '-', &small), 0);
	ck_assert_uint_eq(judge_built(30, 4, 20, '-', &small), 431);
	ck_assert_uint_eq(judge_built(30, 4, 20, '_', &small), 431);
	ck_assert_uint_eq(judge_built(4094, 1, 20, '-', &defaults), 0);
	ck_assert_uint_eq(judge_built(4095, 1, 20, '-', &defaults), 414);
	ck_assert_uint_eq(judge_built(100, 2, 8190, '-', &defaults), 0);
	ck_assert_uint_eq(judge_built(100, 2, 8191, '-', &defaults), 431);
	ck_assert_uint_eq(judge_built(100, 100, 20, '-', &defaults), 0);
	ck_assert_uint_eq(judge_built(100, 101, 20, '-', &defaults), 431);
	/* all fields together: 64 KiB */
	ck_assert_uint_eq(judge_built(100, 8, 8190, '-', &defaults), 0);
	ck_assert_uint_eq(judge_built(100, 9, 8190, '-', &defaults), 431);
}
END_TEST

START_TEST(limits_hold_before_a_line_ends)
{
	struct nw_parser parser;
	char text[9000];

	memset(text, 'A', sizeof(text));
	memcpy(text, "GET /", 5);
	head = (struct nw_head){.fields = fields, .cap = FIELDS};
	nw_parser_init(&parser);
	ck_assert_int_eq(nw_parser_feed(&parser, &head, &defaults, text, 4094), 0);
	ck_assert_int_eq(nw_parser_feed(&parser, &head, &defaults, text, 4095), 414);
	nw_parser_init(&parser);
	memcpy(text, GET, sizeof(GET) - 1);
	ck_assert_int_eq(nw_parser_feed(&parser, &head, &defaults, text, sizeof(GET) - 1 + 8188), 0);
	ck_assert_int_eq(nw_parser_feed(&parser, &head, &defaults, text, sizeof(GET) - 1 + 8189), 431);
}
END_TEST

NW_TEST_MAIN("http/parser", every_case_has_its_verdict_however_it_is_cut, a_head_is_taken_apart,
	     an_absolute_target_says_the_host, folded_fields_are_put_together,
	     methods_are_made_upper_case_where_told_to, versions_beyond_are_treated_as_the_nearest,
	     trusted_forwarders_may_send_some_underscores, dropped_fields_decide_nothing,
	     the_connection_field_is_a_list, limits_are_exact, limits_hold_before_a_line_ends)

#include "worker/http/parser.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { FIELDS = 100, CUTS = 40 };

static const struct nw_parser_limits defaults = {.line = 4094, .fields = FIELDS, .field_size = 8190};

struct verdict {
	enum nw_status status;
	const char *reason; /* by its address: one static sentence */
	bool is_done;
	struct nw_head head; /* base and fields are not compared */
	struct nw_field fields[FIELDS];
};

struct request {
	unsigned status;
	const char *text;
	size_t len;
};

#define CASE(status, text)                                                                                             \
	{                                                                                                              \
		status, text, sizeof(text) - 1                                                                         \
	}
#define H "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n"
#define POST "POST / HTTP/1.1\r\n" H
#define LINE(line) line "\r\n" H "\r\n"
#define FIELD(field) GET H field "\r\n\r\n"

/* Status 0: a whole, valid head. */
static const struct request requests[] = {
	CASE(0, LINE("GET / HTTP/1.1")),
	CASE(0, LINE("GET /a/b?c=d&e HTTP/1.1")),
	CASE(0, LINE("GET //x HTTP/1.1")),
	CASE(0, LINE("GET /a#b?c HTTP/1.1")),
	CASE(0, LINE("GET /a?b#c HTTP/1.1")),
	CASE(0, LINE("GET /a?b?c HTTP/1.1")),
	CASE(0, LINE("GET /%00%zz HTTP/1.1")),
	CASE(0, LINE("GET /a?\"<>\\^`{|} HTTP/1.1")),
	CASE(0, LINE("HEAD / HTTP/1.1")),
	CASE(0, LINE("QUERY / HTTP/1.1")),
	CASE(0, LINE("M-SEARCH / HTTP/1.1")),
	CASE(0, LINE("$RANDOM / HTTP/1.1")),
	CASE(0, LINE("ABCDEFGHIJKLMNOPQRST / HTTP/1.1")),
	CASE(0, LINE("OPTIONS * HTTP/1.1")),
	CASE(0, LINE("CONNECT a:443 HTTP/1.1")),
	CASE(0, LINE("CONNECT [::1]:443 HTTP/1.1")),
	CASE(0, LINE("GET http://a/b?c HTTP/1.1")),
	CASE(0, LINE("GET HTTPS://a:81/ HTTP/1.1")),
	CASE(0, LINE("GET http://a HTTP/1.1")),
	CASE(0, LINE("GET http://a?b HTTP/1.1")),
	CASE(0, LINE("GET http://a#b HTTP/1.1")),
	CASE(0, LINE("GET http://[::1]:80/b HTTP/1.1")),
	CASE(0, LINE("GET / HTTP/1.9")),
	CASE(0, LINE("GET / HTTP/1.0")),
	CASE(0, "GET / HTTP/1.0\r\n\r\n"),
	CASE(0, "\r\n" LINE("GET / HTTP/1.1")),
	CASE(0, GET "HOST: a\r\n\r\n"),
	CASE(0, GET "Host:a\r\n\r\n"),
	CASE(0, GET "Host: \t a:80 \t \r\n\r\n"),
	CASE(0, GET "Host:\r\n\r\n"),
	CASE(0, GET "Host: a.b-c_d~e\r\n\r\n"),
	CASE(0, GET "Host: %41:80\r\n\r\n"),
	CASE(0, GET "Host: a:\r\n\r\n"),
	CASE(0, GET "Host: [2001:db8::1]:8888\r\n\r\n"),
	CASE(0, GET "Host: 127.0.0.1:65535\r\n\r\n"),
	CASE(0, FIELD("X: y")),
	CASE(0, FIELD("X:")),
	CASE(0, FIELD("X: \t ")),
	CASE(0, FIELD("X: a\tb  c")),
	CASE(0, FIELD("X: \x80\xff\xc3\xa4")),
	CASE(0, FIELD("!#$%&'*+-.^`|~09azAZ: v")),
	CASE(0, FIELD("X: y\r\nX: z")),
	CASE(0, FIELD("Cookie: a=b\r\nCookie: c=d")),
	CASE(0, FIELD("X_Y: dropped")),
	CASE(0, FIELD("Content_Length: 5")),
	CASE(0, FIELD("Content-Type: text/plain")),
	CASE(0, FIELD("Connection: close")),
	CASE(0, FIELD("Connection: TE, Close")),
	CASE(0, FIELD("Connection: keep-alive")),
	CASE(0, FIELD("Connection: , ,")),
	CASE(0, FIELD("Connection: a\r\nConnection: close")),
	CASE(0, FIELD("Expect: 100-continue")),
	CASE(0, FIELD("Expect: 100-Continue")),
	CASE(0, "GET / HTTP/1.0\r\nExpect: something\r\n\r\n"),
	CASE(0, FIELD("Content-Length: 0")),
	CASE(0, FIELD("Content-Length: 5")),
	CASE(0, FIELD("Content-Length: 0005")),
	CASE(0, FIELD("Content-Length: 18446744073709551615")),
	CASE(0, FIELD("Content-Length: 00000000000000000000000000000000000000000000007")),
	CASE(0, FIELD("content-length: \t5 ")),
	CASE(0, FIELD("Transfer-Encoding: chunked")),
	CASE(0, FIELD("Transfer-Encoding: \t Chunked\t")),
	CASE(0, FIELD("transfer-encoding:chunked")),
	CASE(0, POST "Content-Length: 3\r\n\r\nabcGET"),
	/* request line */
	CASE(400, "\r\n\r\n" LINE("GET / HTTP/1.1")),
	CASE(400, "\n" LINE("GET / HTTP/1.1")),
	CASE(400, "\r" LINE("GET / HTTP/1.1")),
	CASE(400, " " LINE("GET / HTTP/1.1")),
	CASE(400, "\x16\x03\x01\x02"),
	CASE(400, "\x80"),
	CASE(400, "\0"),
	CASE(400, LINE("GET")),
	CASE(400, LINE("GET /")),
	CASE(400, LINE("GET / ")),
	CASE(400, LINE("GET  HTTP/1.1")),
	CASE(400, LINE("GET  / HTTP/1.1")),
	CASE(400, LINE("GET /  HTTP/1.1")),
	CASE(400, LINE("GET / HTTP/1.1 ")),
	CASE(400, LINE("GET /a b HTTP/1.1")),
	CASE(400, LINE("GET\t/\tHTTP/1.1")),
	CASE(400, LINE("get / HTTP/1.1")),
	CASE(400, LINE("Get / HTTP/1.1")),
	CASE(400, LINE("GE / HTTP/1.1")),
	CASE(400, LINE("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1")),
	CASE(400, LINE("GET# / HTTP/1.1")),
	CASE(400, LINE("GE(T / HTTP/1.1")),
	CASE(400, LINE("GET:x / HTTP/1.1")),
	CASE(400, LINE("GET / http/1.1")),
	CASE(400, LINE("GET / HTTP/1")),
	CASE(400, LINE("GET / HTTP/1.")),
	CASE(400, LINE("GET / HTTP/1.10")),
	CASE(400, LINE("GET / HTTP/11.1")),
	CASE(400, LINE("GET / HTTP/a.1")),
	CASE(400, LINE("GET / HTTP 1.1")),
	CASE(400, LINE("GET / FOO/1.1")),
	CASE(505, LINE("GET / HTTP/2.0")),
	CASE(505, LINE("PRI * HTTP/2.0")),
	CASE(505, LINE("GET / HTTP/0.9")),
	CASE(400, LINE("GET a HTTP/1.1")),
	CASE(400, LINE("GET * HTTP/1.1")),
	CASE(400, LINE("OPTIONS ** HTTP/1.1")),
	CASE(400, LINE("GET a:80 HTTP/1.1")),
	CASE(400, LINE("GET ?a HTTP/1.1")),
	CASE(400, LINE("GET http:/a HTTP/1.1")),
	CASE(400, LINE("GET http:///a HTTP/1.1")),
	CASE(400, LINE("GET http://u@a/ HTTP/1.1")),
	CASE(400, LINE("GET http://[::1/ HTTP/1.1")),
	CASE(400, LINE("GET http://a:b/ HTTP/1.1")),
	CASE(400, LINE("GET ftp://a/ HTTP/1.1")),
	CASE(400, LINE("CONNECT / HTTP/1.1")),
	CASE(400, LINE("CONNECT a HTTP/1.1")),
	CASE(400, LINE("CONNECT http://a/ HTTP/1.1")),
	CASE(400, LINE("GET /\x7f HTTP/1.1")),
	CASE(400, LINE("GET /\x01 HTTP/1.1")),
	CASE(400, LINE("GET /\0 HTTP/1.1")),
	CASE(400, LINE("GET /\xc3\xa4 HTTP/1.1")),
	CASE(400, LINE("GET /\r HTTP/1.1")),
	CASE(400, "GET / HTTP/1.1\n" H "\r\n"),
	CASE(400, "GET / HTTP/1.1\r" H "\r\n"),
	CASE(400, "GET / HTTP/1.1\r\r\n" H "\r\n"),
	/* fields */
	CASE(400, GET "\r\n"),
	CASE(400, GET H H "\r\n"),
	CASE(400, GET H "host: a\r\n\r\n"),
	CASE(400, "GET http://a/ HTTP/1.1\r\n\r\n"),
	CASE(400, "GET / HTTP/1.5\r\n\r\n"),
	CASE(400, GET "Host: a b\r\n\r\n"),
	CASE(400, GET "Host: a,b\r\nHost: c\r\n\r\n"),
	CASE(400, GET "Host: a/b\r\n\r\n"),
	CASE(400, GET "Host: u@a\r\n\r\n"),
	CASE(400, GET "Host: a:80:81\r\n\r\n"),
	CASE(400, GET "Host: a:65536\r\n\r\n"),
	CASE(400, GET "Host: a:-1\r\n\r\n"),
	CASE(400, GET "Host: :80\r\n\r\n"),
	CASE(400, GET "Host: ::1\r\n\r\n"),
	CASE(400, GET "Host: [::1\r\n\r\n"),
	CASE(400, GET "Host: [::1]x\r\n\r\n"),
	CASE(400, GET "Host: [:]\r\n\r\n"),
	CASE(400, GET "Host: []\r\n\r\n"),
	CASE(400, GET "Host: [1.2.3.4]\r\n\r\n"),
	CASE(400, GET "Host: %4\r\n\r\n"),
	CASE(400, GET "Host: %zz\r\n\r\n"),
	CASE(400, GET "Host: \xc3\xa4\r\n\r\n"),
	CASE(400, GET "Host: a\"b\r\n\r\n"),
	CASE(400, FIELD("X")),
	CASE(400, FIELD(": y")),
	CASE(400, FIELD("X : y")),
	CASE(400, FIELD("X\t: y")),
	CASE(400, FIELD(" X: y")),
	CASE(400, FIELD("X Y: z")),
	CASE(400, FIELD("X\xc3\xa4: y")),
	CASE(400, FIELD("X\0Y: z")),
	CASE(400, FIELD("X(Y: z")),
	CASE(400, FIELD("\"X\": z")),
	CASE(400, FIELD("X: y\r\n folded")),
	CASE(400, FIELD("X: y\r\n\tfolded")),
	CASE(400, GET " " H "\r\n"),
	CASE(400, FIELD("X: a\0b")),
	CASE(400, FIELD("X: a\x01"
			"b")),
	CASE(400, FIELD("X: a\x7f")),
	CASE(400, FIELD("X: a\nY: b")),
	CASE(400, FIELD("X: a\rY: b")),
	CASE(400, FIELD("X: a\r\rY: b")),
	CASE(400, FIELD("X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x0b")),
	CASE(400, GET H "\n"),
	CASE(400, GET H "\r\r\n"),
	CASE(400, FIELD("Content-Type: a\r\nContent-Type: a")),
	CASE(417, FIELD("Expect: 200-ok")),
	CASE(417, FIELD("Expect: 100-continue, x")),
	CASE(417, FIELD("Expect:")),
	/* framing */
	CASE(400, FIELD("Content-Length:")),
	CASE(400, FIELD("Content-Length: +5")),
	CASE(400, FIELD("Content-Length: -5")),
	CASE(400, FIELD("Content-Length: 5 5")),
	CASE(400, FIELD("Content-Length: 5, 5")),
	CASE(400, FIELD("Content-Length: 5_0")),
	CASE(400, FIELD("Content-Length: 0x5")),
	CASE(400, FIELD("Content-Length: 5.0")),
	CASE(400, FIELD("Content-Length: \xb2")),
	CASE(400, FIELD("Content-Length: 18446744073709551616")),
	CASE(400, FIELD("Content-Length: 99999999999999999999999999999999")),
	CASE(400, FIELD("Content-Length: 5\r\nContent-Length: 5")),
	CASE(400, FIELD("Content-Length: 5\r\nContent-Length: 6")),
	CASE(400, FIELD("Content-Length: 5\r\nTransfer-Encoding: chunked")),
	CASE(400, FIELD("Transfer-Encoding: chunked\r\nContent-Length: 5")),
	CASE(400, FIELD("Transfer-Encoding:")),
	CASE(400, FIELD("Transfer-Encoding: chunked, chunked")),
	CASE(400, FIELD("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
	CASE(400, FIELD("Transfer-Encoding: chunked, gzip")),
	CASE(400, FIELD("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity")),
	CASE(400, FIELD("Transfer-Encoding: chunked,")),
	CASE(400, FIELD("Transfer-Encoding: ,chunked")),
	CASE(400, FIELD("Transfer-Encoding: gzip")),
	CASE(400, FIELD("Transfer-Encoding: identity")),
	CASE(501, FIELD("Transfer-Encoding: gzip, chunked")),
	CASE(501, FIELD("Transfer-Encoding: identity, chunked")),
	CASE(501, FIELD("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked")),
	CASE(501, FIELD("Transfer-Encoding: xchunked")),
	CASE(501, FIELD("Transfer-Encoding: chunked;q=1")),
	CASE(501, FIELD("Transfer-Encoding: \"chunked\"")),
	CASE(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
};

/* Feed text[0..len) as it grows at the ends in @cuts, each time from a fresh copy that ends where the bytes end. */
static void judge(const struct request *request, const struct nw_parser_limits *limits, const size_t *cuts, size_t n,
		  struct verdict *out)
{
	struct nw_parser parser;

	memset(out, 0, sizeof(*out));
	out->head.fields = out->fields;
	out->head.cap = FIELDS;
	nw_parser_init(&parser);
	for (size_t i = 0; i < n && out->status == 0 && !out->is_done; i++) {
		char *copy = malloc(cuts[i] + 1); /* of 0 bytes too */

		memcpy(copy + 1, request->text, cuts[i]);
		out->status = nw_parser_feed(&parser, &out->head, limits, copy + 1, cuts[i]);
		out->is_done = parser.state == NW_PARSE_DONE && out->status == 0;
		free(copy);
	}
	out->reason = parser.reason;
	out->head.base = NULL;
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
}

static void judge_all_ways(const struct request *request, const struct nw_parser_limits *limits, struct verdict *whole)
{
	static struct verdict other;
	size_t *cuts = malloc((request->len + 2) * sizeof(*cuts));

	judge(request, limits, &request->len, 1, whole);
	for (size_t i = 0; i <= request->len; i++) {
		cuts[i] = i;
	}
	judge(request, limits, cuts, request->len + 1, &other);
	assert_same(whole, &other);
	for (int round = 0; round < CUTS; round++) {
		size_t n = 0;

		for (size_t at = 0; at < request->len; at += 1 + (size_t)rand() % (1 + request->len / 3)) {
			cuts[n++] = at;
		}
		cuts[n++] = request->len;
		judge(request, limits, cuts, n, &other);
		assert_same(whole, &other);
	}
	free(cuts);
}

START_TEST(every_case_has_its_verdict_however_it_is_cut)
{
	static struct verdict verdict;

	srand(7);
	for (size_t i = 0; i < NW_ARRAY_LEN(requests); i++) {
		judge_all_ways(&requests[i], &defaults, &verdict);
		if (verdict.status != requests[i].status || (verdict.status == 0) != verdict.is_done) {
			ck_abort_msg("case %zu, '%s': %d (%s), not %u", i, requests[i].text, verdict.status,
				     verdict.reason, requests[i].status);
		}
		ck_assert_int_eq(verdict.status != 0, verdict.reason != NULL);
	}
	printf("%zu cases\n", NW_ARRAY_LEN(requests));
}
END_TEST

static struct nw_field fields[FIELDS];
static struct nw_head head;

static void parse(const char *text)
{
	struct nw_parser parser;

	head = (struct nw_head){.fields = fields, .cap = FIELDS};
	nw_parser_init(&parser);
	ck_assert_int_eq(nw_parser_feed(&parser, &head, &defaults, text, strlen(text)), 0);
	ck_assert_int_eq(parser.state, NW_PARSE_DONE);
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
	return (struct request){0, text, len + 2};
}

static unsigned judge_built(size_t line, size_t n, size_t size, char first, const struct nw_parser_limits *limits)
{
	static struct verdict verdict;
	struct request request = build(line, n, size, first);
	size_t cuts[] = {request.len / 2, request.len};

	if (request.len < 20000) {
		judge_all_ways(&request, limits, &verdict);
	} else {
		judge(&request, limits, cuts, 2, &verdict);
	}
	free((char *)(uintptr_t)request.text);
	ck_assert(verdict.is_done || verdict.status != 0);
	return verdict.status;
}

START_TEST(limits_are_exact)
{
	struct nw_parser_limits small = {.line = 30, .fields = 3, .field_size = 20};

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
	     an_absolute_target_says_the_host, the_connection_field_is_a_list, limits_are_exact,
	     limits_hold_before_a_line_ends)

#include "worker/http/compress.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/http/decode.h"
#include "tests/unit/unit.h"

#define GZIP NW_CODING_BIT(NW_CODING_GZIP)
#define JSON "Content-Type: application/json\r\n"

static struct nw_exchange x;
static char wire[1024], text[8192];
static struct nw_field fields[2];

/* A request whose only fields are these (NULL: none), and an answer of @len bytes of text. */
static void begin(const char *accept, const char *none_match, unsigned status, const char *answer_fields, size_t len)
{
	const char *const values[] = {accept, none_match};
	const char *const names[] = {"Accept-Encoding", "If-None-Match"};
	uint32_t at = 0;

	nw_arena_free(x.arena);
	x = (struct nw_exchange){.arena = nw_arena_new(0), .head = {.base = wire, .fields = fields, .cap = 2}};
	for (size_t i = 0; i < NW_ARRAY_LEN(values); i++) {
		if (values[i] != NULL) {
			uint32_t name_len = (uint32_t)strlen(names[i]), len_i = (uint32_t)strlen(values[i]);

			memcpy(wire + at, names[i], name_len);
			memcpy(wire + at + name_len, values[i], len_i);
			fields[x.head.n_fields++] = (struct nw_field){{at, name_len}, {at + name_len, len_i}};
			at += name_len + len_i;
		}
	}
	for (size_t i = 0; i < len; i++) {
		text[i] = "{\"a\":\"bcd\",\"e\":1}"[i % 17];
	}
	x.answer = (struct nw_answer){.status = status, .body = {text, len}};
	x.answer.fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x.arena};
	nw_buf_adds(&x.answer.fields, answer_fields);
}

static void assert_fields(const char *expected)
{
	ck_assert_str_eq(nw_buf_str(&x.answer.fields), expected);
}

static void assert_identity(unsigned status, const char *answer_fields, size_t len)
{
	begin("gzip", NULL, status, answer_fields, len);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_IDENTITY);
	assert_fields(answer_fields);
}

START_TEST(an_answer_gets_the_coding_that_the_client_accepts)
{
	struct nw_buf back = {0};

	begin("gzip", NULL, 200, JSON "ETag: \"abc\"\r\nX: y\r\n", 8000);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
	assert_fields(JSON "ETag: \"abc\"\r\nX: y\r\nVary: Accept-Encoding\r\n");
	nw_compress_body(&x, NW_CODING_GZIP);
	assert_fields(JSON "ETag: W/\"abc\"\r\nX: y\r\nVary: Accept-Encoding\r\nContent-Encoding: gzip\r\n");
	ck_assert(decode(NW_CODING_GZIP, x.answer.body.p, x.answer.body.len, &back));
	ck_assert_uint_eq(back.len, 8000);
	ck_assert_mem_eq(back.data, text, 8000);
	nw_buf_free(&back);
}
END_TEST

START_TEST(who_does_not_accept_it_hears_that_others_do)
{
	static const char *const refusals[] = {NULL, "", "identity", "gzip;q=0", "*;q=0", "zstd"};

	for (size_t i = 0; i < NW_ARRAY_LEN(refusals); i++) {
		begin(refusals[i], NULL, 200, JSON, 2000);
		ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_IDENTITY);
		assert_fields(JSON "Vary: Accept-Encoding\r\n");
	}
}
END_TEST

START_TEST(what_must_not_or_need_not_be_compressed_is_left_alone)
{
	assert_identity(200, JSON, NW_COMPRESS_MIN - 1);
	assert_identity(200, JSON, 0);
	assert_identity(200, "", 2000);
	assert_identity(200, "Content-Type: image/png\r\n", 2000);
	assert_identity(206, JSON, 2000);
	assert_identity(200, JSON "Content-Encoding: br\r\n", 2000);
	assert_identity(200, JSON "content-encoding: identity\r\n", 2000);
	assert_identity(416, JSON "Content-Range: bytes */5\r\n", 2000);
	assert_identity(200, JSON "Cache-Control: no-transform\r\n", 2000);
	assert_identity(200, JSON "Cache-Control: max-age=5, No-Transform\r\n", 2000);
	assert_identity(200, JSON "Accept-Ranges: bytes\r\n", 2000);
	assert_identity(200, JSON "Content-Digest: sha-256=:AA==:\r\n", 2000);
}
END_TEST

START_TEST(what_says_that_it_has_no_ranges_is_compressed)
{
	begin("gzip", NULL, 200, JSON "Accept-Ranges: none\r\n", 2000);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
}
END_TEST

START_TEST(off_is_off)
{
	begin("gzip", "W/\"a\"", 304, "ETag: \"a\"\r\n", 0);
	ck_assert_int_eq(nw_compress_choose(&x, 0), NW_CODING_IDENTITY);
	assert_fields("ETag: \"a\"\r\n");
	begin("gzip", NULL, 200, JSON, 2000);
	ck_assert_int_eq(nw_compress_choose(&x, 0), NW_CODING_IDENTITY);
	assert_fields(JSON);
}
END_TEST

START_TEST(vary_is_said_once)
{
	static const struct {
		const char *said, *added;
	} cases[] = {
		{"Vary: Accept-Encoding\r\n", ""},
		{"Vary: Origin, accept-encoding\r\n", ""},
		{"Vary: *\r\n", ""},
		{"Vary: Origin\r\nVary: Accept-Encoding\r\n", ""},
		{"Vary: Origin\r\n", "Vary: Accept-Encoding\r\n"},
		{"Vary: Accept-Encoding-Not\r\n", "Vary: Accept-Encoding\r\n"},
	};
	char expected[256];

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		snprintf(expected, sizeof(expected), "%s%s%s", cases[i].said, JSON, cases[i].added);
		begin("gzip", NULL, 200, "", 2000);
		nw_buf_addf(&x.answer.fields, "%s%s", cases[i].said, JSON);
		ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
		assert_fields(expected);
	}
}
END_TEST

START_TEST(a_weak_or_odd_tag_stays)
{
	begin("gzip", NULL, 200, JSON "ETag: W/\"abc\"\r\n", 2000);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
	nw_compress_body(&x, NW_CODING_GZIP);
	assert_fields(JSON "ETag: W/\"abc\"\r\nVary: Accept-Encoding\r\nContent-Encoding: gzip\r\n");
	begin("gzip", NULL, 200, "ETag: abc\r\n" JSON, 2000);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
	nw_compress_body(&x, NW_CODING_GZIP);
	assert_fields("ETag: abc\r\n" JSON "Vary: Accept-Encoding\r\nContent-Encoding: gzip\r\n");
}
END_TEST

/* By it a cache finds what it may go on using: never something coded for who does not take that. */
START_TEST(a_304_has_the_tag_of_what_this_client_can_use)
{
	static const struct {
		const char *accept, *none_match, *etag;
	} cases[] = {
		{"gzip", "W/\"a\"", "W/\"a\""},
		{NULL, "W/\"a\"", "\"a\""},
		{"gzip", "\"a\"", "\"a\""},
		{"gzip", "\"a\", W/\"a\"", "W/\"a\""},
		{NULL, "\"a\", W/\"a\"", "\"a\""},
		{NULL, "W/\"a\", \"a\"", "\"a\""},
		{"gzip", "\"b\", W/\"a\"", "W/\"a\""},
		{"gzip", "W/\"b\", \"a\"", "\"a\""},
		{"gzip", "*", "\"a\""},
		{"gzip", "a", "\"a\""},
		{"gzip", "", "\"a\""},
		{"gzip", NULL, "\"a\""},
	};
	char expected[128];

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		begin(cases[i].accept, cases[i].none_match, 304, "ETag: \"a\"\r\n", 0);
		ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_IDENTITY);
		snprintf(expected, sizeof(expected), "ETag: %s\r\nVary: Accept-Encoding\r\n", cases[i].etag);
		assert_fields(expected);
	}
}
END_TEST

START_TEST(what_does_not_become_smaller_is_sent_as_it_is)
{
	unsigned random = 7;

	begin("gzip", NULL, 200, JSON "ETag: \"a\"\r\n", 4000);
	for (size_t i = 0; i < 4000; i++) {
		random = random * 1103515245U + 12345U;
		text[i] = (char)(random >> 16);
	}
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
	nw_compress_body(&x, NW_CODING_GZIP);
	assert_fields(JSON "ETag: \"a\"\r\nVary: Accept-Encoding\r\n");
	ck_assert_ptr_eq(x.answer.body.p, text);
	ck_assert_uint_eq(x.answer.body.len, 4000);
}
END_TEST

START_TEST(without_memory_it_is_sent_as_it_is)
{
	begin("gzip", NULL, 200, "", 8000);
	nw_arena_free(x.arena);
	x.arena = nw_arena_new(8192);
	x.answer.fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x.arena};
	nw_buf_adds(&x.answer.fields, JSON);
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_GZIP);
	ck_assert_ptr_nonnull(nw_arena_alloc(x.arena, 4000));
	nw_compress_body(&x, NW_CODING_GZIP);
	assert_fields(JSON "Vary: Accept-Encoding\r\n");
	ck_assert_ptr_eq(x.answer.body.p, text);
	ck_assert(!x.answer.fields.failed);
	/* Not even for a field: no word of it. */
	while (nw_arena_alloc(x.arena, 64) != NULL) {
	}
	x.answer.fields = (struct nw_buf){.data = (char[]){JSON},
					  .len = strlen(JSON),
					  .cap = strlen(JSON),
					  .grow = nw_arena_grow_any,
					  .grow_arg = x.arena};
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_IDENTITY);
	ck_assert(!x.answer.fields.failed);
	ck_assert_uint_eq(x.answer.fields.len, strlen(JSON));
}
END_TEST

START_TEST(what_has_a_length_of_its_own_keeps_it)
{
	begin("gzip", NULL, 200, JSON, 2000);
	x.answer.has_length = true;
	ck_assert_int_eq(nw_compress_choose(&x, GZIP), NW_CODING_IDENTITY);
	assert_fields(JSON);
}
END_TEST

START_TEST(of_a_stream_the_head_says_it_before)
{
	begin("gzip", NULL, 200, "Content-Type: text/event-stream\r\nETag: \"a\"\r\n", 0);
	ck_assert_int_eq(nw_compress_choose_any(&x, GZIP), NW_CODING_GZIP);
	ck_assert(nw_compress_say(&x, NW_CODING_GZIP));
	assert_fields("Content-Type: text/event-stream\r\nETag: W/\"a\"\r\nVary: Accept-Encoding\r\n"
		      "Content-Encoding: gzip\r\n");
}
END_TEST

START_TEST(types_that_become_smaller_are_known)
{
	static const char *const yes[] = {
		"text/html",         "text/html; charset=utf-8",  "TEXT/CSV",   "application/json;charset=utf-8",
		"application/json",  "application/problem+json",  "x/y+xml ;a", "application/javascript",
		"image/svg+xml",     "application/geo+json",      "font/ttf",   "application/xml",
		"text/event-stream", "application/manifest+json",
	};
	static const char *const no[] = {
		"",
		"text",
		"text/",
		"image/png",
		"application/octet-stream",
		"application/jsonx",
		"font/woff",
		"video/mp4",
		"application/zip",
		"json",
		"multipart/form-data",
		"+jso",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(yes); i++) {
		ck_assert_msg(nw_compress_is_type(nw_span_of(yes[i])), "%s", yes[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(no); i++) {
		ck_assert_msg(!nw_compress_is_type(nw_span_of(no[i])), "%s", no[i]);
	}
}
END_TEST

START_TEST(a_setting_names_codings)
{
	ck_assert_uint_eq(nw_compress_codings("off"), 0);
	ck_assert_uint_eq(nw_compress_codings(""), 0);
	ck_assert_uint_eq(nw_compress_codings("gzip"), GZIP);
	ck_assert_uint_eq(nw_compress_codings("br") & GZIP, 0);
	ck_assert_uint_eq(nw_compress_codings("br,gzip") & GZIP, GZIP);
	ck_assert_uint_eq(nw_compress_codings("br, gzip") & GZIP, GZIP);
	ck_assert_uint_eq(nw_compress_codings("gzip,br"), nw_compress_codings("br,gzip"));
}
END_TEST

NW_TEST_MAIN("http/compress", an_answer_gets_the_coding_that_the_client_accepts,
	     who_does_not_accept_it_hears_that_others_do, what_must_not_or_need_not_be_compressed_is_left_alone,
	     what_says_that_it_has_no_ranges_is_compressed, off_is_off, vary_is_said_once, a_weak_or_odd_tag_stays,
	     a_304_has_the_tag_of_what_this_client_can_use, what_does_not_become_smaller_is_sent_as_it_is,
	     without_memory_it_is_sent_as_it_is, what_has_a_length_of_its_own_keeps_it,
	     of_a_stream_the_head_says_it_before, types_that_become_smaller_are_known, a_setting_names_codings)

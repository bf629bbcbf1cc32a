#include "worker/http/encoder.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/http/decode.h"
#include "tests/unit/unit.h"

enum { SIZE = 3 * 1024 * 1024 };

static char *text;    /* SIZE bytes */
static bool is_noise; /* they do not compress at all; else as documents do */

static void make_text(void)
{
	static const char *const words[] = {"\"name\":\"Pixel\",", "\"platform\":\"android\",", "{\"_id\":\"", "\"},"};
	unsigned random = 1;
	size_t len = 0;

	while (len < SIZE) {
		random = random * 1103515245U + 12345U;
		if (is_noise) {
			text[len++] = (char)(random >> 16);
			continue;
		}
		len += (size_t)sprintf(text + len, "%s%x", words[random >> 16 & 3], random >> 20);
	}
}

/* All of @len bytes in pieces of @piece, flushed after each when @is_flushed; the caller frees @out. */
static void encode(enum nw_coding coding, size_t len, size_t piece, bool is_flushed, struct nw_buf *out)
{
	struct nw_encoder *encoder = nw_encoder_new(coding, is_flushed ? 0 : len);
	int rc = 0;

	ck_assert_ptr_nonnull(encoder);
	for (size_t at = 0; rc == 0 && at < len; at += piece) {
		size_t n = len - at < piece ? len - at : piece;

		rc = nw_encoder_add(encoder, (struct nw_span){text + at, n},
				    is_flushed ? NW_ENCODE_FLUSH : NW_ENCODE_MORE, out);
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_int_eq(nw_encoder_add(encoder, (struct nw_span){NULL, 0}, NW_ENCODE_END, out), 0);
	nw_encoder_free(encoder);
}

static void for_each_coding(void (*check)(enum nw_coding coding))
{
	text = malloc(SIZE + 64);
	make_text();
	for (int coding = NW_CODING_IDENTITY + 1; coding < NW_CODINGS; coding++) {
		if ((nw_encoder_codings() & NW_CODING_BIT(coding)) != 0) {
			check((enum nw_coding)coding);
		}
	}
	free(text);
}

static void check_pieces(enum nw_coding coding)
{
	static const struct {
		size_t len, piece;
		bool is_flushed;
	} cases[] = {
		{0, 1, false},      {0, 1, true},       {1, 1, false},        {1, 1, true},
		{500, 7, false},    {500, 7, true},     {5000, 5000, false},  {100000, 1000, true},
		{SIZE, SIZE, true}, {SIZE, 999, false}, {SIZE, 65536, false},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		struct nw_buf out = {0}, back = {0};

		encode(coding, cases[i].len, cases[i].piece, cases[i].is_flushed, &out);
		ck_assert_msg(decode(coding, out.data, out.len, &back), "case %zu", i);
		ck_assert_uint_eq(back.len, cases[i].len);
		ck_assert(back.len == 0 || memcmp(back.data, text, back.len) == 0);
		ck_assert(is_noise || cases[i].len < 5000 || cases[i].piece < 1000 || out.len < cases[i].len / 2);
		nw_buf_free(&out);
		nw_buf_free(&back);
	}
}

START_TEST(what_goes_in_comes_back_however_it_is_cut)
{
	for_each_coding(check_pieces);
}
END_TEST

static void check_flush(enum nw_coding coding)
{
	struct nw_encoder *encoder = nw_encoder_new(coding, 0);
	struct nw_buf out = {0};

	for (size_t len = 0; len < 20000; len += 400) {
		struct nw_buf back = {0};

		ck_assert_int_eq(nw_encoder_add(encoder, (struct nw_span){text + len, 300}, NW_ENCODE_MORE, &out), 0);
		ck_assert_int_eq(
			nw_encoder_add(encoder, (struct nw_span){text + len + 300, 100}, NW_ENCODE_FLUSH, &out), 0);
		decode(coding, out.data, out.len, &back); /* not whole yet */
		ck_assert_uint_eq(back.len, len + 400);
		ck_assert_mem_eq(back.data, text, back.len);
		nw_buf_free(&back);
	}
	nw_encoder_free(encoder);
	nw_buf_free(&out);
}

START_TEST(what_does_not_compress_takes_no_more_memory)
{
	is_noise = true;
	for_each_coding(check_pieces);
}
END_TEST

START_TEST(what_was_flushed_can_be_decoded_at_once)
{
	for_each_coding(check_flush);
}
END_TEST

static void check_empty_flush(enum nw_coding coding)
{
	struct nw_encoder *encoder = nw_encoder_new(coding, 0);
	struct nw_buf out = {0};

	ck_assert_int_eq(nw_encoder_add(encoder, (struct nw_span){text, 400}, NW_ENCODE_FLUSH, &out), 0);
	size_t len = out.len;

	for (int i = 0; i < 1000; i++) {
		ck_assert_int_eq(nw_encoder_add(encoder, (struct nw_span){NULL, 0}, NW_ENCODE_FLUSH, &out), 0);
	}
	ck_assert_uint_le(out.len, len + 16);
	nw_encoder_free(encoder);
	nw_buf_free(&out);
}

START_TEST(a_flush_of_nothing_adds_nothing)
{
	for_each_coding(check_empty_flush);
}
END_TEST

static void *refuse(void *arg, void *old, size_t old_size, size_t new_size)
{
	(void)arg;
	(void)old;
	(void)old_size;
	(void)new_size;
	return NULL;
}

static void check_no_room(enum nw_coding coding)
{
	char place[2000];
	struct nw_buf out = {.data = place, .cap = sizeof(place), .grow = refuse};
	struct nw_encoder *encoder = nw_encoder_new(coding, 100000);

	ck_assert_int_lt(nw_encoder_add(encoder, (struct nw_span){text, 100000}, NW_ENCODE_END, &out), 0);
	ck_assert_uint_le(out.len, sizeof(place));
	nw_encoder_free(encoder);
}

START_TEST(where_there_is_no_room_it_says_so)
{
	for_each_coding(check_no_room);
}
END_TEST

START_TEST(an_encoder_may_end_before_its_answer)
{
	nw_encoder_free(NULL);
	nw_encoder_free(nw_encoder_new(NW_CODING_GZIP, 0));
	ck_assert((nw_encoder_codings() & NW_CODING_BIT(NW_CODING_GZIP)) != 0);
	ck_assert((nw_encoder_codings() & NW_CODING_BIT(NW_CODING_IDENTITY)) == 0);
}
END_TEST

NW_TEST_MAIN("http/encoder", what_goes_in_comes_back_however_it_is_cut, what_does_not_compress_takes_no_more_memory,
	     what_was_flushed_can_be_decoded_at_once, a_flush_of_nothing_adds_nothing,
	     where_there_is_no_room_it_says_so, an_encoder_may_end_before_its_answer)

#include "worker/app/form.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "tests/unit/unit.h"

#define URLENCODED "application/x-www-form-urlencoded"
#define MULTIPART "multipart/form-data; boundary=xyz"

static struct nw_arena *arena;
static struct nw_form form;
static const char *fault;

static int read_form(const char *type, const char *body, size_t len)
{
	arena = nw_arena_free(arena);
	arena = nw_arena_new(0);
	fault = NULL;
	form = (struct nw_form){.n_files = 0};
	return nw_form_read(arena, nw_span_of(type), (struct nw_span){body, len}, &form, &fault);
}

static int read_text(const char *type, const char *body)
{
	return read_form(type, body, strlen(body));
}

START_TEST(both_kinds_are_forms_and_nothing_else_is)
{
	ck_assert_int_eq(read_text(URLENCODED, "a=1&b=2"), 0);
	ck_assert_uint_eq(form.fields.n, 2);
	ck_assert_int_eq(read_text("Application/X-WWW-Form-Urlencoded ; charset=utf-8", "a=1"), 0);
	ck_assert_uint_eq(form.fields.n, 1);
	ck_assert_int_eq(read_text("MULTIPART/Form-Data;boundary=xyz",
				   "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--xyz--"),
			 0);
	ck_assert_str_eq(nw_pairs_get(&form.fields, "a"), "1");
	ck_assert_int_eq(read_text("multipart/mixed; boundary=xyz", "--xyz--"), 0);
	ck_assert_int_eq(read_text("application/x-www-form-urlencoded2", "a=1"), 0);
	ck_assert_uint_eq(form.fields.n, 0);
	ck_assert_int_eq(read_text("", "a=1"), 0);
	ck_assert_uint_eq(form.fields.n + form.n_files, 0);
}
END_TEST

START_TEST(text_and_files_of_a_multipart_form_are_told_apart)
{
	ck_assert_int_eq(
		read_text(MULTIPART,
			  "--xyz\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\none\r\n"
			  "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a b.TXT\"\r\n"
			  "Content-Type: Text/Plain; charset=x\r\n\r\ntwo\r\n"
			  "--xyz\r\nContent-Disposition: form-data; name=\"t\"\r\nContent-Type: text/html\r\n\r\n\r\n"
			  "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--xyz--\r\n"),
		0);
	ck_assert_uint_eq(form.fields.n, 2);
	ck_assert_str_eq(form.fields.v[0].name, "t");
	ck_assert_str_eq(form.fields.v[0].value, "one");
	ck_assert_str_eq(form.fields.v[1].value, "");
	ck_assert_uint_eq(form.n_files, 2);
	ck_assert_str_eq(form.files[0].name, "f");
	ck_assert_str_eq(form.files[0].filename, "a b.TXT");
	ck_assert_str_eq(form.files[0].type, "text/plain");
	ck_assert_uint_eq(form.files[0].len, 3);
	ck_assert_mem_eq(form.files[0].data, "two", 3);
	ck_assert_str_eq(form.files[1].filename, "");
	ck_assert_str_eq(form.files[1].type, "");
	ck_assert_uint_eq(form.files[1].len, 0);
}
END_TEST

START_TEST(a_file_name_is_never_a_path)
{
	static const char *const names[][2] = {
		{"a.txt", "a.txt"},
		{"../../etc/passwd", "passwd"},
		{"/abs", "abs"},
		{"C:\\dir\\f.txt", "f.txt"},
		{"C:\\\\dir\\\\f", "f"},
		{"..", ""},
		{".", ""},
		{"dir/", ""},
		{"a/..", ""},
		{".hidden", ".hidden"},
		{"...", "..."},
		{"..\\..\\x", "x"},
		{"\xd1\x8f.txt", "\xd1\x8f.txt"},
		{"%22q%22.txt", "\"q\".txt"},
		{"x\\", ""},
	};
	char body[256];

	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		snprintf(body, sizeof(body),
			 "--xyz\r\nContent-Disposition: form-data; name=f; filename=\"%s\"\r\n\r\n\r\n--xyz--",
			 names[i][0]);
		ck_assert_int_eq(read_text(MULTIPART, body), 0);
		ck_assert_str_eq(form.files[0].filename, names[i][1]);
	}
}
END_TEST

START_TEST(a_nul_never_ends_a_value_early)
{
	static const char body[] = "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n\0001\0\r\n--xyz--";

	ck_assert_int_eq(read_form(MULTIPART, body, sizeof(body) - 1), 0);
	ck_assert_str_eq(nw_pairs_get(&form.fields, "a"), "\xEF\xBF\xBD"
							  "1\xEF\xBF\xBD");
}
END_TEST

static void add_parts(struct nw_buf *body, size_t n, const char *more, size_t name_len, size_t data_len)
{
	for (size_t i = 0; i < n; i++) {
		nw_buf_addf(body, "--xyz\r\nContent-Disposition: form-data; name=\"%0*d\"%s\r\n\r\n%0*d\r\n",
			    (int)name_len, 0, more, (int)data_len, 0);
	}
	nw_buf_adds(body, "--xyz--\r\n");
}

static int read_parts(size_t n, const char *more, size_t name_len, size_t data_len)
{
	struct nw_buf body = {0};

	add_parts(&body, n, more, name_len, data_len);
	int rc = read_form(MULTIPART, body.data, body.len);

	nw_buf_free(&body);
	return rc;
}

START_TEST(a_multipart_form_has_limits)
{
	ck_assert_int_eq(read_parts(NW_FORM_FIELDS, "", 1, 1), 0);
	ck_assert_uint_eq(form.fields.n, NW_FORM_FIELDS);
	ck_assert_int_eq(read_parts(NW_FORM_FIELDS + 1, "", 1, 1), -E2BIG);
	ck_assert_str_eq(fault, "it has more than 1000 parts");
	ck_assert_uint_eq(form.fields.n, 0);
	ck_assert_int_eq(read_parts(NW_FORM_FIELDS + 1, "; filename=x", 1, 1), -E2BIG);
	ck_assert_int_eq(read_parts(1, "", NW_FORM_NAME, 1), 0);
	ck_assert_int_eq(read_parts(1, "", NW_FORM_NAME + 1, 1), -E2BIG);
	ck_assert_str_eq(fault, "the name of a part is longer than 1024 bytes");
	ck_assert_int_eq(read_parts(1, "", 1, NW_FORM_TEXT - 1), 0);
	ck_assert_uint_eq(strlen(form.fields.v[0].value), NW_FORM_TEXT - 1);
	ck_assert_int_eq(read_parts(1, "", 1, NW_FORM_TEXT), -E2BIG);
	ck_assert_str_eq(fault, "its text is longer than 1048576 bytes, files not counted");
	ck_assert_int_eq(read_parts(2, "", 1, NW_FORM_TEXT / 2), -E2BIG);
	ck_assert_int_eq(read_parts(3, "; filename=x", 1, NW_FORM_TEXT), 0);
}
END_TEST

static int read_repeated(const char *piece, size_t n)
{
	struct nw_buf body = {0};

	for (size_t i = 0; i < n; i++) {
		nw_buf_adds(&body, piece);
	}
	int rc = read_form(URLENCODED, body.data, body.len);

	nw_buf_free(&body);
	return rc;
}

START_TEST(an_urlencoded_form_has_the_same_limits)
{
	ck_assert_int_eq(read_repeated("a&", NW_FORM_FIELDS - 1), 0);
	ck_assert_int_eq(read_repeated("a&", NW_FORM_FIELDS), -E2BIG);
	ck_assert_str_eq(fault, "it has more than 1000 fields");
	ck_assert_int_eq(read_repeated("x", NW_FORM_NAME), 0);
	ck_assert_int_eq(read_repeated("x", NW_FORM_NAME + 1), -E2BIG);
	ck_assert_str_eq(fault, "the name of a field is longer than 1024 bytes");
	ck_assert_int_eq(read_repeated("=", NW_FORM_TEXT), 0);
	ck_assert_int_eq(read_repeated("=", NW_FORM_TEXT + 1), -E2BIG);
	ck_assert_str_eq(fault, "it is longer than 1048576 bytes");
}
END_TEST

START_TEST(what_does_not_fit_the_arena_is_refused)
{
	struct nw_arena *small = nw_arena_new(16384);
	struct nw_buf body = {0};
	const char *why;

	add_parts(&body, 1, "", 1, 100000);
	ck_assert_int_eq(nw_form_read(small, nw_span_of(MULTIPART), (struct nw_span){body.data, body.len}, &form, &why),
			 -ENOMEM);
	nw_buf_free(&body);
	nw_arena_free(small);
}
END_TEST

NW_TEST_MAIN("app/form", both_kinds_are_forms_and_nothing_else_is, text_and_files_of_a_multipart_form_are_told_apart,
	     a_file_name_is_never_a_path, a_nul_never_ends_a_value_early, a_multipart_form_has_limits,
	     an_urlencoded_form_has_the_same_limits, what_does_not_fit_the_arena_is_refused)

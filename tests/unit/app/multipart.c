#include "worker/app/multipart.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

#define TYPE "multipart/form-data; boundary=xyz"
#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static int print(char *to, size_t size, struct nw_span s)
{
	char text[128];

	ck_assert_uint_lt(s.len, sizeof(text));
	size_t len = nw_part_text_into(s, text);

	return snprintf(to, size, "%.*s", (int)len, text);
}

/* "[name|data][name|data|filename|type]", and "!why" after a failure. */
static const char *show_type(const char *type, const char *body, size_t len)
{
	static char out[1024];
	struct nw_multipart m;
	struct nw_part part;
	size_t n = 0;
	int rc = nw_multipart_begin(&m, nw_span_of(type), (struct nw_span){body, len});

	out[0] = '\0';
	while (rc == 0 && (rc = nw_multipart_next(&m, &part)) > 0) {
		n += (size_t)snprintf(out + n, sizeof(out) - n, "[");
		n += (size_t)print(out + n, sizeof(out) - n, part.name);
		n += (size_t)snprintf(out + n, sizeof(out) - n, "|%.*s", (int)part.data.len, part.data.p);
		if (part.is_file) {
			n += (size_t)snprintf(out + n, sizeof(out) - n, "|");
			n += (size_t)print(out + n, sizeof(out) - n, part.filename);
			n += (size_t)snprintf(out + n, sizeof(out) - n, "|%.*s", (int)part.type.len, part.type.p);
		}
		n += (size_t)snprintf(out + n, sizeof(out) - n, "]");
		rc = 0;
	}
	ck_assert((rc == 0) == (m.fault == NULL));
	if (rc < 0) {
		snprintf(out + n, sizeof(out) - n, "!%s", m.fault);
	}
	return out;
}

static const char *show(const char *body)
{
	return show_type(TYPE, body, strlen(body));
}

START_TEST(parts_come_in_order_as_they_are)
{
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a") "1\r\n--xyz--\r\n"), "[a|1]");
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a") "1\r\n--xyz--"), "[a|1]");
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a") "1\r\n\r\n2\r\n\r\n--xyz\r\n" FIELD("b") "\r\n--xyz--\r\n"),
			 "[a|1\r\n\r\n2\r\n][b|]");
	ck_assert_str_eq(
		show("--xyz\r\ncontent-DISPOSITION:Form-Data;FILENAME=f.txt;name=a\r\nContent-Type: text/plain\r\n"
		     "X-Other: 1\r\nContent-Transfer-Encoding: Binary\r\n\r\nabc\r\n--xyz--\r\n"),
		"[a|abc|f.txt|text/plain]");
	ck_assert_str_eq(show("--xyz--\r\n"), "");
}
END_TEST

START_TEST(what_is_around_the_parts_is_passed_over)
{
	ck_assert_str_eq(show("preamble\r\n\r\n--xyz\r\n" FIELD("a") "1\r\n--xyz--\r\nepilogue\r\n--xyz\r\nmore"),
			 "[a|1]");
	ck_assert_str_eq(show("\r\n--xyz \t\r\n" FIELD("a") "1\r\n--xyz\t \r\n" FIELD("b") "2\r\n--xyz-- \t\r\n"),
			 "[a|1][b|2]");
	ck_assert_str_eq(show("pre--xyz\r\n\r\n--xyz--  "), "");
}
END_TEST

START_TEST(a_line_that_only_begins_like_the_boundary_is_data)
{
	ck_assert_str_eq(show("--xyz\r\n" FIELD(
				 "a") "\r\n--xy\r\n--xyza\r\n--xyz-\r\n--xyz--a\r\n--xyz a\r\n--xyz\n\r\n--xyz--"),
			 "[a|\r\n--xy\r\n--xyza\r\n--xyz-\r\n--xyz--a\r\n--xyz a\r\n--xyz\n]");
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a") "x--xyz\n--xyz\r--xyz--\r\n--xyz--"),
			 "[a|x--xyz\n--xyz\r--xyz--]");
	ck_assert_str_eq(show("--xyza\r\n--xyz\r\n" FIELD("a") "\r\r\n--xyz--"), "[a|\r]");
}
END_TEST

START_TEST(a_part_may_end_with_its_head)
{
	ck_assert_str_eq(show("--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n--xyz--"), "[a|]");
	ck_assert_str_eq(show("--xyz\r\nContent-Disposition: form-data; name=a\r\n--xyz--"),
			 "!a part has no empty line behind its head");
	ck_assert_str_eq(show("--xyz\r\nContent-Disposition: form-data; name=a\r\n--xyz\r\n" FIELD("b") "2\r\n--xyz--"),
			 "!a part has no empty line behind its head");
}
END_TEST

START_TEST(names_are_as_they_were_meant)
{
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a\\\"b\\\\c%22d%0A\\e\xc3\xa9") "\r\n--xyz--"),
			 "[a\"b\\c\"d%0A\\e\xc3\xa9|]");
	ck_assert_str_eq(show("--xyz\r\nContent-Disposition: form-data; name=a; filename=\"\"\r\n\r\n\r\n--xyz--"),
			 "[a|||]");
	ck_assert_str_eq(show("--xyz\r\nContent-Disposition: form-data; name=a; filename=\"x;y=\\\"z\\\"\"; "
			      "filename*=utf-8''q\r\n\r\n\r\n--xyz--"),
			 "[a||x;y=\"z\"|]");
	ck_assert_str_eq(show("--xyz\r\n" FIELD("") "1\r\n--xyz--"), "[|1]");
}
END_TEST

static void refused(const char *head, const char *why)
{
	char body[512];

	snprintf(body, sizeof(body), "--xyz\r\n%s\r\n\r\ndata\r\n--xyz--\r\n", head);
	ck_assert_str_eq(show(body), why);
}

START_TEST(a_head_that_can_be_read_in_two_ways_is_refused)
{
	static const char *const field = "!a line in the head of a part is no header field";
	static const char *const twice = "!the Content-Disposition of a part cannot be read, or has a name twice";

	refused("", field);
	refused("Content-Type: text/plain", "!a part has no Content-Disposition");
	refused("Content-Disposition: form-data", "!a part has no name");
	refused("Content-Disposition: attachment; name=a", "!the Content-Disposition of a part is not form-data");
	refused("Content-Disposition: form-data; name=a; name=b", twice);
	refused("Content-Disposition: form-data; name=a; filename=b; FileName=c", twice);
	refused("Content-Disposition: form-data; name=\"a", twice);
	refused("Content-Disposition: form-data name=a", twice);
	refused("Content-Disposition: form-data; name=a; filename*=utf-8''q",
		"!a part has 'filename*' and no 'filename'");
	refused("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
		"!a part has two Content-Dispositions");
	refused("Content-Type: a/b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: c/d",
		"!a part has two Content-Types");
	refused("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
		"!a part has a Content-Transfer-Encoding that is not binary, 8bit or 7bit");
	refused("Content-Disposition: form-data; name=a\r\n ; filename=b", field);
	refused("Content-Disposition : form-data; name=a", field);
	refused("Content-Disposition: form-data; name=a\nX: y", field);
	refused("Content-Disposition: form-data; name=\"a\rb\"", field);
	refused("Content-Disposition: form-data; name=\"a\x01\"", field);
	refused("nonsense", field);
}
END_TEST

START_TEST(a_nul_is_no_part_of_a_name_but_of_data)
{
	static const char head[] = "--xyz\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n1\r\n--xyz--";
	static const char data[] = "--xyz\r\n" FIELD("a") "1\0002\r\n--xyz--";
	struct nw_multipart m;
	struct nw_part part;

	ck_assert_str_eq(show_type(TYPE, head, sizeof(head) - 1), "!a line in the head of a part is no header field");
	ck_assert_int_eq(nw_multipart_begin(&m, nw_span_of(TYPE), (struct nw_span){data, sizeof(data) - 1}), 0);
	ck_assert_int_eq(nw_multipart_next(&m, &part), 1);
	ck_assert_uint_eq(part.data.len, 3);
	ck_assert_int_eq(nw_multipart_next(&m, &part), 0);
}
END_TEST

START_TEST(a_body_that_is_not_whole_is_refused)
{
	static const char whole[] = "--xyz\r\n" FIELD("a") "1\r\n--xyz\r\n" FIELD("b") "2\r\n--xyz--";

	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		/* Of exactly that size: what is read behind it, a sanitizer sees. */
		char *cut = malloc(len + 1);

		memcpy(cut + 1, whole, len);
		const char *shown = show_type(TYPE, cut + 1, len);

		ck_assert_msg(strchr(shown, '!') != NULL, "%zu bytes: %s", len, shown);
		free(cut);
	}
	ck_assert_str_eq(show("--xyz\r\n" FIELD("a") "1\r\n--xyz\r\n"), "[a|1]!it ends before its last boundary");
	ck_assert_str_eq(show("--abc\r\n" FIELD("a") "1\r\n--abc--"),
			 "!it does not have the boundary that its Content-Type names");
	ck_assert_str_eq(show("--xyz\n" FIELD("a") "1\n--xyz--"),
			 "!it does not have the boundary that its Content-Type names");
}
END_TEST

START_TEST(a_boundary_is_what_rfc_2046_says)
{
	static const char *const wrong[] = {
		"multipart/form-data",
		"multipart/form-data; charset=utf-8",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=\"a \"",
		"multipart/form-data; boundary=a&b",
		"multipart/form-data; boundary=\"a\\\\b\"",
		"multipart/form-data; boundary=\xc3\xa9",
		"multipart/form-data; boundary=xyz; boundary=abc",
		"multipart/form-data; boundary=xyz, multipart/form-data",
		/* 71 bytes */
		"multipart/form-data; boundary=x1234567890123456789012345678901234567890123456789012345678901234567890",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(wrong); i++) {
		ck_assert_msg(show_type(wrong[i], "--xyz--", 7)[0] == '!', "%s", wrong[i]);
	}
	ck_assert_str_eq(show_type("multipart/form-data; charset=x; Boundary=\"a b:c=?\"", "--a b:c=?--", 11), "");
	ck_assert_str_eq(show_type("multipart/form-data;boundary=----=_Part_1:2", "------=_Part_1:2--", 18), "");
}
END_TEST

START_TEST(a_head_has_a_limit)
{
	static char body[3 * NW_MULTIPART_HEAD];

	snprintf(body, sizeof(body), "--xyz\r\nContent-Disposition: form-data; name=a\r\nX: %08000d\r\n\r\n\r\n--xyz--",
		 1);
	ck_assert_str_eq(show(body), "[a|]");
	snprintf(body, sizeof(body), "--xyz\r\nContent-Disposition: form-data; name=a\r\nX: %09000d\r\n\r\n\r\n--xyz--",
		 1);
	ck_assert_str_eq(show(body), "!the head of a part is longer than 8192 bytes");
}
END_TEST

NW_TEST_MAIN("app/multipart", parts_come_in_order_as_they_are, what_is_around_the_parts_is_passed_over,
	     a_line_that_only_begins_like_the_boundary_is_data, a_part_may_end_with_its_head,
	     names_are_as_they_were_meant, a_head_that_can_be_read_in_two_ways_is_refused,
	     a_nul_is_no_part_of_a_name_but_of_data, a_body_that_is_not_whole_is_refused,
	     a_boundary_is_what_rfc_2046_says, a_head_has_a_limit)

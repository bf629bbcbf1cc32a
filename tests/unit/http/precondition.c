#include "worker/http/precondition.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "worker/http/parser.h"

#define TAG "\"1a-2b\""
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

enum { AT = 784111777 };

static const struct nw_validators dated = {TAG, AT, true}, undated = {TAG, AT, false};

/* The head of a request with @fields, "Name: value\n" each. */
static const struct nw_head *head_of(const char *method, const char *fields)
{
	static struct nw_field slots[16];
	static struct nw_head head;
	static char text[1024];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s / HTTP/1.1\n%s", method, fields);

	memset(&head, 0, sizeof(head));
	head.base = text;
	head.method = (struct nw_slice){0, (uint32_t)strlen(method)};
	head.fields = slots;
	for (char *line = strchr(text, '\n') + 1; line < text + len; line = strchr(line, '\n') + 1) {
		char *colon = strchr(line, ':');

		slots[head.n_fields++] = (struct nw_field){
			{(uint32_t)(line - text), (uint32_t)(colon - line)},
			{(uint32_t)(colon + 2 - text), (uint32_t)(strchr(line, '\n') - colon - 2)},
		};
	}
	return &head;
}

static enum nw_precondition check(const char *fields)
{
	return nw_precondition_check(head_of("GET", fields), &dated);
}

START_TEST(what_the_client_has_is_not_modified)
{
	static const char *const known[] = {
		"If-None-Match: " TAG "\n",
		"If-None-Match: W/" TAG "\n",
		"If-None-Match: *\n",
		"If-None-Match: \"x\",\tW/\"y\" , " TAG "\n",
		"If-None-Match: \"x\"\nIf-None-Match: " TAG "\n",
		"If-None-Match: \"a,b\"," TAG "\n",
		"If-Modified-Since: " DATE "\n",
		"If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\n",
		"If-Match: " TAG "\nIf-None-Match: " TAG "\n",
	};
	static const char *const others[] = {
		"",
		"If-None-Match: \"x\"\n",
		"If-None-Match: 1a-2b\n",
		"If-None-Match: \"1a-2b\n",
		"If-None-Match: \"x\" 1, " TAG "\n", /* malformed from there on */
		"If-None-Match: \n",
		"If-None-Match: w/" TAG "\n",
		"If-None-Match: \"x\"\nIf-Modified-Since: " DATE "\n", /* the tag knows better */
		"If-Modified-Since: " AFTER "\n",
		"If-Modified-Since: " BEFORE "\n",
		"If-Modified-Since: yesterday\n",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(known); i++) {
		ck_assert_msg(check(known[i]) == NW_PRECONDITION_NOT_MODIFIED, "%s", known[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(others); i++) {
		ck_assert_msg(check(others[i]) == NW_PRECONDITION_MET, "%s", others[i]);
	}
	ck_assert_int_eq(nw_precondition_check(head_of("GET", "If-Modified-Since: " DATE "\n"), &undated),
			 NW_PRECONDITION_MET);
}
END_TEST

START_TEST(another_one_than_was_meant_fails)
{
	static const char *const failing[] = {
		"If-Match: \"x\"\n",
		"If-Match: W/" TAG "\n", /* weak tags never match strongly */
		"If-Match: \n",
		"If-Unmodified-Since: " BEFORE "\n",
		"If-Match: \"x\"\nIf-None-Match: " TAG "\n",
		"If-Unmodified-Since: " BEFORE "\nIf-None-Match: " TAG "\n",
	};
	static const char *const met[] = {
		"If-Match: *\n",
		"If-Match: \"x\", " TAG "\n",
		"If-Unmodified-Since: " DATE "\n",
		"If-Unmodified-Since: " AFTER "\n",
		"If-Unmodified-Since: tomorrow\n",
		"If-Match: " TAG "\nIf-Unmodified-Since: " BEFORE "\n",
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(failing); i++) {
		ck_assert_msg(check(failing[i]) == NW_PRECONDITION_FAILED, "%s", failing[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(met); i++) {
		ck_assert_msg(check(met[i]) == NW_PRECONDITION_MET, "%s", met[i]);
	}
}
END_TEST

static bool has_range(const char *method, const char *fields, const struct nw_validators *validators)
{
	struct nw_span value = nw_precondition_range(head_of(method, fields), validators);

	ck_assert(value.p == NULL || nw_span_eq(value, "bytes=0-1"));
	return value.p != NULL;
}

START_TEST(a_range_is_of_the_one_that_is_meant)
{
	static const char *const allowed[] = {"", "If-Range: " TAG "\n", "If-Range: " DATE "\n"};
	static const char *const others[] = {
		"If-Range: \"x\"\n",          "If-Range: W/" TAG "\n", "If-Range: " BEFORE "\n",
		"If-Range: " AFTER "\n",      "If-Range: \n",          "If-Range: *\n",
		"If-Range: \"x\", " TAG "\n", "Range: bytes=2-3\n", /* two of them say nothing */
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(allowed); i++) {
		char fields[256];

		snprintf(fields, sizeof(fields), "Range: bytes=0-1\n%s", allowed[i]);
		ck_assert_msg(has_range("GET", fields, &dated), "%s", allowed[i]);
		ck_assert_msg(!has_range("HEAD", fields, &dated), "%s", allowed[i]);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(others); i++) {
		char fields[256];

		snprintf(fields, sizeof(fields), "Range: bytes=0-1\n%s", others[i]);
		ck_assert_msg(!has_range("GET", fields, &dated), "%s", others[i]);
	}
	ck_assert(!has_range("GET", "", &dated));
	/* A date that somebody may have been told of another content is no strong validator. */
	ck_assert(!has_range("GET", "Range: bytes=0-1\nIf-Range: " DATE "\n", &undated));
}
END_TEST

NW_TEST_MAIN("http/precondition", what_the_client_has_is_not_modified, another_one_than_was_meant_fails,
	     a_range_is_of_the_one_that_is_meant)

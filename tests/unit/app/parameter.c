#include "worker/app/parameter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

/* "[a|1][b|]", and "!" where it cannot be read. */
static const char *show(const char *text)
{
	static char out[512];
	struct nw_span rest = nw_span_of(text);
	struct nw_parameter p;
	size_t n = 0;
	int rc;

	out[0] = '\0';
	while ((rc = nw_parameter_next(&rest, &p)) > 0) {
		n += (size_t)snprintf(out + n, sizeof(out) - n, "[%.*s|%.*s]", (int)p.name.len, p.name.p,
				      (int)p.value.len, p.value.p);
	}
	ck_assert(rc == 0 || rc == -EINVAL);
	return rc == 0 ? out : strcat(out, "!");
}

START_TEST(parameters_come_in_order)
{
	ck_assert_str_eq(show(""), "");
	ck_assert_str_eq(show(";"), "");
	ck_assert_str_eq(show(" ;; "), "");
	ck_assert_str_eq(show(";a=1"), "[a|1]");
	ck_assert_str_eq(show("; a=1 ;\tb=\"\"; c=x/y=z,:"), "[a|1][b|][c|x/y=z,:]");
	ck_assert_str_eq(show("; filename*=utf-8''x"), "[filename*|utf-8''x]");
	ck_assert_str_eq(show("; a=\"b;c=d\"; e=f;"), "[a|b;c=d][e|f]");
}
END_TEST

START_TEST(a_quote_is_escaped_but_at_the_end)
{
	ck_assert_str_eq(show("; a=\"x\\\"y\"; b=1"), "[a|x\\\"y][b|1]");
	ck_assert_str_eq(show("; a=\"x\\\\\"; b=1"), "[a|x\\\\][b|1]");
	ck_assert_str_eq(show("; a=\"C:\\dir\\f\"; b=1"), "[a|C:\\dir\\f][b|1]");
	ck_assert_str_eq(show("; a=\"x\\\""), "[a|x\\]");
	ck_assert_str_eq(show("; a=\"x\\\\\""), "[a|x\\\\]");
	/* Of two ways to read it neither is taken: behind the value that ends before y, y is nothing. */
	ck_assert_str_eq(show("; a=\"x\\\"; b=\"y\""), "[a|x\\\"; b=]!");
}
END_TEST

START_TEST(anything_else_is_refused)
{
	static const char *const wrong[] = {
		"a=1",      "; a",   "; =1",       "; a =1",     "; a= 1",    "; a=",      "; a=\"",   "; a=\"x",
		"; a=\"\\", "; a=;", "; a=\"x\"y", "; a=x\"y\"", "; \"a\"=1", "; a=1 b=2", "; a=\x7f", ", a=1"};

	for (size_t i = 0; i < NW_ARRAY_LEN(wrong); i++) {
		ck_assert_msg(strchr(show(wrong[i]), '!') != NULL, "%s", wrong[i]);
	}
}
END_TEST

NW_TEST_MAIN("app/parameter", parameters_come_in_order, a_quote_is_escaped_but_at_the_end, anything_else_is_refused)

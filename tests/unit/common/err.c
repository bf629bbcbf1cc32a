#include "common/err.h"

#include <errno.h>

#include "tests/unit/unit.h"

START_TEST(sentences_are_set_prefixed_and_added)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_err_set(&err, -EINVAL, "workers: '%s' is not a number", "x"), -EINVAL);
	ck_assert_str_eq(err.msg, "workers: 'x' is not a number");
	ck_assert_int_eq(nw_err_prefix(&err, "%s:%d", "a.py", 3), -EINVAL);
	ck_assert_str_eq(err.msg, "a.py:3: workers: 'x' is not a number");
	ck_assert_int_eq(nw_err_add(&err, -EINVAL, "second"), -EINVAL);
	ck_assert_str_eq(err.msg, "a.py:3: workers: 'x' is not a number\nsecond");
	ck_assert_int_eq(nw_err_set(NULL, -EIO, "nobody asks"), -EIO);
}
END_TEST

START_TEST(errno_becomes_text)
{
	struct nw_err err = {0};

	errno = ENOENT;
	ck_assert_int_eq(nw_err_errno(&err, "open '%s'", "x"), -ENOENT);
	ck_assert_str_eq(err.msg, "open 'x': No such file or directory");
}
END_TEST

NW_TEST_MAIN("common/err", sentences_are_set_prefixed_and_added, errno_becomes_text)

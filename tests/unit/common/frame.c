#include "common/frame.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct nw_span body;
static size_t size;

static int take(const char *bytes, size_t len, size_t max)
{
	body = (struct nw_span){NULL, 0};
	size = 0;
	return nw_frame_take((struct nw_span){bytes, len}, max, &body, &size);
}

START_TEST(what_was_written_is_read)
{
	struct nw_buf out = {0};

	nw_buf_adds(&out, "before");
	size_t at = nw_frame_begin(&out);

	nw_buf_adds(&out, "{\"id\":1}");
	nw_frame_end(&out, at);
	at = nw_frame_begin(&out);
	nw_buf_adds(&out, "next");
	nw_frame_end(&out, at);
	ck_assert_mem_eq(out.data, "before\0\0\0\x08{\"id\":1}\0\0\0\4next", out.len);
	ck_assert_int_eq(take(out.data + 6, out.len - 6, NW_FRAME_REQUEST_MAX), 0);
	ck_assert(nw_span_eq(body, "{\"id\":1}"));
	ck_assert_uint_eq(size, 12);
	ck_assert_int_eq(take(out.data + 6 + size, out.len - 6 - size, 4), 0);
	ck_assert(nw_span_eq(body, "next"));
	nw_buf_free(&out);
}
END_TEST

START_TEST(what_is_not_whole_is_waited_for)
{
	static const char frame[] = "\0\0\0\3abc";

	for (size_t len = 0; len < sizeof(frame) - 1; len++) {
		char *exact = malloc(len + 1); /* reading beyond it is an error of the sanitizer's */

		memcpy(exact, frame, len);
		ck_assert_int_eq(take(exact, len, 3), -EAGAIN);
		free(exact);
	}
	ck_assert_int_eq(take(frame, sizeof(frame) - 1, 3), 0);
}
END_TEST

START_TEST(an_empty_one_and_one_that_is_too_long_are_refused_by_their_head)
{
	ck_assert_int_eq(take("\0\0\0\0", 4, 100), -EBADMSG);
	ck_assert_int_eq(take("\0\0\0\x65", 4, 100), -EBADMSG);
	ck_assert_int_eq(take("\0\0\0\x64", 4, 100), -EAGAIN);
	ck_assert_int_eq(take("\xff\xff\xff\xff", 4, NW_FRAME_ANSWER_MAX), -EBADMSG);
	ck_assert_int_eq(take("\1\0\0\0", 4, NW_FRAME_ANSWER_MAX), -EAGAIN); /* 16 MiB */
	ck_assert_int_eq(take("\1\0\0\1", 4, NW_FRAME_ANSWER_MAX), -EBADMSG);
}
END_TEST

NW_TEST_MAIN("common/frame", what_was_written_is_read, what_is_not_whole_is_waited_for,
	     an_empty_one_and_one_that_is_too_long_are_refused_by_their_head)

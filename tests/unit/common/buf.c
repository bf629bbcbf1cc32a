#include "common/buf.h"

#include <string.h>

#include "common/arena.h"
#include "tests/unit/unit.h"

START_TEST(everything_added_comes_out_in_order)
{
	struct nw_buf buf = {0};

	nw_buf_adds(&buf, "a");
	nw_buf_addc(&buf, 'b');
	nw_buf_addf(&buf, "%0500d", 7);
	nw_buf_add(&buf, "z", 1);
	ck_assert_uint_eq(buf.len, 503);
	ck_assert_uint_eq(strlen(nw_buf_str(&buf)), 503);
	ck_assert_int_eq(buf.data[502], 'z');
	nw_buf_free(&buf);
	ck_assert_str_eq(nw_buf_str(&buf), "");
	nw_buf_free(&buf);
}
END_TEST

START_TEST(a_failed_growth_sticks)
{
	struct nw_arena *arena = nw_arena_new(9000);
	struct nw_buf buf = {.grow = nw_arena_grow_any, .grow_arg = arena};

	for (int i = 0; i < 30000; i++) {
		nw_buf_addc(&buf, 'x');
	}
	ck_assert(buf.failed);
	ck_assert_ptr_null(nw_buf_reserve(&buf, 1));
	ck_assert_str_eq(nw_buf_str(&buf), "");
	nw_arena_free(arena);
}
END_TEST

NW_TEST_MAIN("common/buf", everything_added_comes_out_in_order, a_failed_growth_sticks)

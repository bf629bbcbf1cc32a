#include "common/arena.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/unit.h"

START_TEST(allocations_are_zeroed_and_aligned)
{
	struct nw_arena *arena = nw_arena_new(0);

	for (size_t size = 1; size < 20000; size = size * 3 + 1) {
		char *p = nw_arena_alloc(arena, size);

		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++) {
			ck_assert_int_eq(p[i], 0);
		}
		memset(p, 0xff, size);
	}
	ck_assert_ptr_null(nw_arena_free(arena));
}
END_TEST

START_TEST(past_the_limit_is_null_and_a_reset_gives_room_again)
{
	struct nw_arena *arena = nw_arena_new(20000);

	ck_assert_ptr_null(nw_arena_alloc(arena, 30000));
	while (nw_arena_alloc(arena, 1000) != NULL) {
	}
	nw_arena_reset(arena);
	ck_assert_ptr_nonnull(nw_arena_alloc(arena, 1000));
	nw_arena_free(arena);
}
END_TEST

START_TEST(the_newest_allocation_grows_in_place)
{
	struct nw_arena *arena = nw_arena_new(0);
	char *p = nw_arena_grow(arena, NULL, 0, 10);

	memcpy(p, "narwhal", 8);
	ck_assert_ptr_eq(nw_arena_grow(arena, p, 10, 500), p);
	nw_arena_alloc(arena, 1);
	char *moved = nw_arena_grow(arena, p, 500, 600);

	ck_assert_ptr_ne(moved, p);
	ck_assert_str_eq(moved, "narwhal");
	char *large = nw_arena_grow(arena, moved, 600, 100000);

	ck_assert_str_eq(large, "narwhal");
	nw_arena_free(arena);
}
END_TEST

static char order[8];

static void append(void *arg)
{
	strcat(order, arg);
}

START_TEST(defers_run_once_newest_first)
{
	struct nw_arena *arena = nw_arena_new(0);
	char one[] = "1", two[] = "2", three[] = "3";

	ck_assert_int_eq(nw_arena_defer(arena, append, one), 0);
	ck_assert_int_eq(nw_arena_defer(arena, append, two), 0);
	nw_arena_reset(arena);
	ck_assert_str_eq(order, "21");
	ck_assert_int_eq(nw_arena_defer(arena, append, three), 0);
	nw_arena_free(arena);
	ck_assert_str_eq(order, "213");
}
END_TEST

START_TEST(text_is_copied_with_its_nul)
{
	struct nw_arena *arena = nw_arena_new(0);

	ck_assert_str_eq(nw_arena_strndup(arena, "narwhal", 3), "nar");
	ck_assert_str_eq(nw_arena_strdup(arena, ""), "");
	ck_assert_str_eq(nw_arena_printf(arena, "%d-%s", 7, "x"), "7-x");
	nw_arena_free(arena);
}
END_TEST

NW_TEST_MAIN("common/arena", allocations_are_zeroed_and_aligned, past_the_limit_is_null_and_a_reset_gives_room_again,
	     the_newest_allocation_grows_in_place, defers_run_once_newest_first, text_is_copied_with_its_nul)

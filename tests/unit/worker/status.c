#include "worker/status.h"

#include <cjson/cJSON.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/unit.h"
#include "worker/resident.h"

static cJSON *status_of(const struct nw_board *board)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_buf out = {0};

	nw_status_json(&out, board, arena);
	cJSON *json = cJSON_Parse(nw_buf_str(&out));

	ck_assert_msg(json != NULL, "%s", nw_buf_str(&out));
	nw_buf_free(&out);
	nw_arena_free(arena);
	return json;
}

static double number(const cJSON *in, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(in, name);

	ck_assert_msg(cJSON_IsNumber(item), "%s", name);
	return item->valuedouble;
}

START_TEST(living_and_dead_are_in_the_totals_and_the_living_have_a_row_each)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *gone = nw_board_claim(board, 1);
	struct nw_slot *lives = nw_board_claim(board, 2);

	NW_COUNT(gone->routes[0][2].bucket[0], 5);
	NW_COUNT(lives->routes[0][4].bucket[1], 7);
	NW_GAUGE(lives->pid, 42);
	NW_GAUGE(lives->state, NW_WORKER_SERVING);
	NW_GAUGE(lives->resident_bytes, 4096);
	NW_GAUGE(board->generation, 2);
	(void)nw_board_claim(board, 2); /* has no process yet */
	nw_board_release(board, gone);
	cJSON *json = status_of(board);
	const cJSON *workers = cJSON_GetObjectItem(json, "workers");
	const cJSON *totals = cJSON_GetObjectItem(json, "totals");
	const cJSON *classes = cJSON_GetObjectItem(totals, "status");

	ck_assert_int_eq((int)number(json, "pid"), getpid());
	ck_assert_int_eq((int)number(json, "generation"), 2);
	ck_assert_int_eq(cJSON_GetArraySize(workers), 1);
	ck_assert_int_eq((int)number(workers->child, "pid"), 42);
	ck_assert_int_eq((int)number(workers->child, "requests"), 7);
	ck_assert_int_eq((int)number(workers->child, "resident_bytes"), 4096);
	ck_assert_str_eq(cJSON_GetObjectItem(workers->child, "state")->valuestring, "serving");
	ck_assert_int_eq((int)number(totals, "requests"), 12);
	ck_assert_int_eq((int)number(classes, "2xx"), 5);
	ck_assert_int_eq((int)number(classes, "4xx"), 7);
	ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(totals, "latency")), NW_BOARD_BUCKETS);
	ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "bucket_seconds")), NW_BOARD_BUCKETS - 1);
	cJSON_Delete(json);
	nw_board_free(board);
}
END_TEST

START_TEST(no_worker_is_an_empty_list)
{
	struct nw_board *board = nw_board_new();
	cJSON *json = status_of(board);

	ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "workers")), 0);
	cJSON_Delete(json);
	nw_board_free(board);
}
END_TEST

START_TEST(resident_memory_grows_with_what_is_touched)
{
	enum {
		SIZE = 32 << 20,
	};
	int fd = nw_resident_open();
	uint64_t before = nw_resident_read(fd);
	void *block = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	ck_assert_ptr_ne(block, MAP_FAILED);
	ck_assert_uint_gt(before, 0);
	ck_assert_uint_ge(nw_resident_read(fd), before + SIZE / 2);
	ck_assert_uint_eq(nw_resident_read(-1), 0);
	close(fd);
	munmap(block, SIZE);
}
END_TEST

NW_TEST_MAIN("worker/status", living_and_dead_are_in_the_totals_and_the_living_have_a_row_each,
	     no_worker_is_an_empty_list, resident_memory_grows_with_what_is_touched)

#include "common/scoreboard.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

START_TEST(claimed_slots_are_booting_and_freed_ones_come_back)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *first = nw_board_claim(board, 7);
	struct nw_slot *second = nw_board_claim(board, 7);

	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_ne(first, second);
	ck_assert_uint_eq(NW_READ(first->state), NW_WORKER_BOOTING);
	ck_assert_uint_eq(NW_READ(first->generation), 7);
	ck_assert_int_gt(NW_READ(first->heartbeat_ms), 0);
	nw_board_release(board, first);
	ck_assert_uint_eq(NW_READ(first->state), NW_WORKER_FREE);
	ck_assert_ptr_eq(nw_board_claim(board, 8), first);
	nw_board_free(board);
}
END_TEST

START_TEST(a_full_board_has_no_slot)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *last = NULL;

	for (int i = 0; i < NW_BOARD_SLOTS; i++) {
		last = nw_board_claim(board, 1);
		ck_assert_ptr_nonnull(last);
	}
	ck_assert_ptr_null(nw_board_claim(board, 1));
	nw_board_release(board, last);
	ck_assert_ptr_eq(nw_board_claim(board, 1), last);
	nw_board_free(board);
}
END_TEST

START_TEST(counters_outlive_their_worker_and_gauges_do_not)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *slot = nw_board_claim(board, 1);
	struct nw_slot *other = nw_board_claim(board, 1);
	struct nw_board_sum sum;

	NW_COUNT(slot->routes[0][3].bucket[0], 1);
	NW_COUNT(slot->routes[nw_board_route(board, "GET", "/a")][2].bucket[0], 1);
	NW_COUNT(slot->routes[0][2].bucket[NW_BOARD_BUCKETS - 1], 3);
	NW_COUNT(slot->routes[0][2].us, 500);
	NW_COUNT(other->routes[0][3].us, 7);
	NW_COUNT(slot->counters.store_batches, 2);
	NW_COUNT(other->routes[0][3].bucket[0], 10);
	NW_GAUGE(slot->open, 9);
	NW_GAUGE(slot->state, NW_WORKER_SERVING);
	nw_board_sum(board, &sum);
	ck_assert_uint_eq(sum.requests, 15);
	ck_assert_uint_eq(sum.open, 9);
	ck_assert_uint_eq(sum.workers[NW_WORKER_SERVING], 1);
	ck_assert_uint_eq(sum.workers[NW_WORKER_BOOTING], 1);
	nw_board_release(board, slot);
	nw_board_sum(board, &sum);
	ck_assert_uint_eq(sum.requests, 15);
	ck_assert_uint_eq(sum.status[2], 4);
	ck_assert_uint_eq(sum.status[3], 11);
	ck_assert_uint_eq(sum.latency.bucket[0], 12);
	ck_assert_uint_eq(sum.latency.bucket[NW_BOARD_BUCKETS - 1], 3);
	ck_assert_uint_eq(sum.latency.us, 507);
	ck_assert_uint_eq(sum.store_batches, 2);
	ck_assert_uint_eq(sum.open, 0);
	ck_assert_uint_eq(sum.workers[NW_WORKER_FREE], NW_BOARD_SLOTS - 1);
	nw_board_free(board);
}
END_TEST

static int watch_sums(const struct nw_board *board, uint64_t end)
{
	struct nw_board_sum sum;
	uint64_t last = 0;

	do {
		nw_board_sum(board, &sum);
		if (sum.requests < last || sum.requests > end) {
			return 1;
		}
		last = sum.requests;
	} while (last < end);
	return 0;
}

START_TEST(sums_never_go_back_while_workers_come_and_go)
{
	enum {
		WORKERS = 20000,
	};
	struct nw_board *board = nw_board_new();
	int status = -1;
	pid_t reader = fork();

	if (reader == 0) {
		_exit(watch_sums(board, WORKERS));
	}
	for (int i = 0; i < WORKERS; i++) {
		struct nw_slot *slot = nw_board_claim(board, 1);

		NW_COUNT(slot->routes[0][3].bucket[0], 1);
		nw_board_release(board, slot);
	}
	ck_assert_int_eq(waitpid(reader, &status, 0), reader);
	ck_assert_int_eq(status, 0);
	nw_board_free(board);
}
END_TEST

START_TEST(a_snapshot_shows_each_living_worker_and_their_sum)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *first = nw_board_claim(board, 1);
	struct nw_slot *gone = nw_board_claim(board, 1);
	struct nw_slot *last = nw_board_claim(board, 2);
	struct nw_board_worker workers[2];
	struct nw_board_sum sum;

	NW_COUNT(first->routes[0][3].bucket[0], 3);
	NW_COUNT(gone->routes[0][3].bucket[0], 5);
	NW_COUNT(last->routes[0][3].bucket[0], 7);
	NW_GAUGE(first->resident_bytes, 1000);
	NW_GAUGE(gone->resident_bytes, 500);
	NW_GAUGE(last->resident_bytes, 2000);
	NW_GAUGE(last->pid, 42);
	NW_GAUGE(last->state, NW_WORKER_SERVING);
	nw_board_release(board, gone);
	ck_assert_uint_eq(nw_board_snapshot(board, &sum, workers, 2), 2);
	ck_assert_uint_eq(sum.requests, 15);
	ck_assert_uint_eq(sum.resident_bytes, 3000);
	ck_assert_uint_eq(workers[0].requests, 3);
	ck_assert_int_eq(workers[0].state, NW_WORKER_BOOTING);
	ck_assert_uint_eq(workers[1].requests, 7);
	ck_assert_int_eq(workers[1].pid, 42);
	ck_assert_uint_eq(workers[1].generation, 2);
	ck_assert_uint_eq(workers[1].resident_bytes, 2000);
	ck_assert_uint_eq(nw_board_snapshot(board, &sum, workers, 1), 1);
	ck_assert_int_eq(board->master_pid, getpid());
	nw_board_free(board);
}
END_TEST

START_TEST(a_fold_that_never_ends_does_not_hang_a_reader)
{
	struct nw_board *board = nw_board_new();
	struct nw_board_sum sum = {0};

	NW_COUNT(nw_board_claim(board, 1)->routes[0][3].bucket[0], 3);
	NW_COUNT(board->sequence, 1);
	nw_board_sum(board, &sum);
	ck_assert_uint_eq(sum.requests, 3);
	nw_board_free(board);
}
END_TEST

START_TEST(an_even_share_is_that_of_the_serving)
{
	struct nw_board *board = nw_board_new();
	static const struct {
		enum nw_worker_state state;
		uint32_t open;
	} workers[] = {
		{NW_WORKER_SERVING, 70}, {NW_WORKER_DRAINING, 900}, {NW_WORKER_SERVING, 5}, {NW_WORKER_BOOTING, 0}};

	ck_assert_uint_eq(nw_board_even_share(board), 0);
	for (size_t i = 0; i < NW_ARRAY_LEN(workers); i++) {
		struct nw_slot *slot = nw_board_claim(board, 1);

		NW_GAUGE(slot->state, workers[i].state);
		NW_GAUGE(slot->open, workers[i].open);
	}
	ck_assert_uint_eq(nw_board_even_share(board), 37);
	nw_board_free(board);
}
END_TEST

START_TEST(latency_buckets_grow_to_infinity)
{
	for (int i = 1; i < NW_BOARD_BUCKETS; i++) {
		ck_assert_uint_gt(nw_board_bucket_us[i], nw_board_bucket_us[i - 1]);
	}
	ck_assert_uint_eq(nw_board_bucket_us[NW_BOARD_BUCKETS - 1], UINT64_MAX);
}
END_TEST

NW_TEST_MAIN("common/scoreboard", claimed_slots_are_booting_and_freed_ones_come_back, a_full_board_has_no_slot,
	     counters_outlive_their_worker_and_gauges_do_not, sums_never_go_back_while_workers_come_and_go,
	     a_snapshot_shows_each_living_worker_and_their_sum, a_fold_that_never_ends_does_not_hang_a_reader,
	     an_even_share_is_that_of_the_serving, latency_buckets_grow_to_infinity)

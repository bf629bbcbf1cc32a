#include "common/scoreboard.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

START_TEST(a_route_has_one_number_whoever_asks)
{
	struct nw_board *board = nw_board_new();
	unsigned first = nw_board_route(board, "GET", "/a");

	ck_assert_uint_ne(first, 0);
	ck_assert_uint_eq(nw_board_route(board, "GET", "/a"), first);
	ck_assert_uint_ne(nw_board_route(board, "POST", "/a"), first);
	ck_assert_uint_ne(nw_board_route(board, "GET", "/b"), first);
	nw_board_free(board);
}
END_TEST

START_TEST(what_has_no_room_is_counted_with_all_others)
{
	struct nw_board *board = nw_board_new();
	char path[300];

	memset(path, 'x', sizeof(path));
	path[223] = '\0';
	ck_assert_uint_ne(nw_board_route(board, "GET", path), 0);
	path[223] = 'x';
	path[224] = '\0';
	ck_assert_uint_eq(nw_board_route(board, "GET", path), 0);
	ck_assert_uint_eq(nw_board_route(board, "GET, POST, PUT, PATCH, DELETE, LINK", "/"), 0);
	for (int i = 2; i < NW_BOARD_ROUTES; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		ck_assert_uint_eq(nw_board_route(board, "GET", path), i);
	}
	ck_assert_uint_eq(nw_board_route(board, "GET", "/one-more"), 0);
	ck_assert_uint_eq(nw_board_route(board, "GET", "/255"), 255);
	nw_board_free(board);
}
END_TEST

START_TEST(requests_outlive_their_worker)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *gone = nw_board_claim(board, 1), *lives = nw_board_claim(board, 1);
	unsigned number = nw_board_route(board, "GET", "/a");
	struct nw_board_times n[NW_BOARD_CLASSES];

	NW_COUNT(gone->routes[number][2].bucket[1], 5);
	NW_COUNT(lives->routes[number][2].bucket[1], 7);
	NW_COUNT(lives->routes[number][4].bucket[1], 1);
	nw_board_release(board, gone);
	const struct nw_board_route *route = nw_board_route_read(board, number, n);

	ck_assert_str_eq(route->methods, "GET");
	ck_assert_str_eq(route->path, "/a");
	ck_assert_uint_eq(nw_times_requests(&n[2]), 12);
	ck_assert_uint_eq(nw_times_requests(&n[4]), 1);
	ck_assert_uint_eq(NW_READ(gone->routes[number][2].bucket[1]), 0);
	ck_assert_str_eq(nw_board_route_read(board, 0, n)->path, "");
	ck_assert_uint_eq(nw_times_requests(&n[2]), 0);
	ck_assert_ptr_null(nw_board_route_read(board, number + 1, n));
	nw_board_free(board);
}
END_TEST

START_TEST(status_codes_outlive_their_worker)
{
	struct nw_board *board = nw_board_new();
	struct nw_slot *gone = nw_board_claim(board, 1), *lives = nw_board_claim(board, 1);
	uint64_t n[NW_BOARD_CODES];

	NW_COUNT(gone->codes[404], 5);
	NW_COUNT(gone->codes[599], 1);
	NW_COUNT(lives->codes[404], 2);
	nw_board_release(board, gone);
	ck_assert_uint_eq(NW_READ(gone->codes[404]), 0);
	nw_board_codes(board, n);
	ck_assert_uint_eq(n[404], 7);
	ck_assert_uint_eq(n[599], 1);
	ck_assert_uint_eq(n[200], 0);
	nw_board_free(board);
}
END_TEST

/* All of them at once, in an order of each one's own. */
static void name_all(struct nw_board *board, int begin)
{
	char path[32];

	for (int i = 0; i < 200; i++) {
		snprintf(path, sizeof(path), "/%d", (begin * 50 + i) % 200);
		if (nw_board_route(board, "GET", path) == 0) {
			_exit(1);
		}
	}
	_exit(0);
}

START_TEST(workers_that_start_together_make_no_name_twice)
{
	struct nw_board *board = nw_board_new();
	int status;

	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			name_all(board, i);
		}
	}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
	ck_assert_uint_eq(NW_READ(board->n_routes), 200);
	nw_board_free(board);
}
END_TEST

START_TEST(a_worker_that_died_while_it_named_one_stops_nobody)
{
	struct nw_board *board = nw_board_new();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pthread_mutex_lock(&board->routes_lock);
		strcpy(board->routes[1].methods, "half a");
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_uint_eq(nw_board_route(board, "GET", "/a"), 1);
	ck_assert_uint_eq(nw_board_route(board, "GET", "/a"), 1);
	ck_assert_uint_eq(nw_board_route(board, "GET", "/b"), 2);
	nw_board_free(board);
}
END_TEST

NW_TEST_MAIN("common/scoreboard_route", a_route_has_one_number_whoever_asks,
	     what_has_no_room_is_counted_with_all_others, requests_outlive_their_worker,
	     status_codes_outlive_their_worker, workers_that_start_together_make_no_name_twice,
	     a_worker_that_died_while_it_named_one_stops_nobody)

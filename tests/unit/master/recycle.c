#include "master/recycle.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

START_TEST(wishes_are_granted_one_at_a_time_and_nobody_goes_before_another_is_ready)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 3\n");
	tree_boot(&tree, 3);
	for (int i = 1; i <= 3; i++) {
		kill(tree_pid(&tree, "ready", i), SIGHUP);
	}
	tree_wait(&tree, ": left", 3);
	tree_wait(&tree, ": ready", 6);
	tree_expect_between(&tree, 3, 4);
	/* Each new one took the place of one that had wished it. */
	for (int i = 1; i <= 3; i++) {
		ck_assert_int_lt(tree_pid(&tree, "left", i), tree_pid(&tree, "ready", 4));
	}
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(of_many_workers_one_in_eight_is_replaced_at_a_time)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 9\n");
	tree_boot(&tree, 9);
	for (int i = 1; i <= 9; i++) {
		kill(tree_pid(&tree, "ready", i), SIGHUP);
	}
	tree_wait(&tree, ": left", 9);
	tree_expect_between(&tree, 9, 11);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(whose_replacement_does_not_come_up_serves_on)
{
	struct tree tree;

	/* The first one boots, all others crash. */
	tree_init(&tree, "first", "");
	tree_boot(&tree, 1);
	pid_t first = tree_pid(&tree, "ready", 1);

	kill(first, SIGHUP);
	tree_wait(&tree, "failed to boot: was killed by SIGSEGV; next try in", 3);
	ck_assert_int_eq(tree_count(&tree, ": term"), 0);
	/* A reload that mends it replaces it as any other. */
	tree_configure(&tree, "ok", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_wait(&tree, "gen 1: left", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(an_old_worker_is_replaced)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 2\nmax_worker_age = 1\nmax_worker_age_jitter = 1\n");
	tree_boot(&tree, 2);
	tree_wait(&tree, " s old (max_worker_age): another one will take its place", 2);
	tree_wait(&tree, ": left", 2);
	tree_expect_between(&tree, 2, 3);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_worker_that_has_grown_is_replaced)
{
	struct tree tree;

	tree_init(&tree, "ok", "max_worker_memory = '512MiB'\n");
	tree_boot(&tree, 1);
	tree_wait(&tree, "STARTING -> SERVING", 1); /* the master knows how large it was when it was ready */
	kill(tree_pid(&tree, "ready", 1), SIGALRM);
	tree_wait(&tree, "has 1024.0 MiB (max_worker_memory): another one will take its place", 1);
	tree_wait(&tree, ": left", 1);
	tree_wait(&tree, ": ready", 2);
	tree_expect_between(&tree, 1, 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_limit_that_every_worker_passes_replaces_nobody)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 2\nmax_worker_memory = '1MiB'\n");
	tree_boot(&tree, 2);
	tree_wait(&tree, "just booted has 2.0 MiB, the limit is 1.0 MiB: not replaced for it", 1);
	kill(tree_pid(&tree, "ready", 1), SIGALRM);
	tree_wait(&tree, "has grown", 1);
	kill(tree_pid(&tree, "ready", 1), SIGHUP); /* for its requests it is */
	tree_wait(&tree, ": left", 1);
	ck_assert_int_eq(tree_count(&tree, "not replaced for it"), 1);
	ck_assert_int_eq(tree_count(&tree, "another one will take its place"), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(ages_differ_by_chance_within_the_jitter)
{
	const struct nw_settings settings = {.max_worker_age_s = 100, .max_worker_age_jitter_s = 50};
	const struct nw_settings ageless = {.max_worker_age_jitter_s = 50};
	int64_t least = INT64_MAX, most = 0;
	struct nw_child child = {0};

	nw_recycle_date(&child, &ageless);
	ck_assert_int_eq(child.old_at_ms, 0);
	for (int i = 0; i < 1000; i++) {
		int64_t before = nw_clock_ms();

		nw_recycle_date(&child, &settings);
		int64_t age = child.old_at_ms - before;

		least = age < least ? age : least;
		most = age > most ? age : most;
	}
	ck_assert_int_ge(least, 100000);
	ck_assert_int_lt(least, 110000);
	ck_assert_int_gt(most, 140000);
	ck_assert_int_le(most, 150000 + 1000);
}
END_TEST

START_TEST(while_it_reloads_or_departs_nobody_is_replaced)
{
	struct nw_generation generation = {.number = 2};
	struct nw_child old = {.generation = 1, .state = NW_CHILD_SERVING, .wish = NW_END_AGE};
	struct nw_child child = {.generation = 2, .state = NW_CHILD_SERVING, .wish = NW_END_AGE};
	struct nw_master master = {.state = NW_MASTER_SERVING, .target = 2, .generation = &generation};

	TAILQ_INIT(&master.children);
	TAILQ_INSERT_TAIL(&master.children, &old, link);
	ck_assert_int_eq(nw_recycle_extra(&master), 0);
	TAILQ_INSERT_TAIL(&master.children, &child, link);
	ck_assert_int_eq(nw_recycle_extra(&master), 1);
	ck_assert_ptr_eq(nw_recycle_next(&master), &child);
	master.state = NW_MASTER_RELOADING;
	ck_assert_int_eq(nw_recycle_extra(&master), 0);
	master.state = NW_MASTER_DEPARTING;
	ck_assert_int_eq(nw_recycle_extra(&master), 0);
	master.state = NW_MASTER_SERVING;
	master.target = 0; /* WINCH */
	ck_assert_int_eq(nw_recycle_extra(&master), 0);
}
END_TEST

NW_TEST_MAIN("master/recycle", wishes_are_granted_one_at_a_time_and_nobody_goes_before_another_is_ready,
	     of_many_workers_one_in_eight_is_replaced_at_a_time, whose_replacement_does_not_come_up_serves_on,
	     an_old_worker_is_replaced, a_worker_that_has_grown_is_replaced,
	     a_limit_that_every_worker_passes_replaces_nobody, ages_differ_by_chance_within_the_jitter,
	     while_it_reloads_or_departs_nobody_is_replaced)

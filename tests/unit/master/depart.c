/* State DEPARTING: between TERM and the end of accepting. */
#include "master/depart.h"

#include <signal.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

static struct tree tree;

static void depart(const char *how, int n_workers, const char *more)
{
	tree_init(&tree, how, more);
	tree_boot(&tree, n_workers);
	tree_wait(&tree, "STARTING -> SERVING", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "SERVING -> DEPARTING", 1);
}

/* What came before it was heeded too. */
static void hurry(void)
{
	tree_signal(&tree, SIGINT);
	tree_wait(&tree, "DEPARTING -> HURRYING", 1);
	tree_end(&tree, 0);
}

START_TEST(term_tells_workers_and_waits_before_it_ends_them)
{
	depart("ok", 2, "workers = 2\ndrain_delay = 1\n");
	int64_t begin = nw_clock_ms();

	tree_wait(&tree, "accepting for 1 s more (drain_delay)", 1);
	tree_wait(&tree, ": departs", 2);
	ck_assert_int_eq(tree_count(&tree, "gen 1: term"), 0);
	int fd = tree_connect(tree.socket); /* still */

	ck_assert_int_ge(fd, 0);
	tree_wait(&tree, "DEPARTING -> STOPPING", 1);
	ck_assert_int_ge(nw_clock_ms() - begin, 900);
	tree_wait(&tree, ": left", 2);
	close(fd);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(without_a_delay_and_with_nobody_on_the_way_there_is_no_departing)
{
	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_wait(&tree, "STARTING -> SERVING", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "SERVING -> STOPPING", 1);
	tree_end(&tree, 0);
	ck_assert_int_eq(tree_count(&tree, "DEPARTING"), 0);
}
END_TEST

START_TEST(who_never_served_has_nobody_to_wait_for)
{
	tree_init(&tree, "hang", "timeout = 0\ndrain_delay = 600\n");
	tree_start(&tree);
	tree_wait(&tree, ": hangs", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "STARTING -> STOPPING", 1);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_second_term_and_a_hangup_change_nothing)
{
	depart("ok", 1, "drain_delay = 600\n");
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Handling signal: term", 2);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Handling signal: hup", 1);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 1); /* a step later all is as it was */
	ck_assert_int_eq(tree_count(&tree, "Hang up"), 0);
	ck_assert_int_eq(tree_count(&tree, "gen 1: term"), 0);
	hurry();
}
END_TEST

START_TEST(a_worker_that_dies_is_replaced_and_the_new_one_departs_too)
{
	depart("ok", 1, "drain_delay = 600\n");
	tree_wait(&tree, ": departs", 1);
	kill(tree_pid(&tree, "ready", 1), SIGKILL);
	tree_wait(&tree, ": departs", 2);
	ck_assert_int_ne(tree_pid(&tree, "departs", 2), tree_pid(&tree, "departs", 1));
	hurry();
}
END_TEST

START_TEST(a_generation_on_trial_is_given_up)
{
	tree_init(&tree, "ok", "drain_delay = 600\n");
	tree_boot(&tree, 1);
	tree_configure(&tree, "hang", "drain_delay = 600\ntimeout = 600\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: hangs", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "RELOADING -> DEPARTING", 1);
	tree_wait(&tree, "gen 1: departs", 1);
	hurry();
	ck_assert_int_eq(tree_count(&tree, "Reload failed"), 0);
}
END_TEST

START_TEST(nothing_begins_anew)
{
	/* A USR2 that came during the reload is heeded after it, unless TERM is what ended it. */
	tree_init(&tree, "ok", "drain_delay = 600\n");
	tree_boot(&tree, 1);
	tree_configure(&tree, "hang", "drain_delay = 600\npreload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ": preloads", 1);
	tree_signal(&tree, SIGUSR2);
	tree_wait(&tree, "Handling signal: usr2", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "RELOADING -> DEPARTING", 1);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 1);
	tree_signal(&tree, SIGUSR2);
	tree_wait(&tree, "Handling signal: usr2", 2);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 2);
	ck_assert_int_eq(tree_count(&tree, "Upgrade: new master"), 0);
	hurry();
}
END_TEST

START_TEST(the_number_of_workers_may_still_change)
{
	depart("ok", 1, "drain_delay = 600\n");
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, ": departs", 2);
	hurry();
}
END_TEST

NW_TEST_MAIN("master/depart", term_tells_workers_and_waits_before_it_ends_them,
	     without_a_delay_and_with_nobody_on_the_way_there_is_no_departing, who_never_served_has_nobody_to_wait_for,
	     a_second_term_and_a_hangup_change_nothing, a_worker_that_dies_is_replaced_and_the_new_one_departs_too,
	     a_generation_on_trial_is_given_up, nothing_begins_anew, the_number_of_workers_may_still_change)

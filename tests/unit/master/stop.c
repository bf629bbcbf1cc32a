#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

START_TEST(term_lets_workers_leave_and_removes_socket_and_pidfile)
{
	struct tree tree;
	char pidfile[128];

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	snprintf(pidfile, sizeof(pidfile), "%s/pid", tree.dir);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Handling signal: term", 1);
	tree_wait(&tree, ": left", 2);
	tree_wait(&tree, "Shutting down: Master", 1);
	/* The socket's file goes before that line, the pidfile after it and before the end. */
	ck_assert_int_ne(access(tree.socket, F_OK), 0);
	tree_end(&tree, 0);
	ck_assert_int_ne(access(pidfile, F_OK), 0);
}
END_TEST

START_TEST(connections_in_the_accept_queue_are_answered_at_term)
{
	struct tree tree;
	char text[4] = "";

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	int fd = tree_connect(tree.socket);

	ck_assert_int_ge(fd, 0);
	tree_signal(&tree, SIGTERM);
	ck_assert_int_eq(read(fd, text, 3), 3);
	ck_assert_str_eq(text, "bye");
	close(fd);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(deaf_worker_is_killed_at_graceful_timeout_and_the_log_says_who_did_it)
{
	struct tree tree;

	tree_init(&tree, "deaf", "graceful_timeout = 1\n");
	tree_boot(&tree, 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "was sent SIGKILL by the master: it did not leave in the time it was given", 1);
	ck_assert_int_eq(tree_count(&tree, "out of memory"), 0);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(second_term_changes_nothing_and_int_hurries)
{
	struct tree tree;
	int64_t start = nw_clock_ms();

	tree_init(&tree, "deaf", "graceful_timeout = 30\n");
	tree_boot(&tree, 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, ": term", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Handling signal: term", 2);
	ck_assert_int_eq(tree_count(&tree, ": left"), 0);
	tree_signal(&tree, SIGINT);
	tree_wait(&tree, "Quick shutdown requested", 1);
	tree_wait(&tree, ": quit", 1);
	tree_end(&tree, 0);
	ck_assert_int_lt(nw_clock_ms() - start, 15000);
}
END_TEST

START_TEST(quit_ends_workers_at_once)
{
	struct tree tree;

	tree_init(&tree, "deaf", "workers = 2\n");
	tree_boot(&tree, 2);
	tree_signal(&tree, SIGQUIT);
	tree_wait(&tree, ": quit", 2);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(workers_that_still_boot_end_too)
{
	struct tree tree;

	tree_init(&tree, "hang", "workers = 2\ntimeout = 0\n");
	tree_start(&tree);
	tree_wait(&tree, ": hangs", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(workers_see_that_the_master_was_killed)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 3\n");
	tree_boot(&tree, 3);
	tree_signal(&tree, SIGKILL);
	/* By the end of their channel, or by TERM that comes with it. */
	tree_end_killed(&tree);
}
END_TEST

START_TEST(workers_that_still_boot_end_with_a_killed_master_too)
{
	struct tree tree;

	tree_init(&tree, "hang", "workers = 2\ntimeout = 0\n");
	tree_start(&tree);
	tree_wait(&tree, ": hangs", 2);
	tree_signal(&tree, SIGKILL);
	tree_end_killed(&tree);
}
END_TEST

START_TEST(an_interrupt_of_all_while_they_boot_is_no_failure)
{
	struct tree tree;

	tree_init(&tree, "hang", "timeout = 0\n");
	tree_start(&tree);
	tree_wait(&tree, ": hangs", 1);
	/* As a terminal does it: all of them get it before the master can do anything. */
	tree_signal(&tree, SIGSTOP);
	kill(tree_pid(&tree, "hangs", 1), SIGINT);
	tree_signal(&tree, SIGINT);
	poll(NULL, 0, 50);
	tree_signal(&tree, SIGCONT);
	tree_wait(&tree, "Shutting down: Master", 1);
	ck_assert_int_eq(tree_count(&tree, "failed to boot"), 0);
	tree_end(&tree, 0);
}
END_TEST

NW_TEST_MAIN("master/stop", term_lets_workers_leave_and_removes_socket_and_pidfile,
	     connections_in_the_accept_queue_are_answered_at_term,
	     deaf_worker_is_killed_at_graceful_timeout_and_the_log_says_who_did_it,
	     second_term_changes_nothing_and_int_hurries, quit_ends_workers_at_once, workers_that_still_boot_end_too,
	     workers_see_that_the_master_was_killed, workers_that_still_boot_end_with_a_killed_master_too,
	     an_interrupt_of_all_while_they_boot_is_no_failure)

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "master/spawn.h"
#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

START_TEST(workers_boot_and_the_log_says_where_they_listen)
{
	struct tree tree;
	char path[128], text[160];

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	snprintf(text, sizeof(text), "Listening at: unix:%s (%d)", tree.socket, (int)tree.master);
	tree_wait(&tree, text, 1);
	tree_wait(&tree, "Booting worker with pid: ", 2);
	snprintf(path, sizeof(path), "%s/pid", tree.dir);
	ck_assert_int_eq(access(path, F_OK), 0);
	tree_wait(&tree, "STARTING -> SERVING", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(worker_that_cannot_boot_ends_the_start_with_its_sentences)
{
	struct tree tree;

	tree_init(&tree, "fail", "workers = 3\n");
	tree_start(&tree);
	tree_wait(&tree, "[ERROR] domain.json:3: the first mistake\n", 1);
	tree_wait(&tree, "[ERROR] domain.json:9: the second mistake\n", 1);
	tree_wait(&tree, "Shutting down: Master", 1);
	tree_wait(&tree, "Reason: Worker failed to boot.", 1);
	tree_end(&tree, 3);
}
END_TEST

START_TEST(an_app_that_there_is_not_has_an_exit_code_of_its_own)
{
	struct tree tree;

	tree_init(&tree, "no-app", "");
	tree_start(&tree);
	tree_wait(&tree, "[ERROR] ./no.so: cannot load the module\n", 1);
	tree_wait(&tree, "Reason: App failed to load.", 1);
	tree_end(&tree, 4);
}
END_TEST

START_TEST(workers_that_crash_at_boot_are_tried_five_times)
{
	struct tree tree;

	tree_init(&tree, "crash", "workers = 2\n");
	tree_start(&tree);
	tree_wait(&tree, "Reason: Worker failed to boot.", 1);
	ck_assert_int_ge(tree_count(&tree, "failed to boot: was killed by SIGSEGV; next try in"), 5);
	ck_assert_int_le(tree_count(&tree, "Booting worker with pid"), 10);
	tree_end(&tree, 3);
}
END_TEST

START_TEST(worker_that_crashes_right_after_ready_is_backed_off)
{
	struct tree tree;

	tree_init(&tree, "flash", "");
	tree.backoff_ms = 500; /* that long after READY it still counts as just booted */
	tree_start(&tree);
	tree_wait(&tree, "crashed when it had just booted: exited with code 1; next try in 0.5 s", 1);
	tree_wait(&tree, "crashed when it had just booted: exited with code 1; next try in 1.0 s", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

/* The first one serves; what is to take its place cannot boot, until it can. */
START_TEST(a_boot_loop_after_the_start_is_told_once_and_goes_on)
{
	struct tree tree;

	tree_init(&tree, "first", "");
	tree.backoff_ms = 5;
	tree_boot(&tree, 1);
	kill(tree_pid(&tree, "ready", 1), SIGKILL);
	tree_wait(&tree, "[CRITICAL] 5 starts of workers in a row have failed, 0 of 1 serve", 1);
	tree_wait(&tree, "failed to boot: ", 7);
	ck_assert_int_eq(tree_count(&tree, "[CRITICAL]"), 1);
	tree_configure(&tree, "ok", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reloaded: generation 2 serves", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(pauses_double_up_to_thirty_and_siblings_count_once)
{
	static const int64_t expected_ms[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
	struct nw_backoff backoff = {.unit_ms = 1000};
	int64_t now = 1000000;

	for (size_t i = 0; i < NW_ARRAY_LEN(expected_ms); i++) {
		ck_assert_int_eq(nw_spawn_back_off(&backoff, now, now + 5), expected_ms[i]);
		ck_assert_int_eq(nw_spawn_back_off(&backoff, now + 1, now + 6), expected_ms[i] - 1);
		ck_assert_uint_eq(backoff.failures, i + 1);
		now += 100000;
	}
}
END_TEST

START_TEST(preloaded_apps_are_freed_everywhere)
{
	struct tree tree;

	tree_init(&tree, "ok", "preload_app = True\n");
	tree_boot(&tree, 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

NW_TEST_MAIN("master/boot", an_app_that_there_is_not_has_an_exit_code_of_its_own,
	     workers_boot_and_the_log_says_where_they_listen, worker_that_cannot_boot_ends_the_start_with_its_sentences,
	     workers_that_crash_at_boot_are_tried_five_times, worker_that_crashes_right_after_ready_is_backed_off,
	     a_boot_loop_after_the_start_is_told_once_and_goes_on, pauses_double_up_to_thirty_and_siblings_count_once,
	     preloaded_apps_are_freed_everywhere)

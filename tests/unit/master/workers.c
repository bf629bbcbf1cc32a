#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "master/scale.h"
#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

START_TEST(ttin_and_ttou_change_the_number_but_not_below_one)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, "Workers: 1 -> 2", 1);
	tree_wait(&tree, ": ready", 2);
	tree_signal(&tree, SIGTTOU);
	tree_wait(&tree, "Workers: 2 -> 1", 1);
	tree_wait(&tree, ": left", 1);
	tree_signal(&tree, SIGTTOU);
	tree_wait(&tree, "Handling signal: ttou", 2);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, ": ready", 3);
	/* Back to the setting. */
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Workers: 2 -> 1, as configured", 1);
	tree_wait(&tree, ": left", 3);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(winch_sends_all_away_and_others_bring_them_back)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	tree_signal(&tree, SIGWINCH);
	tree_wait(&tree, "graceful stop of workers", 1);
	tree_wait(&tree, ": left", 2);
	tree_signal(&tree, SIGTTOU); /* none is left to go */
	tree_wait(&tree, "Handling signal: ttou", 1);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, "Workers: 0 -> 1", 1);
	tree_wait(&tree, ": ready", 3);
	tree_signal(&tree, SIGWINCH);
	tree_wait(&tree, ": left", 3);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Workers: 0 -> 2, as configured", 1);
	tree_wait(&tree, ": ready", 5);
	/* A reload that fails brings them back, too: nobody would serve otherwise. */
	tree_signal(&tree, SIGWINCH);
	tree_wait(&tree, ": left", 5);
	tree_configure(&tree, "ok", "workers = 'x'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "keeping old configuration", 1);
	tree_wait(&tree, ": ready", 7);
	ck_assert_int_eq(tree_count(&tree, "next try"), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(more_ttous_than_workers_in_one_turn_leave_one)
{
	struct nw_generation generation = {.number = 1};
	struct nw_master master = {
		.state = NW_MASTER_SERVING,
		.target = 4,
		.generation = &generation,
		.board = nw_board_new(),
		.backoff = {.retry_at_ms = INT64_MAX}, /* it forks nobody */
		.pending = {.workers = -9},
	};

	TAILQ_INIT(&master.children);
	nw_scale_step(&master);
	ck_assert_int_eq(master.target, 1);
	nw_board_free(master.board);
}
END_TEST

START_TEST(a_killed_worker_is_replaced_at_once)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	for (int i = 1; i <= 5; i++) {
		kill(tree_pid(&tree, "ready", i), SIGKILL);
		tree_wait(&tree, "was sent SIGKILL! ", i);
		tree_wait(&tree, ": ready", i + 1);
	}
	ck_assert_int_eq(tree_count(&tree, "next try"), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_worker_that_leaves_by_itself_is_replaced_before_it_is_gone)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	pid_t first = tree_pid(&tree, "ready", 1);

	kill(first, SIGUSR2);
	tree_wait(&tree, ": ready", 2);
	tree_wait(&tree, ": left", 1);
	ck_assert_int_eq(tree_pid(&tree, "left", 1), first);
	const char *said = nw_buf_str(&tree.said);
	const char *second_boot = strstr(strstr(said, "Booting worker") + 1, "Booting worker");

	ck_assert(second_boot < strstr(said, ": left"));
	/* Nothing was wrong with it, so nobody asks what it was doing. */
	tree_wait(&tree, ") left", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Shutting down", 1);
	ck_assert_int_eq(tree_count(&tree, "[ERROR]"), 0);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_missed_heartbeat_is_aborted_and_replaced)
{
	struct tree tree;

	tree_init(&tree, "stuck", "timeout = 1\n");
	tree_boot(&tree, 1);
	tree_wait(&tree, "[CRITICAL] WORKER TIMEOUT (pid:", 1);
	tree_wait(&tree, "was sent SIGABRT!", 1);
	tree_wait(&tree, ": ready", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(who_survives_abort_is_killed)
{
	struct tree tree;

	tree_init(&tree, "stuck-deaf", "timeout = 1\n");
	tree_boot(&tree, 1);
	tree_wait(&tree, "WORKER TIMEOUT (pid:", 1);
	tree_wait(&tree, "was sent SIGKILL by the master: it missed its heartbeat (timeout) and survived SIGABRT", 1);
	tree_wait(&tree, ": ready", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_worker_that_hangs_while_it_boots_is_timed_out)
{
	struct tree tree;

	tree_init(&tree, "hang", "timeout = 1\n");
	tree_start(&tree);
	tree_wait(&tree, "WORKER TIMEOUT (pid:", 1);
	tree_wait(&tree, "failed to boot: was killed by SIGABRT", 1);
	tree_wait(&tree, ": hangs", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(strangers_are_reaped_and_mean_nothing)
{
	struct tree tree;

	tree_init(&tree, "strays", "");
	tree_boot(&tree, 1);
	tree_wait(&tree, "[DEBUG] Reaped unknown process", 1);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, ": ready", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

static unsigned uid_of(pid_t pid)
{
	char path[64], line[256];
	unsigned uid = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file) != NULL && sscanf(line, "Uid: %u", &uid) != 1) {
	}
	fclose(file);
	return uid;
}

START_TEST(workers_run_as_their_user_and_reopen_the_log)
{
	struct tree tree;
	char path[128], old[128];
	struct stat st;

	if (geteuid() != 0) {
		return; /* only root can switch */
	}
	tree_init(&tree, "ok", "user = 'nobody'\ngroup = 'nogroup'\nerrorlog = 'log'\n");
	ck_assert_int_eq(chmod(tree.dir, 0777), 0);
	tree_boot(&tree, 1);
	ck_assert_uint_ne(uid_of(tree_pid(&tree, "ready", 1)), 0);
	snprintf(path, sizeof(path), "%s/log", tree.dir);
	snprintf(old, sizeof(old), "%s/old", tree.dir);
	ck_assert_int_eq(rename(path, old), 0);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 1);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_ne(st.st_uid, 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(access_log_is_made_for_workers_that_may_not_make_it)
{
	struct tree tree;
	char path[128], old[128];
	struct stat st;

	if (geteuid() != 0) {
		return; /* only root can switch */
	}
	tree_init(&tree, "ok", "user = 'nobody'\naccesslog = 'access'\n");
	ck_assert_int_eq(chmod(tree.dir, 0755), 0);
	snprintf(path, sizeof(path), "%s/access", tree.dir);
	snprintf(old, sizeof(old), "%s/old", tree.dir);
	tree_boot(&tree, 1);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_ne(st.st_uid, 0);
	ck_assert_int_eq(rename(path, old), 0);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 1);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_ne(st.st_uid, 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(usr1_reopens_the_log_everywhere)
{
	struct tree tree;
	char path[128], old[128];

	tree_init(&tree, "ok", "workers = 2\nerrorlog = 'log'\n");
	tree_boot(&tree, 2);
	snprintf(path, sizeof(path), "%s/log", tree.dir);
	snprintf(old, sizeof(old), "%s/old", tree.dir);
	ck_assert_int_eq(rename(path, old), 0);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 2);
	ck_assert_int_eq(access(path, F_OK), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(usr1_does_not_end_a_worker_that_boots)
{
	struct tree tree;

	tree_init(&tree, "hang", "timeout = 0\n");
	tree_start(&tree);
	tree_wait(&tree, ": hangs", 1);
	tree_signal(&tree, SIGUSR1);
	kill(tree_pid(&tree, "hangs", 1), SIGUSR1);
	tree_wait(&tree, "Handling signal: usr1", 1);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, ": hangs", 2);
	ck_assert_int_eq(tree_count(&tree, "failed to boot"), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

NW_TEST_MAIN("master/workers", ttin_and_ttou_change_the_number_but_not_below_one,
	     winch_sends_all_away_and_others_bring_them_back, more_ttous_than_workers_in_one_turn_leave_one,
	     a_killed_worker_is_replaced_at_once, a_worker_that_leaves_by_itself_is_replaced_before_it_is_gone,
	     a_missed_heartbeat_is_aborted_and_replaced, who_survives_abort_is_killed,
	     a_worker_that_hangs_while_it_boots_is_timed_out, strangers_are_reaped_and_mean_nothing,
	     workers_run_as_their_user_and_reopen_the_log, access_log_is_made_for_workers_that_may_not_make_it,
	     usr1_reopens_the_log_everywhere, usr1_does_not_end_a_worker_that_boots)

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/master/tree.h"
#include "tests/unit/unit.h"

static void expect_kept(struct tree *tree, int n_failed)
{
	tree_wait(tree, "Reload failed, keeping old configuration, keeping generation 1\n", n_failed);
	/* The old one is well: it still grows. */
	int before = tree_count(tree, "gen 1: ready");

	tree_signal(tree, SIGTTIN);
	tree_wait(tree, "gen 1: ready", before + 1);
	ck_assert_int_eq(tree_count(tree, "gen 1: left"), 0);
}

START_TEST(hup_replaces_every_worker)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	tree_configure(&tree, "ok", "workers = 3\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Handling signal: hup", 1);
	tree_wait(&tree, "Hang up: Master", 1);
	tree_wait(&tree, "Reloaded: generation 2 serves", 1);
	tree_wait(&tree, "gen 2: ready", 3);
	tree_wait(&tree, "gen 1: left", 2);
	ck_assert_int_eq(tree_count(&tree, "gen 2: left"), 0);
	ck_assert_int_eq(access(tree.socket, F_OK), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(variables_belong_to_their_generation)
{
	struct tree tree;

	ck_assert_int_eq(setenv("COLOUR", "as started", 1), 0);
	tree_init(&tree, "env", "raw_env = ['COLOUR=red, dark', 'OTHER=1']\n");
	tree_boot(&tree, 1);
	tree_wait(&tree, "gen 1: red, dark\n", 1);
	/* One that fails leaves nothing behind, in workers of the old generation neither. */
	tree_configure(&tree, "fail", "raw_env = ['COLOUR=green']\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reload failed, keeping old configuration, keeping generation 1\n", 1);
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, "gen 1: red, dark\n", 2);
	tree_configure(&tree, "env", "preload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 3: as started\n", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
	unsetenv("COLOUR");
}
END_TEST

START_TEST(no_old_worker_leaves_before_a_new_one_is_ready)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	tree_configure(&tree, "ok", "workers = 4\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 4);
	tree_wait(&tree, "gen 1: left", 2);
	const char *said = nw_buf_str(&tree.said);
	const char *first_term = strstr(said, "gen 1: term");
	const char *first_ready = strstr(said, "Reloaded: generation 2 serves");

	ck_assert_ptr_nonnull(first_term);
	ck_assert_ptr_nonnull(first_ready);
	ck_assert(first_ready < first_term);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(old_workers_stay_in_the_place_of_new_ones_that_do_not_come_up)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 3\n");
	tree_boot(&tree, 3);
	tree_configure(&tree, "first", "workers = 3\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_wait(&tree, "gen 1: left", 1);
	tree_wait(&tree, "failed to boot: was killed by SIGSEGV; next try in", 3);
	ck_assert_int_eq(tree_count(&tree, "gen 1: term"), 1);
	/* Mended, the third generation replaces what is left of both. */
	tree_configure(&tree, "ok", "workers = 3\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 3: ready", 3);
	tree_wait(&tree, "gen 1: left", 3);
	tree_wait(&tree, "gen 2: left", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(rolling_replaces_one_after_the_other)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 4\nreload_strategy = 'rolling'\n");
	tree_boot(&tree, 4);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 1: left", 4);
	tree_wait(&tree, "gen 2: ready", 4);
	tree_expect_between(&tree, 4, 5);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(hups_in_the_middle_of_a_rolling_reload_stay_within_its_bounds)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 3\nreload_strategy = 'rolling'\n");
	tree_boot(&tree, 3);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reloaded: generation 2 serves", 1);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reloaded: generation 3 serves", 1);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 4: ready", 3);
	tree_wait(&tree, "gen 1: left", 3);
	tree_expect_between(&tree, 3, 4);
	/* To more workers and to less. */
	tree_configure(&tree, "ok", "workers = 5\nreload_strategy = 'rolling'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 5: ready", 5);
	tree_wait(&tree, "gen 4: left", 3);
	tree_expect_between(&tree, 3, 6);
	tree_configure(&tree, "ok", "workers = 1\nreload_strategy = 'rolling'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 5: left", 5);
	tree_wait(&tree, "gen 6: ready", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_rolling_reload_whose_later_workers_fail_leaves_the_old_ones_serving)
{
	struct tree tree;

	tree_init(&tree, "ok", "workers = 3\n");
	tree_boot(&tree, 3);
	tree_configure(&tree, "first", "workers = 3\nreload_strategy = 'rolling'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "failed to boot: was killed by SIGSEGV; next try in", 3);
	ck_assert_int_eq(tree_count(&tree, "gen 1: term"), 1);
	tree_expect_between(&tree, 3, 4);
	/* What mends it is not held up. */
	tree_configure(&tree, "ok", "workers = 3\nreload_strategy = 'rolling'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 3: ready", 3);
	tree_wait(&tree, "gen 1: left", 3);
	tree_wait(&tree, "gen 2: left", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_rolling_reload_never_waits_for_those_that_leave_while_nobody_serves)
{
	struct tree tree;
	static const char rolling[] = "workers = 3\nreload_strategy = 'rolling'\ngraceful_timeout = 600\n";

	tree_init(&tree, "deaf", rolling);
	tree_boot(&tree, 3);
	tree_configure(&tree, "ok", rolling);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_wait(&tree, "gen 1: term", 1);
	/* The first generation drains for as long as it may. */
	tree_signal(&tree, SIGWINCH);
	tree_wait(&tree, "gen 1: term", 3);
	tree_wait(&tree, "gen 2: left", 1);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 3: ready", 1);
	/* One that dies is replaced, though fewer are wanted than still drain. */
	tree_signal(&tree, SIGTTOU);
	tree_signal(&tree, SIGTTOU);
	tree_wait(&tree, "Workers: ", 2);
	kill(tree_pid(&tree, "ready", 5), SIGKILL);
	tree_wait(&tree, "gen 3: ready", 2);
	tree_signal(&tree, SIGINT);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(broken_file_keeps_the_old_generation)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure_raw(&tree, "workers = = 2\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "conf.py:1", 1);
	expect_kept(&tree, 1);
	/* And once it is mended it is taken. */
	tree_configure(&tree, "ok", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(next_generation_that_fails_crashes_or_hangs_is_not_taken)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure(&tree, "fail", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ") exited with code 3: domain.json:3: the first mistake\n", 1);
	tree_wait(&tree, "Reload failed: domain.json:9: the second mistake\n", 1);
	expect_kept(&tree, 1);
	tree_configure(&tree, "crash", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ") was killed by SIGSEGV", 1);
	expect_kept(&tree, 2);
	tree_configure(&tree, "hang", "timeout = 1\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reload failed: ", 4);
	expect_kept(&tree, 3);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(preload_or_address_that_fails_keeps_the_old_generation)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure(&tree, "fail", "preload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Reload failed: app.so: cannot preload it", 1);
	expect_kept(&tree, 1);
	tree_configure(&tree, "ok", "bind = 'unix:/nonexistent/dir/s'\n");
	tree_signal(&tree, SIGHUP);
	expect_kept(&tree, 2);
	ck_assert_int_eq(access(tree.socket, F_OK), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(what_takes_for_ever_to_read_holds_up_nobody)
{
	struct tree tree;

	tree_init(&tree, "ok", "timeout = 1\n");
	tree_boot(&tree, 1);
	tree_configure(&tree, "hang", "preload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ": preloads", 1);
	/* Meanwhile: one more, one that died, the log, a missed heartbeat. */
	tree_signal(&tree, SIGTTIN);
	tree_wait(&tree, ": ready", 2);
	kill(tree_pid(&tree, "ready", 1), SIGKILL);
	tree_wait(&tree, ": ready", 3);
	tree_signal(&tree, SIGUSR1);
	tree_wait(&tree, ": reopened", 2);
	kill(tree_pid(&tree, "ready", 2), SIGSTOP);
	tree_wait(&tree, "WORKER TIMEOUT", 1);
	kill(tree_pid(&tree, "ready", 2), SIGCONT);
	tree_wait(&tree, "names of hosts and users were not read within 1 s", 1);
	expect_kept(&tree, 1);
	/* And it can be left at any time. */
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ": preloads", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(what_crashes_while_it_is_preloaded_crashes_no_master)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure(&tree, "crash", "preload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ") that tried it was killed by SIGSEGV", 1);
	expect_kept(&tree, 1);
	tree_configure(&tree, "ok", "preload_app = True\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_configuration_that_can_be_read_once_only_is_taken)
{
	struct tree tree;

	/* In place of the file a pipe: whoever opened it a second time would wait for ever. */
	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	ck_assert_int_eq(unlink(tree.config), 0);
	ck_assert_int_eq(mkfifo(tree.config, 0600), 0);
	tree_signal(&tree, SIGHUP);
	FILE *file = fopen(tree.config, "w"); /* returns when it is being read */

	ck_assert_ptr_nonnull(file);
	fprintf(file, "bind = 'unix:%s'\nchdir = '%s'\nworkers = 2\n", tree.socket, tree.dir);
	ck_assert_int_eq(fclose(file), 0);
	tree_wait(&tree, "gen 2: ready", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(addresses_come_stay_and_go)
{
	struct tree tree;
	char other[128], more[512];

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	snprintf(other, sizeof(other), "%s/other", tree.dir);
	snprintf(more, sizeof(more), "bind = ['unix:%s', 'unix:other']\n", tree.socket);
	tree_configure(&tree, "ok", more);
	/* A connection that waits in the queue of the address that stays is answered by someone. */
	int fd = tree_connect(tree.socket);
	char text[4] = "";

	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 1: left", 1);
	ck_assert_int_eq(read(fd, text, 3), 3);
	close(fd);
	fd = tree_connect(other);
	ck_assert_int_ge(fd, 0);
	close(fd);
	tree_configure(&tree, "ok", "bind = 'unix:other'\npidfile = 'pid2'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: left", 1);
	ck_assert_int_ne(access(tree.socket, F_OK), 0);
	ck_assert_int_eq(access(other, F_OK), 0);
	snprintf(more, sizeof(more), "%s/pid", tree.dir);
	ck_assert_int_ne(access(more, F_OK), 0);
	snprintf(more, sizeof(more), "%s/pid2", tree.dir);
	ck_assert_int_eq(access(more, F_OK), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

static mode_t mode_of(const char *path, uid_t *out_uid)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	*out_uid = st.st_uid;
	return st.st_mode & 0777;
}

START_TEST(a_socket_that_stays_follows_umask_and_user)
{
	struct tree tree;
	uid_t uid;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	ck_assert_uint_eq(mode_of(tree.socket, &uid), 0777);
	tree_configure(&tree, "ok", "umask = 0o077\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 1: left", 1);
	ck_assert_uint_eq(mode_of(tree.socket, &uid), 0700);
	ck_assert_uint_eq(uid, geteuid());
	/* What somebody did by hand is not undone by a reload that changes nothing. */
	ck_assert_int_eq(chmod(tree.socket, 0711), 0);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: left", 1);
	ck_assert_uint_eq(mode_of(tree.socket, &uid), 0711);
	if (geteuid() == 0) { /* only root can give it away */
		tree_configure(&tree, "ok", "umask = 0o027\nuser = 'nobody'\n");
		tree_signal(&tree, SIGHUP);
		tree_wait(&tree, "gen 3: left", 1);
		ck_assert_uint_eq(mode_of(tree.socket, &uid), 0750);
		ck_assert_uint_ne(uid, 0);
	}
	ck_assert_int_eq(tree_count(&tree, "going on with the socket's mode"), 0);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(what_somebody_removed_is_there_again_after_a_reload)
{
	struct tree tree;
	char pidfile[128];

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	snprintf(pidfile, sizeof(pidfile), "%s/pid", tree.dir);
	ck_assert_int_eq(unlink(tree.socket), 0);
	ck_assert_int_eq(unlink(pidfile), 0);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 1: left", 1);
	ck_assert_int_eq(access(pidfile, F_OK), 0);
	int fd = tree_connect(tree.socket);

	ck_assert_int_ge(fd, 0);
	close(fd);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Shutting down: Master", 1);
	ck_assert_int_ne(access(tree.socket, F_OK), 0);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(relative_socket_moves_with_chdir)
{
	struct tree tree;
	char more[512], sub[96], here[128], there[128];

	tree_init(&tree, "ok", "bind = 'unix:rel'\n");
	tree_boot(&tree, 1);
	snprintf(sub, sizeof(sub), "%s/sub", tree.dir);
	snprintf(here, sizeof(here), "%s/rel", tree.dir);
	snprintf(there, sizeof(there), "%s/rel", sub);
	ck_assert_int_eq(mkdir(sub, 0755), 0);
	snprintf(more, sizeof(more), "bind = 'unix:rel'\nchdir = '%s'\n", sub);
	tree_configure(&tree, "ok", more);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 1: left", 1);
	int fd = tree_connect(there);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_ne(access(here, F_OK), 0);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "Shutting down: Master", 1);
	ck_assert_int_ne(access(there, F_OK), 0);
	tree_end(&tree, 0);
}
END_TEST

/* The number behind @text, where it was said for the @n-th time. */
static int number_after(struct tree *tree, const char *text, int n)
{
	const char *p = nw_buf_str(&tree->said);

	for (; n > 0; n--) {
		p = strstr(p, text);
		ck_assert_ptr_nonnull(p);
		p += strlen(text);
	}
	return atoi(p);
}

START_TEST(an_address_is_added_while_the_port_stays)
{
	struct tree tree;

	tree_init(&tree, "ok", "bind = '127.0.0.1:0'\nadmin_bind = '127.0.0.1:0'\n");
	tree_boot(&tree, 1);
	int port = number_after(&tree, "Listening at: http://127.0.0.1:", 1);

	ck_assert_int_gt(port, 0);
	tree_configure(&tree, "ok", "bind = ['127.0.0.1:0', 'unix:s']\nadmin_bind = '127.0.0.1:0'\nbacklog = 7\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, ",unix:s (", 1);
	ck_assert_int_eq(number_after(&tree, "Listening at: http://127.0.0.1:", 2), port);
	tree_wait(&tree, "gen 1: left", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(an_address_that_excludes_the_serving_one_is_explained)
{
	struct tree tree;
	char more[64];

	tree_init(&tree, "ok", "bind = '127.0.0.1:0'\n");
	tree_boot(&tree, 1);
	int port = number_after(&tree, "Listening at: http://127.0.0.1:", 1);

	/* Only a configuration with the port in it can clash with it. */
	snprintf(more, sizeof(more), "bind = '127.0.0.1:%d'\n", port);
	tree_configure(&tree, "ok", more);
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "Address already in use (this server listens at http://127.0.0.1:", 1);
	tree_wait(&tree, "keeping old configuration", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(deaf_old_workers_are_killed_at_graceful_timeout)
{
	struct tree tree;

	tree_init(&tree, "deaf", "graceful_timeout = 1\n");
	tree_boot(&tree, 1);
	tree_configure(&tree, "ok", "graceful_timeout = 1\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: ready", 1);
	tree_wait(&tree, "was sent SIGKILL by the master", 1);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(term_during_a_reload_stops_everything)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure(&tree, "hang", "bind = 'unix:other'\n");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: hangs", 1);
	tree_signal(&tree, SIGTERM);
	tree_wait(&tree, "gen 1: left", 1);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_worker_that_dies_during_a_reload_is_replaced)
{
	struct tree tree;

	tree_init(&tree, "ok", "");
	tree_boot(&tree, 1);
	tree_configure(&tree, "hang", "");
	tree_signal(&tree, SIGHUP);
	tree_wait(&tree, "gen 2: hangs", 1);
	kill(tree_pid(&tree, "ready", 1), SIGKILL);
	tree_wait(&tree, "gen 1: ready", 2);
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

START_TEST(a_burst_of_hups_ends_with_the_last_configuration)
{
	struct tree tree;
	char more[64];

	tree_init(&tree, "ok", "workers = 2\n");
	tree_boot(&tree, 2);
	for (int i = 0; i < 20; i++) {
		snprintf(more, sizeof(more), "workers = %d\n", i % 3 + 1);
		tree_configure(&tree, "ok", more);
		tree_signal(&tree, SIGHUP);
	}
	tree_configure(&tree, "ok", "workers = 4\n");
	tree_wait(&tree, "Reloaded: generation", 1);
	/* One more, surely seen after the others; then all but four leave. */
	tree_signal(&tree, SIGHUP);
	while (tree_count(&tree, ": ready") - tree_count(&tree, ": left") != 4 ||
	       tree_count(&tree, "-> 4, as configured") == 0) {
		tree_hear(&tree);
	}
	tree_signal(&tree, SIGTERM);
	tree_end(&tree, 0);
}
END_TEST

NW_TEST_MAIN("master/reload", variables_belong_to_their_generation, hup_replaces_every_worker,
	     no_old_worker_leaves_before_a_new_one_is_ready,
	     old_workers_stay_in_the_place_of_new_ones_that_do_not_come_up, rolling_replaces_one_after_the_other,
	     hups_in_the_middle_of_a_rolling_reload_stay_within_its_bounds,
	     a_rolling_reload_whose_later_workers_fail_leaves_the_old_ones_serving,
	     a_rolling_reload_never_waits_for_those_that_leave_while_nobody_serves,
	     broken_file_keeps_the_old_generation, next_generation_that_fails_crashes_or_hangs_is_not_taken,
	     preload_or_address_that_fails_keeps_the_old_generation, what_takes_for_ever_to_read_holds_up_nobody,
	     what_crashes_while_it_is_preloaded_crashes_no_master, a_configuration_that_can_be_read_once_only_is_taken,
	     addresses_come_stay_and_go, a_socket_that_stays_follows_umask_and_user,
	     what_somebody_removed_is_there_again_after_a_reload, relative_socket_moves_with_chdir,
	     an_address_is_added_while_the_port_stays, an_address_that_excludes_the_serving_one_is_explained,
	     deaf_old_workers_are_killed_at_graceful_timeout, term_during_a_reload_stops_everything,
	     a_worker_that_dies_during_a_reload_is_replaced, a_burst_of_hups_ends_with_the_last_configuration)

#include "common/proc.h"

#include <errno.h>
#include <event2/event.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	int *count = arg;

	(void)sig;
	(void)what;
	(*count)++;
}

static int wait_for(pid_t pid)
{
	int status = -1;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

START_TEST(a_signal_to_the_child_is_not_the_parents)
{
	struct event_base *base = event_base_new();
	int count = 0;
	struct event *event = evsignal_new(base, SIGTERM, on_signal, &count);
	pid_t pid;

	event_add(event, NULL);
	pid = nw_proc_fork();
	if (pid == 0) {
		event_reinit(base);
		event_free(event);
		event_base_free(base);
		nw_proc_reset_signals();
		raise(SIGTERM);
		_exit(0);
	}
	int status = wait_for(pid);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	event_base_loop(base, EVLOOP_NONBLOCK);
	ck_assert_int_eq(count, 0);
	/* Nor is the parent deaf now. */
	raise(SIGTERM);
	event_base_loop(base, EVLOOP_ONCE);
	ck_assert_int_eq(count, 1);
	event_free(event);
	event_base_free(base);
}
END_TEST

START_TEST(a_signal_sent_before_the_child_is_ready_waits)
{
	pid_t pid = nw_proc_fork();

	if (pid == 0) {
		raise(SIGTERM); /* blocked */
		if (write(STDERR_FILENO, "", 0) == 0) {
			nw_proc_reset_signals();
		}
		_exit(0);
	}
	int status = wait_for(pid);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}
END_TEST

START_TEST(terminal_and_log_signals_do_not_end_a_booting_child)
{
	pid_t pid = nw_proc_fork();

	if (pid == 0) {
		nw_proc_reset_signals();
		raise(SIGHUP);
		raise(SIGPIPE);
		raise(SIGUSR1);
		raise(SIGUSR2);
		raise(SIGTTIN);
		raise(SIGTTOU);
		raise(SIGWINCH);
		_exit(5);
	}
	char text[64];

	ck_assert_str_eq(nw_proc_status_text(wait_for(pid), text, sizeof(text)), "exited with code 5");
}
END_TEST

START_TEST(statuses_and_signals_have_names)
{
	char text[64];

	ck_assert_str_eq(nw_proc_status_text(SIGKILL, text, sizeof(text)), "was killed by SIGKILL");
	ck_assert_str_eq(nw_proc_status_text(SIGSEGV | 0x80, text, sizeof(text)),
			 "was killed by SIGSEGV (core dumped)");
	ck_assert_str_eq(nw_proc_status_text(3 << 8, text, sizeof(text)), "exited with code 3");
	ck_assert_str_eq(nw_proc_signal_name(SIGTERM, text, sizeof(text)), "SIGTERM");
	ck_assert_str_eq(nw_proc_signal_name(40, text, sizeof(text)), "signal 40");
}
END_TEST

START_TEST(title_is_written_over_argv_and_argv_stays_readable)
{
	char area[] = "narwhal\0--workers\0"
		      "2"; /* as the kernel lays it out */
	char *argv[] = {area, area + 8, area + 18, NULL};

	nw_proc_title_set("before init it does nothing");
	ck_assert_str_eq(area, "narwhal");
	nw_proc_title_init(3, argv);
	nw_proc_title_set("%s", "nw: x");
	ck_assert_str_eq(area, "nw: x");
	nw_proc_title_set("narwhal: master [a name that is far too long]");
	ck_assert_uint_eq(strlen(area), sizeof(area) - 1);
	ck_assert_str_eq(argv[0], "narwhal");
	ck_assert_str_eq(argv[1], "--workers");
	ck_assert_str_eq(argv[2], "2");
	ck_assert_ptr_nonnull(getenv("PATH"));
}
END_TEST

static int drop_in_child(uid_t uid, gid_t gid)
{
	struct nw_err err = {0};
	gid_t groups[16];

	if (nw_proc_drop(uid, gid, &err) != 0) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	if (getuid() != uid || geteuid() != uid || (gid != (gid_t)-1 && getgid() != gid) || getgid() == 0) {
		return 2;
	}
	int n = getgroups(16, groups);

	for (int i = 0; i < n; i++) {
		if (groups[i] == 0) {
			return 3;
		}
	}
	return setuid(0) == 0 ? 4 : 0;
}

START_TEST(dropping_leaves_nothing_of_root)
{
	static const struct {
		uid_t uid;
		gid_t gid;
	} cases[] = {{65534, 65534}, {54321, 54321}, {1, (gid_t)-1}};

	if (geteuid() != 0) {
		return; /* only root has something to drop */
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(cases); i++) {
		pid_t pid = fork();

		if (pid == 0) {
			_exit(drop_in_child(cases[i].uid, cases[i].gid));
		}
		ck_assert_int_eq(wait_for(pid), 0);
	}
}
END_TEST

START_TEST(an_unknown_user_without_a_group_is_refused)
{
	if (geteuid() == 0) {
		ck_assert_int_eq(nw_proc_drop(54321, (gid_t)-1, NULL), -EINVAL);
	}
}
END_TEST

START_TEST(without_root_only_the_same_user_is_accepted)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && (setresgid(54321, 54321, 54321) != 0 || setresuid(54321, 54321, 54321) != 0)) {
			_exit(1);
		}
		if (nw_proc_drop(geteuid(), getegid(), NULL) != 0 || nw_proc_drop(geteuid(), (gid_t)-1, NULL) != 0) {
			_exit(2);
		}
		_exit(nw_proc_drop(geteuid() + 1, (gid_t)-1, NULL) == -EPERM ? 0 : 3);
	}
	ck_assert_int_eq(wait_for(pid), 0);
}
END_TEST

NW_TEST_MAIN("common/proc", a_signal_to_the_child_is_not_the_parents, a_signal_sent_before_the_child_is_ready_waits,
	     terminal_and_log_signals_do_not_end_a_booting_child, statuses_and_signals_have_names,
	     title_is_written_over_argv_and_argv_stays_readable, dropping_leaves_nothing_of_root,
	     an_unknown_user_without_a_group_is_refused, without_root_only_the_same_user_is_accepted)

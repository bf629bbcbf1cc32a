#include "tests/unit/master/fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/channel.h"
#include "common/clock.h"
#include "common/fd.h"

enum {
	BEAT_MS = 50,
	LEAVE_MS = 200, /* from LEAVING to exit */
};

static void say(const struct nw_boot *boot, const char *what)
{
	dprintf(STDERR_FILENO, "fake %d gen %u: %s\n", (int)getpid(), boot->generation, what);
}

static bool is(const struct nw_boot *boot, const char *how)
{
	return boot->settings->proc_name != NULL && strcmp(boot->settings->proc_name, how) == 0;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR1, SIG_DFL); /* ignored signals do not reach a signalfd */
	signal(SIGUSR2, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void answer_queue(const struct nw_boot *boot)
{
	for (size_t i = 0; i < boot->n_listeners; i++) {
		int fd;

		while ((fd = accept(boot->listeners[i], NULL, NULL)) != -1) {
			(void)!write(fd, "bye", 3);
			close(fd);
		}
	}
}

static void leave_by_itself(const struct nw_boot *boot)
{
	NW_GAUGE(boot->slot->state, NW_WORKER_DRAINING);
	nw_channel_send(boot->channel_fd, NW_CHANNEL_LEAVING, NULL);
	say(boot, "leaves by itself");
	poll(NULL, 0, LEAVE_MS);
	say(boot, "left");
	exit(0);
}

/* true: time to go. */
static bool heed(const struct nw_boot *boot, uint32_t sig)
{
	switch (sig) {
	case SIGTERM:
		say(boot, "term");
		if (!is(boot, "deaf")) {
			answer_queue(boot);
		}
		return !is(boot, "deaf");
	case SIGQUIT:
		say(boot, "quit");
		return true;
	case SIGUSR1:
		say(boot, "reopened");
		return false;
	case SIGUSR2:
		leave_by_itself(boot);
		return true;
	case SIGHUP:
		nw_channel_send(boot->channel_fd, NW_CHANNEL_WISH, nw_board_end_names[NW_END_REQUESTS]);
		return false;
	case SIGALRM:
		NW_GAUGE(boot->slot->resident_bytes, UINT64_C(1) << 30);
		say(boot, "has grown");
		return false;
	default:
		return false;
	}
}

static void serve(const struct nw_boot *boot)
{
	NW_AUTO_CLOSE int signals = open_signals();
	struct nw_channel_msg msg;
	bool is_stuck = is(boot, "stuck") || is(boot, "stuck-deaf");

	NW_GAUGE(boot->slot->state, NW_WORKER_SERVING);
	NW_GAUGE(boot->slot->resident_bytes, UINT64_C(2) << 20);
	NW_COUNT(boot->slot->routes[0][3].bucket[0], 1);
	say(boot, "up"); /* before anything can follow from it */
	nw_channel_send(boot->channel_fd, NW_CHANNEL_READY, NULL);
	say(boot, "ready");
	if (NW_READ(boot->board->is_leaving) != 0) {
		say(boot, "departs");
	}
	for (;;) {
		struct pollfd fds[] = {{signals, POLLIN, 0}, {boot->channel_fd, POLLIN, 0}};
		struct signalfd_siginfo info;

		poll(fds, NW_ARRAY_LEN(fds), BEAT_MS);
		if (!is_stuck) {
			NW_GAUGE(boot->slot->heartbeat_ms, nw_clock_ms());
		}
		nw_channel_receive(boot->channel_fd, &msg);
		if (msg.kind == NW_CHANNEL_EOF) {
			say(boot, "orphaned");
			return;
		}
		if (msg.kind == NW_CHANNEL_DEPART) {
			say(boot, "departs");
		}
		while (read(signals, &info, sizeof(info)) == sizeof(info)) {
			if (heed(boot, info.ssi_signo)) {
				return;
			}
		}
	}
}

static bool is_first(void)
{
	NW_AUTO_CLOSE int fd = open("first", O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd != -1;
}

/* A grandchild whose parent is gone: it becomes the child of whoever is process 1 here. */
static void leave_stray(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(fork() == 0 ? NW_EXIT_BOOT : 0);
	}
	waitpid(pid, NULL, 0);
}

static int run_worker(const struct nw_boot *boot)
{
	if (is(boot, "fail")) {
		nw_channel_send(boot->channel_fd, NW_CHANNEL_FAILED,
				"domain.json:3: the first mistake\ndomain.json:9: the second mistake");
		return NW_EXIT_BOOT;
	}
	if (is(boot, "no-app")) {
		nw_channel_send(boot->channel_fd, NW_CHANNEL_FAILED, "./no.so: cannot load the module");
		return NW_EXIT_APP;
	}
	if (is(boot, "crash") || (is(boot, "first") && !is_first())) {
		signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would exit */
		raise(SIGSEGV);
	}
	if (is(boot, "flash")) {
		nw_channel_send(boot->channel_fd, NW_CHANNEL_READY, NULL);
		_exit(1); /* before a sanitizer looks for leaks, which takes its time */
	}
	if (is(boot, "hang")) {
		say(boot, "hangs");
		for (;;) {
			pause();
		}
	}
	if (is(boot, "env")) {
		const char *colour = getenv("COLOUR");

		say(boot, colour == NULL ? "no colour" : colour);
	}
	if (is(boot, "strays")) {
		leave_stray();
	}
	if (is(boot, "stuck-deaf")) {
		signal(SIGABRT, SIG_IGN);
	}
	serve(boot);
	say(boot, "left");
	return 0;
}

static int check(const struct nw_settings *settings, struct nw_err *err)
{
	if (strcmp(settings->proc_name, "fail") == 0) {
		return nw_err_set(err, -EINVAL, "domain.json:3: the first mistake");
	}
	return 0;
}

static int preload(const struct nw_settings *settings, void **out, struct nw_err *err)
{
	if (strcmp(settings->proc_name, "fail") == 0) {
		return nw_err_set(err, -EINVAL, "app.so: cannot preload it");
	}
	if (strcmp(settings->proc_name, "crash") == 0) {
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	if (strcmp(settings->proc_name, "hang") == 0) {
		dprintf(STDERR_FILENO, "fake %d gen 0: preloads\n", (int)getpid());
		for (;;) {
			pause();
		}
	}
	*out = malloc(100);
	return *out == NULL ? -ENOMEM : 0;
}

static void unload(void *preloaded)
{
	free(preloaded);
}

const struct nw_program fake_program = {
	.run_worker = run_worker,
	.check = check,
	.preload = preload,
	.unload = unload,
};

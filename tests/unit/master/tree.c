#include "tests/unit/master/tree.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "master/master.h"
#include "tests/unit/master/fake.h"
#include "tests/unit/unit.h"

enum {
	DEADLINE_MS = 20000,
	TICK_MS = 20,
};

void tree_configure_raw(struct tree *tree, const char *text)
{
	char temp[112];

	/* A reload must never see half of it. */
	snprintf(temp, sizeof(temp), "%s.new", tree->config);
	FILE *file = fopen(temp, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(rename(temp, tree->config), 0);
}

void tree_configure(struct tree *tree, const char *how, const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 "bind = 'unix:%s'\nproc_name = '%s'\nchdir = '%s'\npidfile = 'pid'\nloglevel = 'debug'\n"
		 "control_socket = 'ctl'\n%s",
		 tree->socket, how, tree->dir, more);
	tree_configure_raw(tree, text);
}

void tree_init(struct tree *tree, const char *how, const char *more)
{
	memset(tree, 0, sizeof(*tree));
	tree->backoff_ms = TICK_MS;
	snprintf(tree->dir, sizeof(tree->dir), "/tmp/nw-tree-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(tree->dir));
	snprintf(tree->config, sizeof(tree->config), "%s/conf.py", tree->dir);
	snprintf(tree->socket, sizeof(tree->socket), "%s/s", tree->dir);
	tree_configure(tree, how, more);
}

static int run_master(const struct tree *tree)
{
	char arg0[] = "narwhal", arg1[] = "-c", arg3[] = "fake";
	NW_AUTO_FREE char *arg2 = strdup(tree->config);
	char *argv[] = {arg0, arg1, arg2, arg3, NULL};
	char *env[] = {NULL};
	struct nw_settings *settings = NULL;
	struct nw_generation *generation = NULL;
	enum nw_settings_action action;
	struct nw_buf text = {0};
	struct nw_err err = {0};
	struct nw_master master;

	if (nw_settings_load(4, argv, env, &settings, &action, &text, &err) != 0 || chdir(settings->chdir) != 0 ||
	    nw_log_open(settings->errorlog, settings->loglevel, &err) != 0 ||
	    nw_generation_open(&fake_program, 1, settings, NULL, &generation, &err) != 0 ||
	    nw_master_init(&master, &fake_program, generation, 4, argv, env, &err) != 0) {
		fprintf(stderr, "cannot start: %s\n", err.msg);
		return 99;
	}
	master.tick_ms = TICK_MS;
	master.backoff.unit_ms = tree->backoff_ms;
	int code = nw_master_run(&master);

	nw_master_fini(&master);
	return code;
}

void tree_start(struct tree *tree)
{
	const struct rlimit no_core = {0, 0};
	int out[2];

	ck_assert_int_eq(pipe(out), 0);
	fflush(NULL);
	tree->master = fork();
	ck_assert_int_ge(tree->master, 0);
	if (tree->master == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
		prctl(PR_SET_CHILD_SUBREAPER, 1); /* like process 1 of a container */
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(out[1], STDERR_FILENO);
		close(out[0]);
		close(out[1]);
		exit(run_master(tree));
	}
	close(out[1]);
	tree->out = out[0];
}

/* More of what they say. false: nothing until @deadline_ms. */
static bool listen_on(struct tree *tree, int64_t deadline_ms)
{
	struct pollfd pollfd = {tree->out, POLLIN, 0};
	int64_t left = deadline_ms - nw_clock_ms();

	if (left <= 0 || poll(&pollfd, 1, (int)left) <= 0) {
		return false;
	}
	char *room = nw_buf_reserve(&tree->said, 4096);

	ck_assert_ptr_nonnull(room);
	ssize_t n = read(tree->out, room, 4096);

	if (n > 0) {
		tree->said.len += (size_t)n;
	} else {
		close(tree->out);
		tree->out = -1;
	}
	return true;
}

int tree_count(struct tree *tree, const char *text)
{
	int n = 0;

	for (const char *p = nw_buf_str(&tree->said); (p = strstr(p, text)) != NULL; p++) {
		n++;
	}
	return n;
}

/* A message of Check is too short for all that was said. */
static void give_up(struct tree *tree)
{
	fprintf(stderr, "All that was said:\n%s", nw_buf_str(&tree->said));
}

void tree_wait(struct tree *tree, const char *text, int n)
{
	int64_t deadline = nw_clock_ms() + DEADLINE_MS;

	while (tree_count(tree, text) < n) {
		if (tree->out == -1 || !listen_on(tree, deadline)) {
			give_up(tree);
			ck_abort_msg("'%s' was said %d times, not %d", text, tree_count(tree, text), n);
		}
	}
}

void tree_hear(struct tree *tree)
{
	if (tree->out == -1 || !listen_on(tree, nw_clock_ms() + DEADLINE_MS)) {
		give_up(tree);
		ck_abort_msg("nothing more is said");
	}
}

void tree_boot(struct tree *tree, int n)
{
	tree_start(tree);
	tree_wait(tree, ": ready", n);
}

void tree_expect_between(struct tree *tree, int least, int most)
{
	int n_up = 0, n_told = 0, n_left = 0;

	for (const char *p = nw_buf_str(&tree->said); (p = strstr(p, "fake ")) != NULL; p++) {
		char what[16] = "";

		if (sscanf(p, "fake %*d gen %*u: %15s", what) != 1) {
			continue;
		}
		n_up += strcmp(what, "up") == 0;
		n_told += strcmp(what, "term") == 0;
		n_left += strcmp(what, "left") == 0;
		ck_assert_int_le(n_up - n_left, most);
		ck_assert(n_told == 0 || n_up - n_told >= least);
	}
}

pid_t tree_pid(struct tree *tree, const char *what, int n)
{
	const char *p = nw_buf_str(&tree->said);
	char said[64], line[256];
	int pid, end;

	while ((p = strstr(p, "fake ")) != NULL) {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(p, "\n"), p);
		/* Its words end where those of the line do. */
		if (sscanf(line, "fake %d gen %*u: %63[^\n]%n", &pid, said, &end) == 2 && strcmp(said, what) == 0 &&
		    --n == 0) {
			return pid;
		}
		p++;
	}
	ck_abort_msg("nobody said '%s'", what);
	return -1;
}

void tree_signal(struct tree *tree, int sig)
{
	ck_assert_int_eq(kill(tree->master, sig), 0);
}

static int end(struct tree *tree)
{
	int64_t deadline = nw_clock_ms() + DEADLINE_MS;
	char command[96];
	int status = -1;

	/* Each of them holds the pipe open. */
	while (tree->out != -1) {
		if (!listen_on(tree, deadline)) {
			give_up(tree);
			ck_abort_msg("some process stays");
		}
	}
	ck_assert_int_eq(waitpid(tree->master, &status, 0), tree->master);
	if (strstr(nw_buf_str(&tree->said), "Sanitizer") != NULL || strstr(nw_buf_str(&tree->said), "runtime error")) {
		give_up(tree);
		ck_abort_msg("a sanitizer complains");
	}
	snprintf(command, sizeof(command), "rm -rf %s", tree->dir);
	ck_assert_int_eq(system(command), 0);
	return status;
}

void tree_end(struct tree *tree, int code)
{
	int status = end(tree);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != code) {
		give_up(tree);
		ck_abort_msg("status %d instead of exit code %d", status, code);
	}
	nw_buf_free(&tree->said);
}

void tree_end_killed(struct tree *tree)
{
	int status = end(tree);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	nw_buf_free(&tree->said);
}

int tree_connect(const char *path)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

#include "common/proc.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t nw_proc_fork(void)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();

	if (pid != 0) {
		int saved = errno;

		sigprocmask(SIG_SETMASK, &before, NULL);
		errno = saved;
	}
	return pid;
}

/* Nothing here handles these; a sanitizer or a crash reporter may, and is to see the child's too. */
static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL || sig == SIGTRAP || sig == SIGSYS;
}

void nw_proc_reset_signals(void)
{
	/* XFSZ: a file that is too large is an error of write(). */
	static const int ignored[] = {SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2, SIGTTIN, SIGTTOU, SIGWINCH, SIGXFSZ};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&action.sa_mask);
	for (int sig = 1; sig < NSIG; sig++) {
		if (!is_fault(sig)) {
			sigaction(sig, &action, NULL); /* KILL, STOP and libc's own refuse, rightly */
		}
	}
	action.sa_handler = SIG_IGN;
	for (size_t i = 0; i < NW_ARRAY_LEN(ignored); i++) {
		sigaction(ignored[i], &action, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

const char *nw_proc_signal_name(int sig, char *buf, size_t size)
{
	const char *name = sigabbrev_np(sig);

	if (name != NULL) {
		snprintf(buf, size, "SIG%s", name);
	} else {
		snprintf(buf, size, "signal %d", sig);
	}
	return buf;
}

const char *nw_proc_status_text(int status, char *buf, size_t size)
{
	char name[32];

	if (WIFSIGNALED(status)) {
		snprintf(buf, size, "was killed by %s%s", nw_proc_signal_name(WTERMSIG(status), name, sizeof(name)),
			 WCOREDUMP(status) ? " (core dumped)" : "");
	} else {
		snprintf(buf, size, "exited with code %d", WEXITSTATUS(status));
	}
	return buf;
}

/* The bytes that the kernel shows as the command line: argv's strings and, right behind them, the environment's. */
static struct {
	char *start; /* NULL: no title */
	size_t size;
} title;

static size_t count(char *const *strings)
{
	size_t n = 0;

	while (strings[n] != NULL) {
		n++;
	}
	return n;
}

/* A NULL-ended copy of @strings and of what they point to; NULL: no memory. */
static char **copy_strings(char *const *strings, size_t n)
{
	char **copy = calloc(n + 1, sizeof(*copy));

	for (size_t i = 0; copy != NULL && i < n; i++) {
		copy[i] = strdup(strings[i]);
		if (copy[i] == NULL) {
			while (i > 0) {
				free(copy[--i]);
			}
			free(copy);
			return NULL;
		}
	}
	return copy;
}

/* How far the strings go on without a gap from @end. */
static char *extend(char *end, char *const *strings, size_t n)
{
	for (size_t i = 0; i < n && strings[i] == end; i++) {
		end = strings[i] + strlen(strings[i]) + 1;
	}
	return end;
}

void nw_proc_title_init(int argc, char **argv)
{
	/* What argv[i] and environ point to from now on. Volatile: it stays reachable, for leak checkers. */
	static char **volatile kept_argv;
	static char **volatile kept_environ;
	static char **volatile own_environ; /* what unsetenv() takes out of it is still in the one above */

	if (argc < 1 || title.start != NULL) {
		return;
	}
	size_t n = count(environ);
	char *end = extend(extend(argv[0], argv, (size_t)argc), environ, n);

	kept_argv = copy_strings(argv, (size_t)argc);
	kept_environ = copy_strings(environ, n);
	own_environ = calloc(n + 1, sizeof(*environ));
	if (kept_argv == NULL || kept_environ == NULL || own_environ == NULL) {
		return;
	}
	title.start = argv[0];
	title.size = (size_t)(end - argv[0]);
	memcpy(argv, (char **)kept_argv, (size_t)argc * sizeof(*argv));
	memcpy((char **)own_environ, (char **)kept_environ, n * sizeof(*environ));
	environ = own_environ;
}

void nw_proc_title_set(const char *fmt, ...)
{
	va_list ap;

	if (title.start == NULL || title.size < 2) {
		return;
	}
	va_start(ap, fmt);
	int len = vsnprintf(title.start, title.size, fmt, ap);
	va_end(ap);
	if (len < 0) {
		len = 0;
	}
	if ((size_t)len < title.size) {
		memset(title.start + len, 0, title.size - (size_t)len);
	}
}

void nw_proc_end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

uint64_t nw_proc_allow_files(uint64_t n)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		return 0;
	}
	if (limit.rlim_cur < n) {
		struct rlimit wanted = {n < limit.rlim_max ? n : limit.rlim_max, limit.rlim_max};

		if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) {
			limit = wanted;
		}
	}
	return limit.rlim_cur;
}

static int set_groups(const struct passwd *user, gid_t gid, struct nw_err *err)
{
	int failed = user != NULL ? initgroups(user->pw_name, gid) : setgroups(1, &gid);

	if (failed != 0) {
		return nw_err_errno(err, "cannot set supplementary groups");
	}
	if (setresgid(gid, gid, gid) != 0) {
		return nw_err_errno(err, "cannot switch to group %u", (unsigned)gid);
	}
	return 0;
}

static int verify(uid_t uid, gid_t gid, struct nw_err *err)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	if (getresuid(&r, &e, &s) != 0 || getresgid(&rg, &eg, &sg) != 0) {
		return nw_err_errno(err, "cannot read back user and group");
	}
	if (r != uid || e != uid || s != uid || rg != gid || eg != gid || sg != gid) {
		return nw_err_set(err, -EPERM, "user %u, group %u: switching to them did not hold", (unsigned)uid,
				  (unsigned)gid);
	}
	if (uid != 0 && setuid(0) == 0) {
		return nw_err_set(err, -EPERM, "user %u: could become root again", (unsigned)uid);
	}
	return 0;
}

int nw_proc_drop(uid_t uid, gid_t gid, struct nw_err *err)
{
	bool is_same_user = uid == (uid_t)-1 || uid == geteuid();
	bool is_same_group = gid == (gid_t)-1 || gid == getegid();

	if (uid == (uid_t)-1 && gid == (gid_t)-1) {
		return 0;
	}
	if (geteuid() != 0) {
		return is_same_user && is_same_group
			       ? 0
			       : nw_err_set(err, -EPERM, "only root can switch to another user or group");
	}
	const struct passwd *user = uid == (uid_t)-1 ? NULL : getpwuid(uid);

	if (uid == (uid_t)-1) {
		uid = geteuid();
	}
	if (gid == (gid_t)-1 && user == NULL && uid != 0) {
		return nw_err_set(err, -EINVAL, "user %u is not in the passwd file: its group must be given too",
				  (unsigned)uid);
	}
	if (gid == (gid_t)-1) {
		gid = user != NULL ? user->pw_gid : getegid();
	}
	int failed = set_groups(user, gid, err);

	if (failed != 0) {
		return failed;
	}
	if (setresuid(uid, uid, uid) != 0) {
		return nw_err_errno(err, "cannot switch to user %u", (unsigned)uid);
	}
	return verify(uid, gid, err);
}

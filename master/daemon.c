#include "master/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"

enum { UMASK = 022 };

struct result {
	int code;
	char why[2048];
};

static int starter_fd = -1; /* our end */
static struct result noted;

/* Wait for what the daemon says; it says nothing if it dies. */
static _Noreturn void be_starter(int fd, pid_t child)
{
	struct result result = {0};
	ssize_t n;

	waitpid(child, NULL, 0); /* it is not the daemon yet, and is gone at once */
	do {
		n = recv(fd, &result, sizeof(result), 0);
	} while (n == -1 && errno == EINTR);
	if (n != (ssize_t)sizeof(result)) {
		result = (struct result){EXIT_FAILURE, "the server ended before it served, its log may say why"};
	}
	if (result.why[0] != '\0') {
		fprintf(stderr, "Error: %s\n", result.why);
	}
	_exit(result.code);
}

int nw_daemon_begin(struct nw_err *err)
{
	int ends[2] = {-1, -1};

	if (getenv("NOTIFY_SOCKET") != NULL) {
		/* Gunicorn's words, more or less. */
		fprintf(stderr, "Warning: you shouldn't specify `daemon = True` when launching by systemd with "
				"`Type = notify`\n");
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
		return nw_err_errno(err, "daemon: cannot make a pair of sockets");
	}
	fflush(NULL);
	pid_t pid = fork();

	if (pid == -1) {
		int failed = nw_err_errno(err, "daemon: cannot fork");

		nw_fd_close(ends[0]);
		nw_fd_close(ends[1]);
		return failed;
	}
	if (pid > 0) {
		nw_fd_close(ends[1]);
		be_starter(ends[0], pid);
	}
	nw_fd_close(ends[0]);
	starter_fd = ends[1];
	setsid();
	/* Who leads no session can never get a terminal again. */
	if (fork() != 0) {
		_exit(EXIT_SUCCESS);
	}
	umask(UMASK);
	return 0;
}

void nw_daemon_detach(const struct nw_settings *settings)
{
	NW_AUTO_CLOSE int null = starter_fd == -1 ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1) {
		return;
	}
	bool keeps = settings->enable_stdio_inheritance;

	if (strcmp(settings->errorlog, "-") == 0 && (!keeps || isatty(STDERR_FILENO))) {
		NW_LOG_WARN("This log ends here: a daemon has no terminal, name a file by errorlog");
	}
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fd == STDIN_FILENO || !keeps || isatty(fd)) {
			dup2(null, fd);
		}
	}
}

void nw_daemon_note(const char *why)
{
	snprintf(noted.why, sizeof(noted.why), "%s", why);
}

void nw_daemon_tell(int code, const char *why)
{
	struct result result = {.code = code};

	if (starter_fd == -1) {
		return;
	}
	snprintf(result.why, sizeof(result.why), "%s", why[0] == '\0' ? noted.why : why);
	send(starter_fd, &result, sizeof(result), MSG_NOSIGNAL);
	starter_fd = nw_fd_close(starter_fd);
}

void nw_daemon_shed(void)
{
	starter_fd = nw_fd_close(starter_fd);
}

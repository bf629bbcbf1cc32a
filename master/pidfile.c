#include "master/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/str.h"

/* The pid that the file names; 0: no such file, or no pid in it. */
static pid_t read_pid(const char *path)
{
	NW_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char text[32] = "";
	int64_t pid = 0;

	if (fd == -1 || read(fd, text, sizeof(text) - 1) <= 0) {
		return 0;
	}
	text[strcspn(text, " \r\n")] = '\0';
	return nw_str_to_int64(text, 1, INT_MAX, &pid) == 0 ? (pid_t)pid : 0;
}

static int write_pid(int fd, const char *temp, struct nw_err *err)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	int failed = nw_fd_write_all(fd, text, (size_t)len);

	if (failed == 0 && fchmod(fd, 0644) == -1) {
		failed = -errno;
	}
	return failed == 0 ? 0 : nw_err_set(err, failed, "pidfile: cannot write '%s': %s", temp, strerror(-failed));
}

int nw_pidfile_create(const char *path, struct nw_err *err)
{
	char temp[PATH_MAX];
	pid_t other = read_pid(path);

	if (other != 0 && other != getpid() && (kill(other, 0) == 0 || errno == EPERM)) {
		return nw_err_set(err, -EEXIST, "Already running on PID %d (or pid file '%s' is stale)", (int)other,
				  path);
	}
	if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp)) {
		return nw_err_set(err, -ENAMETOOLONG, "pidfile '%s': the path is too long", path);
	}
	NW_AUTO_CLOSE int fd = mkostemp(temp, O_CLOEXEC);

	if (fd == -1) {
		return nw_err_errno(err, "pidfile '%s': cannot write beside it", path);
	}
	int failed = write_pid(fd, temp, err);

	if (failed == 0 && rename(temp, path) == -1) {
		failed = nw_err_errno(err, "pidfile '%s': cannot put it in place", path);
	}
	if (failed != 0) {
		unlink(temp);
	}
	return failed;
}

void nw_pidfile_remove(const char *path)
{
	if (read_pid(path) == getpid()) {
		unlink(path);
	}
}

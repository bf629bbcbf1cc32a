#include "common/control_path.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/str.h"

static int check(int len, size_t size, struct nw_err *err)
{
	return len < 0 || (size_t)len >= size ? nw_err_set(err, -ENAMETOOLONG, "the path of its directory is too long")
					      : 0;
}

int nw_control_path_dir(char *buf, size_t size, struct nw_err *err)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	const char *home = getenv("HOME");
	struct stat st;

	if (dir != NULL && dir[0] == '/' && stat(dir, &st) == 0 && S_ISDIR(st.st_mode)) {
		return check(snprintf(buf, size, "%s", dir), size, err);
	}
	if (home == NULL || home[0] != '/') {
		return nw_err_set(err, -ENOENT, "neither XDG_RUNTIME_DIR nor HOME names a directory for it");
	}
	return check(snprintf(buf, size, "%s/.narwhal", home), size, err);
}

int nw_control_path_default(pid_t pid, char *buf, size_t size, struct nw_err *err)
{
	char dir[PATH_MAX];
	int failed = nw_control_path_dir(dir, sizeof(dir), err);

	if (failed != 0) {
		return failed;
	}
	return check(snprintf(buf, size, "%s/narwhal-%d.ctl", dir, (int)pid), size, err);
}

enum nw_control_path_state nw_control_path_look(const char *path)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct stat st;

	if (strlen(path) >= sizeof(un.sun_path) || lstat(path, &st) == -1 || !S_ISSOCK(st.st_mode) ||
	    (st.st_uid != geteuid() && geteuid() != 0)) {
		return NW_CONTROL_PATH_FOREIGN;
	}
	NW_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(un.sun_path, path, strlen(path));
	/* A queue that is full says EAGAIN: somebody listens. */
	if (fd == -1 || connect(fd, (const struct sockaddr *)&un, sizeof(un)) == 0 || errno == EAGAIN) {
		return NW_CONTROL_PATH_LIVE;
	}
	return errno == ECONNREFUSED ? NW_CONTROL_PATH_DEAD : NW_CONTROL_PATH_FOREIGN;
}

/* The PID of narwhal-PID.ctl; 0: it is called something else. */
static pid_t pid_of(const char *name)
{
	static const char begin[] = "narwhal-", end[] = ".ctl";
	size_t len = strlen(name);
	int64_t pid = 0;

	if (len <= sizeof(begin) - 1 + sizeof(end) - 1 || strncmp(name, begin, sizeof(begin) - 1) != 0 ||
	    strcmp(name + len - (sizeof(end) - 1), end) != 0) {
		return 0;
	}
	struct nw_span digits = {name + sizeof(begin) - 1, len - (sizeof(begin) - 1) - (sizeof(end) - 1)};

	return nw_span_to_int64(digits, 1, INT_MAX, &pid) == 0 ? (pid_t)pid : 0;
}

void nw_control_path_each(const char *dir, void (*found)(const char *path, pid_t pid, void *arg), void *arg)
{
	DIR *open = opendir(dir);
	const struct dirent *entry;

	while (open != NULL && (entry = readdir(open)) != NULL) {
		pid_t pid = pid_of(entry->d_name);
		char path[PATH_MAX];
		int len = snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);

		if (pid != 0 && len > 0 && (size_t)len < sizeof(path)) {
			found(path, pid, arg);
		}
	}
	if (open != NULL) {
		closedir(open);
	}
}

/* Between bind() and listen() a socket looks dead; its process does not. */
static void sweep_one(const char *path, pid_t pid, void *arg)
{
	unsigned *n = arg;
	struct stat st;

	if (kill(pid, 0) == 0 || errno != ESRCH || lstat(path, &st) == -1 || st.st_uid != geteuid()) {
		return;
	}
	if (nw_control_path_look(path) == NW_CONTROL_PATH_DEAD && unlink(path) == 0) {
		(*n)++;
	}
}

unsigned nw_control_path_sweep(const char *dir)
{
	unsigned n = 0;

	nw_control_path_each(dir, sweep_one, &n);
	return n;
}

#include "common/control_path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/str.h"

static const char prefix[] = "narwhal-", suffix[] = ".ctl";

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
	return check(snprintf(buf, size, "%s/%s%d%s", dir, prefix, (int)pid, suffix), size, err);
}

pid_t nw_control_path_pid(const char *name)
{
	size_t len = strlen(name), around = strlen(prefix) + strlen(suffix);
	int64_t pid = 0;

	if (len <= around || strncmp(name, prefix, strlen(prefix)) != 0 ||
	    strcmp(name + len - strlen(suffix), suffix) != 0) {
		return 0;
	}
	return nw_span_to_int64((struct nw_span){name + strlen(prefix), len - around}, 1, INT_MAX, &pid) == 0
		       ? (pid_t)pid
		       : 0;
}

#include "common/control_path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int check(int len, size_t size, struct nw_err *err)
{
	return len < 0 || (size_t)len >= size ? nw_err_set(err, -ENAMETOOLONG, "the path of its directory is too long")
					      : 0;
}

static int find_dir(char *buf, size_t size, struct nw_err *err)
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
	int failed = find_dir(dir, sizeof(dir), err);

	if (failed != 0) {
		return failed;
	}
	return check(snprintf(buf, size, "%s/narwhal-%d.ctl", dir, (int)pid), size, err);
}

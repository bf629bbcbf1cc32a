#include "master/ctl/find.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/buf.h"
#include "common/control_path.h"

struct found {
	char path[PATH_MAX]; /* the last one */
	unsigned n;
	struct nw_buf pids;
};

static void on_found(const char *path, pid_t pid, void *arg)
{
	struct found *found = arg;

	if (nw_control_path_look(path) == NW_CONTROL_PATH_LIVE) {
		snprintf(found->path, sizeof(found->path), "%s", path);
		nw_buf_addf(&found->pids, "%s%d", found->n++ == 0 ? "" : ", ", (int)pid);
	}
}

int nw_ctl_find(char *buf, size_t size, struct nw_err *err)
{
	char dir[PATH_MAX];
	struct found found = {0};
	int failed = nw_control_path_dir(dir, sizeof(dir), err);

	if (failed != 0) {
		return nw_err_set(err, -ENOENT,
				  "neither XDG_RUNTIME_DIR nor HOME names a directory with a control socket: say -s "
				  "PATH");
	}
	nw_control_path_each(dir, on_found, &found);
	if (found.n == 0) {
		failed = nw_err_set(err, -ENOENT, "no server has its control socket in %s: say -s PATH", dir);
	} else if (found.n > 1) {
		failed = nw_err_set(err, -EEXIST, "%u servers have their control socket in %s: say -p PID, one of %s",
				    found.n, dir, nw_buf_str(&found.pids));
	} else {
		snprintf(buf, size, "%s", found.path);
	}
	nw_buf_free(&found.pids);
	return failed;
}

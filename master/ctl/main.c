#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "common/control_path.h"
#include "common/fd.h"
#include "master/ctl/completion.h"
#include "master/ctl/exit.h"
#include "master/ctl/find.h"
#include "master/ctl/run.h"

static int choose_path(const struct nw_ctl_options *options, char *buf, size_t size, struct nw_err *err)
{
	if (options->socket != NULL) {
		return snprintf(buf, size, "%s", options->socket) < (int)size
			       ? 0
			       : nw_err_set(err, -ENOENT, "the path of the socket is too long");
	}
	return options->pid != 0 ? nw_control_path_default(options->pid, buf, size, err) : nw_ctl_find(buf, size, err);
}

static int run(struct nw_ctl_options *options)
{
	struct nw_ctl_client client;
	const char *line = options->command != NULL ? options->command : nw_buf_str(&options->line);
	char path[PATH_MAX];
	struct nw_err err = {0};
	int failed = choose_path(options, path, sizeof(path), &err), code;

	if (failed != 0) {
		return nw_ctl_complain(failed, err.msg);
	}
	nw_ctl_client_init(&client, path, options->timeout_ms);
	if (options->command != NULL || line[0] != '\0') {
		code = nw_ctl_run(&client, options, line);
	} else {
		code = nw_ctl_run_lines(&client, options);
	}
	nw_ctl_client_fini(&client);
	return code;
}

int main(int argc, char **argv)
{
	struct nw_ctl_options options;
	struct nw_buf text = {0};
	struct nw_err err = {0};
	int code;

	if (nw_fd_fill_std() != 0) {
		return NW_CTL_REFUSED;
	}
	if (nw_ctl_options_read(argc, argv, &options, &err) != 0) {
		return nw_ctl_complain(-EINVAL, err.msg);
	}
	if (options.wants_help) {
		nw_ctl_options_help(&text);
		code = nw_ctl_print(&text);
	} else if (options.wants_version) {
		nw_buf_adds(&text, "narwhalctl " NW_VERSION "\n");
		code = nw_ctl_print(&text);
	} else if (options.wants_completion) {
		nw_ctl_completion(&text);
		code = nw_ctl_print(&text);
	} else {
		code = run(&options);
	}
	nw_ctl_options_fini(&options);
	return code;
}

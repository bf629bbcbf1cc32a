#include "master/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/statsd.h"
#include "common/syslog.h"

/* Workers are somebody else, and @path is a file, not a standard stream. */
static bool is_for_others(const struct nw_settings *settings, const char *path)
{
	bool is_shared = settings->user != (uid_t)-1 || settings->group != (gid_t)-1;

	return geteuid() == 0 && is_shared && path != NULL && strcmp(path, "-") != 0;
}

/* Only a plain file: /dev/stdout, a pipe or a terminal is not ours to give away. */
static int give(const struct nw_settings *settings, const char *name, const char *path, struct nw_err *err)
{
	struct stat st;

	if (!is_for_others(settings, path) || lstat(path, &st) == -1 || !S_ISREG(st.st_mode)) {
		return 0;
	}
	if (lchown(path, settings->user, settings->group) == -1) {
		return nw_err_errno(err, "%s '%s': cannot give it to the workers' user and group", name, path);
	}
	return 0;
}

static int open_syslog(const struct nw_settings *settings, struct nw_err *err)
{
	const char *name = settings->syslog_prefix;

	if (!settings->syslog) {
		nw_syslog_close();
		return 0;
	}
	return nw_syslog_open(settings->syslog_addr, settings->syslog_facility,
			      name == NULL ? nw_settings_name(settings) : name, err);
}

static int open_statsd(const struct nw_settings *settings, struct nw_err *err)
{
	if (settings->statsd_host == NULL) {
		nw_statsd_close();
		return 0;
	}
	return nw_statsd_open(settings->statsd_host, settings->statsd_prefix, settings->dogstatsd_tags, err);
}

int nw_logfile_open(const struct nw_settings *settings, struct nw_err *err)
{
	int failed = open_syslog(settings, err);

	if (failed == 0) {
		failed = open_statsd(settings, err);
	}
	if (failed == 0) {
		failed = nw_log_open(settings->errorlog, settings->loglevel, err);
	}

	return failed != 0 ? failed : give(settings, "errorlog", settings->errorlog, err);
}

int nw_logfile_reopen(const struct nw_settings *settings, struct nw_err *err)
{
	int failed = nw_log_reopen(err);

	return failed != 0 ? failed : give(settings, "errorlog", settings->errorlog, err);
}

int nw_logfile_make_access(const struct nw_settings *settings, struct nw_err *err)
{
	const char *path = settings->accesslog;

	if (!is_for_others(settings, path)) {
		return 0;
	}
	NW_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);

	/* Nobody reads the pipe yet: workers will see. */
	if (fd == -1 && errno != ENXIO) {
		return nw_err_errno(err, "accesslog '%s': cannot open it", path);
	}
	return give(settings, "accesslog", path, err);
}

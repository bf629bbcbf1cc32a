#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/capture.h"
#include "common/fd.h"
#include "common/statsd.h"
#include "common/syslog.h"

enum nw_log_level nw_log_level = NW_LEVEL_INFO;

static struct {
	int fd;     /* STDERR_FILENO or the file */
	char *path; /* NULL: stderr */
	bool is_captured;
} log_file = {STDERR_FILENO, NULL, false};

static bool is_stderr(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

int nw_log_open_file(const char *setting, const char *path, int *out_fd, struct nw_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);

	if (fd == -1) {
		return nw_err_errno(err, "%s '%s': cannot open it", setting, path);
	}
	*out_fd = fd;
	return 0;
}

/* Put @fd in the place of the old descriptor, which other threads may be writing to. */
static void replace_fd(int fd)
{
	if (log_file.fd == STDERR_FILENO) {
		log_file.fd = fd;
		return;
	}
	dup3(fd, log_file.fd, O_CLOEXEC);
	nw_fd_close(fd);
}

static void turn_streams(void)
{
	if (log_file.is_captured && log_file.fd != STDERR_FILENO) {
		nw_capture_turn(log_file.fd);
	} else {
		nw_capture_restore();
	}
}

int nw_log_open(const char *path, enum nw_log_level level, struct nw_err *err)
{
	NW_AUTO_CLOSE int fd = -1;
	NW_AUTO_FREE char *copy = NULL;

	if (!is_stderr(path)) {
		int failed = nw_log_open_file("errorlog", path, &fd, err);

		if (failed != 0) {
			return failed;
		}
		copy = strdup(path);
		if (copy == NULL) {
			return nw_err_set(err, -ENOMEM, "errorlog '%s': out of memory", path);
		}
		replace_fd(nw_take_fd(&fd));
	} else if (log_file.fd != STDERR_FILENO) {
		log_file.fd = (nw_fd_close(log_file.fd), STDERR_FILENO);
	}
	char *old = log_file.path;

	log_file.path = copy;
	copy = old;
	nw_log_level = level;
	turn_streams();
	return 0;
}

int nw_log_reopen(struct nw_err *err)
{
	int fd = -1;
	int failed = log_file.path == NULL ? 0 : nw_log_open_file("errorlog", log_file.path, &fd, err);

	if (failed == 0 && fd != -1) {
		replace_fd(fd);
		turn_streams();
	}
	return failed;
}

void nw_log_capture(bool is_on)
{
	log_file.is_captured = is_on;
	turn_streams();
}

int nw_log_fd(void)
{
	return log_file.fd;
}

static const char *const level_names[] = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};

/* @text to @line, at most up to @room bytes: cut, never split. Returns how many. */
static size_t add_shown(char *line, size_t room, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool is_control = (c < 0x20 && c != '\t') || c == 0x7f;

		if (n + (is_control ? 4 : 1) > room) {
			break;
		}
		if (is_control) {
			line[n++] = '\\';
			line[n++] = 'x';
			line[n++] = hex[c >> 4];
			line[n++] = hex[c & 15];
		} else {
			line[n++] = (char)c;
		}
	}
	return n;
}

/* A line that syslog did not get is told of in the file, the first time. */
static void tell_syslog(enum nw_log_level level, struct nw_span text)
{
	static atomic_bool is_failing;
	int failed = nw_syslog_error(level, text);

	if (failed == 0) {
		is_failing = false;
	} else if (!atomic_exchange(&is_failing, true)) {
		/* Once more through here, and then no further: it is failing by now. */
		NW_LOG_WARN("syslog: %s, lines are missing there", strerror(-failed));
	}
}

void nw_log_write(enum nw_log_level level, const char *fmt, ...)
{
	char text[4096], line[4096];
	char zone[48];
	struct tm tm;
	time_t now = time(NULL);
	va_list ap;
	int saved = errno;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	localtime_r(&now, &tm);
	strftime(zone, sizeof(zone), "%Y-%m-%d %H:%M:%S %z", &tm);
	size_t len = (size_t)snprintf(line, sizeof(line), "[%s] [%d] [%s] ", zone, (int)getpid(), level_names[level]);
	size_t head = len;

	len += add_shown(line + len, sizeof(line) - 1 - len, text);
	nw_statsd_log(level);
	tell_syslog(level, (struct nw_span){line + head, len - head});
	line[len++] = '\n';
	(void)!write(log_file.fd, line, len);
	errno = saved;
}

void nw_log_lines(enum nw_log_level level, const char *prefix, const char *text)
{
	while (*text != '\0') {
		int len = (int)strcspn(text, "\n");

		NW_LOG_AT(level, "%s%.*s", prefix, len, text);
		text += len;
		text += *text == '\n';
	}
}

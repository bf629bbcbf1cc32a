/**
 * The error log, in Gunicorn's shape: `[2026-11-23 23:04:29 +0000] [PID] [INFO] message`.
 * One line is one write(2) to an O_APPEND descriptor, so lines of several processes stay whole.
 * Only master/ and worker/ log; libraries return a struct nw_err. Callable from any thread.
 */
#ifndef NW_COMMON_LOG_H
#define NW_COMMON_LOG_H

#include <stdbool.h>

#include "common/cc.h"
#include "common/err.h"

enum nw_log_level {
	NW_LEVEL_DEBUG,
	NW_LEVEL_INFO,
	NW_LEVEL_WARN,
	NW_LEVEL_ERROR,
	NW_LEVEL_CRITICAL,
};

/** Lines below it are not even formatted. The one global of the system; set it by nw_log_open(). */
extern enum nw_log_level nw_log_level;

/** @path: a file (append), or "-" or NULL for stderr. Replaces what was open. On failure all stays as it was. */
int nw_log_open(const char *path, enum nw_log_level level, struct nw_err *err) NW_MUST_CHECK;

/** Open the same path again (after log rotation). A stderr log stays. */
int nw_log_reopen(struct nw_err *err) NW_MUST_CHECK;

/**
 * `capture_output`: what is written to standard output and error goes to the file of the error log from now on, also
 * after nw_log_reopen() and nw_log_open(); with a log that has no file, and with false, where it went at first.
 */
void nw_log_capture(bool is_on);

/** Open a file to append lines to; @setting names it in the sentence. 0 or -errno; *out_fd is the caller's. */
int nw_log_open_file(const char *setting, const char *path, int *out_fd, struct nw_err *err) NW_MUST_CHECK;

/** Where lines go; for who cannot use what is below. In signal handlers too. */
int nw_log_fd(void);

/** One line whatever the text is: control bytes are shown as \xHH, so that no text can pass for a line of its own. */
void nw_log_write(enum nw_log_level level, const char *fmt, ...) NW_PRINTF(2, 3);

/** Each line of @text, after @prefix, as a line of the log. */
void nw_log_lines(enum nw_log_level level, const char *prefix, const char *text);

#define NW_LOG_AT(level, ...)                                                                                          \
	do {                                                                                                           \
		if ((level) >= nw_log_level) {                                                                         \
			nw_log_write(level, __VA_ARGS__);                                                              \
		}                                                                                                      \
	} while (0)
#define NW_LOG_DEBUG(...) NW_LOG_AT(NW_LEVEL_DEBUG, __VA_ARGS__)
#define NW_LOG_INFO(...) NW_LOG_AT(NW_LEVEL_INFO, __VA_ARGS__)
#define NW_LOG_WARN(...) NW_LOG_AT(NW_LEVEL_WARN, __VA_ARGS__)
#define NW_LOG_ERROR(...) NW_LOG_AT(NW_LEVEL_ERROR, __VA_ARGS__)
#define NW_LOG_CRITICAL(...) NW_LOG_AT(NW_LEVEL_CRITICAL, __VA_ARGS__)

#endif

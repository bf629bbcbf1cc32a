/**
 * The log to syslog, beside its file: Gunicorn's messages, `<PRI>gunicorn.NAME.error: [PID] text` and
 * `<PRI>gunicorn.NAME.access: line`, each with a NUL behind it, which ends it on a stream. A process has one, as it has
 * one error log. It never blocks: what the other side does not take at once is lost there, and the error log's file
 * says so once until it works again. Callable from any thread, but opened and closed by the process's first one.
 */
#ifndef NW_COMMON_SYSLOG_H
#define NW_COMMON_SYSLOG_H

#include <stdbool.h>

#include "common/err.h"
#include "common/log.h"
#include "common/str.h"

/**
 * @address: udp://HOST[:PORT], tcp://HOST[:PORT] (port 514), unix://PATH, unix://PATH#dgram, unix://PATH#stream.
 * @facility: "user", "local0" ... @name: for the tag; its colons become dots, and what ends a tag (spaces, odd bytes)
 * '_'. Replaces what was open; on failure all stays as it was.
 */
int nw_syslog_open(const char *address, const char *facility, const char *name, struct nw_err *err) NW_MUST_CHECK;

void nw_syslog_close(void);

/** A line of the error log, without its end. 0, or -errno: it is lost. 0 as well when none is open. */
int nw_syslog_error(enum nw_log_level level, struct nw_span text);

/** A line of the access log, without its end. */
void nw_syslog_access(struct nw_span line);

/** For settings: 0, or -EINVAL and the sentence. */
int nw_syslog_check_address(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_syslog_check_facility(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_syslog_check_prefix(const char *text, struct nw_err *err) NW_MUST_CHECK;

#endif

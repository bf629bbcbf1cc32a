/**
 * The access log: Gunicorn's format with all its atoms (`%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s ...`). Or, for the
 * format "json", an object a line (access_json.h). The format is compiled once; a line is one write(2) to an O_APPEND
 * descriptor. On the loop's thread.
 */
#ifndef NW_WORKER_ACCESS_LOG_H
#define NW_WORKER_ACCESS_LOG_H

#include "common/err.h"
#include "worker/http/exchange.h"

struct nw_access_log;

/** Is @format one that nw_access_log_open() takes? -EINVAL says where it is wrong. */
int nw_access_log_check(const char *format, struct nw_err *err) NW_MUST_CHECK;

/** @path: a file (append), "-" for stdout, or NULL for none; @is_to_syslog: lines go there, too. */
int nw_access_log_open(const char *path, bool is_to_syslog, const char *format, struct nw_access_log **out,
		       struct nw_err *err) NW_MUST_CHECK;

/** Open the same path again (after log rotation); keeps the old one when that fails. */
int nw_access_log_reopen(struct nw_access_log *log, struct nw_err *err) NW_MUST_CHECK;

/** The line of one exchange that is over. */
void nw_access_log_write(struct nw_access_log *log, const struct nw_exchange *x);

struct nw_access_log *nw_access_log_close(struct nw_access_log *log);

#endif

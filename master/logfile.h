/**
 * Log files as settings ask for them. They are made by the master and given to the workers' user and group, who may not
 * write to the directory and yet must be able to open them: at boot, and again after USR1.
 */
#ifndef NW_MASTER_LOGFILE_H
#define NW_MASTER_LOGFILE_H

#include "common/settings.h"

/** The error log, as nw_log_open(), syslog and statsd; from the current directory. */
int nw_logfile_open(const struct nw_settings *settings, struct nw_err *err) NW_MUST_CHECK;

/** The error log, as nw_log_reopen(). */
int nw_logfile_reopen(const struct nw_settings *settings, struct nw_err *err) NW_MUST_CHECK;

/** Make the access log's file, if workers run as somebody else; they open it. From the current directory. */
int nw_logfile_make_access(const struct nw_settings *settings, struct nw_err *err) NW_MUST_CHECK;

#endif

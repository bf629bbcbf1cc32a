/** What people must read: in the error log, and on stderr too when the log is a file and the server cannot start. */
#ifndef NW_MASTER_SAY_H
#define NW_MASTER_SAY_H

#include "common/settings.h"

/** Why the server cannot start: an error in the log for each line, and on stderr too when @errorlog is not stderr. */
void nw_say_fatal(const char *errorlog, const char *text);

/** A warning in the log for each notice of @settings. */
void nw_say_notices(const struct nw_settings *settings);

#endif

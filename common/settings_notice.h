/** What is to be told of a configuration that is none the less taken. */
#ifndef NW_COMMON_SETTINGS_NOTICE_H
#define NW_COMMON_SETTINGS_NOTICE_H

#include "common/settings.h"

/** Add one sentence to @settings; @where: "FILE:LINE", a variable, "command line". -ENOMEM. */
int nw_settings_notice_add(struct nw_settings *settings, struct nw_err *err, const char *where, const char *format, ...)
	NW_PRINTF(4, 5) NW_MUST_CHECK;

/** Note that a source sets @name. -ENOMEM. */
int nw_settings_notice_given(struct nw_settings *settings, const char *name, struct nw_err *err) NW_MUST_CHECK;

#endif

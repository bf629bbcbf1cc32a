/** What becomes of a set-up that was made for Gunicorn. */
#ifndef NW_COMMON_SETTINGS_COMPAT_H
#define NW_COMMON_SETTINGS_COMPAT_H

#include "common/settings.h"

/**
 * @words: one config file, or the arguments of a gunicorn command; with GUNICORN_CMD_ARGS of @env. What of it holds,
 * changes, is ignored or is refused, a line each, is added to @out. *out_fits: nothing is refused. -ENOMEM.
 */
int nw_settings_compat(char *const *words, size_t n, char *const *env, struct nw_buf *out, bool *out_fits,
		       struct nw_err *err) NW_MUST_CHECK;

#endif

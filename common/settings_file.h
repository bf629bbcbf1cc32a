/**
 * Config files in Gunicorn's syntax, as far as it is `name = value` with literals, integer arithmetic, names that
 * were set before and multiprocessing.cpu_count(). Nothing is executed; anything else is a mistake with its line.
 */
#ifndef NW_COMMON_SETTINGS_FILE_H
#define NW_COMMON_SETTINGS_FILE_H

#include <stddef.h>

#include "common/settings.h"

/**
 * Set what the file at @path sets; @env: what it finds in os.environ, NULL-ended or NULL. 0, -EINVAL with all mistakes,
 * one a line ("PATH:3: workers: ..."), or the errno of reading it ("cannot read the config file PATH: ..."; -ENOENT: it
 * is not there).
 */
int nw_settings_file_load(struct nw_settings *settings, const char *path, char *const *env,
			  struct nw_err *err) NW_MUST_CHECK;

/** The same for @text, @len bytes; @path is for messages only. */
int nw_settings_file_apply(struct nw_settings *settings, const char *path, const char *text, size_t len,
			   char *const *env, struct nw_err *err) NW_MUST_CHECK;

#endif

/** The few functions and values of Python's library that a config file may use. */
#ifndef NW_COMMON_SETTINGS_FUNCTIONS_H
#define NW_COMMON_SETTINGS_FUNCTIONS_H

#include "common/settings_names.h"

/** A module whose members below are known; others may be imported, but nothing of them is read. */
bool nw_settings_functions_has_module(struct nw_span name);

/**
 * What @name ("os.getenv", "int"; without the alias that the file may have for it) is with @args, or without a call
 * (NULL). -EINVAL and a sentence: it is not read, or not with these; -ENOENT, without one: there is no such name.
 */
int nw_settings_functions_call(const struct nw_settings_names *names, const char *name,
			       const struct nw_literal_args *args, struct nw_literal *out,
			       struct nw_err *err) NW_MUST_CHECK;

#endif

/** One value into one setting: conversion, range and check, the same for every source. */
#ifndef NW_COMMON_SETTINGS_VALUE_H
#define NW_COMMON_SETTINGS_VALUE_H

#include "common/literal.h"
#include "common/settings.h"
#include "common/settings_table.h"

/**
 * Set @setting to @value; a STR that is not meant as text is read as on a command line. @adds: a LIST keeps what it
 * has. Texts are copied to the settings' arena. Failure: -EINVAL, "NAME: what is wrong", the setting is as before.
 */
int nw_settings_value_set(struct nw_settings *settings, const struct nw_setting *setting,
			  const struct nw_literal *value, bool adds, struct nw_err *err) NW_MUST_CHECK;

/** The same from text: an option's argument or an environment variable. NULL: a switch that is on. */
int nw_settings_value_set_text(struct nw_settings *settings, const struct nw_setting *setting, const char *text,
			       bool adds, struct nw_err *err) NW_MUST_CHECK;

/** "info" for NW_LEVEL_INFO. */
const char *nw_settings_value_level(enum nw_log_level level);

#endif

/** Where settings come from besides the config file: the command line, the *_CMD_ARGS variables, defaults. */
#ifndef NW_COMMON_SETTINGS_SOURCES_H
#define NW_COMMON_SETTINGS_SOURCES_H

#include "common/settings.h"
#include "common/settings_cli.h"

enum { NW_SETTINGS_GUNICORN_ARGS, NW_SETTINGS_NARWHAL_ARGS, NW_SETTINGS_CLI, NW_SETTINGS_SOURCES };

struct nw_settings_sources {
	struct nw_settings_args args[NW_SETTINGS_SOURCES]; /* weakest first */
};

/** The value of @name in @env, or NULL if it is not there or empty. */
const char *nw_settings_sources_env(char *const *env, const char *name);

/** Read all three, each with its name in front of a mistake. Strings live in @arena, @argv and @env. */
int nw_settings_sources_parse(int argc, char *const *argv, char *const *env, struct nw_arena *arena,
			      struct nw_settings_sources *out, struct nw_err *err) NW_MUST_CHECK;

/** Set every setting to its default, from the table or its variable in @env. */
int nw_settings_sources_defaults(struct nw_settings *settings, char *const *env, struct nw_err *err) NW_MUST_CHECK;

/** Set what the sources say, in their order. */
int nw_settings_sources_apply(const struct nw_settings_sources *sources, struct nw_settings *settings,
			      struct nw_err *err) NW_MUST_CHECK;

/** --help or --version of the strongest source that has one; NULL: none. */
const struct nw_setting *nw_settings_sources_stop(const struct nw_settings_sources *sources);

/** What the strongest source says about @name; NULL: none says anything. */
const char *nw_settings_sources_text(const struct nw_settings_sources *sources, const char *name);

/** The APPs of the strongest source that names any. */
struct nw_strings nw_settings_sources_apps(const struct nw_settings_sources *sources);

#endif

#include "common/settings_sources.h"

#include <errno.h>
#include <string.h>

#include "common/settings_value.h"
#include "common/shellwords.h"

static const char *const names[NW_SETTINGS_SOURCES] = {
	[NW_SETTINGS_GUNICORN_ARGS] = "GUNICORN_CMD_ARGS",
	[NW_SETTINGS_NARWHAL_ARGS] = "NARWHAL_CMD_ARGS",
	[NW_SETTINGS_CLI] = NULL, /* goes without saying */
};

const char *nw_settings_sources_env(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
		if (strncmp(env[i], name, len) == 0 && env[i][len] == '=') {
			return env[i][len + 1] != '\0' ? env[i] + len + 1 : NULL;
		}
	}
	return NULL;
}

static int parse_env(char *const *env, const char *name, struct nw_arena *arena, struct nw_settings_args *out,
		     struct nw_err *err)
{
	const char *line = nw_settings_sources_env(env, name);
	char **words = NULL;
	size_t n = 0;

	if (line == NULL) {
		return 0;
	}
	int rc = nw_shellwords_split(line, arena, &words, &n, err);

	if (rc == 0) {
		rc = nw_settings_cli_parse(words, n, arena, out, err);
	}
	if (rc != 0) {
		nw_err_prefix(err, "%s", name);
	}
	return rc;
}

int nw_settings_sources_parse(int argc, char *const *argv, char *const *env, struct nw_arena *arena,
			      struct nw_settings_sources *out, struct nw_err *err)
{
	size_t n = argc > 1 ? (size_t)argc - 1 : 0;

	*out = (struct nw_settings_sources){0};
	int rc = nw_settings_cli_parse(argv + 1, n, arena, &out->args[NW_SETTINGS_CLI], err);

	/* Help is given whatever else is wrong. */
	if (rc != 0 || out->args[NW_SETTINGS_CLI].stop != NULL) {
		return rc;
	}
	for (size_t i = 0; rc == 0 && i < NW_SETTINGS_CLI; i++) {
		rc = parse_env(env, names[i], arena, &out->args[i], err);
	}
	return rc;
}

/* "yes" for True, as variables of the environment have it. Another word stays as it is, and is refused. */
static const char *env_truth(const char *text)
{
	static const char *const words[2][6] = {{"n", "0", "no", "false", "off"}, {"y", "1", "yes", "true", "on"}};

	for (size_t i = 0; i < NW_ARRAY_LEN(words[0]) && words[0][i] != NULL; i++) {
		if (strcasecmp(text, words[0][i]) == 0) {
			return "False";
		}
		if (strcasecmp(text, words[1][i]) == 0) {
			return "True";
		}
	}
	return text;
}

static int set_default(struct nw_settings *settings, const struct nw_setting *setting, char *const *env,
		       struct nw_err *err)
{
	const char *text = setting->env != NULL ? nw_settings_sources_env(env, setting->env) : NULL;

	if (text != NULL) {
		text = setting->type == NW_SETTING_BOOL ? env_truth(text) : text;
		const char *prefix = setting->env_prefix != NULL ? setting->env_prefix : "";
		char *whole = nw_arena_printf(settings->arena, "%s%s", prefix, text);
		int rc;

		if (whole == NULL) {
			return nw_err_set(err, -ENOMEM, "no memory for %s", setting->env);
		}
		rc = nw_settings_value_set_text(settings, setting, whole, false, err);
		if (rc != 0) {
			nw_err_prefix(err, "%s", setting->env);
		}
		return rc;
	}
	if (setting->fallback != NULL) {
		return nw_settings_value_set_text(settings, setting, setting->fallback, false, err);
	}
	/* An unset number would have no meaning; the table gives each a default. */
	const struct nw_literal none = {.kind = NW_LITERAL_NONE};

	return nw_settings_value_set(settings, setting, &none, false, err);
}

int nw_settings_sources_defaults(struct nw_settings *settings, char *const *env, struct nw_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < nw_settings_table_len(); i++) {
		rc = set_default(settings, nw_settings_table_at(i), env, err);
	}
	return rc;
}

int nw_settings_sources_apply(const struct nw_settings_sources *sources, struct nw_settings *settings,
			      struct nw_err *err)
{
	for (size_t i = 0; i < NW_SETTINGS_SOURCES; i++) {
		int rc = nw_settings_cli_apply(&sources->args[i], names[i] != NULL ? names[i] : "command line",
					       settings, err);

		if (rc != 0) {
			if (names[i] != NULL) {
				nw_err_prefix(err, "%s", names[i]);
			}
			return rc;
		}
	}
	return 0;
}

const struct nw_setting *nw_settings_sources_stop(const struct nw_settings_sources *sources)
{
	for (size_t i = NW_SETTINGS_SOURCES; i > 0; i--) {
		if (sources->args[i - 1].stop != NULL) {
			return sources->args[i - 1].stop;
		}
	}
	return NULL;
}

const char *nw_settings_sources_text(const struct nw_settings_sources *sources, const char *name)
{
	const char *text = NULL;

	for (size_t i = NW_SETTINGS_SOURCES; i > 0 && text == NULL; i--) {
		text = nw_settings_cli_text(&sources->args[i - 1], name);
	}
	return text;
}

struct nw_strings nw_settings_sources_apps(const struct nw_settings_sources *sources)
{
	for (size_t i = NW_SETTINGS_SOURCES; i > 0; i--) {
		if (sources->args[i - 1].apps.n > 0) {
			return sources->args[i - 1].apps;
		}
	}
	return (struct nw_strings){NULL, 0};
}

#include "common/settings_compat.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/settings_check.h"
#include "common/settings_cli.h"
#include "common/settings_file.h"
#include "common/settings_sources.h"
#include "common/settings_table.h"
#include "common/shellwords.h"

enum { MEMORY_MAX = 16 * 1024 * 1024 };

struct compat {
	struct nw_settings *settings; /* what is set of it */
	char *const *env;
	struct nw_buf refused;
};

static void refuse(struct compat *compat, const struct nw_err *err)
{
	struct nw_span line, rest = nw_span_of(err->msg);

	while (nw_span_cut(&rest, '\n', &line)) {
		nw_buf_addf(&compat->refused, "  %.*s\n", (int)line.len, line.p);
	}
}

/* One at a time, so that one that is refused does not hide the others. */
static void apply(struct compat *compat, const struct nw_settings_args *args, const char *where)
{
	for (size_t i = 0; i < args->n; i++) {
		const struct nw_settings_args one = {.v = &args->v[i], .n = 1};
		struct nw_err err = {0};

		if (nw_settings_cli_apply(&one, where, compat->settings, &err) != 0) {
			refuse(compat, &err);
		}
	}
	for (size_t i = 0; i < args->apps.n; i++) {
		struct nw_err err = {0};

		if (nw_settings_check_app(args->apps.v[i], &err) != 0) {
			nw_err_prefix(&err, "APP");
			refuse(compat, &err);
		}
	}
}

/* All of @words, whatever is wrong with some. @out_config: the last -c, if there is one. */
static void take_words(struct compat *compat, char *const *words, size_t n, const char *where, const char **out_config)
{
	while (n > 0) {
		struct nw_settings_args args;
		struct nw_err err = {0};
		int rc = nw_settings_cli_parse(words, n, compat->settings->arena, &args, &err);
		const char *config = nw_settings_cli_text(&args, "config");

		*out_config = config != NULL ? config : *out_config;
		apply(compat, &args, where);
		if (rc == 0 || args.n_read == 0) {
			return;
		}
		refuse(compat, &err);
		words += args.n_read;
		n -= args.n_read;
	}
}

static int take_variable(struct compat *compat, const char **out_config, struct nw_err *err)
{
	static const char name[] = "GUNICORN_CMD_ARGS";
	const char *line = nw_settings_sources_env(compat->env, name);
	char **words = NULL;
	size_t n = 0;
	int rc = line == NULL ? 0 : nw_shellwords_split(line, compat->settings->arena, &words, &n, err);

	take_words(compat, words, n, name, out_config);
	return rc;
}

static void take_file(struct compat *compat, const char *path)
{
	struct nw_err err = {0};

	if (nw_settings_load_named(compat->settings, path, compat->env, &err) != 0) {
		refuse(compat, &err);
	}
}

static bool is_given(const struct nw_settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->given.n; i++) {
		if (strcmp(settings->given.v[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static void add_group(struct nw_buf *out, const char *title, const struct nw_buf *lines)
{
	if (lines->len > 0) {
		nw_buf_addf(out, "%s%s:\n", out->len > 0 ? "\n" : "", title);
		nw_buf_add(out, lines->data, lines->len);
	}
}

/* What is set, in the order of the table, and defaults that are other ones. */
static void sort(const struct nw_settings *settings, struct nw_buf *holds, struct nw_buf *changes)
{
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);
		bool has = is_given(settings, setting->name);

		if (setting->is_cli_only) {
			continue;
		}
		if (has && setting->differs != NULL) {
			nw_buf_addf(changes, "  %s: %s\n", setting->name, setting->differs);
		} else if (has) {
			nw_buf_addf(holds, "  %s\n", setting->name);
		} else if (!has && setting->gunicorn != NULL && setting->type != NW_SETTING_CHOICE) {
			nw_buf_addf(changes, "  %s is not set: the default is %s here, %s there\n", setting->name,
				    setting->fallback, setting->gunicorn);
		}
	}
}

static void report(struct compat *compat, struct nw_buf *out)
{
	struct nw_buf holds = {0}, changes = {0}, ignored = {0};
	const struct nw_strings *notices = &compat->settings->notices;

	sort(compat->settings, &holds, &changes);
	for (size_t i = 0; i < notices->n; i++) {
		nw_buf_addf(&ignored, "  %s\n", notices->v[i]);
	}
	add_group(out, "Holds", &holds);
	add_group(out, "Changes", &changes);
	add_group(out, "Ignored", &ignored);
	add_group(out, "Refused", &compat->refused);
	out->failed |= holds.failed || changes.failed || ignored.failed || compat->refused.failed;
	nw_buf_free(&holds);
	nw_buf_free(&changes);
	nw_buf_free(&ignored);
}

static int run(struct compat *compat, char *const *words, size_t n, struct nw_buf *out, struct nw_err *err)
{
	static const char usual[] = "./gunicorn.conf.py";
	const char *config = access(usual, F_OK) == 0 ? usual : NULL;
	bool is_file = n == 1 && words[0][0] != '-' && access(words[0], R_OK) == 0;
	int rc = nw_settings_sources_defaults(compat->settings, compat->env, err);

	compat->settings->given.n = 0;
	if (rc == 0) {
		rc = take_variable(compat, &config, err);
	}
	if (is_file) {
		config = words[0];
	} else {
		take_words(compat, words, n, "command line", &config);
	}
	if (config != NULL) {
		take_file(compat, config);
	}
	report(compat, out);
	return rc != 0 || !out->failed ? rc : nw_err_set(err, -ENOMEM, "no memory for the report");
}

int nw_settings_compat(char *const *words, size_t n, char *const *env, struct nw_buf *out, bool *out_fits,
		       struct nw_err *err)
{
	struct nw_arena *arena = nw_arena_new(MEMORY_MAX);
	struct compat compat = {.env = env};

	compat.settings = arena != NULL ? nw_arena_alloc(arena, sizeof(*compat.settings)) : NULL;
	if (compat.settings == NULL) {
		nw_arena_free(arena);
		return nw_err_set(err, -ENOMEM, "no memory for the settings");
	}
	compat.settings->arena = arena;
	int rc = run(&compat, words, n, out, err);

	*out_fits = compat.refused.len == 0;
	nw_buf_free(&compat.refused);
	nw_arena_free(arena);
	return rc;
}

#include "common/settings_cli.h"

#include <errno.h>
#include <string.h>

#include "common/quote.h"
#include "common/settings_foreign.h"
#include "common/settings_value.h"

#define HINT " (see narwhal --help)"

struct cli {
	char *const *words;
	size_t n, at; /* at: the next word */
	struct nw_arena *arena;
	struct nw_settings_args *out;
	struct nw_err *err;
};

/* What a spelling stands for. */
struct match {
	const struct nw_setting *setting;          /* NULL: none of ours */
	const struct nw_settings_foreign *foreign; /* NULL: none of Gunicorn's others */
	const char *flag;                          /* the whole spelling */
	const char *rival;                         /* another one that fits as well */
};

static bool flag_fits(const char *flag, const char *text, size_t len, bool whole)
{
	return flag != NULL && strncmp(flag, text, len) == 0 && (!whole || flag[len] == '\0');
}

static void add_match(struct match *match, const struct nw_setting *setting, const struct nw_settings_foreign *foreign,
		      const char *flag)
{
	if (match->flag == NULL) {
		match->setting = setting;
		match->foreign = foreign;
		match->flag = flag;
	} else if (match->rival == NULL && (match->setting != setting || match->foreign != foreign)) {
		match->rival = flag;
	}
}

/* Gunicorn's other options count too: what is ambiguous there must not become something else here. */
static struct match find(const char *text, size_t len, bool whole)
{
	struct match match = {0};

	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		for (size_t k = 0; k < NW_SETTING_FLAGS; k++) {
			if (flag_fits(setting->flags[k], text, len, whole)) {
				add_match(&match, setting, NULL, setting->flags[k]);
			}
		}
	}
	for (size_t i = 0; i < nw_settings_foreign_len(); i++) {
		const struct nw_settings_foreign *foreign = nw_settings_foreign_at(i);

		for (size_t k = 0; k < NW_SETTINGS_FOREIGN_FLAGS; k++) {
			if (flag_fits(foreign->flags[k], text, len, whole)) {
				add_match(&match, NULL, foreign, foreign->flags[k]);
			}
		}
	}
	return match;
}

static void unknown(struct cli *cli, const char *text, size_t len)
{
	char shown[80], name[64];
	const char *nearest = NULL;

	nw_quote_into(shown, sizeof(shown), (struct nw_span){text, len});
	if (len < sizeof(name) && text[1] == '-') {
		memcpy(name, text, len);
		name[len] = '\0';
		nearest = nw_settings_table_nearest_flag(name);
	}
	if (nearest != NULL) {
		nw_err_set(cli->err, -ENOTSUP, "unknown option %s: did you mean '%s'?" HINT, shown, nearest);
	} else {
		nw_err_set(cli->err, -ENOTSUP, "unknown option %s" HINT, shown);
	}
}

/* Our setting for an option's spelling; NULL: there is not one, the sentence says why. */
static const struct nw_setting *resolve(struct cli *cli, const char *text, size_t len, const char **out_flag)
{
	bool is_long = text[1] == '-';
	struct match match = find(text, len, true);
	char shown[80];

	if (match.flag == NULL && is_long && len > 2) {
		match = find(text, len, false);
	}
	if (match.flag == NULL) {
		unknown(cli, text, len);
		return NULL;
	}
	if (match.rival != NULL) {
		nw_err_set(cli->err, -ENOTSUP, "option %s could be '%s' or '%s'" HINT,
			   nw_quote_into(shown, sizeof(shown), (struct nw_span){text, len}), match.flag, match.rival);
		return NULL;
	}
	if (match.foreign != NULL) {
		nw_err_set(cli->err, -ENOTSUP, "'%s' is a Gunicorn setting that Narwhal does not have yet" HINT,
			   match.flag);
		return NULL;
	}
	*out_flag = match.flag;
	return match.setting;
}

static bool is_switch(const struct nw_setting *setting)
{
	return setting->metavar == NULL;
}

static int no_memory(struct cli *cli)
{
	return nw_err_set(cli->err, -ENOMEM, "no memory for the command line");
}

static int add_arg(struct cli *cli, const struct nw_setting *setting, const char *text)
{
	struct nw_settings_args *out = cli->out;

	if (setting->type == NW_SETTING_HELP || setting->type == NW_SETTING_VERSION) {
		out->stop = setting;
		return 0;
	}
	if (out->n == out->cap) {
		size_t cap = out->cap == 0 ? 16 : out->cap * 2;
		struct nw_settings_arg *v = nw_arena_grow(cli->arena, out->v, out->n * sizeof(*v), cap * sizeof(*v));

		if (v == NULL) {
			return no_memory(cli);
		}
		out->v = v;
		out->cap = cap;
	}
	out->v[out->n++] = (struct nw_settings_arg){setting, text};
	return 0;
}

/* "-5" is a value, "-w" and "--workers" are options, "-" is a value. */
static bool looks_like_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && !(word[1] >= '0' && word[1] <= '9');
}

/* The word behind an option as its value. */
static int take_value(struct cli *cli, const struct nw_setting *setting, const char *flag)
{
	char shown[80];

	if (cli->at == cli->n) {
		return nw_err_set(cli->err, -ENOTSUP, "option '%s' needs a value (%s)" HINT, flag, setting->metavar);
	}
	const char *word = cli->words[cli->at];

	if (looks_like_option(word)) {
		return nw_err_set(cli->err, -ENOTSUP, "option '%s' needs a value (%s), found %s" HINT, flag,
				  setting->metavar, nw_quote_into(shown, sizeof(shown), nw_span_of(word)));
	}
	cli->at++;
	return add_arg(cli, setting, word);
}

/* --name, --name=value */
static int take_long(struct cli *cli, const char *word)
{
	size_t len = strcspn(word, "=");
	bool has_value = word[len] == '=';
	const char *flag = word;
	const struct nw_setting *setting = resolve(cli, word, len, &flag);

	if (setting == NULL) {
		return -ENOTSUP;
	}
	if (is_switch(setting)) {
		if (has_value) {
			return nw_err_set(cli->err, -ENOTSUP, "option '%s' takes no value" HINT, flag);
		}
		return add_arg(cli, setting, NULL);
	}
	return has_value ? add_arg(cli, setting, word + len + 1) : take_value(cli, setting, flag);
}

/* -w 4, -w4, -w=4, and switches in one word */
static int take_short(struct cli *cli, const char *word)
{
	for (const char *p = word + 1; *p != '\0' && cli->out->stop == NULL; p++) {
		char word_flag[3] = {'-', *p, '\0'};
		const char *flag = word_flag;
		const struct nw_setting *setting = resolve(cli, word_flag, 2, &flag);

		if (setting == NULL) {
			return -ENOTSUP;
		}
		if (!is_switch(setting)) {
			const char *rest = p[1] == '=' ? p + 2 : p + 1;

			return p[1] != '\0' ? add_arg(cli, setting, rest) : take_value(cli, setting, flag);
		}
		int rc = add_arg(cli, setting, NULL);

		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

int nw_settings_cli_parse(char *const *words, size_t n, struct nw_arena *arena, struct nw_settings_args *out,
			  struct nw_err *err)
{
	struct cli cli = {words, n, 0, arena, out, err};
	bool only_apps = false;
	int rc = 0;

	*out = (struct nw_settings_args){0};
	out->apps.v = nw_arena_alloc(arena, (n + 1) * sizeof(*out->apps.v));
	if (out->apps.v == NULL) {
		return no_memory(&cli);
	}
	while (rc == 0 && cli.at < n && out->stop == NULL) {
		char *word = words[cli.at++];

		if (only_apps || word[0] != '-' || word[1] == '\0') {
			out->apps.v[out->apps.n++] = word;
		} else if (strcmp(word, "--") == 0) {
			only_apps = true;
		} else if (word[1] == '-') {
			rc = take_long(&cli, word);
		} else {
			rc = take_short(&cli, word);
		}
	}
	return rc;
}

/* Whether argument @i is of a setting that one before it is of, too. */
static bool was_given(const struct nw_settings_args *args, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (args->v[k].setting == args->v[i].setting) {
			return true;
		}
	}
	return false;
}

int nw_settings_cli_apply(const struct nw_settings_args *args, struct nw_settings *settings, struct nw_err *err)
{
	for (size_t i = 0; i < args->n; i++) {
		const struct nw_settings_arg *arg = &args->v[i];
		int rc = nw_settings_value_set_text(settings, arg->setting, arg->text, was_given(args, i), err);

		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

const char *nw_settings_cli_text(const struct nw_settings_args *args, const char *name)
{
	for (size_t i = args->n; i > 0; i--) {
		if (strcmp(args->v[i - 1].setting->name, name) == 0) {
			return args->v[i - 1].text;
		}
	}
	return NULL;
}

#include "common/settings_cli.h"

#include <errno.h>
#include <string.h>

#include "common/quote.h"
#include "common/settings_notice.h"
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
	const struct nw_settings_ignored *ignored; /* NULL: none of Gunicorn's that are ignored */
	const char *flag;                          /* the whole spelling */
	const char *rival;                         /* another one that fits as well */
	bool is_off;                               /* turns the setting off */
};

static bool flag_fits(const char *flag, const char *text, size_t len, bool whole)
{
	return flag != NULL && strncmp(flag, text, len) == 0 && (!whole || flag[len] == '\0');
}

static void add_match(struct match *match, const struct match *found)
{
	if (match->flag == NULL) {
		*match = *found;
	} else if (match->rival == NULL && (match->setting != found->setting || match->is_off != found->is_off ||
					    match->ignored != found->ignored)) {
		match->rival = found->flag;
	}
}

/* Add those of @flags that fit; @found: whose they are. */
static void match_flags(struct match *match, struct match found, const char *const *flags, size_t n,
			struct nw_span text, bool whole)
{
	for (size_t i = 0; i < n; i++) {
		if (flag_fits(flags[i], text.p, text.len, whole)) {
			found.flag = flags[i];
			add_match(match, &found);
		}
	}
}

/* Gunicorn's other options count too: what is ambiguous there must not become something else here. */
static struct match find(struct nw_span text, bool whole)
{
	struct match match = {0};

	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		match_flags(&match, (struct match){.setting = setting}, setting->flags, NW_SETTING_FLAGS, text, whole);
		match_flags(&match, (struct match){.setting = setting, .is_off = true}, &setting->off_flag, 1, text,
			    whole);
	}
	for (size_t i = 0; i < nw_settings_ignored_len(); i++) {
		const struct nw_settings_ignored *ignored = nw_settings_ignored_at(i);

		match_flags(&match, (struct match){.ignored = ignored}, ignored->flags, NW_SETTINGS_IGNORED_FLAGS, text,
			    whole);
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

/* What an option's spelling stands for. -ENOTSUP: nothing that can be taken, the sentence says why. */
static int resolve(struct cli *cli, const char *text, size_t len, struct match *out)
{
	struct nw_span word = {text, len};
	char shown[80];

	*out = find(word, true);
	if (out->flag == NULL && text[1] == '-' && len > 2) {
		*out = find(word, false);
	}
	if (out->flag == NULL) {
		unknown(cli, text, len);
		return -ENOTSUP;
	}
	if (out->rival != NULL) {
		return nw_err_set(cli->err, -ENOTSUP, "option %s could be '%s' or '%s'" HINT,
				  nw_quote_into(shown, sizeof(shown), word), out->flag, out->rival);
	}
	return 0;
}

/* NULL: a switch. */
static const char *metavar_of(const struct match *match)
{
	return match->setting != NULL ? match->setting->metavar : match->ignored->metavar;
}

/* The value of an option that has none, if that is fine; NULL: a switch that is on. */
static const char *bare_of(const struct match *match)
{
	if (match->setting == NULL) {
		return NULL;
	}
	return match->is_off ? "False" : match->setting->bare;
}

static int no_memory(struct cli *cli)
{
	return nw_err_set(cli->err, -ENOMEM, "no memory for the command line");
}

static int add_arg(struct cli *cli, const struct match *match, const char *text)
{
	const struct nw_setting *setting = match->setting;
	struct nw_settings_args *out = cli->out;

	if (setting != NULL && setting->type >= NW_SETTING_HELP) {
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
	out->v[out->n++] = (struct nw_settings_arg){setting, match->ignored, text};
	return 0;
}

/* "-5" is a value, "-w" and "--workers" are options, "-" is a value. */
static bool looks_like_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0' && !(word[1] >= '0' && word[1] <= '9');
}

/* The word behind an option as its value. */
static int take_value(struct cli *cli, const struct match *match)
{
	const char *metavar = metavar_of(match);
	const char *word = cli->at < cli->n ? cli->words[cli->at] : NULL;
	char shown[80];

	if (word != NULL && !looks_like_option(word)) {
		cli->at++;
		return add_arg(cli, match, word);
	}
	if (bare_of(match) != NULL) {
		return add_arg(cli, match, bare_of(match));
	}
	if (word == NULL) {
		return nw_err_set(cli->err, -ENOTSUP, "option '%s' needs a value (%s)" HINT, match->flag, metavar);
	}
	return nw_err_set(cli->err, -ENOTSUP, "option '%s' needs a value (%s), found %s" HINT, match->flag, metavar,
			  nw_quote_into(shown, sizeof(shown), nw_span_of(word)));
}

/* --name, --name=value */
static int take_long(struct cli *cli, const char *word)
{
	size_t len = strcspn(word, "=");
	bool has_value = word[len] == '=';
	struct match match;
	int rc = resolve(cli, word, len, &match);

	if (rc != 0) {
		return rc;
	}
	if (metavar_of(&match) == NULL) {
		if (has_value) {
			return nw_err_set(cli->err, -ENOTSUP, "option '%s' takes no value" HINT, match.flag);
		}
		return add_arg(cli, &match, bare_of(&match));
	}
	return has_value ? add_arg(cli, &match, word + len + 1) : take_value(cli, &match);
}

/* -w 4, -w4, -w=4, and switches in one word */
static int take_short(struct cli *cli, const char *word)
{
	for (const char *p = word + 1; *p != '\0' && cli->out->stop == NULL; p++) {
		char flag[3] = {'-', *p, '\0'};
		struct match match;
		int rc = resolve(cli, flag, 2, &match);

		if (rc != 0) {
			return rc;
		}
		if (metavar_of(&match) != NULL) {
			const char *rest = p[1] == '=' ? p + 2 : p + 1;

			return p[1] != '\0' ? add_arg(cli, &match, rest) : take_value(cli, &match);
		}
		rc = add_arg(cli, &match, bare_of(&match));
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
	out->n_read = cli.at;
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

static int apply_ignored(const struct nw_settings_arg *arg, const char *where, struct nw_settings *settings,
			 struct nw_err *err)
{
	struct nw_literal value = {.kind = NW_LITERAL_BOOL, .truth = true};

	if (arg->text != NULL) {
		value = (struct nw_literal){.kind = NW_LITERAL_STR, .text = nw_span_of(arg->text)};
	}
	return nw_settings_ignored_take(arg->ignored, &value, where, settings, err);
}

int nw_settings_cli_apply(const struct nw_settings_args *args, const char *where, struct nw_settings *settings,
			  struct nw_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < args->n; i++) {
		const struct nw_settings_arg *arg = &args->v[i];

		if (arg->ignored != NULL) {
			rc = apply_ignored(arg, where, settings, err);
		} else {
			rc = nw_settings_value_set_text(settings, arg->setting, arg->text, was_given(args, i), err);
			rc = rc != 0 ? rc : nw_settings_notice_given(settings, arg->setting->name, err);
		}
	}
	return rc;
}

const char *nw_settings_cli_text(const struct nw_settings_args *args, const char *name)
{
	for (size_t i = args->n; i > 0; i--) {
		const struct nw_setting *setting = args->v[i - 1].setting;

		if (setting != NULL && strcmp(setting->name, name) == 0) {
			return args->v[i - 1].text;
		}
	}
	return NULL;
}

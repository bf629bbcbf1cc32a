#include "common/settings.h"

#include <string.h>

#include "common/settings_choice.h"
#include "common/settings_doc.h"
#include "common/settings_ignored.h"
#include "common/settings_table.h"

static const char head[] =
	"# Settings\n\n"
	"All settings, in the order of `narwhal --help`. This page is made of the same table:\n"
	"`build/common/narwhal-man page > SETTINGS.md`. How it differs from Gunicorn, setting by setting, is in\n"
	"[GUNICORN.md](GUNICORN.md).\n\n"
	"A setting comes from, strongest last: its default, the config file (`-c`, `./narwhal.conf.py`,\n"
	"`./gunicorn.conf.py`), `GUNICORN_CMD_ARGS`, `NARWHAL_CMD_ARGS`, the command line. A TIME is in seconds or has "
	"a\n"
	"unit: `90`, `90s`, `5m`, `1h`, `1d`. A SIZE is in bytes or has one, of powers of 1024: `65536`, `64k`, "
	"`16MiB`.\n";

/* Text of a page: what means something to Markdown is itself. */
static void add_text(struct nw_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (memchr("\\`*_<>[]|#", *text, 10) != NULL) {
			nw_buf_addc(out, '\\');
		}
		nw_buf_addc(out, *text);
	}
}

static const char *type_of(const struct nw_setting *setting, struct nw_buf *words)
{
	const char *word;

	switch (setting->type) {
	case NW_SETTING_BOOL:
		return "True or False";
	case NW_SETTING_INT:
		return "integer";
	case NW_SETTING_SECONDS:
		return "time";
	case NW_SETTING_BYTES:
	case NW_SETTING_SIZE:
		return "size";
	case NW_SETTING_CHOICE:
		for (size_t i = 0; (word = nw_settings_choice_at(setting, i)) != NULL; i++) {
			nw_buf_addf(words, "%s`%s`", i == 0 ? "" : ", ", word);
		}
		return nw_buf_str(words);
	case NW_SETTING_LIST:
		return "string or list of strings";
	case NW_SETTING_PAIRS:
		return "dict of strings";
	case NW_SETTING_LEVEL:
		return "`debug`, `info`, `warning`, `error`, `critical`";
	case NW_SETTING_USER:
	case NW_SETTING_GROUP:
		return "name or id";
	case NW_SETTING_UMASK:
		return "mode";
	case NW_SETTING_STRING:
	case NW_SETTING_HELP:
	case NW_SETTING_VERSION:
	case NW_SETTING_COMPAT:
		break;
	}
	return "string";
}

static void add_facts(struct nw_buf *out, const struct nw_setting *setting)
{
	const char *fallback = setting->fallback != NULL ? setting->fallback : setting->none;
	struct nw_buf flags = {0}, words = {0};

	nw_settings_doc_flags(&flags, setting);
	if (flags.len > 0) {
		nw_buf_addf(out, "- option: `%s`\n", nw_buf_str(&flags));
	}
	if (setting->type < NW_SETTING_HELP) {
		nw_buf_addf(out, "- value: %s\n", type_of(setting, &words));
		nw_buf_addf(out, setting->fallback != NULL ? "- default: `%s`" : "- default: %s",
			    fallback != NULL ? fallback : "off");
		if (setting->env != NULL) {
			nw_buf_addf(out, ", or `%s$%s`", setting->env_prefix != NULL ? setting->env_prefix : "",
				    setting->env);
		}
		nw_buf_addc(out, '\n');
	}
	nw_buf_free(&flags);
	nw_buf_free(&words);
}

static void add_setting(struct nw_buf *out, const struct nw_setting *setting)
{
	nw_buf_addf(out, "\n### %s\n\n", setting->name);
	add_text(out, setting->doc);
	nw_buf_adds(out, "\n\n");
	add_facts(out, setting);
}

static void add_ignored(struct nw_buf *out)
{
	nw_buf_adds(out,
		    "\n## Gunicorn's that have no meaning here\n\n"
		    "Taken with a warning, or refused where the server would not be what was meant. Their harmless "
		    "values pass in silence.\n\n"
		    "| setting | |\n| --- | --- |\n");
	for (size_t i = 0; i < nw_settings_ignored_len(); i++) {
		const struct nw_settings_ignored *ignored = nw_settings_ignored_at(i);

		nw_buf_addf(out, "| %s | %s: ", ignored->name, ignored->is_refused ? "refused" : "ignored");
		add_text(out, ignored->why);
		nw_buf_adds(out, " |\n");
	}
}

void nw_settings_page(struct nw_buf *out)
{
	const char *section = "";

	nw_buf_adds(out, head);
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		if (strcmp(section, setting->section) != 0) {
			section = setting->section;
			nw_buf_addf(out, "\n## %s\n", section);
		}
		add_setting(out, setting);
	}
	add_ignored(out);
}

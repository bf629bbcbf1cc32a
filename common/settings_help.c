#include "common/settings.h"

#include <string.h>

#include "common/settings_doc.h"
#include "common/settings_table.h"

enum {
	WIDTH = 92,  /* of a line */
	COLUMN = 30, /* where descriptions begin */
};

/* Words of @text, broken at WIDTH, each line from COLUMN on. The first one is at @column already. */
static void add_wrapped(struct nw_buf *out, const char *text, size_t column)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column > COLUMN && column + 1 + len > WIDTH) {
			nw_buf_addf(out, "\n%*s", COLUMN, "");
			column = COLUMN;
		} else if (column > COLUMN) {
			nw_buf_addc(out, ' ');
			column++;
		}
		nw_buf_add(out, text, len);
		column += len;
		text += len + strspn(text + len, " ");
	}
	nw_buf_addc(out, '\n');
}

static void add_setting(struct nw_buf *out, const struct nw_setting *setting)
{
	struct nw_buf text = {0};
	size_t begin = out->len;

	/* Long options stand in one column, with or without a short one. */
	if (setting->flags[0] == NULL) {
		return; /* of config files only */
	}
	nw_buf_adds(out, setting->flags[0][1] == '-' ? "      " : "  ");
	nw_settings_doc_flags(out, setting);
	size_t len = out->len - begin;

	if (len + 2 > COLUMN) {
		nw_buf_addc(out, '\n');
		len = 0;
	}
	nw_buf_addf(out, "%*s", (int)(COLUMN - len), "");
	nw_buf_adds(&text, setting->doc);
	nw_settings_doc_default(&text, setting);
	add_wrapped(out, nw_buf_str(&text), COLUMN);
	nw_buf_free(&text);
}

void nw_settings_help(struct nw_buf *out)
{
	const char *section = "";

	nw_buf_adds(out,
		    "Usage: narwhal [OPTIONS] [APP ...]\n\n"
		    "Serve APPs over HTTP with a master process and its workers. An APP is 'data', the built-in one\n"
		    "that serves a domain file (the default), or the path of a .so; several are mounted in order.\n");
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		if (strcmp(section, setting->section) != 0) {
			section = setting->section;
			nw_buf_addf(out, "\n%s:\n", section);
		}
		add_setting(out, setting);
	}
	nw_buf_adds(
		out,
		"\nTIME is in seconds or has a unit: 90, 90s, 5m, 1h; SIZE in bytes or with one: 65536, 64k, 2MiB.\n"
		"Strongest last: defaults, the config file, GUNICORN_CMD_ARGS, NARWHAL_CMD_ARGS, options.\n");
}

#include "common/settings.h"

#include <inttypes.h>
#include <string.h>

#include "common/quote.h"
#include "common/settings_table.h"
#include "common/settings_value.h"

static const void *field_of(const struct nw_settings *settings, const struct nw_setting *setting)
{
	return (const char *)settings + setting->offset;
}

/* 0 and what it stands for are told apart by it: only 0 leads beyond the ceiling. */
static int int_as_given(const struct nw_setting *setting, int value)
{
	return value == setting->zero && setting->zero > setting->ceiling && setting->ceiling != 0 ? 0 : value;
}

/* The value as plain text; false: None. */
static bool add_text(struct nw_buf *out, const struct nw_settings *settings, const struct nw_setting *setting)
{
	const void *field = field_of(settings, setting);
	const struct nw_strings *list = field;
	const char *text = NULL;

	switch (setting->type) {
	case NW_SETTING_BOOL:
		text = *(const bool *)field ? "True" : "False";
		break;
	case NW_SETTING_INT:
	case NW_SETTING_SECONDS:
	case NW_SETTING_BYTES:
		nw_buf_addf(out, "%d", int_as_given(setting, *(const int *)field));
		return true;
	case NW_SETTING_SIZE:
		nw_buf_addf(out, "%" PRId64, *(const int64_t *)field);
		return true;
	case NW_SETTING_STRING:
	case NW_SETTING_CHOICE:
		text = *(char *const *)field;
		break;
	case NW_SETTING_LIST:
	case NW_SETTING_PAIRS:
		for (size_t i = 0; i < list->n; i++) {
			nw_buf_addf(out, "%s%s", i == 0 ? "" : ",", list->v[i]);
		}
		return list->n > 0;
	case NW_SETTING_LEVEL:
		text = nw_settings_value_level(*(const enum nw_log_level *)field);
		break;
	case NW_SETTING_USER:
		text = settings->user_name;
		break;
	case NW_SETTING_GROUP:
		if (*(const gid_t *)field != (gid_t)-1) {
			nw_buf_addf(out, "%u", *(const gid_t *)field);
		}
		return *(const gid_t *)field != (gid_t)-1;
	case NW_SETTING_UMASK:
		nw_buf_addf(out, "0o%o", *(const mode_t *)field);
		return true;
	case NW_SETTING_HELP:
	case NW_SETTING_VERSION:
	case NW_SETTING_COMPAT:
		break;
	}
	if (text != NULL) {
		nw_buf_adds(out, text);
	}
	return text != NULL;
}

const char *nw_settings_get(const struct nw_settings *settings, const char *name, struct nw_arena *arena)
{
	const struct nw_setting *setting = nw_settings_table_find(nw_span_of(name));
	struct nw_buf buf = {0};
	char *copy = NULL;

	if (setting != NULL && add_text(&buf, settings, setting)) {
		copy = nw_arena_strdup(arena, nw_buf_str(&buf));
	}
	nw_buf_free(&buf);
	return copy;
}

/* mongodb://user:PASSWORD@host: the password's place, or an empty span. Hosts hold no '@', so the last one counts. */
static struct nw_span find_password(struct nw_span uri)
{
	const char *slashes = memmem(uri.p, uri.len, "://", 3);
	const char *begin = slashes != NULL ? slashes + 3 : NULL;

	if (begin == NULL) {
		return (struct nw_span){uri.p, 0};
	}
	size_t len = strcspn(begin, "/?");
	const char *at = memrchr(begin, '@', len);
	const char *colon = at != NULL ? memchr(begin, ':', (size_t)(at - begin)) : NULL;

	if (colon == NULL) {
		return (struct nw_span){uri.p, 0};
	}
	return (struct nw_span){colon + 1, (size_t)(at - colon - 1)};
}

static void add_quoted(struct nw_buf *out, struct nw_span text)
{
	struct nw_span password = find_password(text);
	struct nw_buf hidden = {0};

	if (password.len == 0) {
		nw_quote_python(out, text);
		return;
	}
	nw_buf_add(&hidden, text.p, (size_t)(password.p - text.p));
	nw_buf_adds(&hidden, "***");
	nw_buf_adds(&hidden, password.p + password.len);
	nw_quote_python(out, nw_span_of(nw_buf_str(&hidden)));
	out->failed |= hidden.failed;
	nw_buf_free(&hidden);
}

static bool is_number(const char *text)
{
	return strspn(text, "0123456789") == strlen(text);
}

static void add_list(struct nw_buf *out, const struct nw_strings *list)
{
	nw_buf_addc(out, '[');
	for (size_t i = 0; i < list->n; i++) {
		nw_buf_adds(out, i == 0 ? "" : ", ");
		nw_quote_python(out, nw_span_of(list->v[i]));
	}
	nw_buf_addc(out, ']');
}

static void add_dict(struct nw_buf *out, const struct nw_strings *pairs)
{
	nw_buf_addc(out, '{');
	for (size_t i = 0; i < pairs->n; i++) {
		size_t len = strcspn(pairs->v[i], "=");

		nw_buf_adds(out, i == 0 ? "" : ", ");
		nw_quote_python(out, (struct nw_span){pairs->v[i], len});
		nw_buf_adds(out, ": ");
		nw_quote_python(out, nw_span_of(pairs->v[i] + len + 1));
	}
	nw_buf_addc(out, '}');
}

/* The value as a Python literal. */
static void add_literal(struct nw_buf *out, const struct nw_settings *settings, const struct nw_setting *setting)
{
	struct nw_buf text = {0};
	bool is_text = setting->type == NW_SETTING_STRING || setting->type == NW_SETTING_CHOICE ||
		       setting->type == NW_SETTING_LEVEL || setting->type == NW_SETTING_USER;

	if (setting->type == NW_SETTING_LIST) {
		add_list(out, field_of(settings, setting));
	} else if (setting->type == NW_SETTING_PAIRS) {
		add_dict(out, field_of(settings, setting));
	} else if (!add_text(&text, settings, setting)) {
		nw_buf_adds(out, "None");
	} else if (is_text && !(setting->type == NW_SETTING_USER && is_number(nw_buf_str(&text)))) {
		add_quoted(out, nw_span_of(nw_buf_str(&text)));
	} else {
		nw_buf_adds(out, nw_buf_str(&text));
	}
	out->failed |= text.failed;
	nw_buf_free(&text);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct nw_setting *const *)a)->name, (*(const struct nw_setting *const *)b)->name);
}

void nw_settings_print(const struct nw_settings *settings, struct nw_buf *out)
{
	const struct nw_setting *rows[256];
	size_t n = 0;
	int width = 0;

	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		if (!setting->is_cli_only && n < NW_ARRAY_LEN(rows)) {
			int len = (int)strlen(setting->name);

			width = len > width ? len : width;
			rows[n++] = setting;
		}
	}
	qsort(rows, n, sizeof(rows[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		nw_buf_addf(out, "%-*s = ", width, rows[i]->name);
		add_literal(out, settings, rows[i]);
		nw_buf_addc(out, '\n');
	}
}

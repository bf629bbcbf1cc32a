#include "common/settings_table.h"

#include "common/settings_rows.h"

/* In the order of --help. */
static const struct {
	const struct nw_setting *rows;
	const size_t *n;
} parts[] = {
	{nw_settings_rows_serving, &nw_settings_n_rows_serving},
	{nw_settings_rows_http, &nw_settings_n_rows_http},
	{nw_settings_rows_tls, &nw_settings_n_rows_tls},
	{nw_settings_rows_process, &nw_settings_n_rows_process},
	{nw_settings_rows_app, &nw_settings_n_rows_app},
};

enum { ROWS_MAX = 256 };

size_t nw_settings_table_len(void)
{
	size_t n = 0;

	for (size_t i = 0; i < NW_ARRAY_LEN(parts); i++) {
		n += *parts[i].n;
	}
	return n;
}

const struct nw_setting *nw_settings_table_at(size_t i)
{
	size_t part = 0;

	while (i >= *parts[part].n) {
		i -= *parts[part++].n;
	}
	return &parts[part].rows[i];
}

const struct nw_setting *nw_settings_table_find(struct nw_span name)
{
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		if (nw_span_eq(name, setting->name)) {
			return setting;
		}
	}
	return NULL;
}

const char *nw_settings_table_nearest(const char *name)
{
	const char *names[ROWS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < nw_settings_table_len() && n < ROWS_MAX; i++) {
		names[n++] = nw_settings_table_at(i)->name;
	}
	return nw_str_nearest(name, names, n);
}

const char *nw_settings_table_nearest_flag(const char *flag)
{
	const char *flags[ROWS_MAX * (NW_SETTING_FLAGS + 1)];
	size_t n = 0;

	for (size_t i = 0; i < nw_settings_table_len() && i < ROWS_MAX; i++) {
		for (size_t k = 0; k < NW_SETTING_FLAGS; k++) {
			const char *known = nw_settings_table_at(i)->flags[k];

			if (known != NULL && known[1] == '-') {
				flags[n++] = known;
			}
		}
		if (nw_settings_table_at(i)->off_flag != NULL) {
			flags[n++] = nw_settings_table_at(i)->off_flag;
		}
	}
	return nw_str_nearest(flag, flags, n);
}

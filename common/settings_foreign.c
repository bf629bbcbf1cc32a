#include "common/settings_foreign.h"

#include "common/cc.h"

/* Of Gunicorn 27. */
static const struct nw_settings_foreign rows[] = {
	{"daemon", {"-D", "--daemon"}},
	{"capture_output", {"--capture-output"}},
	{"enable_stdio_inheritance", {"-R", "--enable-stdio-inheritance"}},
};

size_t nw_settings_foreign_len(void)
{
	return NW_ARRAY_LEN(rows);
}

const struct nw_settings_foreign *nw_settings_foreign_at(size_t i)
{
	return &rows[i];
}

bool nw_settings_foreign_has(struct nw_span name)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(rows); i++) {
		if (nw_span_eq(name, rows[i].name)) {
			return true;
		}
	}
	return false;
}

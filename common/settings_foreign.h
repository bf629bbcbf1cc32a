/** Settings that Gunicorn has and this version does not: refused by name, never taken for a typo. */
#ifndef NW_COMMON_SETTINGS_FOREIGN_H
#define NW_COMMON_SETTINGS_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/str.h"

enum { NW_SETTINGS_FOREIGN_FLAGS = 2 };

struct nw_settings_foreign {
	const char *name;
	const char *flags[NW_SETTINGS_FOREIGN_FLAGS];
};

size_t nw_settings_foreign_len(void);
const struct nw_settings_foreign *nw_settings_foreign_at(size_t i);
bool nw_settings_foreign_has(struct nw_span name);

#endif

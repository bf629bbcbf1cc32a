/** The mistakes of a config file, told all at once and in the order of their lines. */
#ifndef NW_COMMON_SETTINGS_MISTAKES_H
#define NW_COMMON_SETTINGS_MISTAKES_H

#include <stddef.h>

#include "common/arena.h"
#include "common/err.h"

enum { NW_SETTINGS_MISTAKES = 12 }; /* more are counted, not told */

struct nw_settings_mistake {
	unsigned line;
	const char *sentence;
};

struct nw_settings_mistakes {
	struct nw_arena *arena;
	struct nw_settings_mistake v[NW_SETTINGS_MISTAKES];
	size_t n; /* may be more than v holds */
};

void nw_settings_mistakes_add(struct nw_settings_mistakes *mistakes, unsigned line, const char *sentence);

/** -EINVAL and "PATH:LINE: SENTENCE" lines, or 0 if there are none. */
int nw_settings_mistakes_report(struct nw_settings_mistakes *mistakes, const char *path,
				struct nw_err *err) NW_MUST_CHECK;

#endif

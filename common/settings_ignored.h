/**
 * Settings of Gunicorn that have no meaning here. Most are accepted, so that a set-up of Gunicorn's loads as it is,
 * with a notice that says what holds instead; those without which a deployment would not be what it was meant to be
 * (another protocol, TLS, another application) are refused. Values that say what holds anyway pass in silence.
 */
#ifndef NW_COMMON_SETTINGS_IGNORED_H
#define NW_COMMON_SETTINGS_IGNORED_H

#include <stdbool.h>
#include <stddef.h>

#include "common/literal.h"
#include "common/settings.h"

enum { NW_SETTINGS_IGNORED_FLAGS = 2, NW_SETTINGS_IGNORED_QUIET = 5 };

struct nw_settings_ignored {
	const char *name;
	const char *flags[NW_SETTINGS_IGNORED_FLAGS];
	const char *metavar;                          /* NULL: a switch */
	const char *quiet[NW_SETTINGS_IGNORED_QUIET]; /* values that need no word, beside the empty ones */
	bool is_loud_when_empty;                      /* None, False, 0 and what is empty need one, too */
	bool is_refused;                              /* whatever is not quiet */
	const char *why;                              /* a sentence without its end */
};

size_t nw_settings_ignored_len(void);
const struct nw_settings_ignored *nw_settings_ignored_at(size_t i);

/** By its name in a config file; NULL: there is none. */
const struct nw_settings_ignored *nw_settings_ignored_find(struct nw_span name);

/**
 * Take @value (NULL: one that cannot be read here, such as a function) for @ignored: nothing, or a notice in @settings,
 * from @where. -EINVAL: it is refused.
 */
int nw_settings_ignored_take(const struct nw_settings_ignored *ignored, const struct nw_literal *value,
			     const char *where, struct nw_settings *settings, struct nw_err *err) NW_MUST_CHECK;

#endif

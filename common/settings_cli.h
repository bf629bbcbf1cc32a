/** Command lines, of the program and of the *_CMD_ARGS variables: which options stand there, and which APPs. */
#ifndef NW_COMMON_SETTINGS_CLI_H
#define NW_COMMON_SETTINGS_CLI_H

#include "common/arena.h"
#include "common/settings.h"
#include "common/settings_ignored.h"
#include "common/settings_table.h"

struct nw_settings_arg {
	const struct nw_setting *setting;          /* NULL: one of Gunicorn's that is ignored */
	const struct nw_settings_ignored *ignored; /* NULL: one of ours */
	const char *text;                          /* NULL: a switch */
};

struct nw_settings_args {
	struct nw_settings_arg *v; /* in order */
	size_t n, cap;
	struct nw_strings apps;
	const struct nw_setting *stop; /* --help, --version or --compat, the first of them; the rest was not read */
	size_t n_read;                 /* words, the one with a mistake included */
};

/**
 * Read @n words (without the program's name) as getopt does: -w4, -w 4, --workers=4, unique abbreviations, "--".
 * @out borrows the words; its arrays live in @arena. -EINVAL: an option that is unknown, ambiguous or incomplete.
 */
int nw_settings_cli_parse(char *const *words, size_t n, struct nw_arena *arena, struct nw_settings_args *out,
			  struct nw_err *err) NW_MUST_CHECK;

/** Set what stands there; @where: for notices. A list begins anew with its first option. Apps are not touched. */
int nw_settings_cli_apply(const struct nw_settings_args *args, const char *where, struct nw_settings *settings,
			  struct nw_err *err) NW_MUST_CHECK;

/** The text that @args give a setting, the last one; NULL: none. */
const char *nw_settings_cli_text(const struct nw_settings_args *args, const char *name);

#endif

/**
 * The one list of all settings: how each is spelled, what it takes and what it means. The parsers, --help,
 * --print-config and the man page are loops over it; to add a setting is to add a row and a field.
 */
#ifndef NW_COMMON_SETTINGS_TABLE_H
#define NW_COMMON_SETTINGS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/str.h"

enum nw_setting_type {
	NW_SETTING_BOOL,    /* bool; on the command line a switch */
	NW_SETTING_INT,     /* int */
	NW_SETTING_SECONDS, /* int; s, m, h, d and ms are understood, whole seconds only */
	NW_SETTING_BYTES,   /* int; k, M, G and KiB, MiB, GiB are understood */
	NW_SETTING_SIZE,    /* int64_t, bytes; the same */
	NW_SETTING_STRING,  /* char *; None only if that is the default */
	NW_SETTING_CHOICE,  /* char *, one of .choices, never NULL */
	NW_SETTING_LIST,    /* struct nw_strings; empty (None) only if that is the default, or may_be_empty */
	NW_SETTING_PAIRS,   /* the same, NAME=VALUE each; in a config file a dict */
	NW_SETTING_LEVEL,   /* enum nw_log_level */
	NW_SETTING_USER,    /* uid_t, beside it user_name */
	NW_SETTING_GROUP,   /* gid_t */
	NW_SETTING_UMASK,   /* mode_t; octal with a leading 0 */
	NW_SETTING_HELP,    /* no value: prints and ends */
	NW_SETTING_VERSION, /* the same */
	NW_SETTING_COMPAT,  /* the same, of the words behind it */
};

enum { NW_SETTING_FLAGS = 3 };

struct nw_setting {
	const char *name;                    /* in a config file */
	const char *flags[NW_SETTING_FLAGS]; /* on the command line, the short one first */
	const char *section;
	const char *metavar;  /* NULL: a switch */
	const char *off_flag; /* BOOL: the switch that turns it off; NULL: there is none */
	const char *bare;     /* what the option means without a value; NULL: it needs one */
	enum nw_setting_type type;
	size_t offset;          /* in struct nw_settings */
	bool is_cli_only;       /* of one start: --print-config leaves it out */
	bool is_none_default;   /* STRING with a default: None, Gunicorn's default, leaves it as it is */
	bool is_whole;          /* LIST: on a command line a comma is a character like any other */
	bool may_be_empty;      /* LIST with a default: None or nothing empties it */
	const char *fallback;   /* default, as on the command line; NULL: None or False */
	const char *none;       /* what None means, for people */
	const char *env;        /* a variable that replaces the default */
	const char *env_prefix; /* what is put in front of its value */
	int64_t min, max;
	int64_t zero;               /* INT, BYTES: what 0 stands for; 0: itself */
	int64_t ceiling;            /* INT, BYTES: what larger values stand for; 0: none */
	const char *const *choices; /* CHOICE: its words, then NULL; "true=auto" is another word for auto */
	int (*check)(const char *text, struct nw_err *err); /* of a STRING and of each item of a LIST or PAIRS */
	const char *doc;                                    /* sentences */
	const char *differs;  /* from Gunicorn, if it has this setting: sentences; NULL: in nothing */
	const char *gunicorn; /* the default there, if it is another one */
};

size_t nw_settings_table_len(void);
const struct nw_setting *nw_settings_table_at(size_t i);

/** By its name in a config file; NULL: there is none. */
const struct nw_setting *nw_settings_table_find(struct nw_span name);

/** The name most like @name, for "did you mean"; NULL: none is. */
const char *nw_settings_table_nearest(const char *name);

/** The long option most like @flag ("--wrkers"); NULL: none is. */
const char *nw_settings_table_nearest_flag(const char *flag);

#endif

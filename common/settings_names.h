/** The names that a config file sets and imports. */
#ifndef NW_COMMON_SETTINGS_NAMES_H
#define NW_COMMON_SETTINGS_NAMES_H

#include "common/literal.h"

enum nw_settings_name_kind {
	NW_SETTINGS_NAME_VALUE,
	NW_SETTINGS_NAME_LIBRARY, /* import os, from os import getenv as env */
	NW_SETTINGS_NAME_UNREAD,  /* what is behind it is not read: other imports, functions, classes */
};

struct nw_settings_name {
	struct nw_span name;
	unsigned line; /* of the last time it was set */
	enum nw_settings_name_kind kind;
	struct nw_span full;            /* of a LIBRARY: "os", "os.getenv" */
	bool is_used;                   /* some value was made of it */
	const struct nw_literal *value; /* of a VALUE; NULL: it was set to something that could not be read */
};

struct nw_settings_names {
	struct nw_settings_name *v;
	size_t n;
	struct nw_arena *arena;
	char *const *env; /* for os.environ */
	const char *path; /* of the file */
};

/** NULL: no such name. */
struct nw_settings_name *nw_settings_names_find(const struct nw_settings_names *names, struct nw_span name);

/** Set @name or set it anew. -EINVAL: there are too many. */
int nw_settings_names_put(struct nw_settings_names *names, const struct nw_settings_name *name,
			  struct nw_err *err) NW_MUST_CHECK;

/** A nw_literal_resolve_fn; @arg is a struct nw_settings_names. */
int nw_settings_names_resolve(void *arg, struct nw_span name, const struct nw_literal_args *args,
			      const struct nw_literal **out, struct nw_err *err) NW_MUST_CHECK;

#endif

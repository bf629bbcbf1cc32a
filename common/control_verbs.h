/** What the control socket takes, in one table: for the server, its client, the client's man page and completion. */
#ifndef NW_COMMON_CONTROL_VERBS_H
#define NW_COMMON_CONTROL_VERBS_H

enum nw_verb_id {
	NW_VERB_SHOW_ALL,
	NW_VERB_SHOW_WORKERS,
	NW_VERB_SHOW_DIRTY,
	NW_VERB_SHOW_CONFIG,
	NW_VERB_SHOW_STATS,
	NW_VERB_SHOW_LISTENERS,
	NW_VERB_WORKER_ADD,
	NW_VERB_WORKER_REMOVE,
	NW_VERB_WORKER_KILL,
	NW_VERB_DIRTY_ADD,
	NW_VERB_DIRTY_REMOVE,
	NW_VERB_RELOAD,
	NW_VERB_REOPEN,
	NW_VERB_SHUTDOWN,
	NW_VERB_HELP,
	NW_VERBS,
};

struct nw_verb {
	const char *verb, *noun; /* noun NULL: it has none */
	const char *usage;       /* both, and what follows them */
	const char *help;        /* ASCII without quotes */
};

extern const struct nw_verb nw_verbs[NW_VERBS];

#endif

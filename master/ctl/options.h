/** What narwhalctl is told on its command line. */
#ifndef NW_MASTER_CTL_OPTIONS_H
#define NW_MASTER_CTL_OPTIONS_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/err.h"

struct nw_ctl_options {
	const char *socket;  /* NULL: to be found */
	int pid;             /* of the master whose default socket it is; 0: not given */
	const char *command; /* -c, or NULL */
	struct nw_buf line;  /* the words of the command, as a line that is split into the same */
	int timeout_ms;
	int interval_ms; /* of top */
	int count;       /* frames of top; 0: not given */
	bool is_json, is_quiet, waits, wants_help, wants_version, wants_completion;
};

/** One option, for the parser, the help, the man page and the completion. */
struct nw_ctl_option {
	char letter; /* 0: none */
	const char *name;
	const char *metavar; /* NULL: it takes no value */
	const char *doc;     /* a sentence */
};

extern const struct nw_ctl_option nw_ctl_option_table[];
extern const int nw_ctl_n_options;

/** @argv is kept. -EINVAL: the sentence says which word is wrong. nw_ctl_options_fini() ends what was read. */
int nw_ctl_options_read(int argc, char *const *argv, struct nw_ctl_options *out, struct nw_err *err) NW_MUST_CHECK;

void nw_ctl_options_fini(struct nw_ctl_options *options);

void nw_ctl_options_help(struct nw_buf *out);

#endif

/**
 * A master with fake workers in processes of their own. All that they write on stderr is gathered here; a test
 * waits for lines to be there, never for time to pass. Everything has a deadline; what is missed fails the test.
 */
#ifndef NW_TESTS_UNIT_MASTER_TREE_H
#define NW_TESTS_UNIT_MASTER_TREE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"

struct tree {
	pid_t master;
	int out;            /* their stderr; -1 once all of them are gone */
	struct nw_buf said; /* all of it so far */
	char dir[64];       /* for this test alone */
	char config[96];
	char socket[96];    /* DIR/s, what the configuration binds */
	int64_t backoff_ms; /* the first pause behind a crash; may be changed before the start */
};

/** A directory, and a configuration with a socket in it, `proc_name = @how`, and the lines of @more. */
void tree_init(struct tree *tree, const char *how, const char *more);

/** Write the configuration anew, for a HUP. */
void tree_configure(struct tree *tree, const char *how, const char *more);

/** The same with a text of the test's own. */
void tree_configure_raw(struct tree *tree, const char *text);

/** Start the master: its ticks, and pauses unless backoff_ms was changed, are 50 times shorter than in the real one. */
void tree_start(struct tree *tree);

/** The first start and wait for @n workers to be READY. */
void tree_boot(struct tree *tree, int n);

/** Until @text was said @n times in all. */
void tree_wait(struct tree *tree, const char *text, int n);

/** Until anything more was said. */
void tree_hear(struct tree *tree);

/** How many times @text was said until now. */
int tree_count(struct tree *tree, const char *text);

/** At no time until now, from when the first was told to go, did fewer than @least serve; never did more than @most
 * live. */
void tree_expect_between(struct tree *tree, int least, int most);

/** The pid in the @n-th (from 1) line "fake PID gen G: @what". */
pid_t tree_pid(struct tree *tree, const char *what, int n);

void tree_signal(struct tree *tree, int sig);

/** Until the master and all its workers are gone; the master's exit code must be @code. Removes the directory. */
void tree_end(struct tree *tree, int code);

/** The same for a master that was killed. */
void tree_end_killed(struct tree *tree);

/** Connect to @path. The descriptor, or -1. */
int tree_connect(const char *path);

#endif

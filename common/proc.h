/** Processes: fork as it must be done beside libevent, exit statuses as text, the process title. */
#ifndef NW_COMMON_PROC_H
#define NW_COMMON_PROC_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

/**
 * fork() with all signals blocked, and in the child they stay blocked: it must event_reinit() and free the parent's
 * base, so that no signal is swallowed by the parent's handlers, and then call nw_proc_reset_signals().
 * Returns as fork(); -1 leaves errno. In the parent the mask is as it was.
 */
pid_t nw_proc_fork(void);

/**
 * In the child: every signal back to its default action (faults stay as they are), except those that must never
 * end or stop a worker that has no handlers yet (HUP, PIPE, USR1, USR2, TTIN, TTOU, WINCH: ignored); then all are
 * unblocked.
 */
void nw_proc_reset_signals(void);

/** "exited with code 3", "was killed by SIGSEGV (core dumped)": a wait status as text. */
const char *nw_proc_status_text(int status, char *buf, size_t size);

/** "SIGTERM", or "signal 40". */
const char *nw_proc_signal_name(int sig, char *buf, size_t size);

/**
 * Once, first thing in main(): remembers where argv and the environment lie, so that the title can be written there.
 * Replaces argv[i] and environ by copies. Without memory for them there will be no title.
 */
void nw_proc_title_init(int argc, char **argv);

/** What ps shows. Cut to the room that argv and the environment had. */
void nw_proc_title_set(const char *fmt, ...) NW_PRINTF(1, 2);

/**
 * Let the system send us SIGTERM when our parent dies; an earlier death shows only otherwise. After nw_proc_drop(),
 * which undoes it.
 */
void nw_proc_end_with_parent(void);

/** See to it that @n files can be open at once, as far as the hard limit allows. How many can be. */
uint64_t nw_proc_allow_files(uint64_t n);

/**
 * Switch to group, then user, with the supplementary groups of the user and no others, and verify. -1 leaves one as it
 * is, but a user without a group takes the user's primary group along (never root's). Not root: 0 if we are that
 * user and group already, else -EPERM.
 */
int nw_proc_drop(uid_t uid, gid_t gid, struct nw_err *err) NW_MUST_CHECK;

#endif

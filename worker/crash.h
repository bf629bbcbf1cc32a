/**
 * The last words of a worker: when it is about to die of a fault or of SIGABRT (a missed heartbeat, assert(), abort()),
 * the error log gets what the thread was doing and its backtrace; then the signal does what it does without a handler,
 * core file included. Only what may be called in a signal handler is called there.
 */
#ifndef NW_WORKER_CRASH_H
#define NW_WORKER_CRASH_H

#include <stddef.h>

/** At the start of a worker. Signals that somebody handles already (a sanitizer) are left to it. */
void nw_crash_begin(void);

/** After modules were loaded: addresses are told as places in files. */
void nw_crash_learn(void);

/** A thread, at its start: a stack of its own for the handler, for when its own is used up. NULL: it needs none. */
void *nw_crash_stack_open(void);
/** And at its end. Accepts NULL. */
void nw_crash_stack_close(void *stack);

#endif

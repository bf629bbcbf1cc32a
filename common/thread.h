/** Threads of a worker beside its loop. */
#ifndef NW_COMMON_THREAD_H
#define NW_COMMON_THREAD_H

#include <pthread.h>

#include "common/cc.h"

/**
 * Start one that no signal interrupts: those are the loop's. Faults of its own code it takes all the same, or whoever
 * wants to tell about them never could. 0 or a negative errno.
 */
int nw_thread_start(pthread_t *out, void *(*run)(void *arg), void *arg) NW_MUST_CHECK;

#endif

/**
 * One writer at a time over all processes: a lock on a file beside the database. The kernel gives it back when its
 * holder dies, and who waits sleeps in the kernel, not in a back-off. Writers take turns: who has just had the lock
 * gets it again only after those that waited.
 */
#ifndef NW_STORE_SQLITE_LOCK_H
#define NW_STORE_SQLITE_LOCK_H

#include <pthread.h>

#include "common/cc.h"
#include "common/err.h"

struct nw_sqlite_lock {
	int fd;
	pthread_mutex_t mutex; /* among the threads of this process: the kernel's lock is the descriptor's */
};

/** After fork: a descriptor shared with a parent shares its lock. */
int nw_sqlite_lock_open(struct nw_sqlite_lock *lock, const char *path, struct nw_err *err) NW_MUST_CHECK;
void nw_sqlite_lock_close(struct nw_sqlite_lock *lock);

/** Waits as long as it takes. 0 or -errno (the lock is not held then). */
int nw_sqlite_lock_take_sync(struct nw_sqlite_lock *lock) NW_MUST_CHECK;
void nw_sqlite_lock_give(struct nw_sqlite_lock *lock);

#endif

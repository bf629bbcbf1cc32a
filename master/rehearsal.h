/**
 * Before a reload, the next configuration is read by a process of its own, since that may take long, or never end: a
 * slow disk, a name server that is away, apps that are preloaded. What it was told is in a book then (memo.h), by
 * which the master reads the same again without waiting for anybody. What crashes there crashes nobody else.
 */
#ifndef NW_MASTER_REHEARSAL_H
#define NW_MASTER_REHEARSAL_H

#include <sys/types.h>

#include "common/buf.h"
#include "common/err.h"

struct nw_master;

/** All 0 while there is none. */
struct nw_rehearsal {
	pid_t pid;          /* 0: it does not run */
	int fd;             /* what it writes; valid while it runs */
	struct nw_buf book; /* when it has ended */
	char why[128];      /* it ended in a way that is no good; "" */
};

/** Fork it, for master->reload. 0 or a negative errno. */
int nw_rehearsal_start(struct nw_master *master, struct nw_err *err) NW_MUST_CHECK;

/** It was reaped: take its book. */
void nw_rehearsal_end(struct nw_rehearsal *rehearsal, int status);

/** What it said is wrong, or how it ended; NULL: nothing. The book must be the one that is replayed. */
const char *nw_rehearsal_failure(const struct nw_rehearsal *rehearsal, char *buf, size_t size);

/** Kill it if it runs, and free all. */
void nw_rehearsal_drop(struct nw_rehearsal *rehearsal);

/** In a forked child: the same, but it is the master's. */
void nw_rehearsal_shed(struct nw_rehearsal *rehearsal);

#endif

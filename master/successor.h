/**
 * Which of two masters answers at the admin listener while an upgrade is under way. They share its socket, and figures
 * that come from one and then from the other look like counters that went back. So the newer one says, by a byte on a
 * pipe, that it serves, and from then on the workers of the older one leave the listener to it; until the newer one is
 * gone again, if that is how it ends.
 */
#ifndef NW_MASTER_SUCCESSOR_H
#define NW_MASTER_SUCCESSOR_H

#include <stdbool.h>

struct nw_master;
struct event;

/** The descriptor that the newer one writes to: for nw_successor_await(). */
#define NW_SUCCESSOR_FD "NARWHAL_UPGRADE_FD"

struct nw_successor {
	struct event *event; /* the older one's, until the newer one serves */
	int fd;              /* its end, or the newer one's; 0: none */
	bool serves;         /* the newer one has said it */
};

/** Older: a pipe for it, or -errno: then both answer. Close-on-exec. */
int nw_successor_pipe(int *out_ours, int *out_theirs);

/** Older: listen to it. Takes @ours. */
void nw_successor_watch(struct nw_master *master, int ours);

/** Newer: find the descriptor in the environment, if @is_newer; remove it from there. */
void nw_successor_await(struct nw_master *master, bool is_newer);

/** Either: say it, or follow it. */
void nw_successor_step(struct nw_master *master);

/** Either, and forked workers: close all of it. In the older one its workers answer again. */
void nw_successor_end(struct nw_master *master);

#endif

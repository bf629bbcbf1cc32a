/** One client of the control socket: what it asked and what it did not take yet, both bounded. */
#ifndef NW_MASTER_CONTROL_CLIENT_H
#define NW_MASTER_CONTROL_CLIENT_H

#include <sys/queue.h>
#include <sys/types.h>

#include <event2/event.h>
#include <stdbool.h>

#include "common/buf.h"

struct nw_master;

struct nw_control_client {
	TAILQ_ENTRY(nw_control_client) link;
	int fd;
	pid_t pid; /* who asks, for the log */
	struct event *reading, *writing;
	struct nw_buf in;  /* what was read: less than two of the longest requests */
	struct nw_buf out; /* one answer at most, from `sent` on */
	size_t sent;
	unsigned n_answered; /* by the last nw_control_client_serve() */
	bool is_ended;       /* it sends no more, or was silent for too long */
};

TAILQ_HEAD(nw_control_clients, nw_control_client);

/** Takes @fd, on failure too. NULL: no memory. */
struct nw_control_client *nw_control_client_new(struct event_base *base, int fd, pid_t pid);
void nw_control_client_free(struct nw_control_client *client);

/** Answer what it asked, some requests at a time. false: it is done with, and to be freed. */
bool nw_control_client_serve(struct nw_control_client *client, struct nw_master *master);

#endif

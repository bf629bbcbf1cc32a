/** Who has connected to a listening socket and was not accepted yet. */
#ifndef NW_COMMON_ACCEPT_QUEUE_H
#define NW_COMMON_ACCEPT_QUEUE_H

#include <stdint.h>

#include "common/cc.h"

struct nw_accept_queue {
	uint32_t waiting; /* now; of TCP, who has not sent anything for a second at most is not in it (nw_listener_open)
			   */
	uint32_t limit;   /* the backlog: beyond it clients are kept out */
};

/**
 * By TCP_INFO (tcp(7)), of unix sockets by sock_diag(7). Does not wait. 0 or a negative errno: a sandbox may have no
 * sock_diag, and what is no listening socket has no queue.
 */
int nw_accept_queue_read(int fd, struct nw_accept_queue *out) NW_MUST_CHECK;

#endif

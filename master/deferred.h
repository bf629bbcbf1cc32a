/**
 * Connections that the kernel holds back because their client has not spoken yet (TCP_DEFER_ACCEPT, tcp(7)). They are
 * in no accept queue: for a second after its SYN such a client would be reset if the last listening socket went.
 */
#ifndef NW_MASTER_DEFERRED_H
#define NW_MASTER_DEFERRED_H

#include <stdbool.h>
#include <stddef.h>

enum {
	NW_DEFERRED_MS = 1500, /* none is held back for longer: the kernel's second, and the client's round trip */
};

/** From now on @fd, if it is a TCP socket, holds back no new connection. */
void nw_deferred_stop(int fd);

/**
 * Does one of the @n listening sockets @fds hold a connection back? One whose handshake has not ended counts too, and
 * so does not being able to tell (no /proc). One that was asked for an answer again and again does not count: nobody
 * is there. Reads /proc/net/tcp and tcp6, that is, once through all sockets.
 */
bool nw_deferred_any(const int *fds, size_t n);

#endif

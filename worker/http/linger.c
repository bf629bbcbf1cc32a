#include <errno.h>
#include <sys/socket.h>

#include "worker/http/connection.h"

/*
 * Closing a socket that has unread bytes resets the connection, and the reset can overtake the answer. So our side
 * is ended first, and what the client still sends is thrown away until it ends its own, within bounds.
 */

enum {
	LINGERING_MAX = 256,    /* connections; the oldest is closed for a new one */
	DISCARD_MAX = 32 << 20, /* bytes: who sends a large body looks for the answer only behind it */
	TURN_MAX = 8,           /* reads in one turn of the loop */
};

void nw_linger_begin(struct nw_conn *c)
{
	struct nw_http *http = c->http;

	if (c->tls != NULL) {
		nw_tls_close(c->tls);
	}
	if (c->is_at_end || (!c->must_linger && !c->is_unread) || shutdown(c->fd, SHUT_WR) == -1) {
		nw_connection_close(c);
		return;
	}
	free(c->in);
	c->in = NULL;
	c->in_at = c->in_len = c->in_cap = 0;
	c->state = NW_CONN_LINGER;
	if (http->n_lingering == LINGERING_MAX) {
		nw_connection_close(TAILQ_FIRST(&http->waiting[NW_WAIT_LINGER]));
	}
	http->n_lingering++;
	if (c->is_unread) { /* later, from the loop: the shared buffer may be in use now */
		event_active(&c->event, EV_TIMEOUT, 0);
	}
}

void nw_linger_read(struct nw_conn *c)
{
	ssize_t n = 1;

	for (int i = 0; i < TURN_MAX && n > 0 && c->discarded <= DISCARD_MAX; i++) {
		do {
			n = recv(c->fd, c->http->in, NW_HTTP_IN_SIZE, 0);
		} while (n == -1 && errno == EINTR);
		if (n > 0) {
			c->discarded += (uint32_t)n;
			NW_HTTP_COUNT(c->http, bytes_in, (uint64_t)n);
		}
	}
	c->is_unread = false;
	if (n == 0 || c->discarded > DISCARD_MAX || (n == -1 && errno != EAGAIN)) {
		nw_connection_close(c);
	} else if (n > 0) {
		event_active(&c->event, EV_TIMEOUT, 0); /* there may be more: after the others' turn */
	}
}

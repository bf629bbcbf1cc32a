/**
 * TLS of one connection, by OpenSSL. Its bytes pass here between the socket and all the rest, which sees what it would
 * see of a plain one; the handshake is a part of reading. Internal to worker/http.
 */
#ifndef NW_HTTP_TLS_H
#define NW_HTTP_TLS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "common/cc.h"

struct nw_conn;
struct nw_tls;

/** Its next byte begins the handshake. NULL: no memory. */
struct nw_tls *nw_tls_new(struct nw_conn *c);

/** As nw_connection_receive(). A handshake that fails makes the connection linger, so that its client learns why. */
NW_NOINLINE size_t nw_tls_receive(struct nw_conn *c, char *to, size_t room);

/**
 * As send(): bytes taken, or -1 and errno, EAGAIN until there is room; then again, with at least the same bytes.
 * @has_more: more follows at once.
 */
ssize_t nw_tls_write(struct nw_tls *tls, const char *data, size_t len, bool has_more);

/** What was read from the socket, or the rest of it, waits in here: no edge of the socket's tells of it. */
bool nw_tls_holds_input(const struct nw_tls *tls);

/** The client is not to take what it got for all there is: nothing is said when it is closed. */
void nw_tls_break(struct nw_tls *tls);

/** Say that nothing more comes (close_notify), unless it broke. The socket goes on as it is, without it. */
void nw_tls_close(struct nw_tls *tls);

/** Accepts NULL. */
void nw_tls_free(struct nw_tls *tls);

/** The connection goes on in the result, @from is closed and has no more than who its client is. NULL: no memory,
 * nothing was done. */
struct nw_tls *nw_tls_move(struct nw_tls *from);

/** The subject of the client's certificate, which was verified (RFC 4514); NULL: it has none. Lives as long as @tls. */
const char *nw_tls_client(const struct nw_tls *tls);

#endif

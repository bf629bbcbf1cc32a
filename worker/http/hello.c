#include <errno.h>
#include <sys/socket.h>

#include "worker/http/connection.h"

/*
 * The beginning of a connection that is to speak TLS. It is looked at and left in the socket, for OpenSSL to read;
 * except for a PROXY header, which comes before. Whoever speaks plain HTTP is told so in it.
 */

/* Bytes of it that were left where they are; 0: none, or the end (which was seen to). */
static size_t peek(struct nw_conn *c)
{
	ssize_t n = recv(c->fd, c->http->in, NW_HTTP_IN_SIZE, MSG_PEEK);

	if (n > 0) {
		return (size_t)n;
	}
	if (n == 0) {
		nw_connection_take_end(c);
	} else if (errno == EAGAIN) {
		c->is_unread = false;
	} else if (errno != EINTR) {
		nw_connection_close(c);
	}
	return 0;
}

/* There is not enough of it: what comes is a new edge, and if nothing can come any more, that was all. */
static void await_more(struct nw_conn *c, size_t n)
{
	c->is_unread = false;
	if (c->has_end || n == NW_HTTP_IN_SIZE) {
		nw_connection_close(c);
	}
}

static void begin_tls(struct nw_conn *c)
{
	c->tls = nw_tls_new(c);
	c->state = NW_CONN_HEAD;
	if (c->tls == NULL) {
		nw_connection_close(c);
	}
}

static void refuse_plain(struct nw_conn *c)
{
	c->state = NW_CONN_HEAD;
	nw_intake_refuse_head(c, NW_STATUS_BAD_REQUEST, "This is plain HTTP, and HTTPS is spoken here");
}

/* False: there is nothing behind it yet, or it was not one to go on after. */
static bool take_proxy(struct nw_conn *c, size_t n)
{
	if (c->http->options.proxy == NULL || c->is_named) {
		return true;
	}
	size_t len = nw_intake_take_proxy(c, c->http->in, n);

	if (c->state == NW_CONN_PROXY) {
		await_more(c, n);
		return false;
	}
	if (c->job == NULL || c->state == NW_CONN_CLOSED) { /* it was refused */
		return false;
	}
	c->is_named = true;
	c->state = NW_CONN_PROXY;
	if (len > 0 && recv(c->fd, c->http->in, len, 0) != (ssize_t)len) {
		nw_connection_close(c);
	}
	return len == 0;
}

void nw_hello_read(struct nw_conn *c)
{
	size_t n = peek(c);

	if (n == 0) {
		return;
	}
	if (c->job == NULL) { /* a refusal needs one */
		c->job = nw_job_take(c);
		if (c->job == NULL) {
			nw_connection_close(c);
			return;
		}
	}
	if (take_proxy(c, n)) {
		if (c->http->in[0] >= ' ' && c->http->in[0] <= '~') {
			refuse_plain(c);
			return;
		}
		begin_tls(c);
	}
	if (c->job != NULL && c->state <= NW_CONN_PROXY) { /* no request has begun: it waits as one that said nothing */
		nw_job_drop(c);
	}
}

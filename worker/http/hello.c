#include <errno.h>
#include <sys/socket.h>

#include "worker/http/connection.h"
#include "worker/http/proxy.h"

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

/* A refusal answers a request, so one is begun. */
static void refuse_plain(struct nw_conn *c)
{
	char begin = 'G';

	c->state = NW_CONN_HEAD;
	nw_intake_take(c, &begin, sizeof(begin));
	if (c->job != NULL) {
		nw_intake_refuse_head(c, NW_STATUS_BAD_REQUEST, "This is plain HTTP, and HTTPS is spoken here");
	}
}

/* All of it comes off the socket, and nothing else does. */
static void take_header(struct nw_conn *c, size_t len)
{
	if (nw_intake_take(c, c->http->in, len) != len) { /* it was refused */
		return;
	}
	nw_job_drop(c); /* no request has begun: it waits as one that said nothing */
	c->is_named = true;
	c->state = NW_CONN_PROXY;
	if (recv(c->fd, c->http->in, len, 0) != (ssize_t)len) {
		nw_connection_close(c);
	}
}

/* False: there is, or may be, such a header. */
static bool is_past_proxy(struct nw_conn *c, size_t n)
{
	struct nw_proxy_header header;

	if (c->http->options.proxy == NULL || c->is_named) {
		return true;
	}
	switch (nw_proxy_read(c->http->options.proxy, c->http->in, n, &header)) {
	case NW_PROXY_NONE:
		return true;
	case NW_PROXY_PART:
		await_more(c, n);
		break;
	case NW_PROXY_HEADER:
		take_header(c, header.len);
		break;
	case NW_PROXY_BAD: /* this refuses it */
		nw_intake_take(c, c->http->in, n);
		break;
	}
	return false;
}

void nw_hello_read(struct nw_conn *c)
{
	size_t n = peek(c);

	if (n == 0 || !is_past_proxy(c, n)) {
		return;
	}
	if (c->http->in[0] >= ' ' && c->http->in[0] <= '~') {
		refuse_plain(c);
	} else {
		begin_tls(c);
	}
}

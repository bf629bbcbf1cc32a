#include "worker/http/tls.h"

#include <assert.h>

/* In a build without OpenSSL no connection has any: only the first of these is ever called, and that not even once. */

struct nw_tls *nw_tls_new(struct nw_conn *c)
{
	(void)c;
	return NULL;
}

size_t nw_tls_receive(struct nw_conn *c, char *to, size_t room)
{
	(void)c;
	(void)to;
	(void)room;
	assert(false);
	return 0;
}

ssize_t nw_tls_write(struct nw_tls *tls, const char *data, size_t len, bool has_more)
{
	(void)tls;
	(void)data;
	(void)len;
	(void)has_more;
	assert(false);
	return -1;
}

bool nw_tls_holds_input(const struct nw_tls *tls)
{
	(void)tls;
	return false;
}

void nw_tls_break(struct nw_tls *tls)
{
	(void)tls;
}

void nw_tls_close(struct nw_tls *tls)
{
	(void)tls;
}

struct nw_tls *nw_tls_move(struct nw_tls *from)
{
	(void)from;
	return NULL;
}

void nw_tls_free(struct nw_tls *tls)
{
	(void)tls;
}

const char *nw_tls_client(const struct nw_tls *tls)
{
	(void)tls;
	return NULL;
}

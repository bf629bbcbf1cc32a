#include "worker/http/client.h"

#include <string.h>

#include "common/listener.h"
#include "common/str.h"
#include "worker/http/address.h"
#include "worker/http/connection.h"

static bool is_port(struct nw_span text)
{
	in_port_t port;

	return nw_address_read_port(text, &port);
}

/* An IPv4 address in an IPv6 one is that IPv4 address. */
static bool read_v6(struct nw_span text, union nw_peer *out)
{
	struct in6_addr v6;

	if (!nw_address_read(AF_INET6, text, &v6)) {
		return false;
	}
	if (IN6_IS_ADDR_V4MAPPED(&v6)) {
		out->in = (struct sockaddr_in){.sin_family = AF_INET};
		memcpy(&out->in.sin_addr, v6.s6_addr + 12, sizeof(out->in.sin_addr));
	} else {
		out->in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = v6};
	}
	return true;
}

static bool read_v4(struct nw_span text, union nw_peer *out)
{
	struct in_addr v4;

	if (!nw_address_read(AF_INET, text, &v4)) {
		return false;
	}
	out->in = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = v4};
	return true;
}

/* 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80; false: none of them. */
static bool read_hop(struct nw_span text, union nw_peer *out)
{
	const char *end = text.p + text.len, *close = memchr(text.p, ']', text.len);

	if (text.p[0] == '[' && close != NULL) {
		bool is_good = close + 1 == end ||
			       (close[1] == ':' && is_port((struct nw_span){close + 2, (size_t)(end - close - 2)}));

		return is_good && read_v6((struct nw_span){text.p + 1, (size_t)(close - text.p - 1)}, out);
	}
	const char *colon = memchr(text.p, ':', text.len);

	if (colon == NULL) {
		return read_v4(text, out);
	}
	if (memchr(colon + 1, ':', (size_t)(end - colon - 1)) != NULL) {
		return read_v6(text, out);
	}
	return is_port((struct nw_span){colon + 1, (size_t)(end - colon - 1)}) &&
	       read_v4((struct nw_span){text.p, (size_t)(colon - text.p)}, out);
}

/* The last of a list, which is cut off from it. p NULL: the list is empty. */
static struct nw_span take_last(struct nw_span *list)
{
	struct nw_span last = {NULL, 0};

	while (list->len > 0 && last.len == 0) {
		const char *comma = memrchr(list->p, ',', list->len);
		const char *begin = comma == NULL ? list->p : comma + 1;

		last = nw_span_trim((struct nw_span){begin, (size_t)(list->p + list->len - begin)});
		list->len = comma == NULL ? 0 : (size_t)(comma - list->p);
	}
	return last.len == 0 ? (struct nw_span){NULL, 0} : last;
}

struct search {
	const struct nw_forward *forward;
	union nw_peer *found; /* so far; it is believed */
	unsigned n_hops;
};

/* One field, from its end. True: the client is found. */
static bool search_list(struct search *search, struct nw_span list)
{
	struct nw_span text;
	union nw_peer hop;

	while ((text = take_last(&list)).p != NULL) {
		if (search->n_hops++ == NW_CLIENT_HOPS || !read_hop(text, &hop)) {
			return true;
		}
		*search->found = hop;
		if (!nw_forward_trusts(search->forward, &hop.sa)) {
			return true;
		}
	}
	return false;
}

static void take_peer(const struct sockaddr *peer, union nw_peer *out)
{
	memset(out, 0, sizeof(*out));
	if (peer == NULL) {
		return;
	}
	if (peer->sa_family == AF_INET) {
		memcpy(&out->in, peer, sizeof(out->in));
	} else if (peer->sa_family == AF_INET6) {
		memcpy(&out->in6, peer, sizeof(out->in6));
	} else {
		out->sa.sa_family = peer->sa_family;
	}
}

void nw_client_find(const struct nw_forward *forward, const struct nw_exchange *x, union nw_peer *out)
{
	struct search search = {.forward = forward, .found = out};

	take_peer(x->peer, out);
	/* Who opened the connection may be believed, and yet only hand on the bytes of a client (http/proxy). */
	if (!x->is_trusted || x->peer == NULL || x->head.base == NULL || !nw_forward_trusts(forward, x->peer)) {
		return;
	}
	for (uint32_t i = x->head.n_fields; i > 0; i--) {
		const struct nw_field *field = &x->head.fields[i - 1];

		if (nw_span_eq_nocase(nw_head_span(&x->head, field->name), "X-Forwarded-For") &&
		    search_list(&search, nw_head_span(&x->head, field->value))) {
			return;
		}
	}
}

void nw_client_into(const struct nw_exchange *x, char *buf, size_t size)
{
	union nw_peer client;

	nw_client_find(x->conn == NULL ? NULL : x->conn->http->options.forward, x, &client);
	buf[0] = '\0';
	if (client.sa.sa_family != AF_UNSPEC) {
		nw_addr_host_into(&client.sa, buf, size);
	}
}

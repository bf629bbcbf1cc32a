#include "worker/http/target.h"

#include <arpa/inet.h>
#include <string.h>

#include "worker/http/chars.h"

static bool port_is_valid(const char *p, size_t len)
{
	unsigned port = 0;

	for (size_t i = 0; i < len; i++) {
		if (!nw_char_is_digit(p[i])) {
			return false;
		}
		port = port * 10 + (unsigned)(p[i] - '0');
		if (port > 65535) {
			return false;
		}
	}
	return true;
}

static bool literal_is_valid(const char *p, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (len == 0 || len >= sizeof(text) || memchr(p, '\0', len) != NULL) {
		return false;
	}
	memcpy(text, p, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

static bool name_is_valid(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!nw_char_is(p[i], NW_CHAR_HOST)) {
			return false;
		}
		if (p[i] == '%' && (i + 2 >= len || nw_char_hex(p[i + 1]) < 0 || nw_char_hex(p[i + 2]) < 0)) {
			return false;
		}
	}
	return len > 0;
}

bool nw_target_host_is_valid(struct nw_span host)
{
	const char *end = host.len == 0 ? NULL : memchr(host.p, host.p[0] == '[' ? ']' : ':', host.len);
	size_t len = end != NULL ? (size_t)(end - host.p) : host.len;
	const char *port = host.p + len;

	if (host.len == 0) {
		return false;
	}
	if (host.p[0] == '[') {
		if (end == NULL || !literal_is_valid(host.p + 1, len - 1)) {
			return false;
		}
		port++;
	} else if (!name_is_valid(host.p, len)) {
		return false;
	}
	size_t port_len = (size_t)(host.p + host.len - port);

	return port_len == 0 || (port[0] == ':' && port_is_valid(port + 1, port_len - 1));
}

/* @p..@end: what follows the authority. A fragment is cut off. */
static void split_path(struct nw_head *head, const char *p, const char *end)
{
	const char *hash = memchr(p, '#', (size_t)(end - p));

	if (hash != NULL) {
		end = hash;
	}
	const char *mark = memchr(p, '?', (size_t)(end - p));
	const char *path_end = mark != NULL ? mark : end;

	head->path = (struct nw_slice){(uint32_t)(p - head->base), (uint32_t)(path_end - p)};
	if (mark != NULL) {
		head->query = (struct nw_slice){(uint32_t)(mark + 1 - head->base), (uint32_t)(end - mark - 1)};
	}
}

static bool scheme_is_valid(const char *p, size_t len)
{
	return (len == 4 && nw_char_same(p, "http", 4)) || (len == 5 && nw_char_same(p, "https", 5));
}

static const char *split_absolute(struct nw_head *head, const char *p, const char *end)
{
	const char *colon = memchr(p, ':', (size_t)(end - p));

	if (colon == NULL || end - colon < 3 || colon[1] != '/' || colon[2] != '/') {
		return "The request target is neither a path nor a URL";
	}
	if (!scheme_is_valid(p, (size_t)(colon - p))) {
		return "The request target's scheme is neither http nor https";
	}
	const char *host = colon + 3;
	const char *path = host;

	while (path < end && *path != '/' && *path != '?' && *path != '#') {
		path++;
	}
	if (!nw_target_host_is_valid((struct nw_span){host, (size_t)(path - host)})) {
		return "The request target's host is malformed";
	}
	head->host = (struct nw_slice){(uint32_t)(host - head->base), (uint32_t)(path - host)};
	split_path(head, path, end);
	if (head->path.len == 0) {
		/* An empty path means "/": there is one right before the host. */
		head->path = (struct nw_slice){(uint32_t)(host - 1 - head->base), 1};
	}
	return NULL;
}

const char *nw_target_split(struct nw_head *head)
{
	struct nw_span target = nw_head_span(head, head->target);

	if (nw_head_is_method(head, "CONNECT", 7)) {
		head->path = head->target;
		head->host = head->target;
		bool has_port = memchr(target.p, ':', target.len) != NULL;

		return has_port && nw_target_host_is_valid(target) ? NULL : "CONNECT wants HOST:PORT as its target";
	}
	if (target.p[0] == '/') {
		split_path(head, target.p, target.p + target.len);
		return NULL;
	}
	if (target.len == 1 && target.p[0] == '*') {
		head->path = head->target;
		return nw_head_is_method(head, "OPTIONS", 7) ? NULL : "The target * is for OPTIONS only";
	}
	return split_absolute(head, target.p, target.p + target.len);
}

#include "worker/http/target.h"

#include <arpa/inet.h>
#include <string.h>

#include "worker/http/chars.h"
#include "worker/http/scan.h"

static bool port_is_valid(const char *p, const char *end)
{
	unsigned port = 0;

	while (end - p > 5 && *p == '0') {
		p++;
	}
	if (end - p > 5) {
		return false;
	}
	for (; p < end; p++) {
		if (!nw_char_is_digit(*p)) {
			return false;
		}
		port = port * 10 + (unsigned)(*p - '0');
	}
	return port <= 65535;
}

/* The end of the registered name at @p; NULL: it is malformed, or empty. */
static const char *skip_name(const char *p, const char *end)
{
	const char *begin = p;

	while (p < end && (*p == '%' || nw_char_is(*p, NW_CHAR_HOST))) {
		if (*p == '%' && (end - p < 3 || nw_char_hex(p[1]) < 0 || nw_char_hex(p[2]) < 0)) {
			return NULL;
		}
		p++;
	}
	return p > begin ? p : NULL;
}

/* The same for an address in brackets. */
static NW_NOINLINE const char *skip_literal(const char *p, const char *end)
{
	const char *bracket = memchr(p, ']', (size_t)(end - p));
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (bracket == NULL || bracket - p > (ptrdiff_t)sizeof(text)) {
		return NULL;
	}
	size_t len = (size_t)(bracket - p - 1);

	memcpy(text, p + 1, len);
	text[len] = '\0';
	return strlen(text) == len && inet_pton(AF_INET6, text, &address) == 1 ? bracket + 1 : NULL;
}

bool nw_target_host_is_valid(struct nw_span host, const char *readable)
{
	const char *end = host.p + host.len;
	const char *p = nw_scan_host(host.p, readable);

	if (p == end) { /* mostly that is all */
		return host.len > 0;
	}
	if (p == host.p || *p != ':') {
		p = *p == '[' ? skip_literal(host.p, end) : skip_name(host.p, end);
	}
	return p != NULL && (p == end || (*p == ':' && port_is_valid(p + 1, end)));
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
	if (!nw_target_host_is_valid((struct nw_span){host, (size_t)(path - host)}, end)) {
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

		return has_port && nw_target_host_is_valid(target, target.p + target.len)
			       ? NULL
			       : "CONNECT wants HOST:PORT as its target";
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

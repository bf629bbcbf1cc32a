#include "common/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/memo.h"
#include "common/quote.h"
#include "common/str.h"

enum { HOST_MAX = 255 }; /* a name of the DNS */

/* An address taken apart. */
struct parts {
	struct nw_span path;     /* unix; p NULL: TCP */
	char host[HOST_MAX + 1]; /* "": all addresses */
	bool is_v6;              /* stood in brackets */
	unsigned port;
	int fd; /* fd://N; -1: none */
};

/* Sentences name the address that they are about. */
static int is_wrong(const char *text, const char *what, struct nw_err *err)
{
	char shown[160];

	return nw_err_set(err, -EINVAL, "%s: %s", nw_quote_into(shown, sizeof(shown), nw_span_of(text)), what);
}

static int split_unix(const char *text, const char *path, struct parts *out, struct nw_err *err)
{
	if (strncmp(path, "//", 2) == 0) {
		path += 2;
	}
	if (*path == '\0') {
		return is_wrong(text, "the path of the unix socket is missing", err);
	}
	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path)) {
		return is_wrong(text, "the path of a unix socket has at most 107 bytes", err);
	}
	out->path = nw_span_of(path);
	return 0;
}

int nw_addr_fd(const char *text)
{
	int64_t fd = 0;

	if (strncmp(text, "fd://", 5) != 0 || nw_str_to_int64(text + 5, 0, INT_MAX, &fd) != 0) {
		return -1;
	}
	return (int)fd;
}

static int split_fd(const char *text, struct parts *out, struct nw_err *err)
{
	out->fd = nw_addr_fd(text);
	if (out->fd <= STDERR_FILENO) {
		return is_wrong(text, "a socket that was handed over is fd://NUMBER, 3 or more", err);
	}
	return 0;
}

static int read_port(const char *text, const char *digits, unsigned default_port, struct parts *out, struct nw_err *err)
{
	int64_t port = default_port;

	if (digits == NULL && default_port == 0) {
		return is_wrong(text, "the port is missing: write HOST:PORT", err);
	}
	if (digits != NULL && (digits[0] == '-' || nw_str_to_int64(digits, 0, 65535, &port) != 0)) {
		return is_wrong(text, "the port must be a number from 0 to 65535", err);
	}
	out->port = (unsigned)port;
	return 0;
}

static int copy_host(const char *text, struct nw_span host, struct parts *out, struct nw_err *err)
{
	if (host.len > HOST_MAX) {
		return is_wrong(text, "the host is too long", err);
	}
	for (size_t i = 0; i < host.len; i++) {
		char c = host.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("/?#@[],;'\"\\", c) != NULL) {
			return is_wrong(text, "the host has a character that no host has", err);
		}
		out->host[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	out->host[host.len] = '\0';
	return 0;
}

/* [v6], [v6]:PORT; @address begins with the bracket. */
static int split_v6(const char *text, const char *address, unsigned default_port, struct parts *out, struct nw_err *err)
{
	const char *close = strchr(address, ']');
	struct in6_addr v6;

	if (close == NULL || (close[1] != '\0' && close[1] != ':')) {
		return is_wrong(text, "an IPv6 address is written [ADDRESS]:PORT", err);
	}
	int rc = copy_host(text, (struct nw_span){address + 1, (size_t)(close - address - 1)}, out, err);

	if (rc != 0) {
		return rc;
	}
	/* A scope (fe80::1%eth0) is left to the resolver. */
	if (strchr(out->host, '%') == NULL && inet_pton(AF_INET6, out->host, &v6) != 1) {
		return is_wrong(text, "there is no IPv6 address between the brackets", err);
	}
	out->is_v6 = true;
	return read_port(text, close[1] == ':' ? close + 2 : NULL, default_port, out, err);
}

static int split_host(const char *text, const char *address, unsigned default_port, struct parts *out,
		      struct nw_err *err)
{
	const char *colon = strchr(address, ':');
	size_t len = strcspn(address, ":");

	if (colon != NULL && strchr(colon + 1, ':') != NULL) {
		return is_wrong(text, "an IPv6 address is written in brackets: [ADDRESS]:PORT", err);
	}
	if (colon == NULL && strspn(address, "0123456789") == len) {
		return is_wrong(text, "that is a port alone: write HOST:PORT or :PORT", err);
	}
	int rc = copy_host(text, (struct nw_span){address, len}, out, err);

	return rc != 0 ? rc : read_port(text, colon != NULL ? colon + 1 : NULL, default_port, out, err);
}

static int split(const char *text, unsigned default_port, struct parts *out, struct nw_err *err)
{
	const char *address = text;

	*out = (struct parts){.fd = -1};
	if (*text == '\0') {
		return nw_err_set(err, -EINVAL, "the address is empty");
	}
	if (strncmp(text, "unix:", 5) == 0) {
		return split_unix(text, text + 5, out, err);
	}
	if (strncmp(text, "fd://", 5) == 0) {
		return split_fd(text, out, err);
	}
	if (strncmp(address, "tcp://", 6) == 0) {
		address += 6;
	}
	if (strstr(address, "://") != NULL) {
		return is_wrong(text, "an address is HOST:PORT, [IPV6]:PORT, :PORT, unix:PATH or fd://NUMBER", err);
	}
	if (*address == '[') {
		return split_v6(text, address, default_port, out, err);
	}
	return split_host(text, address, default_port, out, err);
}

int nw_addr_check(const char *text, unsigned default_port, struct nw_err *err)
{
	struct parts parts;

	return split(text, default_port, &parts, err);
}

/* "http://127.0.0.1:8888", "http://[::1]:80", "unix:/run/x.sock" */
static void set_text(struct nw_addr *addr)
{
	const struct sockaddr *sa = (const struct sockaddr *)&addr->ss;
	char host[INET6_ADDRSTRLEN + 16];

	if (addr->ss.ss_family == AF_UNIX) {
		const struct sockaddr_un *un = (const struct sockaddr_un *)&addr->ss;
		size_t len = addr->len > offsetof(struct sockaddr_un, sun_path)
				     ? addr->len - offsetof(struct sockaddr_un, sun_path)
				     : 0;

		snprintf(addr->text, sizeof(addr->text), "unix:%.*s", (int)strnlen(un->sun_path, len), un->sun_path);
		return;
	}
	nw_addr_host_into(sa, host, sizeof(host));
	if (addr->ss.ss_family == AF_INET6) {
		snprintf(addr->text, sizeof(addr->text), "http://[%s]:%u", host,
			 ntohs(((const struct sockaddr_in6 *)sa)->sin6_port));
	} else {
		snprintf(addr->text, sizeof(addr->text), "http://%s:%u", host,
			 ntohs(((const struct sockaddr_in *)sa)->sin_port));
	}
}

static void set_unix(struct nw_span path, struct nw_addr *out)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&out->ss;

	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path.p, path.len + 1);
	out->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len + 1);
}

static int ask_resolver(const struct parts *parts, int family, struct nw_addr *out)
{
	char port[8];
	struct addrinfo *found = NULL;
	struct addrinfo hints = {
		.ai_family = family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV | (parts->is_v6 ? AI_NUMERICHOST : 0),
	};

	snprintf(port, sizeof(port), "%u", parts->port);
	int rc = getaddrinfo(parts->host[0] != '\0' ? parts->host : "0.0.0.0", port, &hints, &found);

	if (rc == 0) {
		memcpy(&out->ss, found->ai_addr, found->ai_addrlen);
		out->len = found->ai_addrlen;
		freeaddrinfo(found);
	}
	return rc;
}

/* By way of the book. 0, or an error of getaddrinfo(). */
static int look_up(const struct parts *parts, int family, struct nw_addr *out)
{
	struct nw_memo said;
	char key[sizeof(parts->host) + 32];

	snprintf(key, sizeof(key), "%s %u %d", parts->host, parts->port, family);
	if (!nw_memo_recall(NW_MEMO_HOST, key, &said)) {
		int rc = ask_resolver(parts, family, out);

		nw_memo_note(NW_MEMO_HOST, key, rc, &out->ss, rc == 0 ? out->len : 0);
		return rc;
	}
	if (said.rc == 0 && said.len <= sizeof(out->ss)) {
		memcpy(&out->ss, said.value, said.len);
		out->len = (socklen_t)said.len;
	}
	return said.rc == -ESTALE ? EAI_AGAIN : said.rc;
}

static int resolve(const char *text, const struct parts *parts, struct nw_addr *out, struct nw_err *err)
{
	int rc = look_up(parts, parts->is_v6 ? AF_INET6 : AF_INET, out);

	if (rc != 0 && !parts->is_v6) {
		int rc_v6 = look_up(parts, AF_INET6, out);

		rc = rc_v6 == 0 ? 0 : rc;
	}
	if (rc != 0) {
		char what[128];

		snprintf(what, sizeof(what), "the host cannot be resolved: %s", gai_strerror(rc));
		return is_wrong(text, what, err);
	}
	return 0;
}

int nw_addr_parse(const char *text, unsigned default_port, struct nw_addr *out, struct nw_err *err)
{
	struct parts parts;
	struct nw_addr addr = {0};
	int rc = split(text, default_port, &parts, err);

	if (rc == 0 && parts.fd != -1) {
		return nw_addr_of_fd(parts.fd, out) == 0
			       ? 0
			       : is_wrong(text, "no socket was handed over with that number", err);
	}
	if (rc == 0 && parts.path.p != NULL) {
		set_unix(parts.path, &addr);
	} else if (rc == 0) {
		rc = resolve(text, &parts, &addr, err);
	}
	if (rc == 0) {
		set_text(&addr);
		*out = addr;
	}
	return rc;
}

int nw_addr_of_fd(int fd, struct nw_addr *out)
{
	struct nw_addr addr = {.len = sizeof(addr.ss)};

	if (getsockname(fd, (struct sockaddr *)&addr.ss, &addr.len) == -1) {
		return -errno;
	}
	set_text(&addr);
	*out = addr;
	return 0;
}

static bool is_v4_loopback(uint32_t host_order)
{
	return host_order >> 24 == 127;
}

bool nw_addr_is_loopback(const struct nw_addr *addr)
{
	if (addr->ss.ss_family == AF_INET) {
		return is_v4_loopback(ntohl(((const struct sockaddr_in *)&addr->ss)->sin_addr.s_addr));
	}
	if (addr->ss.ss_family == AF_INET6) {
		const struct in6_addr *v6 = &((const struct sockaddr_in6 *)&addr->ss)->sin6_addr;

		return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
	}
	return addr->ss.ss_family == AF_UNIX;
}

bool nw_addr_equal(const struct nw_addr *a, const struct nw_addr *b)
{
	if (a->ss.ss_family != b->ss.ss_family) {
		return false;
	}
	if (a->ss.ss_family == AF_INET) {
		const struct sockaddr_in *x = (const struct sockaddr_in *)&a->ss;
		const struct sockaddr_in *y = (const struct sockaddr_in *)&b->ss;

		return x->sin_port == y->sin_port && x->sin_addr.s_addr == y->sin_addr.s_addr;
	}
	if (a->ss.ss_family == AF_INET6) {
		const struct sockaddr_in6 *x = (const struct sockaddr_in6 *)&a->ss;
		const struct sockaddr_in6 *y = (const struct sockaddr_in6 *)&b->ss;

		return x->sin6_port == y->sin6_port && x->sin6_scope_id == y->sin6_scope_id &&
		       memcmp(&x->sin6_addr, &y->sin6_addr, sizeof(x->sin6_addr)) == 0;
	}
	return strcmp(((const struct sockaddr_un *)&a->ss)->sun_path, ((const struct sockaddr_un *)&b->ss)->sun_path) ==
	       0;
}

void nw_addr_host_into(const struct sockaddr *sa, char *buf, size_t size)
{
	socklen_t len = sa->sa_family == AF_INET    ? sizeof(struct sockaddr_in)
			: sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
						    : 0;

	/* Only this one knows scopes (fe80::1%eth0). */
	if (len == 0 || getnameinfo(sa, len, buf, (socklen_t)size, NULL, 0, NI_NUMERICHOST) != 0) {
		buf[0] = '\0';
	}
}

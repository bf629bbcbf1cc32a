#include "master/deferred.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum {
	SYN_RECEIVED = 3, /* TCP_SYN_RECV, as proc(5) shows it */
	TRIES_MAX = 1, /* to get an answer from a client that is there; one held back is asked again after a second */
};

void nw_deferred_stop(int fd)
{
	int off = 0;

	/* A unix socket has none. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof(off));
}

/* 0: not a TCP socket. */
static unsigned port_of(int fd, sa_family_t family)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &len) == -1 || ss.ss_family != family) {
		return 0;
	}
	return ntohs(family == AF_INET ? ((const struct sockaddr_in *)&ss)->sin_port
				       : ((const struct sockaddr_in6 *)&ss)->sin6_port);
}

static bool is_ours(const int *fds, size_t n, sa_family_t family, unsigned port)
{
	for (size_t i = 0; i < n; i++) {
		if (port != 0 && port_of(fds[i], family) == port) {
			return true;
		}
	}
	return false;
}

/* "  12: 0100007F:22B8 0100007F:D6E2 03 00000000:00000000 01:00000063 00000000 ..."; the last of these: tries */
static bool any_in(const char *path, const int *fds, size_t n, sa_family_t family)
{
	FILE *file = fopen(path, "re");
	char line[512];
	bool is_found = false;

	if (file == NULL) {
		return true;
	}
	while (!is_found && fgets(line, sizeof(line), file) != NULL) {
		unsigned port, state, tries;

		/* Nearly none is, and there may be many. */
		is_found = strstr(line, " 03 ") != NULL &&
			   sscanf(line, " %*u: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %x", &port, &state,
				  &tries) == 3 &&
			   state == SYN_RECEIVED && tries <= TRIES_MAX && is_ours(fds, n, family, port);
	}
	fclose(file);
	return is_found;
}

static bool has_family(const int *fds, size_t n, sa_family_t family)
{
	for (size_t i = 0; i < n; i++) {
		if (port_of(fds[i], family) != 0) {
			return true;
		}
	}
	return false;
}

bool nw_deferred_any(const int *fds, size_t n)
{
	return (has_family(fds, n, AF_INET) && any_in("/proc/net/tcp", fds, n, AF_INET)) ||
	       (has_family(fds, n, AF_INET6) && any_in("/proc/net/tcp6", fds, n, AF_INET6));
}

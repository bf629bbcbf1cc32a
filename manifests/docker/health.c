/*
 * health PORT PATH: ask this machine's HTTP server for PATH. Exit code 0: it answered 2xx. For the HEALTHCHECK of
 * images that have no shell and no curl.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* "HTTP/1.1 200" */
enum { STATUS_AT = 9, STATUS_LEN = 12 };

static int fail(const char *what)
{
	fprintf(stderr, "health: cannot %s: %s\n", what, strerror(errno));
	return 1;
}

static int ask(int fd, const char *path)
{
	char text[512];
	size_t len = 0;
	ssize_t n = 1;
	int size =
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);

	if (size < 0 || (size_t)size >= sizeof(text)) {
		fprintf(stderr, "health: the path '%s' is too long\n", path);
		return 2;
	}
	if (send(fd, text, (size_t)size, MSG_NOSIGNAL) != size) {
		return fail("send");
	}
	while (len < STATUS_LEN && (n = recv(fd, text + len, STATUS_LEN - len, 0)) > 0) {
		len += (size_t)n;
	}
	if (n < 0) {
		return fail("receive");
	}
	if (len < STATUS_LEN || strncmp(text, "HTTP/1.", 7) != 0 || text[STATUS_AT] != '2') {
		fprintf(stderr, "health: %s answered '%.*s'\n", path, (int)len, text);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval patience = {.tv_sec = 2};
	char *end = NULL;
	long port = argc == 3 ? strtol(argv[1], &end, 10) : 0;
	int fd, rc;

	if (port <= 0 || port > 65535 || *end != '\0') {
		fputs("usage: health PORT PATH\n", stderr);
		return 2;
	}
	addr.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return fail("make a socket");
	}
	/* For connecting, too. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0) {
		rc = fail("set a time limit");
	} else if (connect(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0) {
		rc = fail("connect");
	} else {
		rc = ask(fd, argv[2]);
	}
	close(fd);
	return rc;
}

#include "common/channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "common/fd.h"

/* On the socket: the kind, then the text without its NUL. */
struct wire {
	uint32_t kind;
	char text[sizeof(((struct nw_channel_msg *)0)->text)];
};

enum {
	WIRE_HEAD = sizeof(uint32_t),
};

int nw_channel_open(int *out_master_fd, int *out_worker_fd, struct nw_err *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == -1) {
		return nw_err_errno(err, "cannot make a channel to a worker");
	}
	*out_master_fd = pair[0];
	*out_worker_fd = pair[1];
	return 0;
}

int nw_channel_send(int fd, enum nw_channel_kind kind, const char *text)
{
	struct wire wire = {.kind = (uint32_t)kind};
	size_t len = text == NULL ? 0 : strnlen(text, sizeof(wire.text) - 1);

	if (len > 0) {
		memcpy(wire.text, text, len);
	}
	while (send(fd, &wire, WIRE_HEAD + len, MSG_NOSIGNAL | MSG_DONTWAIT) == -1) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

static bool is_message(const struct wire *wire, ssize_t len)
{
	return len >= WIRE_HEAD && wire->kind >= NW_CHANNEL_READY && wire->kind <= NW_CHANNEL_WISH;
}

void nw_channel_receive(int fd, struct nw_channel_msg *out)
{
	struct wire wire;
	ssize_t len;

	out->kind = NW_CHANNEL_NOTHING;
	out->text[0] = '\0';
	/* What is no message of ours is passed over. */
	do {
		len = recv(fd, &wire, sizeof(wire), MSG_DONTWAIT);
		if (len == 0 || (len == -1 && errno == ECONNRESET)) {
			out->kind = NW_CHANNEL_EOF;
			return;
		}
		if (len == -1 && errno != EINTR) {
			return;
		}
	} while (!is_message(&wire, len));
	size_t n = (size_t)len - WIRE_HEAD;

	if (n > sizeof(out->text) - 1) {
		n = sizeof(out->text) - 1;
	}
	out->kind = (enum nw_channel_kind)wire.kind;
	memcpy(out->text, wire.text, n);
	out->text[n] = '\0';
}

#include "common/sink.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"

enum {
	MESSAGES_MAX = 8, /* of one call */
	RETRY_MS = 1000,  /* from a connect that failed to the next one */
};

static int new_socket(const struct nw_sink *sink, int type)
{
	int fd = socket(sink->addr.ss.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd == -1 ? -errno : fd;
}

int nw_sink_open(struct nw_sink *sink, const char *address, unsigned default_port, enum nw_sink_type type,
		 struct nw_err *err)
{
	struct nw_sink made = {.type = type, .fd = -1};
	int failed = nw_addr_parse(address, default_port, &made.addr, err);

	if (failed == 0 && type != NW_SINK_STREAM) {
		made.fd = new_socket(&made, SOCK_DGRAM);
		failed = made.fd < 0 ? nw_err_set(err, made.fd, "cannot make a socket") : 0;
	}
	if (failed == 0) {
		*sink = made;
	}
	return failed;
}

static int send_datagrams(struct nw_sink *sink, const struct nw_span *messages, size_t n)
{
	struct mmsghdr headers[MESSAGES_MAX];
	struct iovec parts[MESSAGES_MAX];

	for (size_t i = 0; i < n; i++) {
		parts[i] = (struct iovec){(void *)(uintptr_t)messages[i].p, messages[i].len};
		headers[i] = (struct mmsghdr){.msg_hdr = {
						      .msg_name = &sink->addr.ss,
						      .msg_namelen = sink->addr.len,
						      .msg_iov = &parts[i],
						      .msg_iovlen = 1,
					      }};
	}
	int sent = sendmmsg(sink->fd, headers, (unsigned)n, MSG_DONTWAIT | MSG_NOSIGNAL);

	return sent == (int)n ? 0 : sent < 0 ? -errno : -EAGAIN;
}

/* A connect that takes its time is gone on with by the kernel: until then sending says EAGAIN. */
static int connect_stream(struct nw_sink *sink)
{
	int64_t now_ms = nw_clock_ms();

	if (now_ms < sink->retry_at_ms) {
		return -ENOTCONN;
	}
	sink->retry_at_ms = now_ms + RETRY_MS;
	sink->fd = new_socket(sink, SOCK_STREAM);
	if (sink->fd < 0) {
		int failed = sink->fd;

		sink->fd = -1;
		return failed;
	}
	sink->pid = getpid();
	if (connect(sink->fd, (const struct sockaddr *)&sink->addr.ss, sink->addr.len) == -1 && errno != EINPROGRESS) {
		int failed = -errno;

		sink->fd = nw_fd_close(sink->fd);
		return failed;
	}
	return 0;
}

/* What went out in part ends the stream, or what follows would be read as its rest. */
static int write_stream(struct nw_sink *sink, struct nw_span message)
{
	ssize_t n = send(sink->fd, message.p, message.len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n == (ssize_t)message.len) {
		return 0;
	}
	int failed = n < 0 ? -errno : -EAGAIN;

	if (n > 0 || (failed != -EAGAIN && failed != -EINTR)) {
		sink->fd = nw_fd_close(sink->fd);
	}
	return failed;
}

static int send_stream(struct nw_sink *sink, const struct nw_span *messages, size_t n)
{
	int failed = 0;

	if (sink->fd != -1 && sink->pid != getpid()) {
		sink->fd = nw_fd_close(sink->fd);
		sink->retry_at_ms = 0;
	}
	for (size_t i = 0; i < n && failed == 0; i++) {
		bool was_open = sink->fd != -1;

		failed = was_open ? write_stream(sink, messages[i]) : -ENOTCONN;
		if (failed != 0 && sink->fd == -1) { /* one that the other side closed meanwhile is tried again */
			failed = connect_stream(sink);
			failed = failed != 0 ? failed : write_stream(sink, messages[i]);
		}
	}
	return failed;
}

int nw_sink_send(struct nw_sink *sink, const struct nw_span *messages, size_t n)
{
	n = n < MESSAGES_MAX ? n : MESSAGES_MAX;
	if (sink->type == NW_SINK_STREAM) {
		return send_stream(sink, messages, n);
	}
	int failed = send_datagrams(sink, messages, n);

	if (failed == -EPROTOTYPE && sink->type == NW_SINK_ANY) {
		sink->fd = nw_fd_close(sink->fd);
		sink->type = NW_SINK_STREAM;
		failed = send_stream(sink, messages, n);
	}
	return failed;
}

void nw_sink_close(struct nw_sink *sink)
{
	sink->fd = nw_fd_close(sink->fd);
}

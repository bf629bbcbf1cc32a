#include "common/accept_queue.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fd.h"

/* Of a listening socket, unacked is the length of its queue, and sacked the most that it takes. */
static int read_tcp(int fd, struct nw_accept_queue *out)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1) {
		return -errno;
	}
	*out = (struct nw_accept_queue){info.tcpi_unacked, info.tcpi_sacked};
	return 0;
}

static int ask(int netlink, ino_t inode)
{
	const struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} request = {
		.head = {.nlmsg_len = sizeof(request), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST},
		.body = {.sdiag_family = AF_UNIX,
			 .udiag_states = ~0U,
			 .udiag_ino = (uint32_t)inode,
			 .udiag_show = UDIAG_SHOW_RQLEN,
			 .udiag_cookie = {~0U, ~0U}}, /* any */
	};

	return send(netlink, &request, sizeof(request), 0) == sizeof(request) ? 0 : -errno;
}

/* One message about one socket; the kernel has answered before ask() returns. */
static int read_answer(int netlink, struct nw_accept_queue *out)
{
	_Alignas(struct nlmsghdr) char buf[1024];
	ssize_t n = recv(netlink, buf, sizeof(buf), MSG_DONTWAIT);
	const struct nlmsghdr *head = (const struct nlmsghdr *)buf;
	const size_t begin = NLMSG_LENGTH(sizeof(struct unix_diag_msg));

	if (n == -1) {
		return -errno;
	}
	if ((size_t)n < begin || head->nlmsg_type != SOCK_DIAG_BY_FAMILY || head->nlmsg_len > (size_t)n) {
		return -ENOENT;
	}
	for (size_t at = NLMSG_ALIGN(begin); at + sizeof(struct rtattr) <= head->nlmsg_len;) {
		struct rtattr attr;
		struct unix_diag_rqlen len;

		memcpy(&attr, buf + at, sizeof(attr));
		if (attr.rta_type == UNIX_DIAG_RQLEN && attr.rta_len >= RTA_LENGTH(sizeof(len)) &&
		    at + attr.rta_len <= head->nlmsg_len) {
			memcpy(&len, buf + at + RTA_LENGTH(0), sizeof(len));
			*out = (struct nw_accept_queue){len.udiag_rqueue, len.udiag_wqueue};
			return 0;
		}
		at += RTA_ALIGN(attr.rta_len < sizeof(attr) ? sizeof(attr) : attr.rta_len);
	}
	return -ENOENT;
}

static int read_unix(int fd, struct nw_accept_queue *out)
{
	struct stat st;
	NW_AUTO_CLOSE int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (netlink == -1 || fstat(fd, &st) == -1) {
		return -errno;
	}
	int failed = ask(netlink, st.st_ino);

	return failed == 0 ? read_answer(netlink, out) : failed;
}

int nw_accept_queue_read(int fd, struct nw_accept_queue *out)
{
	int family = 0, is_listening = 0;
	socklen_t len = sizeof(family), listening_len = sizeof(is_listening);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == -1 ||
	    getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &listening_len) == -1) {
		return -errno;
	}
	if (!is_listening) {
		return -EINVAL;
	}
	return family == AF_UNIX ? read_unix(fd, out) : read_tcp(fd, out);
}

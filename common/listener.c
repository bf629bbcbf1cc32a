#include "common/listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/fd.h"

static const char *path_of(const struct nw_addr *addr)
{
	return addr->ss.ss_family == AF_UNIX ? ((const struct sockaddr_un *)&addr->ss)->sun_path : NULL;
}

static int enable(int fd, int level, int option, const char *name, const struct nw_addr *addr, struct nw_err *err)
{
	int on = 1;

	if (setsockopt(fd, level, option, &on, sizeof(on)) == -1) {
		return nw_err_errno(err, "bind %s: cannot set %s", addr->text, name);
	}
	return 0;
}

static int set_accept_options(int fd, const struct nw_addr *addr, struct nw_err *err)
{
	/* Accepted sockets inherit it. */
	int rc = enable(fd, IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY", addr, err);

	/* A connection is handed over with its first bytes, or when it said nothing for a second. */
	if (rc == 0) {
		rc = enable(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, "TCP_DEFER_ACCEPT", addr, err);
	}
	return rc;
}

static int set_tcp_options(int fd, const struct nw_addr *addr, bool reuse_port, struct nw_err *err)
{
	/* A restart must not wait out TIME_WAIT on the old socket. */
	int rc = enable(fd, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR", addr, err);

	if (rc == 0) {
		rc = set_accept_options(fd, addr, err);
	}
	/* [::] and 0.0.0.0 can then be bound side by side, whatever the system's default is. */
	if (rc == 0 && addr->ss.ss_family == AF_INET6) {
		rc = enable(fd, IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY", addr, err);
	}
	if (rc == 0 && reuse_port) {
		rc = enable(fd, SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT", addr, err);
	}
	return rc;
}

/* 0: a server accepts there (or has its queue full); otherwise the errno of connecting. */
static int probe(const struct nw_addr *addr)
{
	NW_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1) {
		return errno;
	}
	if (connect(fd, (const struct sockaddr *)&addr->ss, addr->len) == 0 || errno == EAGAIN) {
		return 0;
	}
	return errno;
}

/* Make way for a unix socket: its file is gone, or was a dead socket's and is removed. */
static int clear_path(const struct nw_addr *addr, struct nw_err *err)
{
	const char *path = path_of(addr);
	struct stat before, now;

	if (lstat(path, &before) == -1) {
		return errno == ENOENT ? 0 : nw_err_errno(err, "bind %s", addr->text);
	}
	if (!S_ISSOCK(before.st_mode)) {
		return nw_err_set(err, -EEXIST, "bind %s: there is a file that is no socket", addr->text);
	}
	int code = probe(addr);

	if (code == 0 || code == EPROTOTYPE) {
		return nw_err_set(err, -EADDRINUSE, "bind %s: another server listens there", addr->text);
	}
	if (code == ENOENT) {
		return 0;
	}
	if (code != ECONNREFUSED) {
		return nw_err_set(err, -EADDRINUSE, "bind %s: cannot tell whether another server listens there: %s",
				  addr->text, strerror(code));
	}
	/* Another server may have replaced the dead socket since; its socket must stay. */
	if (lstat(path, &now) == 0 && (now.st_dev != before.st_dev || now.st_ino != before.st_ino)) {
		return nw_err_set(err, -EADDRINUSE, "bind %s: another server is just starting there", addr->text);
	}
	if (unlink(path) == -1 && errno != ENOENT) {
		return nw_err_errno(err, "bind %s: cannot remove the dead socket", addr->text);
	}
	return 0;
}

static int bind_unix(int fd, const struct nw_addr *addr, const struct nw_listen_options *options, struct nw_err *err)
{
	int rc = clear_path(addr, err);

	if (rc != 0) {
		return rc;
	}
	mode_t old_umask = umask(options->umask);
	int bound = bind(fd, (const struct sockaddr *)&addr->ss, addr->len);
	int code = errno;

	umask(old_umask);
	if (bound == -1) {
		errno = code;
		return nw_err_errno(err, "bind %s", addr->text);
	}
	if (options->uid == (uid_t)-1 && options->gid == (gid_t)-1) {
		return 0;
	}
	if (lchown(path_of(addr), options->uid, options->gid) == -1) {
		rc = nw_err_errno(err, "bind %s: cannot give the socket to its user and group", addr->text);
		unlink(path_of(addr));
	}
	return rc;
}

static int bind_tcp(int fd, const struct nw_addr *addr, const struct nw_listen_options *options, struct nw_err *err)
{
	int rc = set_tcp_options(fd, addr, options->reuse_port, err);

	if (rc == 0 && bind(fd, (const struct sockaddr *)&addr->ss, addr->len) == -1) {
		rc = nw_err_errno(err, "bind %s", addr->text);
	}
	return rc;
}

int nw_listener_open(const struct nw_addr *addr, const struct nw_listen_options *options, int *out_fd,
		     struct nw_err *err)
{
	bool is_unix = addr->ss.ss_family == AF_UNIX;
	NW_AUTO_CLOSE int fd = socket(addr->ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;

	if (fd == -1) {
		return nw_err_errno(err, "bind %s: cannot create a socket", addr->text);
	}
	rc = is_unix ? bind_unix(fd, addr, options, err) : bind_tcp(fd, addr, options, err);
	if (rc != 0) {
		return rc;
	}
	if (listen(fd, options->backlog) == -1) {
		rc = nw_err_errno(err, "bind %s: cannot listen", addr->text);
		if (is_unix) {
			unlink(path_of(addr));
		}
		return rc;
	}
	*out_fd = nw_take_fd(&fd);
	return 0;
}

int nw_listener_give(const struct nw_addr *addr, dev_t dev, ino_t ino, const struct nw_listen_options *options,
		     struct nw_err *err)
{
	/* Who owns the directory may put a link there: what is changed is what was looked at. */
	NW_AUTO_CLOSE int fd = open(path_of(addr), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	uid_t uid = options->uid == (uid_t)-1 ? geteuid() : options->uid;
	gid_t gid = options->gid == (gid_t)-1 ? getegid() : options->gid;
	char self[32];
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1) {
		return nw_err_errno(err, "bind %s", addr->text);
	}
	if (!S_ISSOCK(st.st_mode) || st.st_dev != dev || st.st_ino != ino) {
		return nw_err_set(err, -ESTALE, "bind %s: there is another file now", addr->text);
	}
	if ((st.st_uid != uid || st.st_gid != gid) && fchownat(fd, "", uid, gid, AT_EMPTY_PATH) == -1) {
		return nw_err_errno(err, "bind %s: cannot give the socket to its user and group", addr->text);
	}
	/* fchmod() takes no such descriptor. */
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (chmod(self, 0777 & ~options->umask) == -1) {
		return nw_err_errno(err, "bind %s: cannot change the socket's mode", addr->text);
	}
	return 0;
}

static int option_of(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == -1 ? -1 : value;
}

int nw_listener_take(int fd, int backlog, struct nw_err *err)
{
	int flags = fcntl(fd, F_GETFD);
	int family = option_of(fd, SO_DOMAIN);
	struct nw_addr addr;

	/* What we opened ourselves is closed on exec. */
	if (flags == -1 || (flags & FD_CLOEXEC) != 0) {
		return nw_err_set(err, -EBADF, "fd://%d: no socket was handed over with that number", fd);
	}
	if (option_of(fd, SO_TYPE) != SOCK_STREAM || (family != AF_INET && family != AF_INET6 && family != AF_UNIX) ||
	    nw_addr_of_fd(fd, &addr) != 0) {
		return nw_err_set(err, -ENOTSOCK, "fd://%d: what was handed over is no stream socket", fd);
	}
	if (option_of(fd, SO_ACCEPTCONN) != 1 && listen(fd, backlog) == -1) {
		return nw_err_errno(err, "fd://%d (%s): cannot listen", fd, addr.text);
	}
	int rc = family == AF_UNIX ? 0 : set_accept_options(fd, &addr, err);

	if (rc == 0 &&
	    (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == -1 || fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)) {
		rc = nw_err_errno(err, "fd://%d (%s): cannot be taken", fd, addr.text);
	}
	return rc;
}

/** Listening sockets: addresses in Gunicorn's syntax, opened by the master, inherited by workers. */
#ifndef NW_COMMON_LISTENER_H
#define NW_COMMON_LISTENER_H

#include <sys/socket.h>
#include <sys/types.h>

#include <stdbool.h>

#include "common/err.h"

struct nw_addr {
	struct sockaddr_storage ss;
	socklen_t len;
	char text[128]; /* as logged: http://127.0.0.1:8888, http://[::1]:80, unix:/run/x.sock */
};

struct nw_listen_options {
	int backlog;
	bool reuse_port; /* SO_REUSEPORT */
	mode_t umask;    /* while a unix socket is made */
	uid_t uid;       /* owner of a unix socket; -1: as it comes */
	gid_t gid;
};

/**
 * HOST, HOST:PORT, [v6]:PORT, :PORT (all IPv4 addresses), unix:PATH, unix://PATH, tcp://HOST:PORT, and fd://N: the
 * address of a socket that we got from whoever started us. Names are resolved,
 * to an IPv4 address if they have one. @default_port: when none is given; 0: one must be. -EINVAL names what is wrong
 * with @text.
 */
int nw_addr_parse(const char *text, unsigned default_port, struct nw_addr *out, struct nw_err *err) NW_MUST_CHECK;

/** The same without resolving names: 0, or -EINVAL. */
int nw_addr_check(const char *text, unsigned default_port, struct nw_err *err) NW_MUST_CHECK;

/** The N of fd://N; -1: @text is another kind of address. */
int nw_addr_fd(const char *text);

/** Where a bound socket really is: tells the port that the kernel chose for port 0. 0 or -errno. */
int nw_addr_of_fd(int fd, struct nw_addr *out) NW_MUST_CHECK;

bool nw_addr_is_loopback(const struct nw_addr *addr); /* unix sockets are */
bool nw_addr_equal(const struct nw_addr *a, const struct nw_addr *b);

/** "127.0.0.1" or "::1"; "" for unix sockets (as in Gunicorn's access log). */
void nw_addr_host_into(const struct sockaddr *sa, char *buf, size_t size);

/**
 * A listening, non-blocking, close-on-exec socket; what it accepts has TCP_NODELAY. A TCP connection can be accepted
 * once its first bytes are there, or after a second without any (TCP_DEFER_ACCEPT, tcp(7)): one wake-up and one read
 * less, which of a connection for one request is a third (tests/bench/hello.py). [v6] addresses take no IPv4. A unix
 * path that a live server listens on is refused (-EADDRINUSE); a dead socket file is replaced; anything else at the
 * path is refused (-EEXIST). Changes the umask for a moment: only for a process with one thread.
 */
int nw_listener_open(const struct nw_addr *addr, const struct nw_listen_options *options, int *out_fd,
		     struct nw_err *err) NW_MUST_CHECK;

/**
 * Give the file of a unix socket that listens at @addr the mode and the owner that it would have if it were made now
 * with @options. -ESTALE: the file there is not @dev, @ino; it is left alone.
 */
int nw_listener_give(const struct nw_addr *addr, dev_t dev, ino_t ino, const struct nw_listen_options *options,
		     struct nw_err *err) NW_MUST_CHECK;

/**
 * Make a socket that was handed over through exec, so one that stays open on exec, as nw_listener_open() makes them.
 * It is told to listen only if it does not yet. -EBADF, -ENOTSOCK: it is no such socket; it stays open.
 */
int nw_listener_take(int fd, int backlog, struct nw_err *err) NW_MUST_CHECK;

#endif

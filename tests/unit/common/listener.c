#include "common/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static const struct nw_listen_options plain = {.backlog = 8, .uid = (uid_t)-1, .gid = (gid_t)-1};

static struct nw_addr parse(const char *text)
{
	struct nw_addr addr;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_addr_parse(text, 8888, &addr, &err), 0);
	return addr;
}

static void assert_text(const char *text, const char *expected)
{
	ck_assert_str_eq(parse(text).text, expected);
}

static void assert_refused(const char *text, const char *sentence)
{
	struct nw_addr addr = {.len = 42};
	struct nw_err err = {0};

	ck_assert_int_eq(nw_addr_parse(text, 8888, &addr, &err), -EINVAL);
	ck_assert_str_eq(err.msg, sentence);
	ck_assert_uint_eq(addr.len, 42);
}

static int open_listener(const struct nw_addr *addr)
{
	struct nw_err err = {0};
	int fd = -1;

	int rc = nw_listener_open(addr, &plain, &fd, &err);

	ck_assert_str_eq(err.msg, "");
	ck_assert_int_eq(rc, 0);
	return fd;
}

static int connect_to(const struct nw_addr *addr)
{
	int fd = socket(addr->ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	if (connect(fd, (const struct sockaddr *)&addr->ss, addr->len) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static int accept_soon(int fd)
{
	struct pollfd listener = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&listener, 1, 10000), 1);
	int accepted = accept(fd, NULL, NULL);

	ck_assert_int_ge(accepted, 0);
	return accepted;
}

/* A unix address in a new directory. */
static struct nw_addr unix_addr(void)
{
	char text[80];

	snprintf(text, sizeof(text), "unix:%s/s", nw_temp_dir_new());
	return parse(text);
}

static const char *path_of(const struct nw_addr *addr)
{
	return addr->text + strlen("unix:");
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	ck_assert_int_eq(getsockopt(fd, level, name, &value, &len), 0);
	return value;
}

START_TEST(addresses_have_gunicorns_forms)
{
	assert_text("127.0.0.1:80", "http://127.0.0.1:80");
	assert_text("127.0.0.1", "http://127.0.0.1:8888");
	assert_text("tcp://127.0.0.1:81", "http://127.0.0.1:81");
	assert_text(":82", "http://0.0.0.0:82");
	assert_text("LOCALHOST:83", "http://127.0.0.1:83");
	assert_text("[::1]:84", "http://[::1]:84");
	assert_text("[::]", "http://[::]:8888");
	assert_text("[2001:DB8::1]:85", "http://[2001:db8::1]:85");
	assert_text("127.0.0.1:0", "http://127.0.0.1:0");
	assert_text("unix:/run/x.sock", "unix:/run/x.sock");
	assert_text("unix:///run/x.sock", "unix:/run/x.sock");
	assert_text("unix://x.sock", "unix:x.sock");
	assert_text("unix:x.sock", "unix:x.sock");
}
END_TEST

START_TEST(what_is_no_address_is_refused_with_a_sentence)
{
	char path[200];
	struct nw_addr addr;
	struct nw_err err = {0};

	assert_refused("", "the address is empty");
	assert_refused("8888", "'8888': that is a port alone: write HOST:PORT or :PORT");
	assert_refused("a:b", "'a:b': the port must be a number from 0 to 65535");
	assert_refused("a:", "'a:': the port must be a number from 0 to 65535");
	assert_refused("a:65536", "'a:65536': the port must be a number from 0 to 65535");
	assert_refused("a:-0", "'a:-0': the port must be a number from 0 to 65535");
	assert_refused("::1", "'::1': an IPv6 address is written in brackets: [ADDRESS]:PORT");
	assert_refused("[::1", "'[::1': an IPv6 address is written [ADDRESS]:PORT");
	assert_refused("[::1]x", "'[::1]x': an IPv6 address is written [ADDRESS]:PORT");
	assert_refused("[localhost]:1", "'[localhost]:1': there is no IPv6 address between the brackets");
	assert_refused("[]:1", "'[]:1': there is no IPv6 address between the brackets");
	assert_refused("http://a:1",
		       "'http://a:1': an address is HOST:PORT, [IPV6]:PORT, :PORT, unix:PATH or fd://NUMBER");
	assert_refused("fd://2", "'fd://2': a socket that was handed over is fd://NUMBER, 3 or more");
	assert_refused("fd://x", "'fd://x': a socket that was handed over is fd://NUMBER, 3 or more");
	assert_refused("fd://99999", "'fd://99999': no socket was handed over with that number");
	assert_refused("a b:1", "'a b:1': the host has a character that no host has");
	assert_refused("a/b:1", "'a/b:1': the host has a character that no host has");
	assert_refused("unix:", "'unix:': the path of the unix socket is missing");
	memset(path, 'p', sizeof(path));
	memcpy(path, "unix:", 5);
	path[5 + 108] = '\0';
	ck_assert_int_eq(nw_addr_parse(path, 1, &addr, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.msg, ": the path of a unix socket has at most 107 bytes"));
	path[5 + 107] = '\0';
	ck_assert_int_eq(nw_addr_parse(path, 1, &addr, &err), 0);
	ck_assert_str_eq(addr.text, path);
	ck_assert_int_eq(nw_addr_check("host.invalid", 0, &err), -EINVAL);
	ck_assert_str_eq(err.msg, "'host.invalid': the port is missing: write HOST:PORT");
	ck_assert_int_eq(nw_addr_check("host.invalid:1", 0, &err), 0);
}
END_TEST

START_TEST(loopback_and_equality_are_told)
{
	struct nw_addr a = parse("127.0.0.1:1"), b = parse("127.0.0.1:2"), c = parse("[::1]:1");
	struct nw_addr u = parse("unix:/a"), v = parse("unix:/b");

	ck_assert(nw_addr_is_loopback(&a) && nw_addr_is_loopback(&c) && nw_addr_is_loopback(&u));
	a = parse("127.9.9.9:1");
	ck_assert(nw_addr_is_loopback(&a));
	c = parse("[::ffff:127.0.0.1]:1");
	ck_assert(nw_addr_is_loopback(&c));
	c = parse("[::]:1");
	ck_assert(!nw_addr_is_loopback(&c));
	a = parse(":1");
	ck_assert(!nw_addr_is_loopback(&a));
	ck_assert(!nw_addr_equal(&a, &b) && !nw_addr_equal(&a, &c) && !nw_addr_equal(&u, &v));
	b = parse("0.0.0.0:1");
	ck_assert(nw_addr_equal(&a, &b));
	v = parse("unix:///a");
	ck_assert(nw_addr_equal(&u, &v));
	b = parse("[::]:1");
	ck_assert(nw_addr_equal(&c, &b));
}
END_TEST

START_TEST(hosts_are_written_as_numbers)
{
	char buf[64] = "x";
	struct nw_addr a = parse("10.1.2.3:1"), b = parse("[2001:db8::1]:1"), u = parse("unix:/a");

	nw_addr_host_into((const struct sockaddr *)&a.ss, buf, sizeof(buf));
	ck_assert_str_eq(buf, "10.1.2.3");
	nw_addr_host_into((const struct sockaddr *)&b.ss, buf, sizeof(buf));
	ck_assert_str_eq(buf, "2001:db8::1");
	nw_addr_host_into((const struct sockaddr *)&u.ss, buf, sizeof(buf));
	ck_assert_str_eq(buf, "");
}
END_TEST

START_TEST(a_tcp_listener_is_nonblocking_closed_on_exec_and_quick)
{
	struct nw_addr addr = parse("127.0.0.1:0"), bound;
	int fd = open_listener(&addr);

	ck_assert_int_eq(nw_addr_of_fd(fd, &bound), 0);
	ck_assert_str_ne(bound.text, "http://127.0.0.1:0");
	ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	ck_assert_int_eq(option(fd, SOL_SOCKET, SO_REUSEADDR), 1);
	ck_assert_int_eq(option(fd, SOL_SOCKET, SO_REUSEPORT), 0);
	int client = connect_to(&bound);

	ck_assert_int_ge(client, 0);
	ck_assert_int_eq(send(client, "GET", 3, MSG_NOSIGNAL), 3);
	int accepted = accept_soon(fd);

	ck_assert_int_eq(option(accepted, IPPROTO_TCP, TCP_NODELAY), 1);
	close(accepted);
	close(client);
	close(fd);
	ck_assert_int_eq(nw_addr_of_fd(-1, &bound), -EBADF);
}
END_TEST

START_TEST(a_tcp_connection_comes_with_its_first_bytes_and_a_silent_one_comes_late)
{
	struct nw_addr addr = parse("127.0.0.1:0"), bound;
	int fd = open_listener(&addr);

	ck_assert_int_eq(nw_addr_of_fd(fd, &bound), 0);
	int silent = connect_to(&bound), client = connect_to(&bound);
	char byte = 0;

	ck_assert_int_eq(accept(fd, NULL, NULL), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(send(client, "G", 1, MSG_NOSIGNAL), 1);
	int first = accept_soon(fd), second = accept_soon(fd);

	ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), 1);
	ck_assert_int_eq(byte, 'G');
	ck_assert_int_eq(recv(second, &byte, 1, MSG_DONTWAIT), -1);
	close(second);
	close(first);
	close(client);
	close(silent);
	close(fd);
}
END_TEST

START_TEST(a_taken_port_reports_its_address_and_keeps_out_fd)
{
	struct nw_addr addr = parse("127.0.0.1:0"), bound;
	struct nw_err err = {0};
	int first = open_listener(&addr), second = -1;
	char expected[200];

	ck_assert_int_eq(nw_addr_of_fd(first, &bound), 0);
	ck_assert_int_eq(nw_listener_open(&bound, &plain, &second, &err), -EADDRINUSE);
	ck_assert_int_eq(second, -1);
	snprintf(expected, sizeof(expected), "bind %s: Address already in use", bound.text);
	ck_assert_str_eq(err.msg, expected);
	close(first);
	second = open_listener(&bound);
	close(second);
}
END_TEST

START_TEST(reuse_port_lets_two_listen)
{
	struct nw_listen_options options = plain;
	struct nw_addr addr = parse("127.0.0.1:0"), bound;
	struct nw_err err = {0};
	int first = -1, second = -1;

	options.reuse_port = true;
	ck_assert_int_eq(nw_listener_open(&addr, &options, &first, &err), 0);
	ck_assert_int_eq(nw_addr_of_fd(first, &bound), 0);
	ck_assert_int_eq(nw_listener_open(&bound, &options, &second, &err), 0);
	close(first);
	close(second);
}
END_TEST

START_TEST(both_families_share_a_port)
{
	struct nw_addr v6 = parse("[::1]:0"), bound;
	struct nw_err err = {0};
	int fd6 = -1, fd4;
	char text[64];

	/* Some containers have no IPv6. */
	if (nw_listener_open(&v6, &plain, &fd6, &err) != 0) {
		ck_assert(err.code == -EADDRNOTAVAIL || err.code == -EAFNOSUPPORT);
		return;
	}
	ck_assert_int_eq(option(fd6, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	ck_assert_int_eq(nw_addr_of_fd(fd6, &bound), 0);
	snprintf(text, sizeof(text), "127.0.0.1:%u", ntohs(((struct sockaddr_in6 *)&bound.ss)->sin6_port));
	bound = parse(text);
	fd4 = open_listener(&bound);
	close(fd4);
	close(fd6);
}
END_TEST

START_TEST(a_unix_listener_obeys_the_umask_and_is_unlinked)
{
	struct nw_listen_options options = plain;
	struct nw_addr addr = unix_addr();
	struct nw_err err = {0};
	struct stat st;
	int fd = -1;
	mode_t before = umask(011);

	options.umask = 027;
	options.uid = getuid();
	options.gid = getgid();
	ck_assert_int_eq(nw_listener_open(&addr, &options, &fd, &err), 0);
	ck_assert_uint_eq(umask(before), 011);
	ck_assert_int_eq(lstat(path_of(&addr), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0750);
	int client = connect_to(&addr);

	ck_assert_int_ge(client, 0);
	close(client);
	close(fd);
	unlink(path_of(&addr));
}
END_TEST

START_TEST(a_unix_listener_gets_another_mode_but_what_took_its_place_does_not)
{
	const char *dir = nw_temp_dir_new();
	char path[160], text[176];
	struct nw_listen_options narrow = plain;
	struct nw_err err = {0};
	struct stat st;

	narrow.umask = 0177;
	snprintf(path, sizeof(path), "%s/s", dir);
	snprintf(text, sizeof(text), "unix:%s", path);
	struct nw_addr addr = parse(text);
	int fd = open_listener(&addr);

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(nw_listener_give(&addr, st.st_dev, st.st_ino, &narrow, &err), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	/* A link in its place, to a file that is not to be touched. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(".", path), 0);
	ck_assert_int_eq(nw_listener_give(&addr, st.st_dev, st.st_ino, &plain, &err), -ESTALE);
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	close(fd);
}
END_TEST

START_TEST(the_path_of_a_live_server_is_refused)
{
	struct nw_addr addr = unix_addr();
	struct nw_err err = {0};
	int first = open_listener(&addr), second = -1;
	char expected[200];

	ck_assert_int_eq(nw_listener_open(&addr, &plain, &second, &err), -EADDRINUSE);
	ck_assert_int_eq(second, -1);
	snprintf(expected, sizeof(expected), "bind %s: another server listens there", addr.text);
	ck_assert_str_eq(err.msg, expected);
	int client = connect_to(&addr);

	ck_assert_int_ge(client, 0);
	close(client);
	close(first);
	unlink(path_of(&addr));
}
END_TEST

START_TEST(a_server_with_a_full_queue_is_alive)
{
	struct nw_listen_options options = plain;
	struct nw_addr addr = unix_addr();
	struct nw_err err = {0};
	int fd = -1, second = -1, clients[2];

	options.backlog = 0;
	ck_assert_int_eq(nw_listener_open(&addr, &options, &fd, &err), 0);
	for (int i = 0; i < 2; i++) {
		clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(clients[i], (const struct sockaddr *)&addr.ss, addr.len);
	}
	ck_assert_int_eq(nw_listener_open(&addr, &plain, &second, &err), -EADDRINUSE);
	close(clients[0]);
	close(clients[1]);
	close(fd);
	unlink(path_of(&addr));
}
END_TEST

START_TEST(a_dead_socket_is_replaced)
{
	struct nw_addr addr = unix_addr();
	int fd = open_listener(&addr);

	close(fd); /* as after kill -9 */
	fd = open_listener(&addr);
	int client = connect_to(&addr);

	ck_assert_int_ge(client, 0);
	close(client);
	close(fd);
	unlink(path_of(&addr));
}
END_TEST

START_TEST(what_is_no_socket_is_left_alone)
{
	struct nw_addr addr = unix_addr();
	struct nw_err err = {0};
	struct stat st;
	int fd = open(path_of(&addr), O_CREAT | O_WRONLY, 0600), out = -1;
	char expected[200];

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(nw_listener_open(&addr, &plain, &out, &err), -EEXIST);
	snprintf(expected, sizeof(expected), "bind %s: there is a file that is no socket", addr.text);
	ck_assert_str_eq(err.msg, expected);
	ck_assert_int_eq(lstat(path_of(&addr), &st), 0);
	unlink(path_of(&addr));
	/* Not even a link to a dead socket is followed. */
	ck_assert_int_eq(symlink("elsewhere", path_of(&addr)), 0);
	ck_assert_int_eq(nw_listener_open(&addr, &plain, &out, &err), -EEXIST);
	unlink(path_of(&addr));
}
END_TEST

START_TEST(a_path_that_cannot_be_made_says_why)
{
	struct nw_addr addr = parse("unix:/no/such/dir/s");
	struct nw_err err = {0};
	int fd = -1;

	ck_assert_int_eq(nw_listener_open(&addr, &plain, &fd, &err), -ENOENT);
	ck_assert_str_eq(err.msg, "bind unix:/no/such/dir/s: No such file or directory");
}
END_TEST

NW_TEST_MAIN("common/listener", addresses_have_gunicorns_forms, what_is_no_address_is_refused_with_a_sentence,
	     loopback_and_equality_are_told, hosts_are_written_as_numbers,
	     a_tcp_listener_is_nonblocking_closed_on_exec_and_quick,
	     a_tcp_connection_comes_with_its_first_bytes_and_a_silent_one_comes_late,
	     a_taken_port_reports_its_address_and_keeps_out_fd, reuse_port_lets_two_listen, both_families_share_a_port,
	     a_unix_listener_obeys_the_umask_and_is_unlinked,
	     a_unix_listener_gets_another_mode_but_what_took_its_place_does_not, the_path_of_a_live_server_is_refused,
	     a_server_with_a_full_queue_is_alive, a_dead_socket_is_replaced, what_is_no_socket_is_left_alone,
	     a_path_that_cannot_be_made_says_why)

/*
 * start FILE COMMAND [ARGUMENT...]: tell nginx who the back end is, and become it.
 *
 * nginx looks a name up while it runs only by a `resolver`, which is the address of a name server, and for a whole
 * name. Both are known when the container starts and not before: they stand in /etc/resolv.conf. This writes them to
 * FILE, which nginx.conf includes, and executes COMMAND in its own place, so that signals reach nginx.
 *
 * NARWHAL_BACKEND is HOST, HOST:PORT or [IPV6]:PORT. A name that is not there yet is no error: nginx asks again.
 */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frontend/nginx/resolvconf.h"

static const char BACKEND[] = "service-backend:8888";
static const char PORT[] = "8888";
static const char RESOLV_CONF[] = "/etc/resolv.conf";

struct backend {
	char host[NW_RESOLVCONF_NAME]; /* an IPv6 address stands in brackets */
	char port[6];
	bool is_address;
};

static bool is_port(const char *text)
{
	size_t len = strspn(text, "0123456789");
	long n = strtol(text, NULL, 10);

	return len > 0 && len <= 5 && text[len] == '\0' && n > 0 && n <= 65535;
}

/* It becomes part of nginx's configuration: nothing but names and addresses may pass. */
static bool is_host(const char *host, bool *out_is_address)
{
	unsigned char addr[sizeof(struct in6_addr)];
	char bare[NW_RESOLVCONF_NAME];
	size_t len = strlen(host);

	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		snprintf(bare, sizeof(bare), "%.*s", (int)len - 2, host + 1);
		*out_is_address = true;
		return inet_pton(AF_INET6, bare, addr) == 1;
	}
	*out_is_address = inet_pton(AF_INET, host, addr) == 1;
	return len > 0 && host[0] != '.' &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

static bool read_backend(const char *text, struct backend *out)
{
	const char *bracket = strrchr(text, ']');
	const char *colon = strchr(bracket != NULL ? bracket : text, ':');
	const char *port = colon != NULL ? colon + 1 : PORT;
	size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);

	if (len >= sizeof(out->host) || !is_port(port)) {
		return false;
	}
	snprintf(out->host, sizeof(out->host), "%.*s", (int)len, text);
	snprintf(out->port, sizeof(out->port), "%s", port);
	return is_host(out->host, &out->is_address);
}

static bool read_resolv_conf(struct nw_resolvconf *out)
{
	char text[4096];
	ssize_t n = 0;
	int fd = open(RESOLV_CONF, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	} else if (errno != ENOENT) {
		n = -1;
	}
	if (n < 0) {
		fprintf(stderr, "start: cannot read %s: %s\n", RESOLV_CONF, strerror(errno));
		return false;
	}
	text[n] = '\0';
	nw_resolvconf_parse(text, out);
	return true;
}

enum answer { FOUND, NOT_FOUND, NO_ANSWER };

static enum answer ask(const char *name)
{
	static const int types[] = {ns_t_a, ns_t_aaaa};
	unsigned char answer[4096];

	for (size_t i = 0; i < NW_ARRAY_LEN(types); i++) {
		if (res_query(name, ns_c_in, types[i], answer, sizeof(answer)) > 0) {
			return FOUND;
		}
		if (h_errno == TRY_AGAIN) {
			return NO_ANSWER;
		}
		if (h_errno == HOST_NOT_FOUND) {
			break; /* for no type there is */
		}
	}
	return NOT_FOUND;
}

/* Put the whole name in the place of the name. One that is nowhere yet is taken to appear where it is looked for
 * first. */
static bool find_name(const struct nw_resolvconf *conf, char host[NW_RESOLVCONF_NAME])
{
	char first[NW_RESOLVCONF_NAME], name[NW_RESOLVCONF_NAME];
	enum answer answer = NOT_FOUND;

	if (!nw_resolvconf_candidate(conf, host, 0, first)) {
		return false;
	}
	memcpy(name, first, sizeof(name));
	for (int i = 0; answer == NOT_FOUND && nw_resolvconf_candidate(conf, host, i, name); i++) {
		answer = ask(name);
	}
	if (answer != FOUND) {
		fprintf(stderr, "start: %s: %s, waiting for %s\n", host,
			answer == NO_ANSWER ? "no answer from the name server" : "no such name yet", first);
		memcpy(name, first, sizeof(name));
	}
	memcpy(host, name, NW_RESOLVCONF_NAME);
	return true;
}

static bool write_conf(const char *path, const struct nw_resolvconf *conf, const struct backend *backend)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (file != NULL) {
		fputs("resolver", file);
		for (int i = 0; i < conf->n_servers; i++) {
			fprintf(file, " %s", conf->servers[i]);
		}
		/* Whatever the record says: a back end that moved is found in seconds. One lost packet (nginx asks
		 * again after five seconds) is no failure. */
		fprintf(file, " valid=5s;\nresolver_timeout 6s;\nset $backend \"%s:%s\";\n", backend->host,
			backend->port);
	}
	if (file == NULL || fclose(file) != 0) {
		fprintf(stderr, "start: cannot write %s: %s\n", path, strerror(errno));
		return false;
	}
	return true;
}

static void leave(int number)
{
	_exit(128 + number);
}

/* The first process of a container is not ended by a signal that it has no handler for, and a silent name server holds
 * us for many seconds. nginx begins without these handlers: execv() takes them away. */
static void heed_signals(void)
{
	const struct sigaction action = {.sa_handler = leave};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGQUIT, &action, NULL);
}

int main(int argc, char **argv)
{
	const char *text = getenv("NARWHAL_BACKEND");
	struct backend backend;
	struct nw_resolvconf conf;

	if (argc < 3) {
		fputs("usage: start FILE COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	if (text == NULL || *text == '\0') {
		text = BACKEND;
	}
	if (!read_backend(text, &backend)) {
		fprintf(stderr, "start: NARWHAL_BACKEND: '%s' is no HOST, HOST:PORT or [IPV6]:PORT\n", text);
		return 2;
	}
	heed_signals();
	if (!read_resolv_conf(&conf)) {
		return 1;
	}
	if (!backend.is_address && !find_name(&conf, backend.host)) {
		fprintf(stderr, "start: NARWHAL_BACKEND: '%s' is too long\n", text);
		return 2;
	}
	if (!write_conf(argv[1], &conf, &backend)) {
		return 1;
	}
	execv(argv[2], argv + 2);
	fprintf(stderr, "start: cannot execute %s: %s\n", argv[2], strerror(errno));
	return 1;
}

#include "master/generation.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/tls_context.h"
#include "master/environment.h"
#include "master/logfile.h"
#include "master/pidfile.h"

enum {
	DEFAULT_PORT = 8888, /* for a bind without one */
	BIND_TRIES = 5,      /* for a taken address, a second apart */
	NO_DEFAULT_PORT = 0, /* for admin_bind, which must give one */
};

/* Behind the pidfile's name, until the older master is gone. */
#define SECOND ".2"

/* Port 0 lets the system choose; the log says what it chose. */
static void describe(struct nw_endpoint *endpoint)
{
	struct nw_addr bound;
	bool is_known = endpoint->addr.ss.ss_family != AF_UNIX && nw_addr_of_fd(endpoint->fd, &bound) == 0;

	snprintf(endpoint->text, sizeof(endpoint->text), "%s", is_known ? bound.text : endpoint->addr.text);
}

/* The path of a unix socket's file; NULL: it has none. */
static const char *path_of(const struct nw_addr *addr)
{
	const struct sockaddr_un *sun = (const struct sockaddr_un *)&addr->ss;

	return addr->ss.ss_family == AF_UNIX && sun->sun_path[0] != '\0' ? sun->sun_path : NULL;
}

static void remember_file(struct nw_endpoint *endpoint)
{
	const char *path = path_of(&endpoint->addr);
	struct stat st;

	if (path != NULL && lstat(path, &st) == 0) {
		endpoint->dev = st.st_dev;
		endpoint->ino = st.st_ino;
	}
}

/* A unix socket's file is where it was made. Of TCP, and of one whose file is not ours: true. */
static bool has_file(const struct nw_endpoint *endpoint)
{
	const char *path = path_of(&endpoint->addr);
	struct stat st;

	return path == NULL || endpoint->ino == 0 ||
	       (lstat(path, &st) == 0 && st.st_dev == endpoint->dev && st.st_ino == endpoint->ino);
}

/*
 * Old workers may listen on it for as long as they drain, so whether somebody listens tells nothing here; the file
 * of a successor is another file.
 */
static void unlink_file(const struct nw_endpoint *endpoint)
{
	const char *path = path_of(&endpoint->addr);

	if (path != NULL && endpoint->ino != 0 && has_file(endpoint)) {
		unlink(path);
	}
}

static bool has_fd(const struct nw_generation *generation, int fd)
{
	for (size_t i = 0; i < generation->n_endpoints; i++) {
		if (generation->endpoints[i].fd == fd) {
			return true;
		}
	}
	return generation->admin.fd == fd;
}

/*
 * Borrow @theirs if it listens where @endpoint wants to, and no other endpoint of @generation has it yet. A unix socket
 * whose file is not here (it was removed, or `chdir` is another) is nowhere to be found and is made anew.
 */
static bool borrow(const struct nw_generation *generation, struct nw_endpoint *endpoint,
		   const struct nw_endpoint *theirs)
{
	if (theirs->fd == -1 || !nw_addr_equal(&theirs->addr, &endpoint->addr) || has_fd(generation, theirs->fd) ||
	    !has_file(theirs)) {
		return false;
	}
	endpoint->fd = theirs->fd;
	endpoint->dev = theirs->dev;
	endpoint->ino = theirs->ino;
	endpoint->is_activated = theirs->is_activated;
	endpoint->is_borrowed = true;
	return true;
}

static bool borrow_any(const struct nw_generation *generation, struct nw_endpoint *endpoint,
		       const struct nw_generation *serving)
{
	if (serving == NULL) {
		return false;
	}
	for (size_t i = 0; i < serving->n_endpoints; i++) {
		if (borrow(generation, endpoint, &serving->endpoints[i])) {
			return true;
		}
	}
	return borrow(generation, endpoint, &serving->admin);
}

static in_port_t port_of(const struct nw_addr *addr)
{
	switch (addr->ss.ss_family) {
	case AF_INET:
		return ((const struct sockaddr_in *)&addr->ss)->sin_port;
	case AF_INET6:
		return ((const struct sockaddr_in6 *)&addr->ss)->sin6_port;
	default:
		return 0;
	}
}

/* A taken address may be ours: one address and all addresses of a port exclude each other while we serve. */
static int explain_taken(const struct nw_endpoint *endpoint, const struct nw_generation *serving, struct nw_err *err)
{
	in_port_t port = port_of(&endpoint->addr);
	struct nw_addr theirs;

	for (size_t i = 0; serving != NULL && port != 0 && i < serving->n_endpoints; i++) {
		if (nw_addr_of_fd(serving->endpoints[i].fd, &theirs) == 0 && port_of(&theirs) == port) {
			return nw_err_set(err, -EADDRINUSE,
					  "%s (this server listens at %s: only a restart can change one to the other)",
					  err->msg, serving->endpoints[i].text);
		}
	}
	return -EADDRINUSE;
}

/* A moment, unless we are told to end, which then stays pending. */
static bool wait_for_address(void)
{
	static const int ending[] = {SIGTERM, SIGINT, SIGQUIT};
	const struct timespec second = {.tv_sec = 1};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < NW_ARRAY_LEN(ending); i++) {
		sigaddset(&set, ending[i]);
	}
	int sig = sigtimedwait(&set, NULL, &second);

	if (sig > 0) {
		raise(sig);
	}
	return sig <= 0;
}

/* At a start the one before us may just be leaving. A reload does not wait: it has something that serves. */
static int bind_endpoint(const struct nw_generation *generation, struct nw_endpoint *endpoint,
			 const struct nw_listen_options *options, struct nw_err *err)
{
	int tries = generation->number == 1 ? BIND_TRIES : 1;
	int failed = nw_listener_open(&endpoint->addr, options, &endpoint->fd, err);

	while (failed == -EADDRINUSE && --tries > 0) {
		NW_LOG_ERROR("Connection in use: %s, trying again in 1 s", endpoint->addr.text);
		if (!wait_for_address()) {
			break;
		}
		failed = nw_listener_open(&endpoint->addr, options, &endpoint->fd, err);
	}
	if (failed == -EADDRINUSE && generation->number == 1) {
		NW_LOG_ERROR("Can't connect to %s", endpoint->addr.text);
	}
	return failed;
}

static struct nw_listen_options listen_options(const struct nw_settings *settings)
{
	return (struct nw_listen_options){
		.backlog = settings->backlog,
		.reuse_port = settings->reuse_port,
		.umask = settings->umask,
		.uid = settings->user,
		.gid = settings->group,
	};
}

static int open_endpoint(const struct nw_generation *generation, const char *text, unsigned default_port,
			 struct nw_endpoint *endpoint, const struct nw_generation *serving, struct nw_err *err)
{
	const struct nw_settings *settings = generation->settings;
	const struct nw_listen_options options = listen_options(settings);
	int handed = nw_addr_fd(text);
	int failed = nw_addr_parse(text, default_port, &endpoint->addr, err);

	if (failed == 0 && borrow_any(generation, endpoint, serving)) {
		if (handed == -1 && endpoint->ino == 0) {
			remember_file(endpoint); /* of an older master's we know the name only */
		}
		describe(endpoint);
		return 0;
	}
	if (failed == 0 && handed != -1) {
		failed = nw_listener_take(handed, settings->backlog, err);
		endpoint->fd = failed == 0 ? handed : -1;
	} else if (failed == 0) {
		failed = bind_endpoint(generation, endpoint, &options, err);
		remember_file(endpoint);
	}
	if (failed == -EADDRINUSE) {
		failed = explain_taken(endpoint, serving, err);
	}
	if (failed == 0) {
		describe(endpoint);
	}
	return failed;
}

/* Those of the service manager, all of them or none: it alone says where we listen. */
static void borrow_activated(struct nw_generation *generation, const struct nw_generation *serving)
{
	for (size_t i = 0; i < serving->n_endpoints; i++) {
		if (serving->endpoints[i].is_activated) {
			struct nw_endpoint *endpoint = &generation->endpoints[generation->n_endpoints++];

			*endpoint = serving->endpoints[i];
			endpoint->is_borrowed = true;
		}
	}
	if (serving->admin.is_activated) {
		generation->admin = serving->admin;
		generation->admin.is_borrowed = true;
	}
}

static int open_bound(struct nw_generation *generation, const struct nw_generation *serving, struct nw_err *err)
{
	const struct nw_settings *settings = generation->settings;
	int failed = 0;

	for (size_t i = 0; i < settings->bind.n && failed == 0; i++) {
		generation->endpoints[i].fd = -1;
		generation->n_endpoints = i + 1;
		failed = open_endpoint(generation, settings->bind.v[i], DEFAULT_PORT, &generation->endpoints[i],
				       serving, err);
	}
	return failed;
}

/* Names only: one that is looked up may take its time, and a socket that is bound is nobody's but the master's. */
static int look_up_names(const struct nw_settings *settings, struct nw_err *err)
{
	struct nw_addr addr;
	int failed = 0;

	for (size_t i = 0; i < settings->bind.n && failed == 0; i++) {
		const char *text = settings->bind.v[i];

		failed = nw_addr_fd(text) != -1 ? 0 : nw_addr_parse(text, DEFAULT_PORT, &addr, err);
	}
	if (failed == 0 && settings->admin_bind != NULL && nw_addr_fd(settings->admin_bind) == -1) {
		failed = nw_addr_parse(settings->admin_bind, NO_DEFAULT_PORT, &addr, err);
	}
	return failed;
}

static int open_listeners(struct nw_generation *generation, const struct nw_generation *serving, struct nw_err *err)
{
	const struct nw_settings *settings = generation->settings;
	size_t n = settings->bind.n + (serving != NULL ? serving->n_endpoints : 0);
	int failed = 0;

	if (generation->is_rehearsal) {
		return look_up_names(settings, err);
	}
	generation->endpoints = calloc(n > 0 ? n : 1, sizeof(*generation->endpoints));
	if (generation->endpoints == NULL) {
		return nw_err_set(err, -ENOMEM, "bind: out of memory");
	}
	if (serving != NULL) {
		borrow_activated(generation, serving);
	}
	if (generation->n_endpoints == 0) {
		failed = open_bound(generation, serving, err);
	}
	if (failed == 0 && settings->admin_bind != NULL && !generation->admin.is_activated) {
		failed = open_endpoint(generation, settings->admin_bind, NO_DEFAULT_PORT, &generation->admin, serving,
				       err);
	}
	return failed;
}

static int open_pidfile(struct nw_generation *generation, const struct nw_generation *serving, struct nw_err *err)
{
	const struct nw_settings *settings = generation->settings;
	const char *suffix = generation->partner == NW_PARTNER_OLDER ? SECOND : "";
	NW_AUTO_FREE char *path = NULL;
	int len;

	if (settings->pidfile == NULL || generation->is_rehearsal) {
		return 0;
	}
	if (settings->pidfile[0] == '/' || settings->chdir == NULL) {
		len = asprintf(&path, "%s%s", settings->pidfile, suffix);
	} else {
		len = asprintf(&path, "%s/%s%s", settings->chdir, settings->pidfile, suffix);
	}
	if (len == -1) {
		path = NULL;
		return nw_err_set(err, -ENOMEM, "pidfile: out of memory");
	}
	bool is_same = serving != NULL && serving->pidfile != NULL && strcmp(serving->pidfile, path) == 0;
	/* Ours is written again if somebody removed it. */
	int failed = is_same && access(path, F_OK) == 0 ? 0 : nw_pidfile_create(path, err);

	if (failed == 0) {
		generation->pidfile = path;
		generation->is_pidfile_borrowed = is_same;
		path = NULL;
	}
	return failed;
}

static int open_tls(struct nw_generation *generation, struct nw_err *err)
{
	struct nw_err time_err = {0};
	int failed = nw_tls_context_open(generation->settings, &generation->tls, err);

	if (failed == 0 &&
	    nw_tls_context_check_time(generation->tls, generation->settings, time(NULL), &time_err) != 0) {
		NW_LOG_WARN("%s, serving with it", time_err.msg);
	}
	return failed;
}

static int open_all(const struct nw_program *program, struct nw_generation *generation,
		    const struct nw_generation *serving, struct nw_err *err)
{
	const struct nw_settings *settings = generation->settings;
	int failed;

	if (settings->chdir != NULL && chdir(settings->chdir) == -1) {
		return nw_err_errno(err, "chdir '%s'", settings->chdir);
	}
	failed = nw_environment_new(&settings->raw_env, &generation->environment, err);
	if (failed == 0) {
		nw_environment_enter(generation->environment);
		failed = open_tls(generation, err);
	}
	if (failed == 0) {
		failed = open_pidfile(generation, serving, err);
	}
	if (failed == 0) {
		failed = nw_logfile_make_access(settings, err);
	}
	if (failed == 0) {
		failed = open_listeners(generation, serving, err);
	}
	if (failed == 0 && settings->preload_app && program->preload != NULL) {
		failed = program->preload(settings, &generation->preloaded, err);
		generation->unload = program->unload;
	}
	return failed;
}

int nw_generation_open(const struct nw_program *program, uint32_t number, struct nw_settings *settings,
		       const struct nw_generation *serving, struct nw_generation **out, struct nw_err *err)
{
	struct nw_generation *generation = calloc(1, sizeof(*generation));

	if (generation == NULL) {
		nw_settings_free(settings);
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	generation->number = number;
	generation->settings = settings;
	generation->admin.fd = -1;
	generation->partner = serving != NULL ? serving->partner : NW_PARTNER_NONE;
	int failed = open_all(program, generation, serving, err);

	if (failed != 0) {
		nw_generation_free(generation);
		return failed;
	}
	*out = generation;
	return 0;
}

int nw_generation_rehearse(const struct nw_program *program, struct nw_settings *settings, struct nw_err *err)
{
	struct nw_generation *generation = calloc(1, sizeof(*generation));

	if (generation == NULL) {
		nw_settings_free(settings);
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	generation->settings = settings;
	generation->admin.fd = -1;
	generation->is_rehearsal = true;
	int failed = open_all(program, generation, NULL, err);

	if (failed == 0) {
		failed = nw_logfile_open(settings, err);
	}
	nw_generation_free(generation);
	return failed;
}

/* What stays follows the umask, user and group that are new; a mode that somebody gave it otherwise is theirs. */
static void give_again(const struct nw_endpoint *endpoint, const struct nw_settings *old,
		       const struct nw_settings *settings)
{
	const struct nw_listen_options options = listen_options(settings);
	struct nw_err err = {0};

	if (endpoint->ino == 0 || endpoint->is_activated || old == NULL ||
	    (old->umask == settings->umask && old->user == settings->user && old->group == settings->group)) {
		return;
	}
	if (nw_listener_give(&endpoint->addr, endpoint->dev, endpoint->ino, &options, &err) != 0) {
		NW_LOG_WARN("%s, going on with the socket's mode and owner as they are", err.msg);
	}
}

static void adopt_endpoint(struct nw_endpoint *endpoint, struct nw_generation *old, const struct nw_settings *settings)
{
	int backlog = settings->backlog;
	/* What was inherited has no settings. */
	bool is_same = endpoint->is_activated || (old->settings != NULL && old->settings->backlog == backlog);

	if (!endpoint->is_borrowed) {
		return;
	}
	endpoint->is_borrowed = false;
	give_again(endpoint, old->settings, settings);
	if (!is_same) {
		listen(endpoint->fd, backlog);
	}
	for (size_t i = 0; i < old->n_endpoints; i++) {
		if (old->endpoints[i].fd == endpoint->fd) {
			old->endpoints[i].fd = -1;
		}
	}
	if (old->admin.fd == endpoint->fd) {
		old->admin.fd = -1;
	}
}

void nw_generation_adopt(struct nw_generation *next, struct nw_generation *old)
{
	for (size_t i = 0; i < next->n_endpoints; i++) {
		adopt_endpoint(&next->endpoints[i], old, next->settings);
	}
	adopt_endpoint(&next->admin, old, next->settings);
	if (next->is_pidfile_borrowed) {
		next->is_pidfile_borrowed = false;
		free(old->pidfile);
		old->pidfile = NULL;
	}
}

static void close_endpoint(struct nw_endpoint *endpoint, enum nw_partner partner)
{
	bool is_ours = endpoint->fd != -1 && !endpoint->is_borrowed;

	if (is_ours) {
		nw_fd_close(endpoint->fd);
	}
	if (is_ours && partner == NW_PARTNER_NONE) {
		unlink_file(endpoint);
	}
	endpoint->fd = -1;
}

void nw_generation_close_listeners(struct nw_generation *generation)
{
	for (size_t i = 0; i < generation->n_endpoints; i++) {
		close_endpoint(&generation->endpoints[i], generation->partner);
	}
	close_endpoint(&generation->admin, generation->partner);
}

void nw_generation_promote(struct nw_generation *generation)
{
	char *second = generation->pidfile;
	struct nw_err err = {0};

	generation->partner = NW_PARTNER_NONE;
	if (second == NULL) {
		return;
	}
	char *path = strndup(second, strlen(second) - strlen(SECOND));

	if (path == NULL || nw_pidfile_create(path, &err) != 0) {
		NW_LOG_WARN("%s, going on with pidfile '%s'", path == NULL ? "out of memory" : err.msg, second);
		free(path);
		return;
	}
	nw_pidfile_remove(second);
	free(second);
	generation->pidfile = path;
}

static void disown_endpoint(struct nw_endpoint *endpoint, const struct nw_generation *mine)
{
	if (endpoint->fd != -1 && (mine == NULL || !has_fd(mine, endpoint->fd))) {
		endpoint->fd = nw_fd_close(endpoint->fd);
	}
	endpoint->is_borrowed = true;
}

void nw_generation_disown(struct nw_generation *generation, const struct nw_generation *mine)
{
	for (size_t i = 0; i < generation->n_endpoints; i++) {
		disown_endpoint(&generation->endpoints[i], mine);
	}
	disown_endpoint(&generation->admin, mine);
	generation->is_pidfile_borrowed = true;
}

struct nw_generation *nw_generation_free(struct nw_generation *generation)
{
	if (generation == NULL) {
		return NULL;
	}
	nw_generation_close_listeners(generation);
	if (generation->pidfile != NULL && !generation->is_pidfile_borrowed) {
		nw_pidfile_remove(generation->pidfile);
	}
	if (generation->preloaded != NULL && generation->unload != NULL) {
		generation->unload(generation->preloaded);
	}
	nw_environment_free(generation->environment);
	nw_tls_context_close(generation->tls);
	free(generation->pidfile);
	free(generation->endpoints);
	nw_settings_free(generation->settings);
	free(generation);
	return NULL;
}

void nw_generation_enter(const struct nw_generation *generation)
{
	const char *dir = generation->settings->chdir;

	if (dir != NULL && chdir(dir) == -1) {
		NW_LOG_WARN("chdir '%s': %s, going on where we are", dir, strerror(errno));
	}
	nw_environment_enter(generation->environment);
}

const char *nw_generation_name(const struct nw_generation *generation)
{
	return nw_settings_name(generation->settings);
}

const char *nw_generation_text(const struct nw_generation *generation, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < generation->n_endpoints && len < size; i++) {
		const char *text = generation->endpoints[i].text;
		bool is_https = generation->tls != NULL && strncmp(text, "http:", 5) == 0;
		int n = snprintf(buf + len, size - len, "%s%s%s", i == 0 ? "" : ",", is_https ? "https" : "",
				 is_https ? text + 4 : text);

		len += n > 0 ? (size_t)n : 0;
	}
	return buf;
}

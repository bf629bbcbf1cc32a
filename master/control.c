#include "master/control.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/control_path.h"
#include "common/fd.h"
#include "common/log.h"
#include "master/control_client.h"
#include "master/master.h"

enum {
	BACKLOG = 128,
	CLIENTS_MAX = 32,
};

struct nw_control {
	uint32_t generation; /* whose settings it follows; 0: none yet */
	bool is_wanted;
	bool has_failed; /* and the log says so */
	mode_t mode;
	char path[PATH_MAX]; /* absolute */
	int fd;              /* -1: not open */
	dev_t dev;           /* of its file, so that only this one is removed */
	ino_t ino;
	struct event *event;
	struct nw_control_clients clients; /* the one that was silent for the longest first */
	unsigned n_clients;
};

const char *nw_control_path(const struct nw_control *control)
{
	return control->fd == -1 ? NULL : control->path;
}

/* The mode lets in whom it lets in; one for the owner alone is seen to here too, where the file may lie open. */
static bool is_welcome(const struct nw_control *control, int fd, pid_t *out_pid)
{
	struct ucred peer = {0};
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1) {
		return false;
	}
	*out_pid = peer.pid;
	if ((control->mode & 077) != 0 || peer.uid == 0 || peer.uid == geteuid()) {
		return true;
	}
	NW_LOG_WARN("Control socket: refused user %u (pid:%d)", (unsigned)peer.uid, (int)peer.pid);
	return false;
}

static void drop(struct nw_control *control, struct nw_control_client *client)
{
	TAILQ_REMOVE(&control->clients, client, link);
	control->n_clients--;
	nw_control_client_free(client);
}

static void on_connect(evutil_socket_t listener, short what, void *arg)
{
	struct nw_control *control = arg;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	pid_t pid = 0;

	(void)what;
	if (fd == -1 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
		event_del(control->event); /* it would fire for ever; a tick adds it again */
	}
	if (fd == -1) {
		return;
	}
	if (!is_welcome(control, fd, &pid)) {
		nw_fd_close(fd);
		return;
	}
	if (control->n_clients >= CLIENTS_MAX) { /* whoever sits there and says nothing keeps nobody out */
		drop(control, TAILQ_FIRST(&control->clients));
	}
	struct nw_control_client *client = nw_control_client_new(event_get_base(control->event), fd, pid);

	if (client != NULL) {
		TAILQ_INSERT_TAIL(&control->clients, client, link);
		control->n_clients++;
	}
}

/* Relative to the current directory, which is settings->chdir. */
static int choose_path(const struct nw_settings *settings, char *buf, size_t size, struct nw_err *err)
{
	char dir[PATH_MAX] = "";
	const char *path = settings->control_socket;

	if (path == NULL) {
		return nw_control_path_default(getpid(), buf, size, err);
	}
	if (path[0] != '/' && getcwd(dir, sizeof(dir)) == NULL) {
		return nw_err_errno(err, "%s", path);
	}
	int len = snprintf(buf, size, "%s%s%s", dir, path[0] == '/' ? "" : "/", path);

	return len < 0 || (size_t)len >= size ? nw_err_set(err, -ENAMETOOLONG, "its path is too long") : 0;
}

static void make_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (slash != NULL && slash != path) {
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		mkdir(dir, 0700); /* it may be there; binding tells */
	}
}

static int listen_there(struct nw_control *control, struct event_base *base, struct nw_err *err)
{
	const struct nw_listen_options options = {
		.backlog = BACKLOG,
		.umask = 0777 & ~control->mode,
		.uid = (uid_t)-1,
		.gid = (gid_t)-1,
	};
	char text[PATH_MAX + 8];
	struct nw_addr addr;
	struct stat st = {0};

	make_parent(control->path);
	snprintf(text, sizeof(text), "unix:%s", control->path);
	int failed = nw_addr_parse(text, 0, &addr, err);

	if (failed == 0) {
		failed = nw_listener_open(&addr, &options, &control->fd, err);
	}
	if (failed != 0) {
		return failed;
	}
	if (lstat(control->path, &st) == 0) {
		control->dev = st.st_dev;
		control->ino = st.st_ino;
	}
	control->event = event_new(base, control->fd, EV_READ | EV_PERSIST, on_connect, control);
	if (control->event == NULL || event_add(control->event, NULL) == -1) {
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}

static void close_listener(struct nw_control *control, bool is_ours)
{
	struct stat st;

	if (control->event != NULL) {
		event_free(control->event);
		control->event = NULL;
	}
	if (control->fd == -1) {
		return;
	}
	control->fd = nw_fd_close(control->fd);
	if (is_ours && control->ino != 0 && lstat(control->path, &st) == 0 && st.st_dev == control->dev &&
	    st.st_ino == control->ino) {
		unlink(control->path);
	}
}

/* Nobody asked for the default path, and that the older master has it is as it should be: that is no warning. */
static void complain(struct nw_control *control, const struct nw_master *master, const char *why)
{
	bool is_expected =
		master->generation->settings->control_socket == NULL || master->generation->partner == NW_PARTNER_OLDER;

	if (!control->has_failed) {
		NW_LOG_AT(is_expected ? NW_LEVEL_INFO : NW_LEVEL_WARN, "Failed to start control socket: %s", why);
	}
	control->has_failed = true;
}

static void try_to_open(struct nw_control *control, struct nw_master *master)
{
	struct nw_err err = {0};

	if (listen_there(control, master->base, &err) != 0) {
		close_listener(control, true);
		complain(control, master, err.msg);
		return;
	}
	control->has_failed = false;
	NW_LOG_INFO("Control socket listening at %s", control->path);
}

/* What killed masters left at the default place; nobody else would ever remove it. */
static void sweep(void)
{
	char dir[PATH_MAX];
	struct nw_err err = {0};
	unsigned n = nw_control_path_dir(dir, sizeof(dir), &err) == 0 ? nw_control_path_sweep(dir) : 0;

	if (n > 0) {
		NW_LOG_INFO("Removed %u control sockets of masters that are gone from %s", n, dir);
	}
}

static void follow(struct nw_control *control, struct nw_master *master)
{
	const struct nw_settings *settings = master->generation->settings;
	char path[PATH_MAX] = "";
	struct nw_err err = {0};
	bool is_wanted = !settings->control_socket_disable;

	control->generation = master->generation->number;
	if (is_wanted && choose_path(settings, path, sizeof(path), &err) != 0) {
		complain(control, master, err.msg);
		is_wanted = false;
	}
	if (is_wanted && control->fd != -1 && strcmp(path, control->path) == 0 &&
	    control->mode == settings->control_socket_mode) {
		return;
	}
	close_listener(control, true);
	control->is_wanted = is_wanted;
	control->has_failed = false;
	control->mode = settings->control_socket_mode;
	memcpy(control->path, path, sizeof(path));
	if (is_wanted && settings->control_socket == NULL) {
		sweep();
	}
	if (is_wanted) {
		try_to_open(control, master);
	}
}

static struct nw_control *control_new(void)
{
	struct nw_control *control = calloc(1, sizeof(*control));

	if (control != NULL) {
		control->fd = -1;
		TAILQ_INIT(&control->clients);
	}
	return control;
}

static void serve_clients(struct nw_control *control, struct nw_master *master)
{
	struct nw_control_client *client = TAILQ_FIRST(&control->clients);
	struct nw_control_clients served = TAILQ_HEAD_INITIALIZER(served);

	while (client != NULL) {
		struct nw_control_client *next = TAILQ_NEXT(client, link);

		if (!nw_control_client_serve(client, master)) {
			drop(control, client);
		} else if (client->n_answered > 0) {
			TAILQ_REMOVE(&control->clients, client, link);
			TAILQ_INSERT_TAIL(&served, client, link);
		}
		client = next;
	}
	TAILQ_CONCAT(&control->clients, &served, link);
}

void nw_control_step(struct nw_master *master)
{
	struct nw_control *control = master->control;

	if (control == NULL) {
		control = master->control = control_new();
	}
	if (control == NULL) {
		return; /* the next step tries again */
	}
	if (control->generation != master->generation->number) {
		follow(control, master);
	} else if (control->is_wanted && control->fd == -1 && master->pending.tick) {
		/* Another master may have had it: the one that this one replaces. */
		try_to_open(control, master);
	}
	if (control->event != NULL && master->pending.tick) {
		event_add(control->event, NULL);
	}
	serve_clients(control, master);
}

static void end(struct nw_master *master, bool is_ours)
{
	struct nw_control *control = master->control;
	struct nw_control_client *client;

	if (control == NULL) {
		return;
	}
	while ((client = TAILQ_FIRST(&control->clients)) != NULL) {
		drop(control, client);
	}
	close_listener(control, is_ours);
	free(control);
	master->control = NULL;
}

void nw_control_end(struct nw_master *master)
{
	end(master, true);
}

void nw_control_shed(struct nw_master *master)
{
	end(master, false);
}

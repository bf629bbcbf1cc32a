#include "master/successor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/str.h"
#include "master/master.h"

int nw_successor_pipe(int *out_ours, int *out_theirs)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1) {
		return -errno;
	}
	*out_ours = fds[0];
	*out_theirs = fds[1];
	return 0;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_master *master = arg;
	char byte;

	(void)what;
	master->pending.newer_serves |= read(fd, &byte, 1) == 1;
	event_del(master->successor.event); /* it says nothing more; its end is told by SIGCHLD */
}

void nw_successor_watch(struct nw_master *master, int ours)
{
	struct nw_successor *successor = &master->successor;

	nw_successor_end(master);
	successor->fd = ours;
	successor->event = event_new(master->base, ours, EV_READ | EV_PERSIST, on_readable, master);
	if (successor->event == NULL || event_add(successor->event, NULL) == -1) {
		nw_successor_end(master);
	}
}

/* What another program left there may be the number of anything. */
void nw_successor_await(struct nw_master *master, bool is_newer)
{
	const char *text = getenv(NW_SUCCESSOR_FD);
	struct stat st;
	int64_t fd = 0;

	if (is_newer && text != NULL && nw_str_to_int64(text, STDERR_FILENO + 1, INT_MAX, &fd) == 0 &&
	    fstat((int)fd, &st) == 0 && S_ISFIFO(st.st_mode)) {
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
		master->successor.fd = (int)fd;
	}
	unsetenv(NW_SUCCESSOR_FD);
}

static void say_so(struct nw_master *master)
{
	(void)!write(master->successor.fd, "1", 1);
	master->successor.fd = (nw_fd_close(master->successor.fd), 0);
}

static void give_way(struct nw_master *master)
{
	const struct nw_generation *generation = master->generation;

	master->successor.serves = true;
	NW_GAUGE(master->board->is_succeeded, 1);
	if (generation->admin.fd != -1) {
		NW_LOG_INFO("Upgrade: new master (pid:%d) serves, and answers at %s in our place", (int)master->newer,
			    generation->admin.text);
	}
}

void nw_successor_step(struct nw_master *master)
{
	bool is_newer = master->generation->partner != NW_PARTNER_NEWER;

	if (is_newer && master->successor.fd != 0 && master->has_served) {
		say_so(master);
	}
	if (!is_newer && master->pending.newer_serves && !master->successor.serves) {
		give_way(master);
	}
	master->pending.newer_serves = false;
}

void nw_successor_end(struct nw_master *master)
{
	struct nw_successor *successor = &master->successor;

	if (successor->event != NULL) {
		event_free(successor->event);
	}
	if (successor->fd != 0) {
		nw_fd_close(successor->fd);
	}
	*successor = (struct nw_successor){0};
}

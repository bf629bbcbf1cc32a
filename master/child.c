#include "master/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/fd.h"

static void on_channel_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_child *child = arg;

	(void)fd;
	(void)what;
	nw_child_listen(child);
}

struct nw_child *nw_child_new(struct event_base *base, int channel_fd, struct nw_slot *slot)
{
	struct nw_child *child = calloc(1, sizeof(*child));

	if (child == NULL) {
		nw_fd_close(channel_fd);
		return NULL;
	}
	child->channel_fd = channel_fd;
	child->slot = slot;
	child->channel_event = event_new(base, channel_fd, EV_READ | EV_PERSIST, on_channel_readable, child);
	if (child->channel_event == NULL || event_add(child->channel_event, NULL) == -1) {
		return nw_child_free(child);
	}
	return child;
}

static void close_channel(struct nw_child *child)
{
	if (child->channel_event != NULL) {
		event_free(child->channel_event);
		child->channel_event = NULL;
	}
	child->channel_fd = nw_fd_close(child->channel_fd);
}

struct nw_child *nw_child_free(struct nw_child *child)
{
	close_channel(child);
	free(child);
	return NULL;
}

static void note_wish(struct nw_child *child, const char *name)
{
	for (unsigned i = 0; i < NW_END_KINDS && child->wish == NW_END_ASKED; i++) {
		if (strcmp(name, nw_board_end_names[i]) == 0) {
			child->wish = (enum nw_board_end)i;
		}
	}
}

static void note_ready(struct nw_child *child)
{
	if (child->was_ready) {
		return;
	}
	child->was_ready = true;
	child->ready_ms = nw_clock_ms();
	child->ready_bytes = NW_READ(child->slot->resident_bytes);
	if (child->state == NW_CHILD_BOOTING) {
		child->state = NW_CHILD_SERVING;
	}
	if (child->owes_reopen) {
		child->owes_reopen = false;
		kill(child->pid, SIGUSR1);
	}
}

void nw_child_listen(struct nw_child *child)
{
	struct nw_channel_msg msg = {.kind = NW_CHANNEL_EOF};

	while (child->channel_fd != -1) {
		nw_channel_receive(child->channel_fd, &msg);
		switch (msg.kind) {
		case NW_CHANNEL_NOTHING:
			return;
		case NW_CHANNEL_EOF:
			/* It is dead or will be; SIGCHLD says how. */
			close_channel(child);
			return;
		case NW_CHANNEL_READY:
			note_ready(child);
			break;
		case NW_CHANNEL_FAILED:
			snprintf(child->why, sizeof(child->why), "%s", msg.text);
			break;
		case NW_CHANNEL_LEAVING:
			child->state = NW_CHILD_LEAVING;
			break;
		case NW_CHANNEL_WISH:
			note_wish(child, msg.text);
			break;
		case NW_CHANNEL_DEPART: /* ours */
			break;
		}
	}
}

void nw_child_tell(struct nw_child *child, int sig, int64_t kill_at_ms)
{
	/* What boots has nothing in flight, and QUIT by default would leave a core file. */
	if (sig == SIGQUIT && !child->was_ready) {
		sig = SIGTERM;
	}
	child->is_told = true;
	child->state = NW_CHILD_LEAVING;
	if (child->kill_at_ms == 0 || child->kill_at_ms > kill_at_ms) {
		child->kill_at_ms = kill_at_ms;
	}
	kill(child->pid, sig);
}

void nw_child_kill(struct nw_child *child, const char *why)
{
	child->is_told = true;
	child->state = NW_CHILD_LEAVING;
	child->killed_for = why;
	child->kill_at_ms = 0;
	kill(child->pid, SIGKILL);
}

void nw_child_reopen(struct nw_child *child)
{
	if (child->was_ready) {
		kill(child->pid, SIGUSR1);
	} else {
		child->owes_reopen = true;
	}
}

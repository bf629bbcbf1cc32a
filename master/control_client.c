#include "master/control_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/fd.h"
#include "common/frame.h"
#include "master/command.h"

enum {
	IDLE_S = 300,
	READ_MAX = NW_FRAME_HEAD + NW_FRAME_REQUEST_MAX, /* in one go */
	ANSWERS_MAX = 16,                                /* in one go: the master has more to do */
};

static const struct timeval idle = {.tv_sec = IDLE_S};

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_control_client *client = arg;
	char *room = nw_buf_reserve(&client->in, READ_MAX);
	ssize_t n = what & EV_TIMEOUT || room == NULL ? 0 : recv(fd, room, READ_MAX, 0);

	if (n > 0) {
		client->in.len += (size_t)n;
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		client->is_ended = true;
		event_del(client->reading);
	}
}

/* What is in the way of the next answer. false: it takes nothing any more. */
static bool send_rest(struct nw_control_client *client)
{
	while (client->sent < client->out.len) {
		ssize_t n = send(client->fd, client->out.data + client->sent, client->out.len - client->sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1) {
			return errno == EAGAIN || errno == EINTR;
		}
		client->sent += (size_t)n;
	}
	client->out.len = client->sent = 0;
	return true;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_control_client *client = arg;

	(void)fd;
	if (what & EV_TIMEOUT || !send_rest(client)) {
		client->is_ended = true;
		client->in.len = client->out.len = client->sent = 0;
	}
}

struct nw_control_client *nw_control_client_new(struct event_base *base, int fd, pid_t pid)
{
	struct nw_control_client *client = calloc(1, sizeof(*client));

	if (client == NULL) {
		nw_fd_close(fd);
		return NULL;
	}
	client->fd = fd;
	client->pid = pid;
	client->reading = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, client);
	client->writing = event_new(base, fd, EV_WRITE, on_writable, client);
	if (client->reading == NULL || client->writing == NULL || event_add(client->reading, &idle) == -1) {
		nw_control_client_free(client);
		return NULL;
	}
	return client;
}

void nw_control_client_free(struct nw_control_client *client)
{
	if (client->reading != NULL) {
		event_free(client->reading);
	}
	if (client->writing != NULL) {
		event_free(client->writing);
	}
	nw_fd_close(client->fd);
	nw_buf_free(&client->in);
	nw_buf_free(&client->out);
	free(client);
}

/* The first request, if it is whole. 0; -EAGAIN; -EBADMSG: it speaks something else. */
static int answer_one(struct nw_control_client *client, struct nw_master *master)
{
	struct nw_span in = {client->in.data, client->in.len}, request;
	size_t size = 0;
	int failed = nw_frame_take(in, NW_FRAME_REQUEST_MAX, &request, &size);

	if (failed != 0) {
		return failed;
	}
	size_t at = nw_frame_begin(&client->out);

	failed = nw_command_answer(master, request, client->pid, &client->out);
	if (failed != 0 || client->out.failed) {
		return -EBADMSG;
	}
	nw_frame_end(&client->out, at);
	client->in.len -= size;
	memmove(client->in.data, client->in.data + size, client->in.len);
	return 0;
}

/* What else it asked comes after what others want; more than that is not read until then. */
static bool go_on_later(struct nw_control_client *client)
{
	event_del(client->reading);
	event_active(client->writing, EV_WRITE, 0);
	return true;
}

/* Who does not take the answer is not heard until then. */
static bool wait_for_client(struct nw_control_client *client)
{
	event_del(client->reading);
	return event_add(client->writing, &idle) == 0;
}

bool nw_control_client_serve(struct nw_control_client *client, struct nw_master *master)
{
	int failed = 0;

	client->n_answered = 0;
	while (failed == 0 && client->out.len == 0) {
		if (client->n_answered == ANSWERS_MAX) {
			return go_on_later(client);
		}
		failed = answer_one(client, master);
		client->n_answered += failed == 0;
		if (failed == 0 && !send_rest(client)) {
			return false;
		}
	}
	if (client->out.len > 0 && failed != -EBADMSG) {
		return wait_for_client(client);
	}
	if (failed == -EBADMSG || client->is_ended) {
		return false;
	}
	return event_pending(client->reading, EV_READ, NULL) != 0 || event_add(client->reading, &idle) == 0;
}

#include "master/ctl/client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/frame.h"
#include "common/json_text.h"

enum { PIECE = 64 * 1024 };

void nw_ctl_client_init(struct nw_ctl_client *client, const char *path, int timeout_ms)
{
	*client = (struct nw_ctl_client){.path = path, .timeout_ms = timeout_ms, .fd = -1};
}

void nw_ctl_client_fini(struct nw_ctl_client *client)
{
	client->fd = nw_fd_close(client->fd);
	nw_buf_free(&client->in);
}

int nw_ctl_client_connect(struct nw_ctl_client *client, struct nw_err *err)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	const struct timeval limit = {client->timeout_ms / 1000, client->timeout_ms % 1000 * 1000};

	if (client->fd != -1) {
		return 0;
	}
	if (strlen(client->path) >= sizeof(un.sun_path)) {
		return nw_err_set(err, -ECONNREFUSED, "cannot connect to %s: its path is longer than %zu bytes",
				  client->path, sizeof(un.sun_path) - 1);
	}
	NW_AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(un.sun_path, client->path, strlen(client->path));
	/* Where the queue is full, connect() waits, and for as long as sending may. */
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == -1 ||
	    connect(fd, (const struct sockaddr *)&un, sizeof(un)) == -1) {
		nw_err_errno(err, "cannot connect to %s", client->path);
		return -ECONNREFUSED;
	}
	client->in.len = 0;
	client->fd = nw_take_fd(&fd);
	return 0;
}

static int send_all(struct nw_ctl_client *client, struct nw_span frame, struct nw_err *err)
{
	while (frame.len > 0) {
		ssize_t n = send(client->fd, frame.p, frame.len, MSG_NOSIGNAL);

		if (n == -1 && errno != EINTR) {
			return nw_err_errno(err, "cannot send to %s", client->path);
		}
		frame.p += n > 0 ? n : 0;
		frame.len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* More bytes of the answer. */
static int receive(struct nw_ctl_client *client, int64_t until_ms, struct nw_err *err)
{
	struct pollfd ready = {.fd = client->fd, .events = POLLIN};
	int64_t left_ms = until_ms - nw_clock_ms();
	int n_ready = left_ms <= 0 ? 0 : poll(&ready, 1, (int)left_ms);
	char *room = nw_buf_reserve(&client->in, PIECE);

	if (n_ready == -1 && errno == EINTR) {
		return nw_err_set(err, -EINTR, "interrupted");
	}
	if (n_ready == 0) {
		return nw_err_set(err, -ETIMEDOUT, "no answer within %g s at %s", client->timeout_ms / 1e3,
				  client->path);
	}
	if (room == NULL) {
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	ssize_t n = recv(client->fd, room, PIECE, 0);

	if (n == -1) {
		return nw_err_errno(err, "%s", client->path);
	}
	client->in.len += (size_t)n;
	return n == 0 ? nw_err_set(err, -ECONNRESET, "%s: the server closed the connection", client->path) : 0;
}

static int parse(struct nw_ctl_client *client, struct nw_span body, cJSON **out_data, struct nw_err *err)
{
	cJSON *answer = cJSON_ParseWithLength(body.p, body.len);
	const char *status = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "status"));
	const char *error = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "error"));
	cJSON *data = cJSON_DetachItemFromObjectCaseSensitive(answer, "data");
	int failed = 0;

	if (status != NULL && strcmp(status, "error") == 0) {
		failed = nw_err_set(err, -EREMOTEIO, "%s", error == NULL ? "the server gives no reason" : error);
	} else if (!cJSON_IsObject(data)) {
		failed = nw_err_set(err, -EBADMSG, "%s: what answers there is no control socket", client->path);
	}
	cJSON_Delete(answer);
	if (failed != 0) {
		cJSON_Delete(data);
		return failed;
	}
	*out_data = data;
	return 0;
}

static int await(struct nw_ctl_client *client, cJSON **out_data, struct nw_err *err)
{
	int64_t until_ms = nw_clock_ms() + client->timeout_ms;
	struct nw_span body;
	size_t size = 0;
	int failed;

	while ((failed = nw_frame_take((struct nw_span){client->in.data, client->in.len}, NW_FRAME_ANSWER_MAX, &body,
				       &size)) == -EAGAIN) {
		failed = receive(client, until_ms, err);
		if (failed != 0) {
			return failed;
		}
	}
	if (failed != 0) {
		return nw_err_set(err, failed, "%s: what answers there is no control socket", client->path);
	}
	failed = parse(client, body, out_data, err);
	client->in.len = 0; /* there was one command, and this was its answer */
	return failed;
}

int nw_ctl_client_ask(struct nw_ctl_client *client, const char *command, cJSON **out_data, struct nw_err *err)
{
	struct nw_buf frame = {0};
	int failed = nw_ctl_client_connect(client, err);

	if (failed != 0) {
		return failed;
	}
	size_t at = nw_frame_begin(&frame);

	nw_buf_addf(&frame, "{\"id\":%u,\"command\":", ++client->n);
	nw_json_text_add(&frame, nw_span_of(command));
	nw_buf_adds(&frame, ",\"args\":[]}");
	nw_frame_end(&frame, at);
	failed = frame.failed ? nw_err_set(err, -ENOMEM, "out of memory")
			      : send_all(client, (struct nw_span){frame.data, frame.len}, err);
	nw_buf_free(&frame);
	if (failed == 0) {
		failed = await(client, out_data, err);
	}
	if (failed != 0 && failed != -EREMOTEIO) {
		client->fd = nw_fd_close(client->fd);
	}
	return failed;
}

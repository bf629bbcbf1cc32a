#include "tests/unit/http/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct world world;

/* The library of the server's own is not linked here. */
__attribute__((weak)) const uint64_t nw_board_bucket_us[NW_BOARD_BUCKETS] = {
	100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 10000000, UINT64_MAX,
};

static bool is_path(const struct nw_exchange *x, const char *path)
{
	return nw_span_eq(nw_head_span(&x->head, x->head.path), path);
}

static void on_request(struct nw_exchange *x, void *arg)
{
	(void)arg;
	world.n_requests++;
	world.n_body += x->body.len;
	x->answer.status = 200;
	if (is_path(x, "/own")) {
		world.own(x);
		return;
	}
	if (is_path(x, "/later")) {
		if (world.n_deferred == WORLD_DEFERRED) {
			abort();
		}
		world.deferred[world.n_deferred++] = x;
		return;
	}
	if (is_path(x, "/big")) {
		x->answer.body = (struct nw_span){world.big, WORLD_BIG};
	} else if (is_path(x, "/echo")) {
		x->answer.body = x->body;
	} else if (is_path(x, "/error")) {
		nw_exchange_error(x, 404, "nothing here");
	} else if (is_path(x, "/unsound")) {
		x->answer.status = 77;
	} else {
		x->answer.close = is_path(x, "/close");
		nw_buf_adds(&x->answer.fields, "Content-Type: application/json\r\n");
		x->answer.body = nw_span_of("{\"hello\":\"world\"}");
	}
	nw_exchange_send(x);
}

static void on_done(const struct nw_exchange *x, void *arg)
{
	struct nw_span target = nw_head_span(&x->head, x->head.target);

	(void)arg;
	world.n_done++;
	world.last = (struct done){
		.status = x->answer.status,
		.is_refused = x->is_refused,
		.is_gone = x->is_gone,
		.had_head = x->head.len > 0,
		.bytes_sent = x->bytes_sent,
		.storage_error = x->storage_error,
	};
	if (target.len > 0 && target.len < sizeof(world.last.target)) {
		memcpy(world.last.target, target.p, target.len);
	}
}

static void on_drained(void *arg)
{
	(void)arg;
	world.n_drained++;
}

void world_prepare(void)
{
	memset(&world, 0, sizeof(world));
	signal(SIGPIPE, SIG_IGN); /* as a worker does */
	world.options = (struct nw_http_options){
		.head = {.line = 4094, .fields = 100, .field_size = 8190},
		.body = WORLD_BODY,
		.connections = 100,
		.keepalive_ms = 2000,
		.head_ms = 30000,
		.body_ms = 30000,
		.write_ms = 30000,
		.linger_ms = 2000,
		.on_request = on_request,
		.on_done = on_done,
		.on_drained = on_drained,
	};
}

void world_open(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	world.big = malloc(WORLD_BIG);
	for (size_t i = 0; i < WORLD_BIG; i++) {
		world.big[i] = (char)('a' + i % 23);
	}
	world.base = event_base_new();
	world.http = nw_http_new(world.base, &world.options);
	ck_assert_ptr_nonnull(world.http);
	world.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(world.listener, (struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(listen(world.listener, 512), 0);
	ck_assert_int_eq(nw_http_listen(world.http, world.listener, NULL), 0);
}

void world_close(void)
{
	world.http = nw_http_free(world.http);
	event_base_free(world.base);
	close(world.listener);
	free(world.big);
}

bool world_turn(int64_t until_ms)
{
	event_base_loop(world.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	return nw_clock_ms() < until_ms;
}

void world_settle(void)
{
	for (int i = 0; i < 20; i++) {
		world_turn(0);
	}
}

void world_sweep_after(int64_t ms)
{
	nw_http_sweep(world.http, nw_clock_ms() + ms);
}

void client_open(struct client *client)
{
	struct sockaddr_in to;
	socklen_t len = sizeof(to);

	*client = (struct client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
	ck_assert_int_eq(getsockname(world.listener, (struct sockaddr *)&to, &len), 0);
	ck_assert_int_eq(connect(client->fd, (struct sockaddr *)&to, len), 0);
	ck_assert_int_eq(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
}

void client_close(struct client *client)
{
	close(client->fd);
	free(client->data);
	*client = (struct client){.fd = -1};
}

void world_begin(struct client *client)
{
	world_prepare();
	world_open();
	client_open(client);
}

void world_end(struct client *client)
{
	client_close(client);
	world_close();
}

void client_reset(struct client *client)
{
	struct linger at_once = {1, 0};

	setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	client_close(client);
}

void client_send(struct client *client, const char *data, size_t len)
{
	int64_t until = nw_clock_ms() + 10000;

	while (len > 0) {
		ssize_t n = send(client->fd, data, len, MSG_NOSIGNAL);

		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (errno != EAGAIN) {
			return; /* it was refused meanwhile */
		}
		ck_assert(world_turn(until));
	}
}

void client_says(struct client *client, const char *text)
{
	client_send(client, text, strlen(text));
}

void client_take(struct client *client)
{
	enum { STEP = 1 << 20 };
	ssize_t n;

	do {
		if (client->cap - client->len < STEP + 1) {
			client->cap += STEP + client->cap;
			client->data = realloc(client->data, client->cap);
		}
		n = recv(client->fd, client->data + client->len, client->most != 0 ? client->most : STEP, 0);
		if (n > 0) {
			client->len += (size_t)n;
		}
		client->data[client->len] = '\0';
	} while (n > 0 && client->most == 0);
	client->is_ended |= n == 0;
	client->is_reset |= n == -1 && errno != EAGAIN;
}

unsigned client_count(const struct client *client, const char *text)
{
	unsigned n = 0;

	for (const char *p = client->data; p != NULL && (p = strstr(p, text)) != NULL; p++) {
		n++;
	}
	return n;
}

void client_expect(struct client *client, unsigned n, const char *text)
{
	WORLD_UNTIL((client_take(client), client_count(client, text) >= n || client->is_ended || client->is_reset));
	if (client_count(client, text) != n) {
		ck_abort_msg("'%s' came %u times, not %u: %.2000s", text, client_count(client, text), n, client->data);
	}
}

void client_expect_end(struct client *client)
{
	WORLD_UNTIL((client_take(client), client->is_ended || client->is_reset));
	ck_assert(client->is_ended);
}

void client_forget(struct client *client)
{
	client->len = 0;
	if (client->data != NULL) {
		client->data[0] = '\0';
	}
}

#include "worker/admin.h"

#include <errno.h>
#include <string.h>

#include "worker/metrics.h"
#include "worker/status.h"

struct nw_admin {
	struct nw_http *http;
	const struct nw_boot *boot;
	struct nw_store *store; /* NULL: none */
};

/* One /readyz that waits for the store. In the exchange's arena. */
struct probe {
	struct nw_store_op op;
	struct nw_exchange *x;
};

static void answer_text(struct nw_exchange *x, unsigned status, const char *type, struct nw_span body)
{
	struct nw_buf *fields = &x->answer.fields;

	x->answer.status = status;
	x->answer.body = body;
	*fields = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = x->arena};
	nw_buf_addf(fields, "Content-Type: %s\r\nCache-Control: no-store\r\n", type);
	if (status == NW_STATUS_UNAVAILABLE) {
		nw_buf_adds(fields, "Retry-After: 1\r\n");
	}
	if (fields->failed) {
		nw_exchange_error(x, NW_STATUS_INTERNAL_ERROR, NULL);
	}
	nw_exchange_send(x);
}

static void answer_plain(struct nw_exchange *x, unsigned status, const char *text)
{
	answer_text(x, status, "text/plain; charset=utf-8", nw_span_of(text));
}

static void answer_metrics(struct nw_exchange *x, const struct nw_boot *boot)
{
	struct nw_buf out = {.grow = nw_arena_grow_any, .grow_arg = x->arena};
	const struct nw_metrics metrics = {boot->board, x->arena, boot->listeners, boot->n_listeners};

	nw_metrics_text(&out, &metrics);
	if (out.failed) {
		nw_exchange_error(x, NW_STATUS_INTERNAL_ERROR, NULL);
		nw_exchange_send(x);
		return;
	}
	answer_text(x, 200, "text/plain; version=0.0.4; charset=utf-8", (struct nw_span){out.data, out.len});
}

static void on_store_pinged(struct nw_store_op *op)
{
	struct probe *probe = op->arg;

	if (op->status == NW_STORE_OK) {
		answer_plain(probe->x, 200, "ok\n");
	} else {
		answer_plain(probe->x, NW_STATUS_UNAVAILABLE, "the store does not answer\n");
	}
}

/* Ready: a worker of this pod serves, and the store answers. */
static void answer_ready(struct nw_admin *admin, struct nw_exchange *x)
{
	struct nw_board_sum sum;

	if (NW_READ(admin->boot->board->is_leaving) != 0) {
		answer_plain(x, NW_STATUS_UNAVAILABLE, "the server is leaving\n");
		return;
	}
	nw_board_sum(admin->boot->board, &sum);
	if (sum.workers[NW_WORKER_SERVING] == 0) {
		answer_plain(x, NW_STATUS_UNAVAILABLE, "no worker is serving\n");
		return;
	}
	struct probe *probe = admin->store == NULL ? NULL : nw_arena_alloc(x->arena, sizeof(*probe));

	if (probe == NULL) {
		answer_plain(x, 200, "ok\n");
		return;
	}
	probe->x = x;
	probe->op = (struct nw_store_op){.kind = NW_STORE_PING, .done = on_store_pinged, .arg = probe};
	nw_store_submit(admin->store, &probe->op);
}

static void on_admin_request(struct nw_exchange *x, void *arg)
{
	struct nw_admin *admin = arg;
	struct nw_span path = nw_head_span(&x->head, x->head.path);
	struct nw_span method = nw_head_span(&x->head, x->head.method);

	if (!nw_span_eq(method, "GET") && !nw_span_eq(method, "HEAD")) {
		nw_exchange_send_read_only(x);
	} else if (nw_span_eq(path, "/livez")) {
		answer_plain(x, 200, "ok\n");
	} else if (nw_span_eq(path, "/readyz")) {
		answer_ready(admin, x);
	} else if (nw_span_eq(path, "/metrics")) {
		answer_metrics(x, admin->boot);
	} else if (nw_span_eq(path, "/status")) {
		nw_status_answer(x, admin->boot->board);
	} else {
		nw_exchange_error(x, NW_STATUS_NOT_FOUND,
				  "The admin listener has /livez, /readyz, /metrics and /status.");
		nw_exchange_send(x);
	}
}

int nw_admin_new(struct event_base *base, const struct nw_boot *boot, struct nw_store *store, struct nw_admin **out,
		 struct nw_err *err)
{
	struct nw_admin *admin = calloc(1, sizeof(*admin));
	const struct nw_http_options options = {
		.head = {.line = 4094, .fields = 100, .field_size = 8190},
		.body = 4096,
		.connections = 64,
		.keepalive_ms = 5000,
		.head_ms = 5000,
		.body_ms = 5000,
		.write_ms = 5000,
		.linger_ms = 2000,
		.on_request = on_admin_request,
		.arg = admin,
	};

	if (admin == NULL) {
		return nw_err_set(err, -ENOMEM, "admin listener: out of memory");
	}
	admin->boot = boot;
	admin->store = store;
	admin->http = nw_http_new(base, &options);
	int failed = admin->http == NULL ? nw_err_set(err, -ENOMEM, "admin listener: out of memory")
					 : nw_http_listen(admin->http, boot->admin_fd, err);

	if (failed != 0) {
		nw_admin_free(admin);
		return failed;
	}
	nw_http_rest(admin->http, NW_READ(boot->board->is_succeeded) != 0);
	*out = admin;
	return 0;
}

void nw_admin_sweep(struct nw_admin *admin, int64_t now_ms)
{
	if (admin != NULL) {
		nw_http_sweep(admin->http, now_ms);
		nw_http_rest(admin->http, NW_READ(admin->boot->board->is_succeeded) != 0);
	}
}

struct nw_admin *nw_admin_free(struct nw_admin *admin)
{
	if (admin != NULL) {
		nw_http_free(admin->http);
		free(admin);
	}
	return NULL;
}

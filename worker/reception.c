#include "worker/reception.h"

#include <errno.h>
#include <string.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/listener.h"
#include "common/log.h"
#include "common/statsd.h"
#include "worker/access_log.h"
#include "worker/admin.h"
#include "worker/app/app.h"
#include "worker/apps.h"
#include "worker/http/http.h"
#include "worker/status.h"

enum {
	LINGER_MS = 2000,   /* kept connections stay readable while draining */
	STARVED_MS = 60000, /* between two lines that say that nothing can be accepted */
};

static uint32_t even_share(void *arg)
{
	const struct nw_worker *worker = arg;

	return nw_board_even_share(worker->boot->board);
}

static bool is_status(const struct nw_worker *worker, const struct nw_exchange *x)
{
	struct nw_span path = nw_head_span(&x->head, x->head.path);

	return path.len == worker->status_path.len && path.len > 0 &&
	       memcmp(path.p, worker->status_path.p, path.len) == 0;
}

static void on_request(struct nw_exchange *x, void *arg)
{
	struct nw_worker *worker = arg;

	worker->n_requests++;
	if (worker->max_requests != 0 && worker->n_requests == worker->max_requests &&
	    !nw_worker_recycle(worker, NW_END_REQUESTS, "Autorestarting worker after current request.")) {
		worker->max_requests++;
	}
	if (is_status(worker, x)) {
		nw_status_answer(x, worker->boot->board);
	} else {
		nw_apps_dispatch(worker->apps, x);
	}
}

static enum nw_body_way on_head(struct nw_exchange *x, void *arg)
{
	struct nw_worker *worker = arg;

	return is_status(worker, x) ? NW_BODY_NONE : nw_apps_on_head(worker->apps, x);
}

static void on_starved(int error, void *arg)
{
	struct nw_worker *worker = arg;
	int64_t now_ms = nw_clock_ms();

	if (worker->starved_ms == 0 || now_ms - worker->starved_ms >= STARVED_MS) {
		worker->starved_ms = now_ms;
		NW_LOG_WARN("Cannot accept a connection: %s, with %u open: others wait until one of them closes",
			    strerror(error), nw_http_open(worker->http));
	}
}

/* As Gunicorn words it, unless it is our own doing. */
static void on_refused(const struct nw_exchange *x, void *arg)
{
	const struct nw_worker *worker = arg;
	char host[64] = "", id[NW_TRACE_ID_MAX];

	if (x->storage_error != 0) {
		NW_LOG_ERROR("tmp_upload_dir: cannot keep a body in '%s': %s, refusing the request",
			     worker->settings->tmp_upload_dir, strerror(-x->storage_error));
		return;
	}
	if (x->peer != NULL) {
		nw_addr_host_into(x->peer, host, sizeof(host));
	}
	NW_LOG_WARN("Invalid request from ip=%s: %u %s (request id %.*s)", host, x->answer.status,
		    nw_status_reason(x->answer.status), (int)nw_trace_id_into(x, id), id);
}

static void on_handshake_failed(const struct sockaddr *peer, const char *why, void *arg)
{
	char host[64] = "";

	(void)arg;
	nw_addr_host_into(peer, host, sizeof(host));
	NW_LOG_WARN("TLS handshake with ip=%s failed: %s", host, why);
}

static void on_exchange_done(const struct nw_exchange *x, void *arg)
{
	const struct nw_worker *worker = arg;

	if (worker->access_log != NULL) {
		nw_access_log_write(worker->access_log, x);
	}
	if (x->answer.status != 0) { /* 0: the client was gone before */
		nw_statsd_request(nw_clock_us() - x->begin_us, x->answer.status);
	}
}

/* As long as one of us holds them, clients connect, and wait for nobody. */
static void on_deaf(void *arg)
{
	const struct nw_worker *worker = arg;

	for (size_t i = 0; i < worker->boot->n_listeners; i++) {
		nw_fd_close(worker->boot->listeners[i]);
	}
}

static void on_drained(void *arg)
{
	struct nw_worker *worker = arg;

	event_base_loopexit(worker->loop.base, NULL);
}

static struct nw_parser_rules head_rules(const struct nw_settings *settings)
{
	struct nw_span map = nw_span_of(settings->header_map);

	return (struct nw_parser_rules){
		.line = (uint32_t)settings->limit_request_line,
		.fields = (uint32_t)settings->limit_request_fields,
		.field_size = (uint32_t)settings->limit_request_field_size,
		.allows_folding = settings->permit_obsolete_folding,
		.allows_name_space = settings->strip_header_spaces,
		.allows_any_method = settings->permit_unconventional_http_method,
		.allows_any_version = settings->permit_unconventional_http_version,
		.raises_method = settings->casefold_http_method,
		.header_map = nw_span_eq_nocase(map, "refuse")      ? NW_HEADER_MAP_REFUSE
			      : nw_span_eq_nocase(map, "dangerous") ? NW_HEADER_MAP_KEEP
								    : NW_HEADER_MAP_DROP,
		.forwarder_headers = settings->forwarder_headers.v,
		.n_forwarder_headers = settings->forwarder_headers.n,
	};
}

int nw_reception_open(struct nw_worker *worker, struct nw_err *err)
{
	const struct nw_settings *settings = worker->settings;
	const struct nw_http_options options = {
		.head = head_rules(settings),
		.body = (uint64_t)settings->limit_request_body,
		.connections = (uint32_t)settings->worker_connections,
		.keepalive_ms = settings->keepalive_s * INT64_C(1000),
		.copies_files = !settings->sendfile,
		.temp_dir = settings->tmp_upload_dir,
		.head_ms = settings->client_header_timeout_s * INT64_C(1000),
		.body_ms = settings->client_body_timeout_s * INT64_C(1000),
		.write_ms = settings->send_timeout_s * INT64_C(1000),
		.linger_ms = LINGER_MS,
		.forward = worker->forward,
		.proxy = worker->proxy.versions == 0 ? NULL : &worker->proxy,
		.tls = worker->boot->tls,
		.slot = worker->boot->slot,
		.on_handshake_failed = on_handshake_failed,
		.on_head = on_head,
		.even_share = even_share,
		.on_request = on_request,
		.on_refused = on_refused,
		.on_done = worker->access_log == NULL && !nw_statsd_is_open() ? NULL : on_exchange_done,
		.on_drained = on_drained,
		.on_starved = on_starved,
		.on_deaf = on_deaf,
		.arg = worker,
	};
	int failed = 0;

	worker->http = nw_http_new(worker->loop.base, &options);
	if (worker->http == NULL) {
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; failed == 0 && i < worker->boot->n_listeners; i++) {
		failed = nw_http_listen(worker->http, worker->boot->listeners[i], err);
	}
	if (failed == 0 && worker->boot->admin_fd != -1) {
		failed = nw_admin_new(worker->loop.base, worker->boot, worker->store, &worker->admin, err);
	}
	return failed;
}

#include "worker/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/channel.h"
#include "common/clock.h"
#include "common/fd.h"
#include "common/listener.h"
#include "common/log.h"
#include "common/proc.h"
#include "common/statsd.h"
#include "worker/access_log.h"
#include "worker/admin.h"
#include "worker/app/app.h"
#include "worker/app/hooks.h"
#include "worker/apps.h"
#include "worker/crash.h"
#include "worker/deadline.h"
#include "worker/http/detach.h"
#include "worker/http/forward.h"
#include "worker/http/http.h"
#include "worker/http/proxy.h"
#include "worker/http/spool.h"
#include "worker/loop.h"
#include "worker/pool.h"
#include "worker/resident.h"
#include "worker/status.h"
#include "worker/store/store.h"

enum {
	TICK_MS = 1000,         /* heartbeat, time-outs of connections: at most so far apart */
	LINGER_MS = 2000,       /* kept connections stay readable while draining */
	ORPHAN_MS = 1500,       /* to finish when the master vanished */
	QUEUE_PER_THREAD = 128, /* requests that may wait for one handler thread */
	FILES_BESIDE = 256,     /* open ones that are no client's: the store's, logs, the apps' */
	STARVED_MS = 60000,     /* between two lines that say that nothing can be accepted */
};

enum { SIG_TERM, SIG_INT, SIG_QUIT, SIG_USR1, N_SIGNALS };

static const int signal_numbers[N_SIGNALS] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1};

struct worker {
	const struct nw_boot *boot;
	const struct nw_settings *settings;
	struct nw_loop loop;
	struct nw_pool *pool;
	struct nw_store *store;
	struct nw_apps *apps;
	struct nw_static *files;    /* NULL: none */
	struct nw_span status_path; /* len 0: off */
	int resident_fd;            /* nw_resident_open() */
	struct nw_access_log *access_log;
	struct nw_forward *forward;
	struct nw_proxy proxy;
	struct nw_http *http;
	struct nw_admin *admin;
	struct event *tick;
	struct event *channel;
	struct event *end; /* one shot; the latest it may go on draining */
	struct event *signals[N_SIGNALS];
	uint64_t n_requests;   /* begun, for max_requests */
	uint64_t max_requests; /* with jitter; 0: never */
	int64_t starved_ms;    /* when the log last said that nothing can be accepted; 0: never */
	bool has_overrun;      /* a handler has, and the master does not know yet */
	bool is_draining;
};

static void run_hook(const struct worker *worker, enum nw_hook_id id)
{
	const struct nw_hook_facts facts = nw_boot_facts(worker->boot);

	nw_hooks_run(worker->apps, id, &facts);
}

/* The loop ends; what is in flight is lost. */
static void leave_now(struct worker *worker)
{
	event_base_loopbreak(worker->loop.base);
}

static void end_within(struct worker *worker, int64_t ms)
{
	const struct timeval end = {ms / 1000, ms % 1000 * 1000};

	if (evtimer_add(worker->end, &end) != 0) {
		leave_now(worker);
	}
}

static void on_end(evutil_socket_t fd, short what, void *arg)
{
	struct worker *worker = arg;

	(void)fd;
	(void)what;
	NW_LOG_WARN("The time to leave is over: %u requests in flight and %u connections are given up",
		    nw_http_in_flight(worker->http), nw_http_open(worker->http));
	leave_now(worker);
}

/* Answer what is here, accept nothing, end when all is answered or graceful_timeout is over. */
static void drain(struct worker *worker)
{
	if (worker->is_draining) {
		return;
	}
	worker->is_draining = true;
	NW_GAUGE(worker->boot->slot->state, NW_WORKER_DRAINING);
	end_within(worker, worker->settings->graceful_timeout_s * INT64_C(1000));
	nw_apps_leave(worker->apps);
	nw_http_drain(worker->http, true);
}

/* Serves on until the master has somebody for its place. false: it was not told, try again. */
static bool recycle(struct worker *worker, enum nw_board_end end, const char *line)
{
	if (worker->is_draining) {
		return true;
	}
	if (nw_channel_send(worker->boot->channel_fd, NW_CHANNEL_WISH, nw_board_end_names[end]) != 0) {
		return false;
	}
	NW_LOG_INFO("%s", line);
	return true;
}

static uint32_t even_share(void *arg)
{
	const struct worker *worker = arg;

	return nw_board_even_share(worker->boot->board);
}

static bool is_status(const struct worker *worker, const struct nw_exchange *x)
{
	struct nw_span path = nw_head_span(&x->head, x->head.path);

	return path.len == worker->status_path.len && path.len > 0 &&
	       memcmp(path.p, worker->status_path.p, path.len) == 0;
}

static void on_worker_request(struct nw_exchange *x, void *arg)
{
	struct worker *worker = arg;

	worker->n_requests++;
	if (worker->max_requests != 0 && worker->n_requests == worker->max_requests &&
	    !recycle(worker, NW_END_REQUESTS, "Autorestarting worker after current request.")) {
		worker->max_requests++;
	}
	if (is_status(worker, x)) {
		nw_status_answer(x, worker->boot->board);
	} else {
		nw_apps_dispatch(worker->apps, x);
	}
}

static enum nw_body_way on_worker_head(struct nw_exchange *x, void *arg)
{
	struct worker *worker = arg;

	return is_status(worker, x) ? NW_BODY_NONE : nw_apps_on_head(worker->apps, x);
}

static void on_worker_starved(int error, void *arg)
{
	struct worker *worker = arg;
	int64_t now_ms = nw_clock_ms();

	if (worker->starved_ms == 0 || now_ms - worker->starved_ms >= STARVED_MS) {
		worker->starved_ms = now_ms;
		NW_LOG_WARN("Cannot accept a connection: %s, with %u open: others wait until one of them closes",
			    strerror(error), nw_http_open(worker->http));
	}
}

/* As Gunicorn words it, unless it is our own doing. */
static void on_worker_refused(const struct nw_exchange *x, void *arg)
{
	const struct worker *worker = arg;
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

static void on_worker_handshake_failed(const struct sockaddr *peer, const char *why, void *arg)
{
	char host[64] = "";

	(void)arg;
	nw_addr_host_into(peer, host, sizeof(host));
	NW_LOG_WARN("TLS handshake with ip=%s failed: %s", host, why);
}

static void on_worker_exchange_done(const struct nw_exchange *x, void *arg)
{
	const struct worker *worker = arg;

	if (worker->access_log != NULL) {
		nw_access_log_write(worker->access_log, x);
	}
	if (x->answer.status != 0) { /* 0: the client was gone before */
		nw_statsd_request(nw_clock_us() - x->begin_us, x->answer.status);
	}
}

/* As long as one of us holds them, clients connect, and wait for nobody. */
static void on_worker_deaf(void *arg)
{
	const struct worker *worker = arg;

	for (size_t i = 0; i < worker->boot->n_listeners; i++) {
		nw_fd_close(worker->boot->listeners[i]);
	}
}

static void on_worker_drained(void *arg)
{
	struct worker *worker = arg;

	event_base_loopexit(worker->loop.base, NULL);
}

static void note_store(struct nw_slot *slot, const struct nw_store *store)
{
	struct nw_store_pool pool;

	nw_store_pool(store, &pool);
	NW_GAUGE(slot->store_open, pool.open);
	NW_GAUGE(slot->store_busy, pool.busy);
	NW_GAUGE(slot->store_waiting, pool.waiting);
	NW_GAUGE(slot->store_limit, pool.limit);
	NW_GAUGE(slot->counters.store_timeouts, pool.timeouts);
}

static void beat(struct worker *worker, int64_t now_ms)
{
	note_store(worker->boot->slot, worker->store);
	NW_GAUGE(worker->boot->slot->resident_bytes, nw_resident_read(worker->resident_fd));
	NW_GAUGE(worker->boot->slot->heartbeat_ms, now_ms);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *worker = arg;
	int64_t now_ms = nw_clock_ms();

	(void)fd;
	(void)what;
	beat(worker, now_ms);
	nw_http_sweep(worker->http, now_ms);
	nw_admin_sweep(worker->admin, now_ms);
	if (nw_deadline_check(worker->pool, worker->boot->board, &worker->boot->slot->counters,
			      worker->settings->timeout_s * INT64_C(1000), now_ms)) {
		worker->has_overrun = true;
	}
	if (worker->has_overrun &&
	    recycle(worker, NW_END_HANDLER, "Restarting worker: not all of its handler threads may come back")) {
		worker->has_overrun = false;
	}
}

/* The master is gone: nobody will ever tell this worker to end. */
static void leave_orphaned(struct worker *worker)
{
	NW_LOG_WARN("Master is gone, shutting down: answering what is in flight");
	event_del(worker->channel);
	drain(worker);
	end_within(worker, ORPHAN_MS);
}

static void on_channel_readable(evutil_socket_t fd, short what, void *arg)
{
	struct worker *worker = arg;
	struct nw_channel_msg msg;

	(void)what;
	nw_channel_receive(fd, &msg);
	if (msg.kind == NW_CHANNEL_EOF) {
		leave_orphaned(worker);
	} else if (msg.kind == NW_CHANNEL_DEPART) {
		nw_http_depart(worker->http);
	}
}

static void reopen_logs(struct worker *worker)
{
	struct nw_err err = {0};

	if (nw_log_reopen(&err) != 0 || nw_access_log_reopen(worker->access_log, &err) != 0) {
		NW_LOG_ERROR("%s, keeping the old file", err.msg);
	}
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct worker *worker = arg;

	(void)what;
	switch (sig) {
	case SIGTERM:
		/* The master knows, unless the signal is somebody else's. */
		nw_channel_send(worker->boot->channel_fd, NW_CHANNEL_LEAVING, "");
		drain(worker);
		break;
	case SIGUSR1:
		reopen_logs(worker);
		break;
	default: /* INT, QUIT */
		run_hook(worker, NW_HOOK_WORKER_INT);
		leave_now(worker);
	}
}

/* Twice within a timeout, as Gunicorn has it: a heartbeat that is due just then would be missed. */
static struct timeval tick_of(const struct nw_settings *settings)
{
	int64_t half_ms = settings->timeout_s * INT64_C(1000) / 2;
	int64_t ms = half_ms > 0 && half_ms < TICK_MS ? half_ms : TICK_MS;

	return (struct timeval){ms / 1000, ms % 1000 * 1000};
}

static int watch(struct worker *worker, struct nw_err *err)
{
	const struct timeval tick = tick_of(worker->settings);
	struct event_base *base = worker->loop.base;
	bool is_ok = true;

	for (size_t i = 0; i < N_SIGNALS; i++) {
		worker->signals[i] = evsignal_new(base, signal_numbers[i], on_signal, worker);
		is_ok = is_ok && worker->signals[i] != NULL && evsignal_add(worker->signals[i], NULL) == 0;
	}
	worker->tick = event_new(base, -1, EV_PERSIST, on_tick, worker);
	worker->end = evtimer_new(base, on_end, worker);
	worker->channel = event_new(base, worker->boot->channel_fd, EV_READ | EV_PERSIST, on_channel_readable, worker);
	is_ok = is_ok && worker->end != NULL && worker->tick != NULL && event_add(worker->tick, &tick) == 0 &&
		worker->channel != NULL && event_add(worker->channel, NULL) == 0;
	return is_ok ? 0 : nw_err_set(err, -ENOMEM, "cannot watch signals and timers");
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

static int listen_all(struct worker *worker, struct nw_err *err)
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
		.on_handshake_failed = on_worker_handshake_failed,
		.on_head = on_worker_head,
		.even_share = even_share,
		.on_request = on_worker_request,
		.on_refused = on_worker_refused,
		.on_done = worker->access_log == NULL && !nw_statsd_is_open() ? NULL : on_worker_exchange_done,
		.on_drained = on_worker_drained,
		.on_starved = on_worker_starved,
		.on_deaf = on_worker_deaf,
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

/* uniform in 0..jitter, another one in each worker, so that not all leave at once */
static uint64_t requests_before_recycling(const struct nw_settings *settings)
{
	uint64_t seed = (uint64_t)nw_clock_us() * 2654435761U ^ (uint64_t)getpid() * 40503U;

	if (settings->max_requests == 0) {
		return 0;
	}
	return (uint64_t)settings->max_requests + (seed >> 7) % ((uint64_t)settings->max_requests_jitter + 1);
}

static int open_access_log(struct worker *worker, struct nw_err *err)
{
	const struct nw_settings *settings = worker->settings;

	bool is_to_syslog = settings->syslog && !settings->disable_redirect_access_to_syslog;

	if (settings->accesslog == NULL && !is_to_syslog) {
		return 0;
	}
	return nw_access_log_open(settings->accesslog, is_to_syslog, settings->access_log_format, &worker->access_log,
				  err);
}

static int start_threads(struct worker *worker, struct nw_err *err)
{
	unsigned n = (unsigned)worker->settings->threads;

	return nw_pool_new(n, n * QUEUE_PER_THREAD, worker->boot->slot, &worker->pool, err);
}

static void begin_hooks(const struct worker *worker)
{
	const struct nw_boot *boot = worker->boot;
	const struct nw_hook_facts facts = nw_boot_facts(boot);
	const char *missed = boot->is_first && boot->preloaded == NULL ? nw_hooks_of_master(worker->apps) : NULL;

	if (missed != NULL) {
		NW_LOG_WARN("%s is a hook of the master, which loads apps with preload_app only: it is not called",
			    missed);
	}
	if (boot->preloaded == NULL) {
		run_hook(worker, NW_HOOK_POST_FORK);
	}
	nw_hooks_await_abort(worker->apps, &facts);
}

static int start_apps(struct worker *worker, struct nw_err *err)
{
	int failed = 0;

	worker->apps = worker->boot->preloaded;
	if (worker->apps == NULL) {
		failed = nw_worker_load_apps(worker->settings, &worker->apps, err);
	}
	if (failed != 0) {
		return failed;
	}
	begin_hooks(worker);
	nw_apps_set_static(worker->apps, worker->files);
	nw_apps_set_first(worker->apps, worker->boot->is_first);
	failed = nw_apps_init(worker->apps, worker->store, &worker->loop.executor, nw_pool_executor(worker->pool),
			      &worker->boot->slot->counters, err);
	if (failed == 0) {
		nw_apps_count_routes(worker->apps, worker->boot->board);
	}
	return failed;
}

/* Connections are files too. */
static void allow_connections(const struct nw_settings *settings)
{
	uint64_t wanted = (uint64_t)settings->worker_connections + FILES_BESIDE;
	uint64_t allowed = nw_proc_allow_files(wanted);

	if (allowed < wanted) {
		NW_LOG_WARN("worker_connections: %d need about %" PRIu64 " open files, the limit is %" PRIu64
			    " (ulimit -Hn): beyond it, connections wait to be accepted",
			    settings->worker_connections, wanted, allowed);
	}
}

/* Nothing begins without it. When it is lost later, those who take the place of a worker can do without, as it did. */
static int check_temp_dir(const struct worker *worker, struct nw_err *err)
{
	return worker->boot->is_initial ? nw_spool_check(worker->settings->tmp_upload_dir, err) : 0;
}

/* Each step stands on the ones before it; shut_down() takes back whatever was reached. */
static int boot_up(struct worker *worker, struct nw_err *err)
{
	int failed = nw_loop_init(&worker->loop, err);

	if (failed == 0) {
		failed = check_temp_dir(worker, err);
	}
	if (failed == 0) {
		failed = open_access_log(worker, err);
	}
	if (failed == 0) {
		failed = nw_store_open(worker->settings->store, &worker->loop.executor, &worker->boot->slot->counters,
				       &worker->store, err);
	}
	if (failed == 0) {
		failed = start_threads(worker, err);
	}
	if (failed == 0 && worker->settings->static_files.n > 0) {
		failed = nw_static_open(&worker->settings->static_files, &worker->files, err);
	}
	if (failed == 0) {
		failed = start_apps(worker, err);
	}
	if (failed == 0) {
		failed = watch(worker, err);
	}
	if (failed == 0) {
		failed = nw_forward_new(&worker->settings->forwarded_allow_ips,
					&worker->settings->secure_scheme_headers, &worker->forward, err);
	}
	if (failed == 0) {
		failed = nw_proxy_init(&worker->proxy, worker->settings->proxy_protocol,
				       &worker->settings->proxy_allow_ips, err);
	}
	if (failed == 0) {
		failed = listen_all(worker, err);
	}
	return failed;
}

static void free_events(struct worker *worker)
{
	struct event *const events[] = {worker->tick, worker->channel, worker->end};

	for (size_t i = 0; i < NW_ARRAY_LEN(events); i++) {
		if (events[i] != NULL) {
			event_free(events[i]);
		}
	}
	for (size_t i = 0; i < N_SIGNALS; i++) {
		if (worker->signals[i] != NULL) {
			event_free(worker->signals[i]);
		}
	}
}

/* The loop is over, and without its handlers one more TERM would kill us in the middle of closing the store. */
static void hold_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < N_SIGNALS; i++) {
		sigaddset(&set, signal_numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Threads first, since they use all the rest; then what they left on the loop; then what that used. */
static void shut_down(struct worker *worker)
{
	worker->pool = nw_pool_free(worker->pool);
	if (worker->loop.executor.submit != NULL) {
		nw_loop_run_tasks(&worker->loop);
	}
	worker->store = nw_store_close(worker->store);
	if (worker->loop.executor.submit != NULL) {
		nw_loop_run_tasks(&worker->loop);
	}
	worker->admin = nw_admin_free(worker->admin);
	worker->http = nw_http_free(worker->http);
	worker->forward = nw_forward_free(worker->forward);
	nw_proxy_free(&worker->proxy);
	nw_hooks_forget_abort();
	if (worker->boot->preloaded == NULL) {
		worker->apps = nw_apps_free(worker->apps);
	}
	worker->files = nw_static_close(worker->files);
	worker->resident_fd = nw_fd_close(worker->resident_fd);
	worker->access_log = nw_access_log_close(worker->access_log);
	free_events(worker);
	nw_loop_fini(&worker->loop);
}

static void serve(struct worker *worker)
{
	const struct nw_boot *boot = worker->boot;

	run_hook(worker, NW_HOOK_POST_WORKER_INIT);
	beat(worker, nw_clock_ms());
	NW_GAUGE(boot->slot->state, NW_WORKER_SERVING);
	if (NW_READ(boot->board->is_leaving) != 0) {
		nw_http_depart(worker->http); /* it replaces one that died since */
	}
	nw_channel_send(boot->channel_fd, NW_CHANNEL_READY, "");
	event_base_dispatch(worker->loop.base);
	hold_signals();
	NW_LOG_INFO("Worker exiting (pid: %d)", (int)getpid());
	run_hook(worker, NW_HOOK_WORKER_EXIT);
	if (nw_http_in_flight(worker->http) != 0 || nw_detach_count(worker->http) != 0) {
		/* A handler thread may run for long, and what it uses cannot be freed. */
		_exit(NW_EXIT_OK);
	}
}

static int run_worker(const struct nw_boot *boot)
{
	struct worker worker = {.boot = boot, .settings = boot->settings, .resident_fd = nw_resident_open()};
	struct nw_err err = {0};
	int code = NW_EXIT_OK;

	nw_board_thread_begin(boot->board, boot->slot);
	nw_crash_begin();
	allow_connections(boot->settings);
	if (boot->settings->status_path != NULL) {
		worker.status_path = nw_span_of(boot->settings->status_path);
	}
	worker.max_requests = requests_before_recycling(boot->settings);
	int failed = boot_up(&worker, &err);

	if (failed != 0) {
		nw_channel_send(boot->channel_fd, NW_CHANNEL_FAILED, err.msg);
		code = failed == -ENOEXEC ? NW_EXIT_APP : NW_EXIT_BOOT;
	} else {
		nw_crash_learn();
		serve(&worker);
	}
	shut_down(&worker);
	return code;
}

const struct nw_program nw_worker_program = {
	.run_worker = run_worker,
	.check = nw_worker_check_apps,
	.preload = nw_worker_preload_apps,
	.unload = nw_worker_unload_apps,
	.run_hook = nw_worker_run_hook,
};

#include "worker/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/channel.h"
#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/proc.h"
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
#include "worker/reception.h"
#include "worker/resident.h"
#include "worker/state.h"
#include "worker/store/store.h"

enum {
	TICK_MS = 1000,         /* heartbeat, time-outs of connections: at most so far apart */
	ORPHAN_MS = 1500,       /* to finish when the master vanished */
	QUEUE_PER_THREAD = 128, /* requests that may wait for one handler thread */
	FILES_BESIDE = 256,     /* open ones that are no client's: the store's, logs, the apps' */
};

static const int signal_numbers[NW_WORKER_SIGNALS] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR1};

static void run_hook(const struct nw_worker *worker, enum nw_hook_id id)
{
	const struct nw_hook_facts facts = nw_boot_facts(worker->boot);

	nw_hooks_run(worker->apps, id, &facts);
}

/* The loop ends; what is in flight is lost. */
static void leave_now(struct nw_worker *worker)
{
	event_base_loopbreak(worker->loop.base);
}

static void end_within(struct nw_worker *worker, int64_t ms)
{
	const struct timeval end = {ms / 1000, ms % 1000 * 1000};

	if (evtimer_add(worker->end, &end) != 0) {
		leave_now(worker);
	}
}

static void on_end(evutil_socket_t fd, short what, void *arg)
{
	struct nw_worker *worker = arg;

	(void)fd;
	(void)what;
	NW_LOG_WARN("The time to leave is over: %u requests in flight and %u connections are given up",
		    nw_http_in_flight(worker->http), nw_http_open(worker->http));
	leave_now(worker);
}

/* Answer what is here, accept nothing, end when all is answered or graceful_timeout is over. */
static void drain(struct nw_worker *worker)
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

bool nw_worker_recycle(struct nw_worker *worker, enum nw_board_end end, const char *line)
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

static void beat(struct nw_worker *worker, int64_t now_ms)
{
	note_store(worker->boot->slot, worker->store);
	NW_GAUGE(worker->boot->slot->resident_bytes, nw_resident_read(worker->resident_fd));
	NW_GAUGE(worker->boot->slot->heartbeat_ms, now_ms);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct nw_worker *worker = arg;
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
	    nw_worker_recycle(worker, NW_END_HANDLER,
			      "Restarting worker: not all of its handler threads may come back")) {
		worker->has_overrun = false;
	}
}

/* The master is gone: nobody will ever tell this worker to end. */
static void leave_orphaned(struct nw_worker *worker)
{
	NW_LOG_WARN("Master is gone, shutting down: answering what is in flight");
	event_del(worker->channel);
	drain(worker);
	end_within(worker, ORPHAN_MS);
}

static void on_channel_readable(evutil_socket_t fd, short what, void *arg)
{
	struct nw_worker *worker = arg;
	struct nw_channel_msg msg;

	(void)what;
	nw_channel_receive(fd, &msg);
	if (msg.kind == NW_CHANNEL_EOF) {
		leave_orphaned(worker);
	} else if (msg.kind == NW_CHANNEL_DEPART) {
		nw_http_depart(worker->http);
	}
}

static void reopen_logs(struct nw_worker *worker)
{
	struct nw_err err = {0};

	if (nw_log_reopen(&err) != 0 || nw_access_log_reopen(worker->access_log, &err) != 0) {
		NW_LOG_ERROR("%s, keeping the old file", err.msg);
	}
}

static void on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct nw_worker *worker = arg;

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

static int watch(struct nw_worker *worker, struct nw_err *err)
{
	const struct timeval tick = tick_of(worker->settings);
	struct event_base *base = worker->loop.base;
	bool is_ok = true;

	for (size_t i = 0; i < NW_WORKER_SIGNALS; i++) {
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

/* uniform in 0..jitter, another one in each worker, so that not all leave at once */
static uint64_t requests_before_recycling(const struct nw_settings *settings)
{
	uint64_t seed = (uint64_t)nw_clock_us() * 2654435761U ^ (uint64_t)getpid() * 40503U;

	if (settings->max_requests == 0) {
		return 0;
	}
	return (uint64_t)settings->max_requests + (seed >> 7) % ((uint64_t)settings->max_requests_jitter + 1);
}

static int open_access_log(struct nw_worker *worker, struct nw_err *err)
{
	const struct nw_settings *settings = worker->settings;

	bool is_to_syslog = settings->syslog && !settings->disable_redirect_access_to_syslog;

	if (settings->accesslog == NULL && !is_to_syslog) {
		return 0;
	}
	return nw_access_log_open(settings->accesslog, is_to_syslog, settings->access_log_format, &worker->access_log,
				  err);
}

static int start_threads(struct nw_worker *worker, struct nw_err *err)
{
	unsigned n = (unsigned)worker->settings->threads;

	return nw_pool_new(n, n * QUEUE_PER_THREAD, worker->boot->slot, &worker->pool, err);
}

static void begin_hooks(const struct nw_worker *worker)
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

static int start_apps(struct nw_worker *worker, struct nw_err *err)
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
static int check_temp_dir(const struct nw_worker *worker, struct nw_err *err)
{
	return worker->boot->is_initial ? nw_spool_check(worker->settings->tmp_upload_dir, err) : 0;
}

/* Each step stands on the ones before it; shut_down() takes back whatever was reached. */
static int boot_up(struct nw_worker *worker, struct nw_err *err)
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
		failed = nw_reception_open(worker, err);
	}
	return failed;
}

static void free_events(struct nw_worker *worker)
{
	struct event *const events[] = {worker->tick, worker->channel, worker->end};

	for (size_t i = 0; i < NW_ARRAY_LEN(events); i++) {
		if (events[i] != NULL) {
			event_free(events[i]);
		}
	}
	for (size_t i = 0; i < NW_WORKER_SIGNALS; i++) {
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
	for (size_t i = 0; i < NW_WORKER_SIGNALS; i++) {
		sigaddset(&set, signal_numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* Threads first, since they use all the rest; then what they left on the loop; then what that used. */
static void shut_down(struct nw_worker *worker)
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

static void serve(struct nw_worker *worker)
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
	struct nw_worker worker = {.boot = boot, .settings = boot->settings, .resident_fd = nw_resident_open()};
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

#include "master/command_show.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "common/board_json.h"
#include "common/clock.h"
#include "common/json_text.h"
#include "common/quote.h"
#include "master/command_running.h"

static void add_worker(struct nw_buf *out, const struct nw_board *board, const struct nw_child *child, bool is_for_all)
{
	struct nw_board_worker worker;

	nw_board_read(board, child->slot, &worker);
	if (child->state == NW_CHILD_LEAVING) {
		worker.state = NW_WORKER_DRAINING; /* it may not have heard of it yet */
	}
	int64_t beat_ms = nw_clock_ms() - worker.heartbeat_ms;

	nw_buf_addf(out, "{\"pid\":%d,\"age\":%" PRIu64 ",\"booted\":%s,\"aborted\":%s,\"last_heartbeat\":%.2f,",
		    (int)child->pid, child->age, child->was_ready ? "true" : "false",
		    child->is_aborted ? "true" : "false", (double)(beat_ms < 0 ? 0 : beat_ms) / 1e3);
	nw_buf_adds(out, is_for_all ? "\"type\":\"web\"," : "");
	nw_board_json_worker(out, &worker);
	nw_buf_addc(out, ',');
	nw_command_running(out, board, child->slot);
	nw_buf_addc(out, '}');
}

/* The oldest first, as they are kept. Returns how many. */
static unsigned add_workers(struct nw_command *command, bool is_for_all)
{
	const struct nw_child *child;
	unsigned n = 0;

	TAILQ_FOREACH(child, &command->master->children, link)
	{
		nw_buf_adds(command->data, n++ == 0 ? "" : ",");
		add_worker(command->data, command->master->board, child, is_for_all);
	}
	return n;
}

int nw_command_show_all(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	nw_buf_addf(command->data,
		    "{\"arbiter\":{\"pid\":%d,\"type\":\"arbiter\",\"role\":\"master\"},\"web_workers\":[",
		    (int)getpid());
	unsigned n = add_workers(command, true);

	nw_buf_addf(command->data,
		    "],\"web_worker_count\":%u,\"dirty_arbiter\":null,\"dirty_workers\":[],\"dirty_worker_count\":0}",
		    n);
	return 0;
}

int nw_command_show_workers(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	nw_buf_adds(command->data, "{\"workers\":[");
	unsigned n = add_workers(command, false);

	nw_buf_addf(command->data, "],\"count\":%u}", n);
	return 0;
}

/* Python has dirty workers; there are none here, and tools may ask. */
int nw_command_show_dirty(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	nw_buf_adds(command->data, "{\"enabled\":false,\"pid\":null,\"workers\":[],\"apps\":[]}");
	return 0;
}

static void add_state(struct nw_buf *out, const struct nw_master *master)
{
	nw_buf_adds(out, "\"state\":\"");
	for (const char *p = nw_master_state_name(master->state); *p != '\0'; p++) {
		nw_buf_addc(out, (char)(*p | 0x20)); /* capitals only */
	}
	nw_buf_addc(out, '"');
}

int nw_command_show_stats(struct nw_command *command, struct nw_err *err)
{
	const struct nw_master *master = command->master;
	const struct nw_board *board = master->board;
	struct nw_buf *out = command->data;
	uint64_t killed = master->workers_told;
	unsigned current = 0;
	struct nw_board_sum sum;
	const struct nw_child *child;

	(void)err;
	TAILQ_FOREACH(child, &master->children, link)
	{
		current++;
		killed += child->is_told;
	}
	nw_board_sum(board, &sum);
	nw_buf_addf(out, "{\"uptime\":%.2f,\"pid\":%d,\"workers_current\":%u,\"workers_target\":%d,",
		    (double)(nw_clock_ms() - board->started_ms) / 1e3, (int)getpid(), current, master->target);
	nw_buf_addf(out, "\"workers_spawned\":%" PRIu64 ",\"workers_killed\":%" PRIu64 ",\"reloads\":%" PRIu64 ",",
		    NW_READ(board->spawned), killed, NW_READ(board->reloads_ok) + NW_READ(board->reloads_failed));
	nw_buf_addf(out, "\"dirty_arbiter_pid\":null,\"version\":\"%s\",\"generation\":%" PRIu32 ",\"threads\":%d,",
		    NW_VERSION, master->generation->number, master->generation->settings->threads);
	add_state(out, master);
	nw_buf_addc(out, ',');
	nw_board_json_buckets(out);
	nw_buf_addc(out, ',');
	nw_board_json_totals(out, board, &sum);
	nw_buf_addc(out, '}');
	return 0;
}

int nw_command_show_listeners(struct nw_command *command, struct nw_err *err)
{
	const struct nw_generation *generation = command->master->generation;
	struct nw_buf *out = command->data;
	size_t n = 0;

	(void)err;
	nw_buf_adds(out, "{\"listeners\":[");
	for (size_t i = 0; i < generation->n_endpoints; i++) {
		const struct nw_endpoint *endpoint = &generation->endpoints[i];
		sa_family_t family = endpoint->addr.ss.ss_family;

		if (endpoint->fd == -1) {
			continue; /* closed: the server is stopping */
		}
		nw_buf_adds(out, n++ == 0 ? "{\"address\":" : ",{\"address\":");
		nw_json_text_add(out, nw_span_of(endpoint->text));
		nw_buf_addf(out, ",\"fd\":%d,\"type\":\"%s\"}", endpoint->fd,
			    family == AF_UNIX ? "unix" : (family == AF_INET6 ? "tcp6" : "tcp"));
	}
	nw_buf_addf(out, "],\"count\":%zu}", n);
	return 0;
}

static void add_text(struct nw_buf *out, const char *name, const char *text)
{
	nw_buf_addf(out, "\"%s\":", name);
	if (text == NULL) {
		nw_buf_adds(out, "null");
	} else {
		nw_json_text_add(out, nw_span_of(text));
	}
	nw_buf_addc(out, ',');
}

static void add_bind(struct nw_buf *out, const struct nw_strings *bind)
{
	nw_buf_adds(out, "\"bind\":[");
	for (size_t i = 0; i < bind->n; i++) {
		nw_buf_adds(out, i == 0 ? "" : ",");
		nw_json_text_add(out, nw_span_of(bind->v[i]));
	}
	nw_buf_adds(out, "],");
}

static void add_truth(struct nw_buf *out, const char *name, bool truth)
{
	nw_buf_addf(out, "\"%s\":%s,", name, truth ? "true" : "false");
}

static void add_number(struct nw_buf *out, const char *name, int number)
{
	nw_buf_addf(out, "\"%s\":%d,", name, number);
}

/* A setting by its name: true when it is one of this version, and on. */
static bool is_on(struct nw_command *command, const char *name)
{
	const char *text = nw_settings_get(command->master->generation->settings, name, command->arena);

	return text != NULL && strcmp(text, "True") == 0;
}

static void add_workers_settings(struct nw_command *command, const struct nw_settings *settings)
{
	struct nw_buf *out = command->data;

	add_number(out, "workers", settings->workers);
	add_text(out, "worker_class", settings->worker_class);
	add_number(out, "threads", settings->threads);
	add_number(out, "timeout", settings->timeout_s);
	add_number(out, "graceful_timeout", settings->graceful_timeout_s);
	add_number(out, "keepalive", settings->keepalive_s);
	add_number(out, "max_requests", settings->max_requests);
	add_number(out, "max_requests_jitter", settings->max_requests_jitter);
	add_number(out, "worker_connections", settings->worker_connections);
}

int nw_command_show_config(struct nw_command *command, struct nw_err *err)
{
	const struct nw_master *master = command->master;
	const struct nw_settings *settings = master->generation->settings;
	struct nw_buf *out = command->data;

	(void)err;
	nw_buf_addc(out, '{');
	add_bind(out, &settings->bind);
	add_workers_settings(command, settings);
	add_truth(out, "preload_app", settings->preload_app);
	add_truth(out, "daemon", is_on(command, "daemon"));
	add_text(out, "pidfile", settings->pidfile);
	add_text(out, "proc_name", nw_generation_name(master->generation));
	add_truth(out, "reload", is_on(command, "reload"));
	nw_buf_adds(out, "\"dirty_workers\":0,\"dirty_apps\":[],\"dirty_timeout\":0,");
	add_text(out, "control_socket", master->control == NULL ? NULL : nw_control_path(master->control));
	nw_buf_adds(out, "\"control_socket_disable\":false}"); /* or nobody could ask */
	return 0;
}

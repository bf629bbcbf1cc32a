#include "master/ctl/show.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/control_verbs.h"
#include "master/ctl/format.h"
#include "master/ctl/table.h"

enum {
	NAME_WIDTH = 24,
	PREFIX_MAX = 100,
};

static void add_worker(struct nw_ctl_table *table, const cJSON *worker)
{
	char age[32], beat[32], memory[32];

	nw_ctl_format_seconds(age, sizeof(age), nw_ctl_number(worker, "uptime_seconds"));
	nw_ctl_format_seconds(beat, sizeof(beat), nw_ctl_number(worker, "last_heartbeat"));
	nw_ctl_format_bytes(memory, sizeof(memory), nw_ctl_number(worker, "resident_bytes"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "pid"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "age"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "generation"));
	nw_ctl_table_add(table, "%s", nw_ctl_string(worker, "state"));
	nw_ctl_table_add(table, "%s", age);
	nw_ctl_table_add(table, "%s", beat);
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "connections"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "in_flight"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "threads_busy"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "threads_queued"));
	nw_ctl_table_add(table, "%.0f", nw_ctl_number(worker, "requests"));
	nw_ctl_table_add(table, "%s", memory);
}

static void show_list(struct nw_buf *out, const cJSON *workers)
{
	struct nw_ctl_table table;
	const cJSON *worker;

	nw_ctl_table_init(&table, "PID AGE GEN <STATE UP BEAT CONNS ACTIVE THREADS QUEUED REQUESTS MEMORY");
	cJSON_ArrayForEach(worker, workers)
	{
		add_worker(&table, worker);
	}
	nw_ctl_table_print(&table, out);
	nw_ctl_table_fini(&table);
}

static void show_workers(struct nw_buf *out, const cJSON *data)
{
	show_list(out, cJSON_GetObjectItemCaseSensitive(data, "workers"));
}

static void show_all(struct nw_buf *out, const cJSON *data)
{
	const cJSON *master = cJSON_GetObjectItemCaseSensitive(data, "arbiter");

	nw_buf_addf(out, "Master %.0f, workers: %.0f\n\n", nw_ctl_number(master, "pid"),
		    nw_ctl_number(data, "web_worker_count"));
	show_list(out, cJSON_GetObjectItemCaseSensitive(data, "web_workers"));
}

static void show_listeners(struct nw_buf *out, const cJSON *data)
{
	struct nw_ctl_table table;
	const cJSON *listener;

	nw_ctl_table_init(&table, "<ADDRESS <TYPE FD");
	cJSON_ArrayForEach(listener, cJSON_GetObjectItemCaseSensitive(data, "listeners"))
	{
		nw_ctl_table_add(&table, "%s", nw_ctl_string(listener, "address"));
		nw_ctl_table_add(&table, "%s", nw_ctl_string(listener, "type"));
		nw_ctl_table_add(&table, "%.0f", nw_ctl_number(listener, "fd"));
	}
	nw_ctl_table_print(&table, out);
	nw_ctl_table_fini(&table);
}

/* One line a member: texts as they are, all else as JSON; members of an object behind its name and a dot. */
static void show_members(struct nw_buf *out, const char *prefix, const cJSON *data)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, data)
	{
		bool is_nested = cJSON_IsObject(member) && member->child != NULL && strlen(prefix) < PREFIX_MAX;
		char *text = is_nested || cJSON_IsString(member) ? NULL : cJSON_PrintUnformatted(member);
		struct nw_buf name = {0};

		nw_buf_addf(&name, "%s%s%s", prefix, member->string, is_nested ? "." : "");
		if (is_nested) {
			show_members(out, nw_buf_str(&name), member);
		} else {
			nw_buf_addf(out, "%-*s ", NAME_WIDTH, nw_buf_str(&name));
			nw_ctl_format_text(out, text == NULL ? nw_ctl_string(data, member->string) : text);
			nw_buf_addc(out, '\n');
		}
		nw_buf_free(&name);
		cJSON_free(text);
	}
}

static void show_pairs(struct nw_buf *out, const cJSON *data)
{
	show_members(out, "", data);
}

/* The order of the table, and what it does not know behind it. */
static void show_help(struct nw_buf *out, const cJSON *data)
{
	const cJSON *command;

	cJSON_ArrayForEach(command, cJSON_GetObjectItemCaseSensitive(data, "commands"))
	{
		nw_buf_addf(out, "%-*s  ", NAME_WIDTH, command->string);
		nw_ctl_format_text(out, cJSON_IsString(command) ? command->valuestring : "");
		nw_buf_addc(out, '\n');
	}
}

static void show_change(struct nw_buf *out, const cJSON *data)
{
	nw_buf_addf(out, "workers: %.0f -> %.0f\n", nw_ctl_number(data, "previous"), nw_ctl_number(data, "total"));
}

static void show_kill(struct nw_buf *out, const cJSON *data)
{
	nw_buf_addf(out, "worker %.0f was told to go\n", nw_ctl_number(data, "killed"));
}

static void show_status(struct nw_buf *out, const cJSON *data)
{
	nw_ctl_format_text(out, nw_ctl_string(data, "status"));
	nw_buf_addc(out, '\n');
}

static void (*const shows[NW_VERBS])(struct nw_buf *out, const cJSON *data) = {
	[NW_VERB_SHOW_ALL] = show_all,
	[NW_VERB_SHOW_WORKERS] = show_workers,
	[NW_VERB_SHOW_CONFIG] = show_pairs,
	[NW_VERB_SHOW_STATS] = show_pairs,
	[NW_VERB_SHOW_LISTENERS] = show_listeners,
	[NW_VERB_WORKER_ADD] = show_change,
	[NW_VERB_WORKER_REMOVE] = show_change,
	[NW_VERB_WORKER_KILL] = show_kill,
	[NW_VERB_RELOAD] = show_status,
	[NW_VERB_REOPEN] = show_status,
	[NW_VERB_SHUTDOWN] = show_status,
	[NW_VERB_HELP] = show_help,
};

void nw_ctl_show(struct nw_buf *out, const char *verb, const char *noun, const cJSON *data)
{
	for (int i = 0; i < NW_VERBS; i++) {
		if (strcasecmp(nw_verbs[i].verb, verb) == 0 &&
		    (nw_verbs[i].noun == NULL || strcasecmp(nw_verbs[i].noun, noun) == 0) && shows[i] != NULL) {
			shows[i](out, data);
			return;
		}
	}
	nw_ctl_format_json(out, data);
	nw_buf_addc(out, '\n');
}

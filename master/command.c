#include "master/command.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>

#include "common/clock.h"
#include "common/control_verbs.h"
#include "common/json_text.h"
#include "common/log.h"
#include "common/quote.h"
#include "common/shellwords.h"
#include "master/command_show.h"

enum {
	ARENA_MAX = 512 * 1024, /* words of the longest request, and what is made of them */
};

/* The word behind verb and noun as a number from 1 on; none is 1. */
static int count_of(const struct nw_command *command, int *out, struct nw_err *err)
{
	const char *word = command->n_words > 2 ? command->words[2] : "1";
	char quoted[64];
	int64_t n;
	int failed = nw_str_to_int64(word, INT_MIN, INT_MAX, &n);

	if (failed != 0) {
		return nw_err_set(err, -EINVAL, "invalid literal for int() with base 10: %s",
				  nw_quote_into(quoted, sizeof(quoted), nw_span_of(word)));
	}
	if (n < 1) {
		return nw_err_set(err, -EINVAL, "'%s' is not a number of workers: 1 or more is", word);
	}
	*out = (int)n;
	return 0;
}

static int refuse_when_stopping(const struct nw_master *master, struct nw_err *err)
{
	bool is_stopping = nw_master_is_stopping(master) || master->pending.term || master->pending.quit;

	return is_stopping ? nw_err_set(err, -EBUSY, "the server is stopping") : 0;
}

static int bounded(int64_t target)
{
	if (target < 1) {
		return 1;
	}
	return target > NW_MASTER_MAX_WORKERS ? NW_MASTER_MAX_WORKERS : (int)target;
}

static int resize(struct nw_command *command, int sign, const char *name, struct nw_err *err)
{
	struct nw_master *master = command->master;
	int n = 0;
	int failed = refuse_when_stopping(master, err);

	if (failed == 0) {
		failed = count_of(command, &n, err);
	}
	if (failed != 0) {
		return failed;
	}
	int previous = bounded((int64_t)master->target + master->pending.workers);
	int total = bounded((int64_t)previous + (int64_t)sign * n);

	master->pending.workers = total - master->target;
	nw_buf_addf(command->data, "{\"%s\":%d,\"previous\":%d,\"total\":%d}", name, sign * (total - previous),
		    previous, total);
	return 0;
}

static int worker_add(struct nw_command *command, struct nw_err *err)
{
	return resize(command, 1, "added", err);
}

static int worker_remove(struct nw_command *command, struct nw_err *err)
{
	return resize(command, -1, "removed", err);
}

static int worker_kill(struct nw_command *command, struct nw_err *err)
{
	struct nw_master *master = command->master;
	struct nw_child *child = NULL;
	char quoted[64];
	int64_t pid;

	if (command->n_words < 3) {
		return nw_err_set(err, -EINVAL, "Missing PID for worker kill");
	}
	if (nw_str_to_int64(command->words[2], INT64_MIN, INT64_MAX, &pid) != 0) {
		return nw_err_set(err, -EINVAL, "invalid literal for int() with base 10: %s",
				  nw_quote_into(quoted, sizeof(quoted), nw_span_of(command->words[2])));
	}
	TAILQ_FOREACH(child, &master->children, link)
	{
		if (child->pid == pid) {
			break;
		}
	}
	if (child == NULL) {
		nw_buf_addf(command->data, "{\"success\":false,\"error\":\"Worker %lld not found\"}", (long long)pid);
		return 0;
	}
	nw_child_tell(child, SIGTERM, nw_clock_ms() + nw_master_grace_ms(master));
	nw_buf_addf(command->data, "{\"success\":true,\"killed\":%d}", (int)child->pid);
	return 0;
}

static int dirty_change(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	nw_buf_adds(command->data, "{\"success\":false,\"error\":\"Dirty arbiter not running\"}");
	return 0;
}

static int reload(struct nw_command *command, struct nw_err *err)
{
	int failed = refuse_when_stopping(command->master, err);

	/* It goes on for a while, but as it is. */
	if (failed == 0 && command->master->state == NW_MASTER_DEPARTING) {
		failed = nw_err_set(err, -EBUSY, "the server is stopping");
	}
	if (failed == 0) {
		command->master->pending.hup = true;
		nw_buf_adds(command->data, "{\"status\":\"reloading\"}");
	}
	return failed;
}

static int reopen(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	command->master->pending.usr1 = true;
	nw_buf_adds(command->data, "{\"status\":\"reopening\"}");
	return 0;
}

static int shut_down(struct nw_command *command, struct nw_err *err)
{
	const char *mode = command->n_words > 1 ? command->words[1] : "graceful";
	bool is_quick = strcasecmp(mode, "quick") == 0;
	char quoted[64];

	if (!is_quick && strcasecmp(mode, "graceful") != 0) {
		return nw_err_set(err, -EINVAL, "Unknown shutdown mode: %s (graceful|quick)",
				  nw_quote_into(quoted, sizeof(quoted), nw_span_of(mode)));
	}
	command->master->pending.term |= !is_quick;
	command->master->pending.quit |= is_quick;
	nw_buf_addf(command->data, "{\"status\":\"shutting_down\",\"mode\":\"%s\"}", is_quick ? "quick" : "graceful");
	return 0;
}

static int help(struct nw_command *command, struct nw_err *err)
{
	(void)err;
	nw_buf_adds(command->data, "{\"commands\":{");
	for (size_t i = 0; i < NW_VERBS; i++) {
		nw_buf_addf(command->data, "%s\"%s\":\"%s\"", i == 0 ? "" : ",", nw_verbs[i].usage, nw_verbs[i].help);
	}
	nw_buf_adds(command->data, "}}");
	return 0;
}

static const struct deed {
	int (*run)(struct nw_command *command, struct nw_err *err);
	bool is_action; /* the log tells of it */
} deeds[NW_VERBS] = {
	[NW_VERB_SHOW_ALL] = {nw_command_show_all, false},
	[NW_VERB_SHOW_WORKERS] = {nw_command_show_workers, false},
	[NW_VERB_SHOW_DIRTY] = {nw_command_show_dirty, false},
	[NW_VERB_SHOW_CONFIG] = {nw_command_show_config, false},
	[NW_VERB_SHOW_STATS] = {nw_command_show_stats, false},
	[NW_VERB_SHOW_LISTENERS] = {nw_command_show_listeners, false},
	[NW_VERB_WORKER_ADD] = {worker_add, true},
	[NW_VERB_WORKER_REMOVE] = {worker_remove, true},
	[NW_VERB_WORKER_KILL] = {worker_kill, true},
	[NW_VERB_DIRTY_ADD] = {dirty_change, false},
	[NW_VERB_DIRTY_REMOVE] = {dirty_change, false},
	[NW_VERB_RELOAD] = {reload, true},
	[NW_VERB_REOPEN] = {reopen, true},
	[NW_VERB_SHUTDOWN] = {shut_down, true},
	[NW_VERB_HELP] = {help, false},
};

static void complain_of_noun(const struct nw_command *command, const char *verb, struct nw_err *err)
{
	const char *what = strcmp(verb, "show") == 0 ? "target" : "action";
	const char *choice = strcmp(verb, "show") == 0     ? "all|workers|dirty|config|stats|listeners"
			     : strcmp(verb, "worker") == 0 ? "add|remove|kill"
							   : "add|remove";

	if (command->n_words < 2) {
		nw_err_set(err, -EINVAL, "Missing %s %s (%s)", verb, what, choice);
	} else {
		nw_err_set(err, -EINVAL, "Unknown %s %s: %.200s", verb, what, command->words[1]);
	}
}

static void lower(char *word)
{
	for (; *word != '\0'; word++) {
		*word = (char)tolower((unsigned char)*word);
	}
}

/* NULL: there is none, @err says why. */
static const struct deed *find(const struct nw_command *command, struct nw_err *err)
{
	const char *known = NULL;

	if (command->n_words == 0) {
		nw_err_set(err, -ENODATA, "Empty command");
		return NULL;
	}
	lower(command->words[0]);
	for (size_t i = 0; i < NW_VERBS; i++) {
		if (strcmp(nw_verbs[i].verb, command->words[0]) != 0) {
			continue;
		}
		known = nw_verbs[i].verb;
		if (nw_verbs[i].noun == NULL ||
		    (command->n_words > 1 && strcasecmp(nw_verbs[i].noun, command->words[1]) == 0)) {
			return &deeds[i];
		}
	}
	if (known != NULL) {
		if (command->n_words > 1) {
			lower(command->words[1]);
		}
		complain_of_noun(command, known, err);
	} else {
		nw_err_set(err, -EINVAL, "Unknown command: %.200s", command->words[0]);
	}
	return NULL;
}

/* The words of "command" and, behind them, those of "args", as they are. */
static int split(struct nw_command *command, const char *line, const cJSON *args, struct nw_err *err)
{
	char **words;
	size_t n;
	struct nw_err why = {0};
	int failed = nw_shellwords_split(line, command->arena, &words, &n, &why);
	const cJSON *arg;

	if (failed == -EINVAL) {
		bool is_escape = strstr(why.msg, "backslash") != NULL;

		return nw_err_set(err, -EINVAL, is_escape ? "No escaped character" : "No closing quotation");
	}
	size_t n_args = cJSON_IsArray(args) ? (size_t)cJSON_GetArraySize(args) : 0;

	command->words = failed != 0 ? NULL : nw_arena_alloc(command->arena, (n + n_args + 1) * sizeof(*words));
	if (command->words == NULL) {
		return nw_err_set(err, -ENOMEM, "out of memory");
	}
	memcpy(command->words, words, n * sizeof(*words));
	command->n_words = n;
	if (n_args == 0) {
		return 0;
	}
	for (arg = args == NULL ? NULL : args->child; arg != NULL; arg = arg->next) {
		char *word = cJSON_IsString(arg)   ? nw_arena_strdup(command->arena, arg->valuestring)
			     : cJSON_IsNumber(arg) ? nw_arena_printf(command->arena, "%.0f", arg->valuedouble)
						   : NULL;

		if (word == NULL) {
			return nw_err_set(err, -EINVAL, "args must be strings or numbers");
		}
		command->words[command->n_words++] = word;
	}
	return 0;
}

static int run(struct nw_command *command, const char *line, const cJSON *args, pid_t peer, struct nw_err *err)
{
	int failed = split(command, line, args, err);
	const struct deed *deed = failed == 0 ? find(command, err) : NULL;

	if (deed == NULL) {
		return err->code;
	}
	failed = deed->run(command, err);
	if (failed == 0 && deed->is_action) {
		NW_LOG_INFO("Control socket (pid:%d): %s", (int)peer, line);
	}
	return failed == 0 && command->data->failed ? nw_err_set(err, -ENOMEM, "out of memory") : failed;
}

static void add_error(struct nw_buf *out, int code, const struct nw_err *err)
{
	const char *kind = code == -EINVAL ? "Invalid argument: " : (code == -ENODATA ? "" : "Command failed: ");
	struct nw_buf text = {0};

	nw_buf_adds(&text, kind);
	nw_buf_adds(&text, err->msg);
	nw_buf_adds(out, "\"status\":\"error\",\"error\":");
	nw_json_text_add(out, nw_span_of(nw_buf_str(&text)));
	nw_buf_addc(out, '}');
	nw_buf_free(&text);
}

/* As it came. */
static void add_id(struct nw_buf *out, const cJSON *id)
{
	char *text = id == NULL ? NULL : cJSON_PrintUnformatted(id);

	nw_buf_addf(out, "{\"id\":%s,", text == NULL ? "0" : text);
	cJSON_free(text);
}

static bool is_blank(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0') {
		p++;
	}
	return p == end;
}

int nw_command_answer(struct nw_master *master, struct nw_span request, pid_t peer, struct nw_buf *out)
{
	const char *end = NULL;
	cJSON *json = cJSON_ParseWithLengthOpts(request.p, request.len, &end, false);
	const cJSON *line = cJSON_GetObjectItemCaseSensitive(json, "command");
	struct nw_err err = {0};

	if (json == NULL || !cJSON_IsObject(json) || !is_blank(end, request.p + request.len) ||
	    (line != NULL && !cJSON_IsString(line))) {
		cJSON_Delete(json);
		return -EBADMSG;
	}
	struct nw_buf data = {0};
	struct nw_command command = {.master = master, .arena = nw_arena_new(ARENA_MAX), .data = &data};
	int failed = command.arena == NULL ? nw_err_set(&err, -ENOMEM, "out of memory")
					   : run(&command, line == NULL ? "" : line->valuestring,
						 cJSON_GetObjectItemCaseSensitive(json, "args"), peer, &err);

	add_id(out, cJSON_GetObjectItemCaseSensitive(json, "id"));
	if (failed != 0) {
		add_error(out, failed, &err);
	} else {
		nw_buf_adds(out, "\"status\":\"ok\",\"data\":");
		nw_buf_add(out, data.data, data.len);
		nw_buf_addc(out, '}');
	}
	nw_buf_free(&data);
	nw_arena_free(command.arena);
	cJSON_Delete(json);
	return 0;
}

#include "master/ctl/run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/shellwords.h"
#include "master/ctl/exit.h"
#include "master/ctl/format.h"
#include "master/ctl/show.h"
#include "master/ctl/top.h"

enum {
	WORDS_MAX = 256 * 1024, /* bytes that the words of a line take */
	LOOK_MS = 100,          /* between two looks at a reload */
};

int nw_ctl_complain(int failed, const char *why)
{
	fflush(stdout);
	fprintf(stderr, "Error: %s\n", why);
	switch (failed) {
	case -EREMOTEIO:
	case -EIO:
		return NW_CTL_REFUSED;
	case -ECONNREFUSED:
	case -ENOENT:
	case -EEXIST:
		return NW_CTL_NO_SERVER;
	case -EINVAL:
		return NW_CTL_USAGE;
	default:
		return NW_CTL_NO_ANSWER;
	}
}

int nw_ctl_print(struct nw_buf *text)
{
	bool is_written = !text->failed && fputs(nw_buf_str(text), stdout) != EOF && fflush(stdout) != EOF;

	nw_buf_free(text);
	return is_written ? NW_CTL_OK : nw_ctl_complain(-EIO, "cannot write to stdout");
}

/* What the server did not do although the command is one. */
static int refusal(const cJSON *data)
{
	const cJSON *success = cJSON_GetObjectItemCaseSensitive(data, "success");
	const char *why = nw_ctl_string(data, "error");

	return cJSON_IsFalse(success) ? nw_ctl_complain(-EREMOTEIO, why[0] == '\0' ? "it failed" : why) : NW_CTL_OK;
}

static int print_answer(const struct nw_ctl_options *options, char *const *words, size_t n_words, const cJSON *data)
{
	struct nw_buf out = {0};

	if (options->is_quiet) {
		return NW_CTL_OK;
	}
	if (options->is_json) {
		nw_ctl_format_json(&out, data);
		nw_buf_addc(&out, '\n');
	} else {
		nw_ctl_show(&out, words[0], n_words > 1 ? words[1] : "", data);
	}
	return nw_ctl_print(&out);
}

/* How the master stands to reloads. */
struct reloads {
	double ok, failed, generation;
	bool is_under_way;
};

static int look(struct nw_ctl_client *client, struct reloads *out, struct nw_err *err)
{
	cJSON *stats = NULL;
	int failed = nw_ctl_client_ask(client, "show stats", &stats, err);
	const cJSON *totals = cJSON_GetObjectItemCaseSensitive(stats, "totals");

	if (failed == 0) {
		*out = (struct reloads){
			.ok = nw_ctl_number(totals, "reloads_ok"),
			.failed = nw_ctl_number(totals, "reloads_failed"),
			.generation = nw_ctl_number(stats, "generation"),
			.is_under_way = strcmp(nw_ctl_string(stats, "state"), "reloading") == 0,
		};
	}
	cJSON_Delete(stats);
	return failed;
}

/* One that was under way when ours was asked for ends before it. */
static int reload_and_wait(struct nw_ctl_client *client, const struct nw_ctl_options *options, const char *line)
{
	struct reloads before, now;
	struct nw_err err = {0};
	cJSON *data = NULL;
	int failed = look(client, &before, &err);

	if (failed == 0) {
		failed = nw_ctl_client_ask(client, line, &data, &err);
	}
	cJSON_Delete(data);
	for (now = before; failed == 0 && now.ok + now.failed < before.ok + before.failed + before.is_under_way + 1;) {
		poll(NULL, 0, LOOK_MS);
		failed = look(client, &now, &err);
	}
	if (failed != 0) {
		return nw_ctl_complain(failed, err.msg);
	}
	if (now.failed > before.failed) {
		return nw_ctl_complain(-EREMOTEIO, "the reload failed, the old configuration goes on: the log of the "
						   "server says why");
	}
	if (!options->is_quiet) {
		printf(options->is_json ? "{\"generation\": %.0f}\n" : "generation %.0f serves\n", now.generation);
	}
	return NW_CTL_OK;
}

static int run_words(struct nw_ctl_client *client, const struct nw_ctl_options *options, const char *line,
		     char *const *words, size_t n_words)
{
	struct nw_err err = {0};
	cJSON *data = NULL;

	if (n_words == 1 && strcasecmp(words[0], "top") == 0) {
		return nw_ctl_top(client, options);
	}
	if (options->waits && n_words == 1 && strcasecmp(words[0], "reload") == 0) {
		return reload_and_wait(client, options, line);
	}
	int failed = nw_ctl_client_ask(client, line, &data, &err);

	if (failed != 0) {
		return nw_ctl_complain(failed, err.msg);
	}
	int code = options->is_json ? NW_CTL_OK : refusal(data);

	if (code == NW_CTL_OK) {
		code = print_answer(options, words, n_words, data);
	}
	if (options->is_json && code == NW_CTL_OK && cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(data, "success"))) {
		code = NW_CTL_REFUSED; /* the JSON says why */
	}
	cJSON_Delete(data);
	return code;
}

int nw_ctl_run(struct nw_ctl_client *client, const struct nw_ctl_options *options, const char *line)
{
	struct nw_arena *arena = nw_arena_new(WORDS_MAX);
	struct nw_err err = {0};
	char **words = NULL;
	size_t n = 0;
	int failed = arena == NULL ? nw_err_set(&err, -ENOMEM, "out of memory")
				   : nw_shellwords_split(line, arena, &words, &n, &err);
	int code = NW_CTL_OK;

	if (failed != 0) {
		code = nw_ctl_complain(failed, err.msg);
	} else if (n > 0) {
		code = run_words(client, options, line, words, n);
	}
	nw_arena_free(arena);
	return code;
}

static bool is_end(const char *line)
{
	return strcasecmp(line, "quit") == 0 || strcasecmp(line, "exit") == 0 || strcasecmp(line, "q") == 0;
}

/* The next line without its end; false: there is none. @line: free() it after the last. */
static bool next_line(bool is_prompted, char **line, size_t *size)
{
	if (is_prompted) {
		printf("narwhal> ");
		fflush(stdout);
	}
	ssize_t n = getline(line, size, stdin);

	if (n <= 0) {
		printf("%s", is_prompted ? "\n" : "");
		return false;
	}
	(*line)[strcspn(*line, "\r\n")] = '\0';
	return !is_end(*line);
}

int nw_ctl_run_lines(struct nw_ctl_client *client, const struct nw_ctl_options *options)
{
	bool is_prompted = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	NW_AUTO_FREE char *line = NULL;
	struct nw_err err = {0};
	size_t size = 0;
	int first = NW_CTL_OK;
	int failed = nw_ctl_client_connect(client, &err);

	if (failed != 0) {
		return nw_ctl_complain(failed, err.msg);
	}
	if (is_prompted) {
		printf("Connected to %s; help lists the commands, quit ends.\n", client->path);
	}
	while (next_line(is_prompted, &line, &size)) {
		int code = nw_ctl_run(client, options, line);

		first = first == NW_CTL_OK ? code : first;
	}
	return is_prompted ? NW_CTL_OK : first;
}

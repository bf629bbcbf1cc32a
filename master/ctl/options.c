#include "master/ctl/options.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "common/control_verbs.h"
#include "common/quote.h"
#include "common/str.h"
#include "master/ctl/exit.h"

const struct nw_ctl_option nw_ctl_option_table[] = {
	{'s', "socket", "PATH", "The control socket of the server."},
	{'p', "pid", "PID", "The server whose master this is, at its default socket."},
	{'c', "command", "COMMAND", "The command, as one word."},
	{'j', "json", NULL, "Print the answer as JSON; of top, one line for each frame."},
	{'q', "quiet", NULL, "Print nothing but errors."},
	{'w', "wait", NULL, "Of reload: wait until it is done, and fail if it failed."},
	{'t', "timeout", "SECONDS", "How long to wait for the server, at most (10)."},
	{'i', "interval", "SECONDS", "Of top: from one frame to the next (1)."},
	{'n', "count", "N", "Of top: end after N frames."},
	{0, "completion", NULL, "Print the completion for bash."},
	{'h', "help", NULL, "Print this."},
	{'V', "version", NULL, "Print the version."},
};
const int nw_ctl_n_options = NW_ARRAY_LEN(nw_ctl_option_table);

enum { NAMES_WIDTH = 28 };

/* "0.5" as milliseconds, 1 at least. */
static int read_seconds(const char *text, int *out_ms)
{
	size_t whole = strcspn(text, ".");
	const char *rest = text[whole] == '.' ? text + whole + 1 : "0";
	size_t digits = strspn(rest, "0123456789");
	int64_t seconds = 0;
	int ms = 0;

	if (digits == 0 || rest[digits] != '\0' ||
	    nw_span_to_int64((struct nw_span){text, whole}, 0, 86400, &seconds) != 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < 3; i++) {
		ms = ms * 10 + (i < digits ? rest[i] - '0' : 0);
	}
	ms += (int)seconds * 1000;
	*out_ms = ms;
	return ms == 0 ? -EINVAL : 0;
}

static int read_number(const char *text, int *out)
{
	int64_t n = 0;
	int failed = nw_str_to_int64(text, 1, INT_MAX, &n);

	*out = (int)n;
	return failed;
}

static int take(struct nw_ctl_options *options, const struct nw_ctl_option *option, const char *value,
		struct nw_err *err)
{
	const char *expected = "a number of seconds";
	char quoted[80];
	int failed = 0;

	switch (option->letter) {
	case 's':
		options->socket = value;
		break;
	case 'p':
		failed = read_number(value, &options->pid);
		expected = "the id of a process";
		break;
	case 'c':
		options->command = value;
		break;
	case 'j':
		options->is_json = true;
		break;
	case 'q':
		options->is_quiet = true;
		break;
	case 'w':
		options->waits = true;
		break;
	case 't':
		failed = read_seconds(value, &options->timeout_ms);
		break;
	case 'i':
		failed = read_seconds(value, &options->interval_ms);
		break;
	case 'n':
		failed = read_number(value, &options->count);
		expected = "a number of frames";
		break;
	case 'h':
		options->wants_help = true;
		break;
	case 'V':
		options->wants_version = true;
		break;
	default:
		options->wants_completion = true;
	}
	if (failed != 0) {
		return nw_err_set(err, -EINVAL, "--%s: %s is not %s", option->name,
				  nw_quote_into(quoted, sizeof(quoted), nw_span_of(value)), expected);
	}
	return 0;
}

/* A long option, shortened or not. NULL: there is none, or there are two. */
static const struct nw_ctl_option *find_long(struct nw_span name)
{
	const struct nw_ctl_option *found = NULL;

	for (int i = 0; i < nw_ctl_n_options; i++) {
		const struct nw_ctl_option *option = &nw_ctl_option_table[i];

		if (name.len > 0 && strncmp(option->name, name.p, name.len) == 0) {
			if (option->name[name.len] == '\0') {
				return option;
			}
			if (found != NULL) {
				return NULL;
			}
			found = option;
		}
	}
	return found;
}

static const struct nw_ctl_option *find_letter(char letter)
{
	for (int i = 0; i < nw_ctl_n_options; i++) {
		if (nw_ctl_option_table[i].letter == letter) {
			return &nw_ctl_option_table[i];
		}
	}
	return NULL;
}

static int complain(const char *word, const char *what, struct nw_err *err)
{
	char quoted[80];

	return nw_err_set(err, -EINVAL, "%s %s: see narwhalctl --help",
			  nw_quote_into(quoted, sizeof(quoted), nw_span_of(word)), what);
}

/* @argv[*at] is "--name", "--name=value"; *at moves on over a value. */
static int take_long(struct nw_ctl_options *options, char *const *argv, int *at, struct nw_err *err)
{
	const char *word = argv[*at] + 2, *value = strchr(word, '=');
	struct nw_span name = {word, value == NULL ? strlen(word) : (size_t)(value - word)};
	const struct nw_ctl_option *option = find_long(name);

	if (option == NULL || (option->metavar == NULL && value != NULL)) {
		return complain(argv[*at], option == NULL ? "is no option" : "takes no value", err);
	}
	if (option->metavar == NULL) {
		return take(options, option, NULL, err);
	}
	value = value != NULL ? value + 1 : argv[*at + 1] == NULL ? NULL : argv[++*at];
	return value == NULL ? complain(argv[*at], "needs a value", err) : take(options, option, value, err);
}

/* @argv[*at] is "-j", "-jq", "-sPATH", "-s" before a value. */
static int take_letters(struct nw_ctl_options *options, char *const *argv, int *at, struct nw_err *err)
{
	const char *word = argv[*at];
	int failed = 0;

	for (const char *p = word + 1; *p != '\0' && failed == 0; p++) {
		const struct nw_ctl_option *option = find_letter(*p);

		if (option == NULL) {
			return complain(word, "is no option", err);
		}
		if (option->metavar == NULL) {
			failed = take(options, option, NULL, err);
			continue;
		}
		const char *value = p[1] != '\0' ? p + 1 : argv[*at + 1] == NULL ? NULL : argv[++*at];

		return value == NULL ? complain(word, "needs a value", err) : take(options, option, value, err);
	}
	return failed;
}

static void add_quoted(struct nw_buf *line, const char *word)
{
	for (nw_buf_addc(line, '\''); *word != '\0'; word++) {
		nw_buf_adds(line, *word == '\'' ? "'\\'" : "");
		nw_buf_addc(line, *word);
	}
	nw_buf_addc(line, '\'');
}

/* Plain ones as they are, for the log of the server. */
static void add_word(struct nw_buf *line, const char *word)
{
	nw_buf_adds(line, line->len == 0 ? "" : " ");
	if (word[0] != '\0' && strpbrk(word, " \t\r\n'\"\\") == NULL) {
		nw_buf_adds(line, word);
	} else {
		add_quoted(line, word);
	}
}

static int read_words(struct nw_ctl_options *options, int argc, char *const *argv, struct nw_err *err)
{
	bool is_over = false; /* "--" came */

	for (int at = 1, failed = 0; at < argc; at++) {
		const char *word = argv[at];

		if (is_over || word[0] != '-' || word[1] == '\0') {
			add_word(&options->line, word);
		} else if (strcmp(word, "--") == 0) {
			is_over = true;
		} else {
			failed = word[1] == '-' ? take_long(options, argv, &at, err)
						: take_letters(options, argv, &at, err);
		}
		if (failed != 0) {
			return failed;
		}
	}
	if (options->command != NULL && options->line.len > 0) {
		return complain(nw_buf_str(&options->line), "is a second command, beside that of --command", err);
	}
	return options->line.failed ? nw_err_set(err, -ENOMEM, "out of memory") : 0;
}

int nw_ctl_options_read(int argc, char *const *argv, struct nw_ctl_options *out, struct nw_err *err)
{
	struct nw_ctl_options options = {.timeout_ms = 10000, .interval_ms = 1000};
	int failed = read_words(&options, argc, argv, err);

	if (failed != 0) {
		nw_ctl_options_fini(&options);
		return failed;
	}
	*out = options;
	return 0;
}

void nw_ctl_options_fini(struct nw_ctl_options *options)
{
	nw_buf_free(&options->line);
}

static void add_options(struct nw_buf *out)
{
	for (int i = 0; i < nw_ctl_n_options; i++) {
		const struct nw_ctl_option *option = &nw_ctl_option_table[i];
		size_t begin = out->len;

		if (option->letter != 0) {
			nw_buf_addf(out, "  -%c, --%s", option->letter, option->name);
		} else {
			nw_buf_addf(out, "  --%s", option->name);
		}
		if (option->metavar != NULL) {
			nw_buf_addf(out, " %s", option->metavar);
		}
		nw_buf_addf(out, "%*s%s\n", NAMES_WIDTH - (int)(out->len - begin), "", option->doc);
	}
}

void nw_ctl_options_help(struct nw_buf *out)
{
	nw_buf_adds(out, "Usage: narwhalctl [OPTION...] [COMMAND...]\n\n"
			 "Ask a running narwhal, or tell it, by its control socket. Without -s and -p: the one server\n"
			 "that has its socket in $XDG_RUNTIME_DIR or ~/.narwhal. Without COMMAND: lines of stdin.\n\n"
			 "Commands:\n");
	for (int i = 0; i < NW_VERBS; i++) {
		nw_buf_addf(out, "  %-*s%s\n", NAMES_WIDTH - 2, nw_verbs[i].usage, nw_verbs[i].help);
	}
	nw_buf_addf(out, "  %-*s%s\n\nOptions:\n", NAMES_WIDTH - 2, "top", "Watch workers and load; q ends it");
	add_options(out);
	nw_buf_adds(out, "\nExit codes:\n");
	for (int i = 0; i < NW_CTL_EXITS; i++) {
		nw_buf_addf(out, "  %d  %s\n", i, nw_ctl_exit_docs[i]);
	}
}

/* Prints the man page narwhalctl(1), for the build. */
#include <stdio.h>

#include "common/control_verbs.h"
#include "common/roff.h"
#include "master/ctl/exit.h"
#include "master/ctl/options.h"

struct item {
	const char *tag, *text;
};

static const struct item columns[] = {
	{"PID, GEN", "the worker's process, and the generation of the configuration that it serves"},
	{"STATE", "booting, serving, or draining: it answers what it has and leaves"},
	{"UP, BEAT", "since when it is there, and since when its event loop was heard of"},
	{"REQ/S, REQUESTS", "answered in the last interval, and since its start"},
	{"CONNS, ACTIVE", "connections that it holds, and requests that it is working on"},
	{"THREADS, QUEUED", "handler threads that are busy, and requests that wait for one"},
	{"MEMORY", "resident, as of its last heartbeat"},
};

static const struct item files[] = {
	{"$XDG_RUNTIME_DIR/narwhal-PID.ctl, ~/.narwhal/narwhal-PID.ctl",
	 "The control socket of the master PID, where narwhal(1) was given no --control-socket. Only its user and "
	 "root are answered, unless --control-socket-mode lets others in."},
};

static void add_items(struct nw_buf *out, const struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		nw_roff_item(out, items[i].tag, items[i].text);
	}
}

static void add_section(struct nw_buf *out, const char *name, const char *text)
{
	nw_buf_addf(out, ".SH %s\n", name);
	nw_roff_add(out, text);
}

static void add_commands(struct nw_buf *out)
{
	nw_buf_adds(out, ".SH COMMANDS\n");
	for (int i = 0; i < NW_VERBS; i++) {
		nw_roff_item(out, nw_verbs[i].usage, nw_verbs[i].help);
	}
	nw_roff_item(out, "top",
		     "Watch workers and load, see TOP. Where stdin or stdout is no terminal: one frame, after one "
		     "interval.");
	nw_roff_item(out, "quit, exit, q", "Of lines that are read from stdin: end.");
}

static void add_options(struct nw_buf *out)
{
	nw_buf_adds(out, ".SH OPTIONS\n");
	for (int i = 0; i < nw_ctl_n_options; i++) {
		const struct nw_ctl_option *option = &nw_ctl_option_table[i];
		struct nw_buf tag = {0};

		if (option->letter != 0) {
			nw_buf_addf(&tag, "-%c, ", option->letter);
		}
		nw_buf_addf(&tag, "--%s", option->name);
		if (option->metavar != NULL) {
			nw_buf_addf(&tag, " %s", option->metavar);
		}
		nw_roff_item(out, nw_buf_str(&tag), option->doc);
		nw_buf_free(&tag);
	}
}

static void add_exits(struct nw_buf *out)
{
	nw_buf_adds(out, ".SH \"EXIT STATUS\"\n");
	for (int i = 0; i < NW_CTL_EXITS; i++) {
		char code[16];

		snprintf(code, sizeof(code), "%d", i);
		nw_roff_item(out, code, nw_ctl_exit_docs[i]);
	}
	nw_roff_add(out, "Of lines that are read from stdin, it is that of the first that failed; at a terminal 0.\n");
}

static void add_page(struct nw_buf *out)
{
	nw_buf_adds(out, ".TH NARWHALCTL 1 \"\" \"narwhal " NW_VERSION "\" \"User Commands\"\n"
			 ".SH NAME\nnarwhalctl \\- ask a running narwhal, or tell it\n"
			 ".SH SYNOPSIS\n.B narwhalctl\n[\\fIOPTIONS\\fR] [\\fICOMMAND\\fR ...]\n");
	add_section(out, "DESCRIPTION",
		    "narwhalctl talks to the master of a narwhal(1) by its control socket. Without -s and -p it takes "
		    "the one server whose socket is at its default place; where there are several, it lists them. "
		    "Without COMMAND it reads commands from stdin, a line each, with a prompt at a terminal. The "
		    "socket speaks the language of gunicornc, which may be used as well.\n");
	nw_buf_adds(out, ".PP\n");
	nw_roff_add(out, "While an upgrade (USR2) is under way there are two masters, and each has the socket of its "
			 "own pid. A socket that has a path by --control-socket is the older one's until it ends.\n");
	add_commands(out);
	add_options(out);
	add_section(out, "TOP",
		    "The first lines are of the whole server; rates and percentiles of latency are those of the last "
		    "interval, percentiles as exact as the buckets of the histogram in /metrics. The columns of "
		    "workers:\n");
	add_items(out, columns, NW_ARRAY_LEN(columns));
	nw_buf_adds(out, ".PP\n");
	nw_roff_add(out, "Below them stands what runs now, the longest first: each thread that has a request. q ends "
			 "it. A server that is gone is waited for.\n");
	add_exits(out);
	nw_buf_adds(out, ".SH FILES\n");
	add_items(out, files, NW_ARRAY_LEN(files));
	nw_buf_adds(out, ".SH \"SEE ALSO\"\n.BR narwhal (1)\n");
}

int main(void)
{
	struct nw_buf page = {0};

	add_page(&page);
	int rc = page.failed || fputs(nw_buf_str(&page), stdout) == EOF || fflush(stdout) == EOF;

	nw_buf_free(&page);
	return rc;
}

#include "common/settings.h"

#include <string.h>

#include "common/roff.h"
#include "common/settings_doc.h"
#include "common/settings_table.h"

static void add_setting(struct nw_buf *out, const struct nw_setting *setting)
{
	struct nw_buf tag = {0}, text = {0};

	nw_settings_doc_flags(&tag, setting);
	nw_buf_adds(&text, setting->doc);
	nw_settings_doc_default(&text, setting);
	if (!setting->is_cli_only) {
		nw_buf_addf(&text, " In a config file: %s.", setting->name);
	}
	nw_roff_item(out, tag.len > 0 ? nw_buf_str(&tag) : setting->name, nw_buf_str(&text));
	nw_buf_free(&tag);
	nw_buf_free(&text);
}

static void add_options(struct nw_buf *out)
{
	const char *section = "";

	nw_buf_adds(out, ".SH OPTIONS\n");
	nw_roff_add(out, "A long option may be shortened as long as it is unique, and --option=value is the same as "
			 "--option value. What follows -- is an APP. A TIME is in seconds, or has a unit: 90, 90s, 5m, "
			 "1h, 1d. A "
			 "SIZE is in bytes, or has one, of powers of 1024: 65536, 64k, 16MiB, 1G.\n");
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		if (strcmp(section, setting->section) != 0) {
			section = setting->section;
			nw_buf_addf(out, ".SS %s\n", section);
		}
		add_setting(out, setting);
	}
}

static const char file_text[] =
	"The file is the one of -c, or else ./narwhal.conf.py, or else ./gunicorn.conf.py, in the directory that "
	"narwhal is started in. It has the syntax of Gunicorn's, but it is read, not run: lines of the form\n"
	".PP\n.RS 4\nname = value\n.RE\n.PP\n"
	"where a value is made of Python literals (strings and f-strings, numbers, True, False, None, lists, tuples, "
	"dicts), names that are set above, arithmetic with + - * / // %, comparisons, not, and, or, a if b else c, "
	"os.environ and os.getenv(), os.cpu_count() and multiprocessing.cpu_count(), os.path.join(), abspath(), "
	"dirname() and basename(), os.getcwd(), __file__, int(), float(), str(), bool(), len(), max() and min(), and "
	"of "
	"strings lower(), upper(), strip(), split(), format(), startswith() and endswith(). What is not read is never "
	"guessed: a value that is made of it is refused. Functions, classes and other imports are passed over as long "
	"as no value is made of them; if, for, try and the like are refused. "
	"A name that is no setting is refused unless another value is made of it or it "
	"begins with an underscore. Settings of Gunicorn that have no meaning here are ignored with a warning, and so "
	"are its hooks, as functions too (the warning names what a module in C has instead); those that ask for what "
	"is not there (HTTP/2, uwsgi, Paste, dirty workers, a TLS context made in Python) are refused. All mistakes of "
	"a file are told at once, with their lines.\n";

/* Requests are lines of their own; all else is text. */
static void add_lines(struct nw_buf *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		struct nw_buf line = {0};

		nw_buf_add(&line, text, len);
		if (*text == '.') {
			nw_buf_adds(out, nw_buf_str(&line));
		} else {
			nw_roff_add(out, nw_buf_str(&line));
		}
		nw_buf_addc(out, '\n');
		nw_buf_free(&line);
		text += len + (text[len] == '\n');
	}
}

static void add_environment(struct nw_buf *out)
{
	nw_buf_adds(out, ".SH ENVIRONMENT\n");
	nw_roff_item(
		out, "GUNICORN_CMD_ARGS, NARWHAL_CMD_ARGS",
		"Options, split into words as a shell does it. They are stronger than the config file and weaker than "
		"the command line; the second is stronger than the first. Their APPs count if the command line has "
		"none.");
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);
		struct nw_buf text = {0};

		if (setting->env == NULL) {
			continue;
		}
		nw_buf_addf(&text, "The default of %s", setting->name);
		if (setting->env_prefix != NULL) {
			nw_buf_addf(&text, " becomes %s$%s", setting->env_prefix, setting->env);
		}
		nw_buf_addc(&text, '.');
		nw_roff_item(out, setting->env, nw_buf_str(&text));
		nw_buf_free(&text);
	}
	nw_roff_item(
		out, "NARWHAL_GRACE",
		"Seconds from TERM until whoever sent it kills what is still there (terminationGracePeriodSeconds of "
		"Kubernetes, stop_grace_period of compose, TimeoutStopSec of systemd). Changes nothing: a warning says "
		"when a stop may take longer.");
	nw_roff_item(out, "XDG_RUNTIME_DIR", "Directory of the control socket, unless control_socket names a path.");
	nw_roff_item(
		out, "NOTIFY_SOCKET, LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES",
		"Of a service manager: where it is told of READY, RELOADING and the like, and sockets that it opened, "
		"which take the place of bind, the one named admin that of admin_bind.");
}

struct item {
	const char *tag, *text;
};

static const struct item signals[] = {
	{"TERM",
	 "Stop gracefully: after drain_delay, in which /readyz fails, accept no more, answer what is in flight and "
	 "what waits to be accepted, end within graceful_timeout."},
	{"INT, QUIT", "Stop at once; what is in flight is lost. While a graceful stop is under way: hurry it."},
	{"HUP",
	 "Reload: read the configuration anew, from the start directory, arguments and environment of the start; "
	 "boot one worker of the new generation, its apps loaded anew; when it is ready, replace the others as "
	 "reload_strategy says. If anything of that fails, the old generation goes on, and the log says why."},
	{"TTIN, TTOU", "One worker more, one less (at least one stays), until the next reload."},
	{"USR1", "Open the log files anew, after they were moved away."},
	{"USR2",
	 "Upgrade: start a new master of the program and the configuration on disk, on the same sockets; both "
	 "serve. Its pidfile has .2 behind its name. TERM to the old master makes the new one the master, TERM to "
	 "the new one takes it back."},
	{"WINCH", "All workers leave, the master stays; TTIN or HUP brings them back."},
};

static const struct item exit_codes[] = {
	{"0", "Stopped by a signal; or all is well, with --check-config."},
	{"1", "It cannot start: a bad setting, an address or a pidfile that is taken, a log that cannot be opened; or "
	      "--check-config found a mistake."},
	{"2", "An option that there is not, or that lacks its value."},
	{"3", "No worker ever came up; the error log says why."},
	{"4", "There is no such APP; with --check-config, too."},
};

static const struct item atoms[] = {
	{"h", "address of who connected, or of whom a PROXY header names; empty on a unix socket"},
	{"l", "-"},
	{"u", "user of basic authentication, or -"},
	{"t", "time, in brackets"},
	{"r", "request line"},
	{"m, U, q, H", "method, path (decoded), query, protocol"},
	{"s", "status"},
	{"b, B", "bytes of the answer's body"},
	{"f, a", "Referer, User-Agent, or -"},
	{"T, M, D, L",
	 "time that the request took: whole seconds, milliseconds, microseconds, seconds with six decimals"},
	{"p", "process id, as <pid>"},
	{"{name}i, {name}o",
	 "header field of the request, of the app's answer, or -; {x-request-id}o is the id of every "
	 "request"},
	{"{name}e", "variable of the request as WSGI names it, such as REQUEST_METHOD or wsgi.url_scheme, or -; "
		    "{TRACEPARENT}e is what the app sends on, {narwhal.client}e the client as believed proxies say"},
};

static void add_items(struct nw_buf *out, const struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		nw_roff_item(out, items[i].tag, items[i].text);
	}
}

static void add_running(struct nw_buf *out)
{
	nw_buf_adds(out, ".SH SIGNALS\n");
	nw_roff_add(out, "To the master:\n");
	add_items(out, signals, NW_ARRAY_LEN(signals));
	nw_buf_adds(out, ".PP\n");
	nw_roff_add(out, "A worker takes TERM, INT, QUIT and USR1 for itself, and ignores HUP, USR2, TTIN, TTOU and "
			 "WINCH; the master replaces it when it leaves.\n");
	nw_buf_adds(out, ".SH \"EXIT STATUS\"\n");
	add_items(out, exit_codes, NW_ARRAY_LEN(exit_codes));
	nw_buf_adds(out, ".SH \"ACCESS LOG\"\n");
	nw_roff_add(out,
		    "Atoms of access_log_format are written %(name)s; %% is a percent sign. Quotes, backslashes and "
		    "bytes that are not printable ASCII are escaped in what clients send.\n");
	add_items(out, atoms, NW_ARRAY_LEN(atoms));
}

void nw_settings_man(struct nw_buf *out)
{
	nw_buf_adds(out, ".TH NARWHAL 1 \"\" \"narwhal " NW_VERSION "\" \"User Commands\"\n"
			 ".SH NAME\nnarwhal \\- pre\\-forking HTTP application server\n"
			 ".SH SYNOPSIS\n.B narwhal\n[\\fIOPTIONS\\fR] [\\fIAPP\\fR ...]\n"
			 ".SH DESCRIPTION\n");
	nw_roff_add(out,
		    "narwhal serves APPs over HTTP: a master process holds the listening sockets and keeps workers, "
		    "and each worker answers requests. An APP is 'data', the built-in one, which serves the resources "
		    "of a domain file and is the default, or the path of a shared object; several are mounted in their "
		    "order.\n");
	nw_buf_adds(out, ".PP\n");
	nw_roff_add(out,
		    "A setting comes from, strongest last: its default, the config file, GUNICORN_CMD_ARGS, "
		    "NARWHAL_CMD_ARGS, the command line. A setting that may be given several times is replaced as a "
		    "whole by the stronger source.\n");
	add_options(out);
	nw_buf_adds(out, ".SH \"CONFIG FILE\"\n");
	add_lines(out, file_text);
	add_environment(out);
	add_running(out);
	nw_buf_adds(out, ".SH \"SEE ALSO\"\n.BR narwhalctl (1)\n");
}

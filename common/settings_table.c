#include "common/settings_table.h"

#include <limits.h>

#include "common/settings.h"
#include "common/settings_check.h"

#define AT(field) .offset = offsetof(struct nw_settings, field)

/* Sections, in the order of --help. */
#define SOCKET "Server socket"
#define WORKERS "Worker processes"
#define LIMITS "Limits"
#define PROXY "Behind a proxy"
#define REQUESTS "What requests may look like"
#define ANSWERS "Answers"
#define LOGGING "Logging"
#define PROCESS "Process"
#define DATA "Store and data"
#define BESIDE "Beside the apps"
#define CONFIG "Configuration"

enum {
	SECONDS_MAX = INT_MAX / 1000, /* as milliseconds they still fit in an int */
	REQUESTS_MAX = 1000000000,    /* with the jitter added it still fits in an int */
};

static const struct nw_setting rows[] = {
	{
		.name = "bind",
		.flags = {"-b", "--bind"},
		.section = SOCKET,
		.metavar = "ADDRESS",
		.type = NW_SETTING_LIST,
		AT(bind),
		.check = nw_settings_check_bind,
		.fallback = "127.0.0.1:8888",
		.env = "PORT",
		.env_prefix = "0.0.0.0:",
		.doc = "Address to listen on: HOST, HOST:PORT, [IPV6]:PORT, :PORT (all IPv4 addresses) or unix:PATH. "
		       "May be given several times; in a config file it is a string or a list.",
	},
	{
		.name = "backlog",
		.flags = {"--backlog"},
		.section = SOCKET,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(backlog),
		.fallback = "2048",
		.max = INT_MAX,
		.doc = "Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn.",
	},
	{
		.name = "reuse_port",
		.flags = {"--reuse-port"},
		.section = SOCKET,
		.type = NW_SETTING_BOOL,
		AT(reuse_port),
		.doc = "Set SO_REUSEPORT on TCP sockets, so that several servers can share a port.",
	},
	{
		.name = "admin_bind",
		.flags = {"--admin-bind"},
		.section = SOCKET,
		.metavar = "ADDRESS",
		.type = NW_SETTING_STRING,
		AT(admin_bind),
		.check = nw_settings_check_admin_bind,
		.none = "off",
		.doc = "Address of the admin listener, which serves /livez, /readyz, /metrics and /status: HOST:PORT "
		       "or unix:PATH. Keep it away from the public.",
	},
	{
		.name = "workers",
		.flags = {"-w", "--workers"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(workers),
		.fallback = "1",
		.env = "WEB_CONCURRENCY",
		.min = 1,
		.max = 512,
		.doc = "Worker processes that handle requests.",
	},
	{
		.name = "threads",
		.flags = {"--threads"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(threads),
		.fallback = "4",
		.min = 1,
		.max = 1024,
		.doc = "Threads of each worker that run handlers.",
	},
	{
		.name = "worker_connections",
		.flags = {"--worker-connections"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(worker_connections),
		.fallback = "1000",
		.min = 1,
		.max = 1000000,
		.doc = "Connections that a worker holds at once; others wait to be accepted. The limit of open files "
		       "is raised to match, as far as it may be.",
	},
	{
		.name = "timeout",
		.flags = {"-t", "--timeout"},
		.section = WORKERS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(timeout_s),
		.fallback = "30",
		.max = SECONDS_MAX,
		.doc = "A worker whose event loop gives no sign of life for so long is killed and replaced; 0: "
		       "never. It does not bound a handler on a thread.",
	},
	{
		.name = "graceful_timeout",
		.flags = {"--graceful-timeout"},
		.section = WORKERS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(graceful_timeout_s),
		.fallback = "30",
		.max = SECONDS_MAX,
		.doc = "Time that workers have to finish their requests when they stop or are replaced; what is left "
		       "then is given up.",
	},
	{
		.name = "keepalive",
		.flags = {"--keep-alive"},
		.section = WORKERS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(keepalive_s),
		.fallback = "2",
		.max = SECONDS_MAX,
		.doc = "Time that an idle connection is kept for the next request; 0: closed after each answer.",
	},
	{
		.name = "max_requests",
		.flags = {"--max-requests"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(max_requests),
		.fallback = "0",
		.max = REQUESTS_MAX,
		.doc = "A worker is replaced after so many requests; 0: never.",
	},
	{
		.name = "max_requests_jitter",
		.flags = {"--max-requests-jitter"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(max_requests_jitter),
		.fallback = "0",
		.max = REQUESTS_MAX,
		.doc = "Up to so many are added to max_requests, by chance for each worker, so that not all are "
		       "replaced together.",
	},
	{
		.name = "limit_request_line",
		.flags = {"--limit-request-line"},
		.section = LIMITS,
		.metavar = "BYTES",
		.type = NW_SETTING_INT,
		AT(limit_request_line),
		.fallback = "4094",
		.max = INT_MAX,
		.zero = 65536,
		.ceiling = 8190,
		.doc = "Longest request line. 0 means 65536, values above 8190 mean 8190.",
	},
	{
		.name = "limit_request_fields",
		.flags = {"--limit-request-fields"},
		.section = LIMITS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(limit_request_fields),
		.fallback = "100",
		.max = INT_MAX,
		.zero = 32768,
		.ceiling = 32768,
		.doc = "Most header fields of a request. 0 and values above 32768 mean 32768.",
	},
	{
		.name = "limit_request_field_size",
		.flags = {"--limit-request-field_size", "--limit-request-field-size"},
		.section = LIMITS,
		.metavar = "BYTES",
		.type = NW_SETTING_INT,
		AT(limit_request_field_size),
		.fallback = "8190",
		.max = 1 << 20,
		.zero = 8190,
		.doc = "Longest header field of a request. 0 means 8190; at most 1048576.",
	},
	{
		.name = "limit_request_body",
		.flags = {"--limit-request-body"},
		.section = LIMITS,
		.metavar = "SIZE",
		.type = NW_SETTING_SIZE,
		AT(limit_request_body),
		.fallback = "16MiB",
		.min = 1,
		.max = (int64_t)1 << 40,
		.doc = "Longest body of a request, in bytes or with a unit: 512k, 16MiB, 1G (powers of 1024).",
	},
	{
		.name = "tmp_upload_dir",
		.flags = {"--tmp-upload-dir"},
		.section = LIMITS,
		.metavar = "DIR",
		.type = NW_SETTING_STRING,
		AT(tmp_upload_dir),
		.fallback = "/tmp",
		.env = "TMPDIR",
		.doc = "Directory that holds bodies of more than 1 MiB while they are received and used, as files "
		       "without a name. When it is full such a request is refused (507).",
	},
	{
		.name = "client_header_timeout",
		.flags = {"--client-header-timeout"},
		.section = LIMITS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(client_header_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = SECONDS_MAX,
		.doc = "Time that a client has to send a whole request head; then the answer is 408.",
	},
	{
		.name = "client_body_timeout",
		.flags = {"--client-body-timeout"},
		.section = LIMITS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(client_body_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = SECONDS_MAX,
		.doc = "Time that a client has to send each 16 KiB of a body, or the rest of it; then the answer is "
		       "408.",
	},
	{
		.name = "send_timeout",
		.flags = {"--send-timeout"},
		.section = LIMITS,
		.metavar = "SECONDS",
		.type = NW_SETTING_INT,
		AT(send_timeout_s),
		.fallback = "30",
		.min = 1,
		.max = SECONDS_MAX,
		.doc = "Time that a client has to take each 16 KiB of an answer, or the rest of it; then its "
		       "connection is closed.",
	},
	{
		.name = "forwarded_allow_ips",
		.flags = {"--forwarded-allow-ips"},
		.section = PROXY,
		.metavar = "IPS",
		.type = NW_SETTING_LIST,
		AT(forwarded_allow_ips),
		.check = nw_settings_check_network,
		.fallback = "127.0.0.1,::1",
		.env = "FORWARDED_ALLOW_IPS",
		.may_be_empty = true,
		.doc = "Addresses and networks (10.0.0.0/8), with commas between them, of proxies that are believed "
		       "in what they say by X-Request-ID, traceparent and secure_scheme_headers; *: every peer. "
		       "Those on unix sockets are always believed.",
	},
	{
		.name = "secure_scheme_headers",
		.flags = {"--secure-scheme-header"},
		.section = PROXY,
		.metavar = "NAME=VALUE",
		.type = NW_SETTING_PAIRS,
		AT(secure_scheme_headers),
		.check = nw_settings_check_scheme_header,
		.fallback = "X-FORWARDED-PROTOCOL=ssl, X-FORWARDED-PROTO=https, X-FORWARDED-SSL=on",
		.may_be_empty = true,
		.doc = "Header field, and its value, by which a believed proxy says that the client spoke https; "
		       "another value says http, and fields that disagree are refused. May be given several times; "
		       "in a config file it is a dict.",
	},
	{
		.name = "header_map",
		.flags = {"--header-map"},
		.section = REQUESTS,
		.metavar = "WHAT",
		.type = NW_SETTING_STRING,
		AT(header_map),
		.check = nw_settings_check_header_map,
		.fallback = "drop",
		.doc = "What becomes of a header field with '_' in its name, which a program further in could take "
		       "for the one with '-'. drop: it is left out; refuse: the answer is 400; dangerous: it is kept.",
	},
	{
		.name = "forwarder_headers",
		.flags = {"--forwarder-headers"},
		.section = REQUESTS,
		.metavar = "NAMES",
		.type = NW_SETTING_LIST,
		AT(forwarder_headers),
		.check = nw_settings_check_forwarder_header,
		.fallback = "SCRIPT_NAME,PATH_INFO",
		.may_be_empty = true,
		.doc = "Names with '_' that a believed proxy may send whatever header_map says, with commas between "
		       "them; '*' means all, an empty list none.",
	},
	{
		.name = "permit_obsolete_folding",
		.flags = {"--permit-obsolete-folding"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_obsolete_folding),
		.doc = "Take header fields that go on in a line that begins with white space, and join the lines by "
		       "one space; never Host, Content-Length and Transfer-Encoding.",
	},
	{
		.name = "strip_header_spaces",
		.flags = {"--strip-header-spaces"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(strip_header_spaces),
		.doc = "Take white space between the name of a header field and its colon. Dangerous behind a proxy "
		       "that reads such a field otherwise.",
	},
	{
		.name = "permit_unconventional_http_method",
		.flags = {"--permit-unconventional-http-method"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_unconventional_http_method),
		.doc = "Take every token as a method, not only those of 3 to 20 characters without lower case and "
		       "'#'.",
	},
	{
		.name = "permit_unconventional_http_version",
		.flags = {"--permit-unconventional-http-version"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(permit_unconventional_http_version),
		.doc = "Take every HTTP/D.D: what is below 1.0 is treated as HTTP/1.0, what is above 1.9 as HTTP/1.1.",
	},
	{
		.name = "casefold_http_method",
		.flags = {"--casefold-http-method"},
		.section = REQUESTS,
		.type = NW_SETTING_BOOL,
		AT(casefold_http_method),
		.doc = "Take methods in lower case too, and make them upper case.",
	},
	{
		.name = "compress",
		.flags = {"--compress"},
		.section = ANSWERS,
		.metavar = "CODINGS",
		.type = NW_SETTING_STRING,
		AT(compress),
		.check = nw_settings_check_compress,
		.fallback = NW_SETTINGS_CODINGS,
		.doc = "What answers of apps are compressed with when a client accepts it: one or more "
		       "of " NW_SETTINGS_CODINGS
		       " (this build has no other), or off. Only text, JSON and the like, from "
		       "1024 bytes on. Cache-Control: no-transform keeps an answer as it is.",
	},
	{
		.name = "accesslog",
		.flags = {"--access-logfile"},
		.section = LOGGING,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(accesslog),
		.none = "off",
		.doc = "File of the access log; '-' is the standard output. USR1 opens it anew.",
	},
	{
		.name = "access_log_format",
		.flags = {"--access-logformat"},
		.section = LOGGING,
		.metavar = "STRING",
		.type = NW_SETTING_STRING,
		AT(access_log_format),
		.fallback = "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\"",
		.doc = "Form of a line of the access log, in Gunicorn's atoms; see narwhal(1).",
	},
	{
		.name = "errorlog",
		.flags = {"--error-logfile", "--log-file"},
		.section = LOGGING,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(errorlog),
		.fallback = "-",
		.doc = "File of the error log; '-' is the standard error. USR1 opens it anew.",
	},
	{
		.name = "loglevel",
		.flags = {"--log-level"},
		.section = LOGGING,
		.metavar = "LEVEL",
		.type = NW_SETTING_LEVEL,
		AT(loglevel),
		.fallback = "info",
		.doc = "Least level that the error log shows: debug, info, warning, error or critical.",
	},
	{
		.name = "server_timing",
		.flags = {"--server-timing"},
		.section = LOGGING,
		.type = NW_SETTING_BOOL,
		AT(server_timing),
		.doc = "Tell clients by Server-Timing how long a request of an app waited for a thread (queue), how "
		       "long the app took (app), and what the app adds.",
	},
	{
		.name = "preload_app",
		.flags = {"--preload"},
		.section = PROCESS,
		.type = NW_SETTING_BOOL,
		AT(preload_app),
		.doc = "Load the apps once, in the master, before workers are forked; a reload loads them anew.",
	},
	{
		.name = "chdir",
		.flags = {"--chdir"},
		.section = PROCESS,
		.metavar = "DIR",
		.type = NW_SETTING_STRING,
		AT(chdir),
		.check = nw_settings_check_dir,
		.none = "the current directory",
		.doc = "Directory to change to before apps are loaded. The config file is looked for before that.",
	},
	{
		.name = "pidfile",
		.flags = {"-p", "--pid"},
		.section = PROCESS,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(pidfile),
		.none = "off",
		.doc = "File that holds the master's process id.",
	},
	{
		.name = "user",
		.flags = {"-u", "--user"},
		.section = PROCESS,
		.metavar = "USER",
		.type = NW_SETTING_USER,
		AT(user),
		.none = "as started",
		.doc = "User, by name or id, that workers run as, with its groups; unix sockets and log files are "
		       "given to it. Only for root.",
	},
	{
		.name = "group",
		.flags = {"-g", "--group"},
		.section = PROCESS,
		.metavar = "GROUP",
		.type = NW_SETTING_GROUP,
		AT(group),
		.none = "as started",
		.doc = "Group, by name or id, that workers run as. Only for root.",
	},
	{
		.name = "umask",
		.flags = {"-m", "--umask"},
		.section = PROCESS,
		.metavar = "MODE",
		.type = NW_SETTING_UMASK,
		AT(umask),
		.fallback = "0",
		.max = 0777,
		.doc = "Mode bits that unix sockets are made without; octal with a leading 0, such as 022 (0o22 in a "
		       "config file).",
	},
	{
		.name = "proc_name",
		.flags = {"-n", "--name"},
		.section = PROCESS,
		.metavar = "NAME",
		.type = NW_SETTING_STRING,
		AT(proc_name),
		.none = "the first APP",
		.doc = "Name that ps shows.",
	},
	{
		.name = "store",
		.flags = {"--store"},
		.section = DATA,
		.metavar = "URI",
		.type = NW_SETTING_STRING,
		AT(store),
		.check = nw_settings_check_store,
		.fallback = "sqlite:narwhal.db",
		.env = "NARWHAL_STORE",
		.doc = "Where documents live: sqlite:PATH (embedded) or mongodb://HOST/DATABASE.",
	},
	{
		.name = "domain",
		.flags = {"--domain"},
		.section = DATA,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(domain),
		.fallback = "./domain.json",
		.env = "NARWHAL_DOMAIN",
		.doc = "Domain file of the app 'data': the resources that it serves.",
	},
	{
		.name = "read_only",
		.flags = {"--read-only"},
		.section = DATA,
		.type = NW_SETTING_BOOL,
		AT(read_only),
		.doc = "Answer reads only: the app 'data' has no POST, PATCH, PUT and DELETE, whatever the domain "
		       "file allows.",
	},
	{
		.name = "static",
		.flags = {"--static"},
		.section = BESIDE,
		.metavar = "PREFIX=DIR",
		.type = NW_SETTING_LIST,
		AT(static_files),
		.check = nw_settings_check_static,
		.none = "off",
		.doc = "Serve the files of DIR below PREFIX, such as /=frontend/web/dist, where no app has a route. "
		       "A browser that asks for a page that is not there gets the index.html of PREFIX, unless an "
		       "app has routes that begin with the same segment. May be given several times; in a config "
		       "file it is a string or a list.",
	},
	{
		.name = "status_path",
		.flags = {"--status-path"},
		.section = BESIDE,
		.metavar = "PATH",
		.type = NW_SETTING_STRING,
		AT(status_path),
		.check = nw_settings_check_status_path,
		.none = "off",
		.doc = "Serve what the admin listener has at /status at exactly PATH of the main listener, for all "
		       "who reach it. It goes before the routes of apps.",
	},
	{
		.name = "config",
		.flags = {"-c", "--config"},
		.section = CONFIG,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(config),
		.is_cli_only = true,
		.none = "./narwhal.conf.py or ./gunicorn.conf.py, the first that is there",
		.doc = "Config file, PATH or file:PATH, in the syntax of gunicorn.conf.py; see narwhal(1).",
	},
	{
		.name = "check_config",
		.flags = {"--check-config"},
		.section = CONFIG,
		.type = NW_SETTING_BOOL,
		AT(check_config),
		.is_cli_only = true,
		.doc = "Check the configuration and the apps, then exit: 0 if all is well.",
	},
	{
		.name = "print_config",
		.flags = {"--print-config"},
		.section = CONFIG,
		.type = NW_SETTING_BOOL,
		AT(print_config),
		.is_cli_only = true,
		.doc = "Print every setting as a config file would set it (passwords as ***), then do as "
		       "--check-config.",
	},
	{
		.name = "help",
		.flags = {"-h", "--help"},
		.section = CONFIG,
		.type = NW_SETTING_HELP,
		.is_cli_only = true,
		.doc = "Print this help and exit.",
	},
	{
		.name = "version",
		.flags = {"-v", "--version"},
		.section = CONFIG,
		.type = NW_SETTING_VERSION,
		.is_cli_only = true,
		.doc = "Print the version and exit.",
	},
};

_Static_assert(NW_ARRAY_LEN(rows) < 64, "sources keep one bit a row");

size_t nw_settings_table_len(void)
{
	return NW_ARRAY_LEN(rows);
}

const struct nw_setting *nw_settings_table_at(size_t i)
{
	return &rows[i];
}

const struct nw_setting *nw_settings_table_find(struct nw_span name)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(rows); i++) {
		if (nw_span_eq(name, rows[i].name)) {
			return &rows[i];
		}
	}
	return NULL;
}

const char *nw_settings_table_nearest(const char *name)
{
	const char *names[NW_ARRAY_LEN(rows)];

	for (size_t i = 0; i < NW_ARRAY_LEN(rows); i++) {
		names[i] = rows[i].name;
	}
	return nw_str_nearest(name, names, NW_ARRAY_LEN(rows));
}

const char *nw_settings_table_nearest_flag(const char *flag)
{
	const char *flags[NW_ARRAY_LEN(rows) * NW_SETTING_FLAGS];
	size_t n = 0;

	for (size_t i = 0; i < NW_ARRAY_LEN(rows) * NW_SETTING_FLAGS; i++) {
		const char *known = rows[i / NW_SETTING_FLAGS].flags[i % NW_SETTING_FLAGS];

		if (known != NULL && known[1] == '-') {
			flags[n++] = known;
		}
	}
	return nw_str_nearest(flag, flags, n);
}

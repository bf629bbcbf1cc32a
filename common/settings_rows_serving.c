#include "common/settings_rows.h"

#include <limits.h>

#include "common/settings_check.h"

#define SOCKET "Server socket"
#define WORKERS "Worker processes"

static const char *const reload_strategies[] = {"all", "rolling", NULL};

enum { REQUESTS_MAX = 1000000000 }; /* with the jitter added it still fits in an int */

static const char *const worker_classes[] = {"narwhal",       "sync",    "gthread", "gevent", "gevent_wsgi",
					     "gevent_pywsgi", "tornado", "asgi",    NULL};

const struct nw_setting nw_settings_rows_serving[] = {
	{
		.name = "bind",
		.flags = {"-b", "--bind"},
		.section = SOCKET,
		.metavar = "ADDRESS",
		.type = NW_SETTING_LIST,
		AT(bind),
		.differs = "A unix socket that a live server listens on is not taken over.",
		.gunicorn = "127.0.0.1:8000",
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
		.differs = "All workers share one socket with SO_REUSEPORT.",
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
		.name = "worker_class",
		.flags = {"-k", "--worker-class"},
		.section = WORKERS,
		.metavar = "NAME",
		.type = NW_SETTING_CHOICE,
		AT(worker_class),
		.differs = "There is one kind of worker; all names mean it.",
		.gunicorn = "sync",
		.choices = worker_classes,
		.fallback = "narwhal",
		.doc = "There is one kind of worker: an event loop that holds all connections, and threads for "
		       "handlers. Gunicorn's names of its kinds are taken to mean it.",
	},
	{
		.name = "threads",
		.flags = {"--threads"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(threads),
		.differs = "The default is 4, and with 1, too, handlers run on a thread beside the event loop.",
		.gunicorn = "1",
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
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(timeout_s),
		.differs =
			"A handler on a thread that overruns it is answered 503, and what others asked of its worker "
			"is answered, before that worker is replaced.",
		.fallback = "30",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "A worker whose event loop gives no sign of life for so long is killed and replaced; 0: "
		       "never. A request whose handler, on a thread, takes so long is answered 503, and its "
		       "worker is replaced; waiting for the client does not count. Until it is, another thread "
		       "takes the place of the one that hangs.",
	},
	{
		.name = "graceful_timeout",
		.flags = {"--graceful-timeout"},
		.section = WORKERS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(graceful_timeout_s),
		.differs = "It is enforced when a reload replaces workers, too.",
		.fallback = "30",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time that workers have to finish their requests when they stop or are replaced; what is left "
		       "then is given up.",
	},
	{
		.name = "drain_delay",
		.flags = {"--drain-delay"},
		.section = WORKERS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(drain_delay_s),
		.fallback = "0",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time from TERM to the end of accepting: /readyz fails at once, and until then connections are "
		       "accepted and requests answered, each with Connection: close, so that whoever routes requests "
		       "here can turn away first. INT and QUIT cut it short. graceful_timeout begins after it.",
	},
	{
		.name = "keepalive",
		.flags = {"--keep-alive"},
		.section = WORKERS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(keepalive_s),
		.fallback = "2",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Time that an idle connection is kept for the next request; 0: closed after each answer.",
	},
	{
		.name = "max_requests",
		.flags = {"--max-requests"},
		.section = WORKERS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(max_requests),
		.differs = "The worker serves on until another one has booted in its place, and few go at a time.",
		.fallback = "0",
		.max = REQUESTS_MAX,
		.doc = "A worker is replaced after so many requests; 0: never. It serves until another one has booted "
		       "and takes its place; at a time one is replaced, of more than 8 workers one in 8.",
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
		.name = "max_worker_age",
		.flags = {"--max-worker-age"},
		.section = WORKERS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(max_worker_age_s),
		.fallback = "0",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "A worker that is older is replaced, as by max_requests; 0: never.",
	},
	{
		.name = "max_worker_age_jitter",
		.flags = {"--max-worker-age-jitter"},
		.section = WORKERS,
		.metavar = "TIME",
		.type = NW_SETTING_SECONDS,
		AT(max_worker_age_jitter_s),
		.fallback = "0",
		.max = NW_SETTINGS_SECONDS_MAX,
		.doc = "Up to so much is added to max_worker_age, by chance for each worker.",
	},
	{
		.name = "max_worker_memory",
		.flags = {"--max-worker-memory"},
		.section = WORKERS,
		.metavar = "SIZE",
		.type = NW_SETTING_SIZE,
		AT(max_worker_memory),
		.fallback = "0",
		.max = INT64_MAX,
		.doc = "A worker whose resident memory is larger is replaced, as by max_requests; 0: never. What it "
		       "shares with others counts. One that needs as much when it has just booted stays.",
	},
	{
		.name = "reload_strategy",
		.flags = {"--reload-strategy"},
		.section = WORKERS,
		.metavar = "WORD",
		.type = NW_SETTING_CHOICE,
		AT(reload_strategy),
		.fallback = "all",
		.choices = reload_strategies,
		.doc = "How HUP replaces workers once the first new one has booted. all: the others are started "
		       "together, "
		       "so that for a while there are twice as many. rolling: one after the other, of more than 8 "
		       "one in 8 at a time, each when an old one is gone, so that memory is never doubled.",
	},
};

const size_t nw_settings_n_rows_serving = NW_ARRAY_LEN(nw_settings_rows_serving);

#include "common/settings_rows.h"

#include "common/settings_check.h"
#include "common/statsd.h"
#include "common/syslog.h"

#define LOGGING "Logging"
#define PROCESS "Process"
#define CONTROL "Control socket"

const struct nw_setting nw_settings_rows_process[] = {
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
		.differs = "json is a format of its own.",
		.fallback = "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\"",
		.doc = "Form of a line of the access log, in Gunicorn's atoms, see narwhal(1); or json: one object a "
		       "line.",
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
		.differs = "A level that there is not is refused.",
		.fallback = "info",
		.doc = "Least level that the error log shows: debug, info, warning, error or critical.",
	},
	{
		.name = "capture_output",
		.flags = {"--capture-output"},
		.section = LOGGING,
		.type = NW_SETTING_BOOL,
		AT(capture_output),
		.doc = "Let what apps print on standard output and error go to the file of the error log; with "
		       "errorlog '-' it "
		       "stays where it is.",
	},
	{
		.name = "syslog",
		.flags = {"--log-syslog"},
		.section = LOGGING,
		.type = NW_SETTING_BOOL,
		AT(syslog),
		.doc = "Send the lines of the error log to syslog, too, and those of the access log, even if accesslog "
		       "is "
		       "off.",
	},
	{
		.name = "syslog_addr",
		.flags = {"--log-syslog-to"},
		.section = LOGGING,
		.metavar = "ADDRESS",
		.type = NW_SETTING_STRING,
		AT(syslog_addr),
		.fallback = "udp://localhost:514",
		.check = nw_syslog_check_address,
		.doc = "Where syslog listens: udp://HOST:PORT, tcp://HOST:PORT or unix://PATH, such as "
		       "unix:///dev/log, "
		       "with #dgram or #stream behind it if it must be that. It is never waited for.",
	},
	{
		.name = "syslog_prefix",
		.flags = {"--log-syslog-prefix"},
		.section = LOGGING,
		.metavar = "NAME",
		.type = NW_SETTING_STRING,
		AT(syslog_prefix),
		.check = nw_syslog_check_prefix,
		.none = "proc_name",
		.doc = "Middle of the tags of syslog, gunicorn.NAME.error and gunicorn.NAME.access.",
	},
	{
		.name = "syslog_facility",
		.flags = {"--log-syslog-facility"},
		.section = LOGGING,
		.metavar = "NAME",
		.type = NW_SETTING_STRING,
		AT(syslog_facility),
		.fallback = "user",
		.check = nw_syslog_check_facility,
		.doc = "Facility of syslog: user, daemon, local0 to local7 and the others of RFC 3164.",
	},
	{
		.name = "disable_redirect_access_to_syslog",
		.flags = {"--disable-redirect-access-to-syslog"},
		.section = LOGGING,
		.type = NW_SETTING_BOOL,
		AT(disable_redirect_access_to_syslog),
		.doc = "Keep the lines of the access log out of syslog.",
	},
	{
		.name = "statsd_host",
		.flags = {"--statsd-host"},
		.section = LOGGING,
		.metavar = "ADDRESS",
		.type = NW_SETTING_STRING,
		AT(statsd_host),
		.check = nw_statsd_check_host,
		.none = "off",
		.doc = "Where statsd listens: HOST:PORT (8125) or unix://PATH. Requests, their duration and status, "
		       "lines of the error log and workers are told to it, by Gunicorn's names. It is never waited "
		       "for.",
	},
	{
		.name = "statsd_prefix",
		.flags = {"--statsd-prefix"},
		.section = LOGGING,
		.metavar = "PREFIX",
		.type = NW_SETTING_STRING,
		AT(statsd_prefix),
		.none = "none",
		.check = nw_statsd_check_text,
		.doc = "What stands in front of the names for statsd, with one dot between.",
	},
	{
		.name = "dogstatsd_tags",
		.flags = {"--dogstatsd-tags"},
		.section = LOGGING,
		.metavar = "TAGS",
		.type = NW_SETTING_STRING,
		AT(dogstatsd_tags),
		.none = "none",
		.check = nw_statsd_check_text,
		.doc = "Tags for what is told to statsd, in the way of DogStatsD: NAME:VALUE,NAME:VALUE.",
	},
	{
		.name = "enable_backlog_metric",
		.flags = {"--enable-backlog-metric"},
		.section = LOGGING,
		.type = NW_SETTING_BOOL,
		AT(enable_backlog_metric),
		.doc = "Tell statsd once a second how many connections wait to be accepted.",
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
		.differs = "A reload loads the apps anew.",
		.doc = "Load the apps once, in the master, before workers are forked; a reload loads them anew.",
	},
	{
		.name = "raw_env",
		.flags = {"-e", "--env"},
		.section = PROCESS,
		.metavar = "NAME=VALUE",
		.type = NW_SETTING_LIST,
		AT(raw_env),
		.check = nw_settings_check_variable,
		.is_whole = true,
		.none = "none",
		.doc = "Variable that the environment of the master and of workers gets, for apps; settings do not "
		       "come from it. May be given several times; a reload begins with the environment of the start.",
	},
	{
		.name = "reload",
		.flags = {"--reload"},
		.section = PROCESS,
		.type = NW_SETTING_BOOL,
		AT(reload),
		.differs =
			"It is a whole reload, as by HUP, so that what fails to load leaves the old workers serving.",
		.doc = "For development: reload, as HUP does, whenever the config file, a module, the domain file or "
		       "one of "
		       "reload_extra_files has changed. Modules are loaded from a copy then, so that they can be "
		       "written in place.",
	},
	{
		.name = "reload_engine",
		.flags = {"--reload-engine"},
		.section = PROCESS,
		.metavar = "ENGINE",
		.type = NW_SETTING_STRING,
		AT(reload_engine),
		.fallback = "auto",
		.check = nw_settings_check_reload_engine,
		.doc = "How files are watched: inotify; poll, which looks once a second; or auto, which is inotify, "
		       "and poll "
		       "too for what is on a network or shared with another system.",
	},
	{
		.name = "reload_extra_files",
		.flags = {"--reload-extra-file"},
		.section = PROCESS,
		.metavar = "FILE",
		.type = NW_SETTING_LIST,
		AT(reload_extra_files),
		.none = "none",
		.doc = "One more file that reload watches, or a pattern such as templates/*.html. May be given several "
		       "times. A relative path is taken from chdir.",
	},
	{
		.name = "daemon",
		.flags = {"-D", "--daemon"},
		.section = PROCESS,
		.type = NW_SETTING_BOOL,
		AT(daemon),
		.differs = "The command ends once a worker serves, with 0, or with the exit code and reason of the "
			   "server that could not.",
		.doc = "Leave the terminal: the process that is started ends once a worker serves, with 0, or with the "
		       "exit "
		       "code and reason of the server that could not. Standard streams are /dev/null from then on, so "
		       "name a "
		       "file by errorlog.",
	},
	{
		.name = "enable_stdio_inheritance",
		.flags = {"-R", "--enable-stdio-inheritance"},
		.section = PROCESS,
		.type = NW_SETTING_BOOL,
		AT(enable_stdio_inheritance),
		.doc = "As a daemon, keep standard output and error as they are unless they are a terminal.",
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
		.name = "control_socket",
		.flags = {"--control-socket"},
		.section = CONTROL,
		.metavar = "PATH",
		.type = NW_SETTING_STRING,
		AT(control_socket),
		.differs = "Each server has a path of its own by default, so gunicornc needs -s.",
		.none = "narwhal-PID.ctl in $XDG_RUNTIME_DIR or ~/.narwhal",
		.doc = "Unix socket for narwhalctl(1) and gunicornc. A relative path is taken from chdir. A server "
		       "that "
		       "cannot open it says so in the log, and serves.",
	},
	{
		.name = "control_socket_mode",
		.flags = {"--control-socket-mode"},
		.section = CONTROL,
		.metavar = "MODE",
		.type = NW_SETTING_UMASK,
		AT(control_socket_mode),
		.fallback = "0600",
		.max = 0777,
		.doc = "Mode of the control socket, octal with a leading 0. With no bits for group and others, root "
		       "and "
		       "the user of the master are the only ones who are answered.",
	},
	{
		.name = "control_socket_disable",
		.flags = {"--no-control-socket"},
		.section = CONTROL,
		.type = NW_SETTING_BOOL,
		AT(control_socket_disable),
		.doc = "Open no control socket.",
	},
};

const size_t nw_settings_n_rows_process = NW_ARRAY_LEN(nw_settings_rows_process);

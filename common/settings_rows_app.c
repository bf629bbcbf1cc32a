#include "common/settings_rows.h"

#include "common/settings_check.h"

#define DATA "Store and data"
#define BESIDE "Apps and what is beside them"
#define CONFIG "Configuration"

const struct nw_setting nw_settings_rows_app[] = {
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
		.name = "wsgi_app",
		.section = BESIDE,
		.metavar = "APP",
		.type = NW_SETTING_LIST,
		AT(wsgi_app),
		.differs = "An APP is data or the path of a module in C, not a Python application.",
		.check = nw_settings_check_app,
		.none = "data",
		.doc = "APP, or a list of them, when none is given as an argument.",
	},
	{
		.name = "config",
		.flags = {"-c", "--config"},
		.section = CONFIG,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(config),
		.differs = "The file is read, not run; python:MODULE is refused. ./narwhal.conf.py goes before "
			   "./gunicorn.conf.py.",
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
		.differs = "Files that the settings name are looked at, too.",
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
		.name = "compat",
		.flags = {"--compat"},
		.section = CONFIG,
		.type = NW_SETTING_COMPAT,
		.is_cli_only = true,
		.doc = "Print what of a set-up of Gunicorn's holds here, changes, is ignored or is refused, and exit: "
		       "1 if "
		       "anything is refused. What follows is a config file, or the arguments of a gunicorn command.",
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

const size_t nw_settings_n_rows_app = NW_ARRAY_LEN(nw_settings_rows_app);

/**
 * Every setting of Narwhal, read from (weakest first) built-in default, config file, GUNICORN_CMD_ARGS,
 * NARWHAL_CMD_ARGS and the command line. One table (settings_table.c) drives the parsers, --help, --print-config
 * and the man page. Names and meanings are Gunicorn's.
 */
#ifndef NW_COMMON_SETTINGS_H
#define NW_COMMON_SETTINGS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/log.h"

struct nw_strings {
	char **v; /* NUL-terminated strings */
	size_t n;
};

/** One loaded configuration. All strings live in @arena. Never changed after it was loaded. */
struct nw_settings {
	struct nw_arena *arena;
	struct nw_strings given;   /* names of settings that are set by more than their default; with repetitions */
	struct nw_strings notices; /* "FILE:3: ...": what is taken, but not as it may be meant; for people */
	struct nw_strings apps;    /* APP arguments, or else wsgi_app, or else "data". Never empty after loading */
	struct nw_strings wsgi_app;

	/* Server socket */
	struct nw_strings bind; /* default 127.0.0.1:8888, or 0.0.0.0:$PORT */
	int backlog;            /* 2048 */
	bool reuse_port;
	char *admin_bind; /* NULL: none */

	/* Worker processes */
	char *worker_class;     /* narwhal, or Gunicorn's name for one; there is one kind */
	int workers;            /* 1, or $WEB_CONCURRENCY */
	int threads;            /* 4: handler threads a worker */
	int worker_connections; /* 1000 */
	int timeout_s;          /* 30; 0: never */
	int graceful_timeout_s; /* 30 */
	int drain_delay_s;      /* 0 */
	int keepalive_s;        /* 2; 0: close after each answer */
	int max_requests;       /* 0: never */
	int max_requests_jitter;
	int max_worker_age_s; /* 0: any */
	int max_worker_age_jitter_s;
	int64_t max_worker_memory; /* bytes; 0: any */
	char *reload_strategy;     /* all or rolling */

	/* Limits */
	int limit_request_line;       /* 4094; as it takes effect, at most 65536 */
	int limit_request_fields;     /* 100; at most 32768 */
	int limit_request_field_size; /* 8190; at most 1 MiB */
	int64_t limit_request_body;   /* 16 MiB */
	char *tmp_upload_dir;         /* /tmp, or $TMPDIR */
	int client_header_timeout_s;  /* 30 */
	int client_body_timeout_s;    /* 30 */
	int send_timeout_s;           /* 30 */

	/* Behind a proxy */
	struct nw_strings forwarded_allow_ips; /* addresses and networks; 127.0.0.1 and ::1, or $FORWARDED_ALLOW_IPS */
	struct nw_strings secure_scheme_headers; /* NAME=VALUE each */
	char *proxy_protocol;                    /* off, v1, v2 or auto */
	struct nw_strings proxy_allow_ips;       /* 127.0.0.1 and ::1 */

	/* TLS */
	char *certfile, *keyfile; /* NULL: none */
	int cert_reqs;            /* 0: no certificates of clients; 1: if they have one; 2: all must */
	char *ca_certs, *ciphers; /* NULL: none; ours */

	/* What requests may look like */
	char *header_map; /* drop, refuse or dangerous */
	struct nw_strings forwarder_headers;
	bool permit_obsolete_folding, strip_header_spaces, permit_unconventional_http_method;
	bool permit_unconventional_http_version, casefold_http_method;

	/* Answers */
	bool sendfile;  /* true, or $SENDFILE */
	char *compress; /* names of codings with commas, or "off" */

	/* Logging */
	char *accesslog; /* NULL: off; "-": stdout */
	char *access_log_format;
	char *errorlog; /* "-": stderr */
	enum nw_log_level loglevel;
	bool capture_output;
	bool server_timing;
	bool syslog, disable_redirect_access_to_syslog;
	char *syslog_addr;                    /* udp://localhost:514 */
	char *syslog_prefix;                  /* NULL: the name of the process */
	char *syslog_facility;                /* "user" */
	char *statsd_host;                    /* NULL: none */
	char *statsd_prefix, *dogstatsd_tags; /* NULL: none */
	bool enable_backlog_metric;

	/* Process */
	char *config; /* path that was read; NULL: none */
	bool check_config, print_config;
	bool daemon, enable_stdio_inheritance;
	bool preload_app;
	struct nw_strings raw_env; /* NAME=VALUE each, for the process's own environment */
	char *start_dir;           /* absolute: where it was loaded, named as $PWD does; NULL: that directory is gone */
	char *chdir;               /* absolute */
	char *pidfile;             /* NULL: none */
	uid_t user;                /* (uid_t)-1: as started */
	gid_t group;               /* (gid_t)-1: as started */
	char *user_name;           /* for messages; NULL: as started */
	mode_t umask;              /* 0 */
	char *proc_name;           /* NULL: the first app */
	char *control_socket;      /* NULL: nw_control_path_default() */
	bool reload;               /* when files change */
	char *reload_engine;       /* auto, poll or inotify */
	struct nw_strings reload_extra_files; /* paths and patterns, from chdir; none by default */
	mode_t control_socket_mode;           /* 0600 */
	bool control_socket_disable;

	/* Narwhal's own */
	char *store;  /* sqlite:PATH or mongodb://..., $NARWHAL_STORE */
	char *domain; /* ./domain.json, $NARWHAL_DOMAIN */
	bool read_only;
	struct nw_strings static_files; /* PREFIX=DIR each; none by default */
	char *status_path;              /* NULL: off */
};

/** What the caller of nw_settings_load() should do next. */
enum nw_settings_action {
	NW_SETTINGS_RUN,
	NW_SETTINGS_CHECK,    /* --check-config or --print-config was given: check, print, exit */
	NW_SETTINGS_HELP,     /* @out_text holds the help; print it, exit 0 */
	NW_SETTINGS_VERSION,  /* the same, the version line */
	NW_SETTINGS_FITS,     /* the same, of --compat: nothing is refused */
	NW_SETTINGS_FITS_NOT, /* the same, exit 1 */
};

/**
 * Read the config file that -c names into @settings: PATH or file:PATH. The file must be there; python:MODULE is
 * refused.
 */
int nw_settings_load_named(struct nw_settings *settings, const char *path, char *const *env,
			   struct nw_err *err) NW_MUST_CHECK;

/**
 * Read everything from @argv, @environ and the config file. The same call serves start and SIGHUP: it depends on
 * nothing but its arguments and files (relative paths are taken from the current directory, so at SIGHUP the caller
 * first goes back to start_dir).
 * 0: *out is the caller's (nw_settings_free); it has no values for HELP and VERSION. Failure: a negative errno, the
 * sentence in @err (several mistakes of the file: one a line, "gunicorn.conf.py:3: ..."); -ENOTSUP: options that there
 * are not, or that lack their value.
 * @out_text: for HELP and VERSION, added to.
 */
int nw_settings_load(int argc, char *const *argv, char *const *environ, struct nw_settings **out,
		     enum nw_settings_action *out_action, struct nw_buf *out_text, struct nw_err *err) NW_MUST_CHECK;

/** What the process is called: proc_name, or its first app. */
const char *nw_settings_name(const struct nw_settings *settings);

struct nw_settings *nw_settings_free(struct nw_settings *settings);

/**
 * `name = value` lines, sorted and padded as Gunicorn's --print-config, which a config file can hold: without config,
 * check_config and print_config, which have no place there. The password of the store is shown as ***.
 */
void nw_settings_print(const struct nw_settings *settings, struct nw_buf *out);

/** The value of setting @name as text ("domain" -> "./domain.json", a list with commas); NULL: no such setting, or it
 *  has no value. Allocated in @arena. */
const char *nw_settings_get(const struct nw_settings *settings, const char *name, struct nw_arena *arena);

/** The page SETTINGS.md, and the completion for bash. */
void nw_settings_page(struct nw_buf *out);
void nw_settings_completion(struct nw_buf *out);

/** The man page narwhal(1) in roff (mdoc or man), and the text of --help. */
void nw_settings_man(struct nw_buf *out);
void nw_settings_help(struct nw_buf *out);

#endif

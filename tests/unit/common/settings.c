#include "common/settings.h"

#include <stdio.h>

#include "common/settings_check.h"
#include "tests/unit/common/settings_fixture.h"

START_TEST(with_nothing_given_every_setting_has_its_default)
{
	enter_new_dir();
	struct loaded l = load(NO_ARGS, NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	const struct nw_settings *s = l.settings;

	ck_assert_int_eq(l.action, NW_SETTINGS_RUN);
	ck_assert_uint_eq(s->apps.n, 1);
	ck_assert_str_eq(s->apps.v[0], "data");
	ck_assert_uint_eq(s->bind.n, 1);
	ck_assert_str_eq(s->bind.v[0], "127.0.0.1:8888");
	ck_assert_int_eq(s->backlog, 2048);
	ck_assert(!s->reuse_port && !s->check_config && !s->print_config && !s->preload_app);
	ck_assert_ptr_null(s->admin_bind);
	ck_assert_str_eq(s->worker_class, "narwhal");
	ck_assert_uint_eq(s->wsgi_app.n, 0);
	ck_assert_uint_eq(s->raw_env.n, 0);
	ck_assert_int_eq(s->workers, 1);
	ck_assert_int_eq(s->threads, 4);
	ck_assert_int_eq(s->worker_connections, 1000);
	ck_assert_int_eq(s->timeout_s, 30);
	ck_assert_int_eq(s->graceful_timeout_s, 30);
	ck_assert_int_eq(s->drain_delay_s, 0);
	ck_assert_int_eq(s->keepalive_s, 2);
	ck_assert_int_eq(s->max_requests, 0);
	ck_assert_int_eq(s->max_requests_jitter, 0);
	ck_assert_int_eq(s->max_worker_age_s, 0);
	ck_assert_int_eq(s->max_worker_age_jitter_s, 0);
	ck_assert_int_eq(s->max_worker_memory, 0);
	ck_assert_str_eq(s->reload_strategy, "all");
	ck_assert_int_eq(s->limit_request_line, 4094);
	ck_assert_int_eq(s->limit_request_fields, 100);
	ck_assert_int_eq(s->limit_request_field_size, 8190);
	ck_assert_int_eq(s->limit_request_body, 16 * 1024 * 1024);
	ck_assert_str_eq(s->tmp_upload_dir, "/tmp");
	ck_assert_int_eq(s->client_header_timeout_s, 30);
	ck_assert_int_eq(s->client_body_timeout_s, 30);
	ck_assert_int_eq(s->send_timeout_s, 30);
	ck_assert_uint_eq(s->forwarded_allow_ips.n, 2);
	ck_assert_str_eq(s->forwarded_allow_ips.v[0], "127.0.0.1");
	ck_assert_str_eq(s->forwarded_allow_ips.v[1], "::1");
	ck_assert_uint_eq(s->secure_scheme_headers.n, 3);
	ck_assert_str_eq(s->secure_scheme_headers.v[1], "X-FORWARDED-PROTO=https");
	ck_assert(!s->server_timing && !s->syslog && !s->disable_redirect_access_to_syslog);
	ck_assert_str_eq(s->syslog_addr, "udp://localhost:514");
	ck_assert_str_eq(s->syslog_facility, "user");
	ck_assert_ptr_null(s->syslog_prefix);
	ck_assert_ptr_null(s->statsd_host);
	ck_assert_ptr_null(s->statsd_prefix);
	ck_assert_ptr_null(s->dogstatsd_tags);
	ck_assert(!s->enable_backlog_metric);
	ck_assert(s->certfile == NULL && s->keyfile == NULL && s->ca_certs == NULL && s->ciphers == NULL);
	ck_assert_int_eq(s->cert_reqs, 0);
	ck_assert_str_eq(s->header_map, "drop");
	ck_assert_uint_eq(s->forwarder_headers.n, 2);
	ck_assert_str_eq(s->forwarder_headers.v[0], "SCRIPT_NAME");
	ck_assert(!s->permit_obsolete_folding && !s->strip_header_spaces && !s->permit_unconventional_http_method);
	ck_assert(!s->permit_unconventional_http_version && !s->casefold_http_method);
	ck_assert(s->sendfile);
	ck_assert(!s->reload && !s->daemon && !s->enable_stdio_inheritance && !s->capture_output);
	ck_assert_str_eq(s->reload_engine, "auto");
	ck_assert_uint_eq(s->reload_extra_files.n, 0);
	ck_assert_str_eq(s->compress, NW_SETTINGS_CODINGS);
	ck_assert_ptr_null(s->accesslog);
	ck_assert_str_eq(s->access_log_format, "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s \"%(f)s\" \"%(a)s\"");
	ck_assert_str_eq(s->errorlog, "-");
	ck_assert_int_eq(s->loglevel, NW_LEVEL_INFO);
	ck_assert_ptr_null(s->config);
	ck_assert_ptr_null(s->pidfile);
	ck_assert_ptr_null(s->proc_name);
	ck_assert_uint_eq(s->user, (uid_t)-1);
	ck_assert_uint_eq(s->group, (gid_t)-1);
	ck_assert_ptr_null(s->user_name);
	ck_assert_uint_eq(s->umask, 0);
	ck_assert_ptr_null(s->control_socket);
	ck_assert_uint_eq(s->control_socket_mode, 0600);
	ck_assert(!s->control_socket_disable);
	ck_assert_str_eq(s->store, "sqlite:narwhal.db");
	ck_assert_str_eq(s->domain, "./domain.json");
	ck_assert_uint_eq(s->static_files.n, 0);
	ck_assert_ptr_null(s->status_path);
	ck_assert_int_eq(s->chdir[0], '/');
	unload(l);
}
END_TEST

START_TEST(environment_variables_replace_defaults_unless_empty)
{
	enter_new_dir();
	struct loaded l = load(NO_ARGS, ENV("PORT=5000", "WEB_CONCURRENCY=3", "NARWHAL_STORE=mongodb://h/d",
					    "NARWHAL_DOMAIN=/etc/d.json", "TMPDIR=/var/tmp"));

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_str_eq(l.settings->tmp_upload_dir, "/var/tmp");
	ck_assert_str_eq(l.settings->bind.v[0], "0.0.0.0:5000");
	ck_assert_int_eq(l.settings->workers, 3);
	ck_assert_str_eq(l.settings->store, "mongodb://h/d");
	ck_assert_str_eq(l.settings->domain, "/etc/d.json");
	unload(l);
	l = load(NO_ARGS, ENV("PORT=", "WEB_CONCURRENCY="));
	ck_assert_str_eq(l.settings->bind.v[0], "127.0.0.1:8888");
	ck_assert_int_eq(l.settings->workers, 1);
	unload(l);
	assert_refused(NO_ARGS, ENV("WEB_CONCURRENCY=many"), "WEB_CONCURRENCY: workers: 'many' is not an integer");
	assert_refused(NO_ARGS, ENV("PORT=99999"),
		       "PORT: bind: '0.0.0.0:99999': the port must be a number from 0 to 65535");
}
END_TEST

static void assert_sendfile(const char *const *args, const char *const *env, bool expected)
{
	struct loaded l = load(args, env);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_int_eq(l.settings->sendfile, expected);
	unload(l);
}

START_TEST(sendfile_is_on_unless_it_is_switched_off)
{
	enter_new_dir();
	assert_sendfile(ARGS("--no-sendfile"), NO_ENV, false);
	assert_sendfile(ARGS("--no-sendfile", "--sendfile"), NO_ENV, true);
	assert_sendfile(NO_ARGS, ENV("SENDFILE=y"), true);
	assert_sendfile(NO_ARGS, ENV("SENDFILE=No"), false);
	assert_sendfile(NO_ARGS, ENV("GUNICORN_CMD_ARGS=--no-s", "SENDFILE=1"), false);
	write_file("gunicorn.conf.py", "sendfile = False");
	assert_sendfile(NO_ARGS, ENV("SENDFILE=1"), false);
	assert_sendfile(ARGS("--sendfile"), NO_ENV, true);
	/* Any value but None switches it off in Gunicorn. */
	write_file("gunicorn.conf.py", "sendfile = True");
	assert_sendfile(NO_ARGS, ENV("SENDFILE=0"), true);
	write_file("gunicorn.conf.py", "sendfile = None");
	assert_sendfile(NO_ARGS, NO_ENV, true);
	assert_sendfile(NO_ARGS, ENV("SENDFILE=0"), false);
	assert_refused(NO_ARGS, ENV("SENDFILE=maybe"), "SENDFILE: sendfile: 'maybe' is not True or False");
}
END_TEST

/* All 32 combinations of the five places that can set workers. */
START_TEST(a_stronger_source_beats_every_weaker_one)
{
	enter_new_dir();
	write_file("with.py", "workers = 3\n");
	write_file("without.py", "threads = 9\n");
	for (unsigned mask = 0; mask < 32; mask++) {
		const char *args[] = {"narwhal", "-c", mask & 2 ? "with.py" : "without.py", NULL, NULL};
		const char *env[4] = {NULL};
		size_t n = 0;
		int expected = 1;

		if (mask & 1) {
			env[n++] = "WEB_CONCURRENCY=2";
		}
		if (mask & 4) {
			env[n++] = "GUNICORN_CMD_ARGS=--workers 4";
		}
		if (mask & 8) {
			env[n++] = "NARWHAL_CMD_ARGS=-w5";
		}
		if (mask & 16) {
			args[3] = "-w6";
		}
		for (unsigned bit = 0; bit < 5; bit++) {
			expected = mask & (1u << bit) ? (int)bit + 2 : expected;
		}
		struct loaded l = load(args, env);

		ck_assert_str_eq(l.err.msg, "");
		ck_assert_int_eq(l.settings->workers, expected);
		unload(l);
	}
}
END_TEST

START_TEST(a_list_of_a_stronger_source_replaces_the_whole_list)
{
	enter_new_dir();
	write_file("c.py", "bind = ['a:1', 'b:2']\n");
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_uint_eq(l.settings->bind.n, 2);
	unload(l);
	l = load(ARGS("-c", "c.py"), ENV("GUNICORN_CMD_ARGS=-b c:3 -b d:4 --bind=e:5"));
	ck_assert_uint_eq(l.settings->bind.n, 3);
	ck_assert_str_eq(l.settings->bind.v[0], "c:3");
	ck_assert_str_eq(l.settings->bind.v[2], "e:5");
	unload(l);
	l = load(ARGS("-c", "c.py", "--bind", "f:6"), ENV("GUNICORN_CMD_ARGS=-b c:3 -b d:4"));
	ck_assert_uint_eq(l.settings->bind.n, 1);
	ck_assert_str_eq(l.settings->bind.v[0], "f:6");
	unload(l);
}
END_TEST

START_TEST(a_list_that_may_be_empty_can_be_emptied)
{
	enter_new_dir();
	write_file("c.py", "static = ['/=web', '/files=a=b']\n");
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_uint_eq(l.settings->static_files.n, 2);
	ck_assert_str_eq(l.settings->static_files.v[1], "/files=a=b");
	unload(l);
	l = load(ARGS("-c", "c.py", "--static", "/x=y,/z=w"), NO_ENV);
	ck_assert_uint_eq(l.settings->static_files.n, 2);
	ck_assert_str_eq(l.settings->static_files.v[1], "/z=w");
	unload(l);
	write_file("c.py", "static = None\n");
	l = load(ARGS("-c", "c.py"), NO_ENV);
	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->static_files.n, 0);
	unload(l);
	write_file("c.py", "bind = None\n");
	assert_refused(ARGS("-c", "c.py"), NO_ENV, "c.py:1: bind: None is not a string or a list of strings");
	write_file("c.py", "static = 5\n");
	assert_refused(ARGS("-c", "c.py"), NO_ENV, "c.py:1: static: 5 is not a string, a list of strings or None");
}
END_TEST

START_TEST(peers_that_are_believed_may_be_none_some_or_all)
{
	enter_new_dir();
	struct loaded l = load(NO_ARGS, ENV("FORWARDED_ALLOW_IPS=10.0.0.0/8, fd00::/8"));

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->forwarded_allow_ips.n, 2);
	ck_assert_str_eq(l.settings->forwarded_allow_ips.v[1], "fd00::/8");
	unload(l);
	l = load(ARGS("--forwarded-allow-ips", ""), NO_ENV);
	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->forwarded_allow_ips.n, 0);
	unload(l);
	write_file("c.py", "forwarded_allow_ips = '*'\nsecure_scheme_headers = {}\n");
	l = load(ARGS("-c", "c.py"), NO_ENV);
	ck_assert_str_eq(l.err.msg, "");
	ck_assert_str_eq(l.settings->forwarded_allow_ips.v[0], "*");
	ck_assert_uint_eq(l.settings->secure_scheme_headers.n, 0);
	unload(l);
	assert_refused(ARGS("--forwarded-allow-ips", "127.0.0.1,proxy"), NO_ENV,
		       "forwarded_allow_ips: 'proxy' is no address and no network: write 10.0.0.1, 10.0.0.0/8, ::1, "
		       "fd00::/8 or *");
}
END_TEST

START_TEST(scheme_headers_are_a_dict)
{
	enter_new_dir();
	write_file("c.py", "secure_scheme_headers = {'X-FORWARDED-PROTO': 'https', 'Front-End-Https': 'on'}\n");
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->secure_scheme_headers.n, 2);
	ck_assert_str_eq(l.settings->secure_scheme_headers.v[1], "Front-End-Https=on");
	unload(l);
	l = load(ARGS("-c", "c.py", "--secure-scheme-header", "X-A=b=c", "--secure-scheme-header", "X-D=e"), NO_ENV);
	ck_assert_uint_eq(l.settings->secure_scheme_headers.n, 2);
	ck_assert_str_eq(l.settings->secure_scheme_headers.v[0], "X-A=b=c");
	unload(l);
	assert_refused(ARGS("--secure-scheme-header", "X_A=b"), NO_ENV,
		       "secure_scheme_headers: 'X_A=b' is not NAME=VALUE, such as X-FORWARDED-PROTO=https, with "
		       "letters, digits and '-' in NAME");
	write_file("c.py", "secure_scheme_headers = ['X-A=b']\n");
	assert_refused(ARGS("-c", "c.py"), NO_ENV,
		       "c.py:1: secure_scheme_headers: a list is not a dict such as {'X-FORWARDED-PROTO': 'https'}");
	write_file("c.py", "secure_scheme_headers = {'': 'on'}\n");
	assert_refused(ARGS("-c", "c.py"), NO_ENV,
		       "c.py:1: secure_scheme_headers: '=on' is not NAME=VALUE, such as X-FORWARDED-PROTO=https, with "
		       "letters, digits and '-' in NAME");
	write_file("c.py", "secure_scheme_headers = None\n");
	l = load(ARGS("-c", "c.py"), NO_ENV);
	ck_assert_uint_eq(l.settings->secure_scheme_headers.n, 0);
	unload(l);
	write_file("c.py", "secure_scheme_headers = {'X-A': 5}\n");
	assert_refused(ARGS("-c", "c.py"), NO_ENV,
		       "c.py:1: secure_scheme_headers: a dict is not a dict of strings whose keys have no '='");
}
END_TEST

static void assert_config(const char *const *args, const char *const *env, const char *path, int workers)
{
	struct loaded l = load(args, env);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_pstr_eq(l.settings->config, path);
	ck_assert_int_eq(l.settings->workers, workers);
	unload(l);
}

START_TEST(the_config_file_is_looked_for_in_order)
{
	const char *const *env = ENV("GUNICORN_CMD_ARGS=-c g.py", "NARWHAL_CMD_ARGS=--config=n.py");

	enter_new_dir();
	write_file("cli.py", "workers = 11\n");
	write_file("n.py", "workers = 12\n");
	write_file("g.py", "workers = 13\n");
	assert_config(NO_ARGS, NO_ENV, NULL, 1);
	write_file("gunicorn.conf.py", "workers = 15\n");
	assert_config(NO_ARGS, NO_ENV, "./gunicorn.conf.py", 15);
	write_file("narwhal.conf.py", "workers = 14\n");
	assert_config(NO_ARGS, NO_ENV, "./narwhal.conf.py", 14);
	assert_config(NO_ARGS, ENV("GUNICORN_CMD_ARGS=-c g.py"), "g.py", 13);
	assert_config(NO_ARGS, env, "n.py", 12);
	assert_config(ARGS("-ccli.py"), env, "cli.py", 11);
	assert_config(ARGS("-c", "file:cli.py"), env, "cli.py", 11);
	/* chdir does not move the lookup. */
	assert_config(ARGS("--chdir", "/"), NO_ENV, "./narwhal.conf.py", 14);
	/* A default file that is there but is none must not be passed over. */
	ck_assert_int_eq(unlink("narwhal.conf.py"), 0);
	ck_assert_int_eq(mkdir("narwhal.conf.py", 0700), 0);
	assert_refused(NO_ARGS, NO_ENV, "cannot read the config file ./narwhal.conf.py: Is a directory");
	assert_refused(ARGS("-c", "no.py"), NO_ENV, "cannot read the config file no.py: No such file or directory");
	assert_refused(ARGS("-c", "python:my.conf"), NO_ENV,
		       "config: 'python:my.conf' is a Python module; Narwhal reads files only: PATH or file:PATH");
	assert_refused(ARGS("-c", "file:"), NO_ENV, "config: the path is empty");
}
END_TEST

START_TEST(apps_come_from_the_strongest_source_that_names_any)
{
	const char *const *env = ENV("GUNICORN_CMD_ARGS=g.so", "NARWHAL_CMD_ARGS=-w 2 n1.so n2.so");

	enter_new_dir();
	struct loaded l = load(ARGS("data", "-w", "3", "./a.so:other"), env);

	ck_assert_uint_eq(l.settings->apps.n, 2);
	ck_assert_str_eq(l.settings->apps.v[0], "data");
	ck_assert_str_eq(l.settings->apps.v[1], "./a.so:other");
	unload(l);
	l = load(NO_ARGS, env);
	ck_assert_uint_eq(l.settings->apps.n, 2);
	ck_assert_str_eq(l.settings->apps.v[1], "n2.so");
	unload(l);
	l = load(ARGS("--"), ENV("GUNICORN_CMD_ARGS=g.so"));
	ck_assert_str_eq(l.settings->apps.v[0], "g.so");
	unload(l);
	write_file("gunicorn.conf.py", "wsgi_app = './a.so'");
	l = load(NO_ARGS, NO_ENV);
	ck_assert_uint_eq(l.settings->apps.n, 1);
	ck_assert_str_eq(l.settings->apps.v[0], "./a.so");
	unload(l);
	l = load(NO_ARGS, env);
	ck_assert_str_eq(l.settings->apps.v[0], "n1.so");
	unload(l);
	assert_file_sets("wsgi_app = ['data', '/srv/a.so']", "wsgi_app", "data,/srv/a.so");
	assert_file_refused("wsgi_app = 'shop.wsgi:app'",
			    "c.py:1: wsgi_app: 'shop.wsgi:app' is an application in Python, which does not run here: "
			    "write data, the built-in one, or the path of a module, such as ./app.so");
	assert_file_refused("wsgi_app = 'a.so'",
			    "c.py:1: wsgi_app: 'a.so' is no application: write ./a.so for a module "
			    "in this directory, or data for the built-in one");
	assert_refused(ARGS(""), NO_ENV, "an APP's name is empty (see narwhal --help)");
}
END_TEST

START_TEST(a_second_load_sees_what_changed_and_leaves_the_first_alone)
{
	enter_new_dir();
	write_file("gunicorn.conf.py", "workers = 2\nproc_name = 'one'\n");
	struct loaded first = load(ARGS("-b", ":1"), NO_ENV);

	write_file("gunicorn.conf.py", "workers = 5\nproc_name = 'two'\n");
	struct loaded second = load(ARGS("-b", ":1"), NO_ENV);

	ck_assert_int_eq(first.settings->workers, 2);
	ck_assert_str_eq(first.settings->proc_name, "one");
	ck_assert_int_eq(second.settings->workers, 5);
	ck_assert_str_eq(second.settings->proc_name, "two");
	unload(first);
	write_file("gunicorn.conf.py", "workers = = 5\n");
	assert_refused(ARGS("-b", ":1"), NO_ENV, "./gunicorn.conf.py:1: expected a value, found '='");
	ck_assert_str_eq(second.settings->bind.v[0], ":1");
	unload(second);
}
END_TEST

START_TEST(check_and_print_ask_for_a_check_and_help_for_help)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--check-config"), NO_ENV);

	ck_assert_int_eq(l.action, NW_SETTINGS_CHECK);
	ck_assert(l.settings->check_config && !l.settings->print_config);
	l = unload(l);
	l = load(ARGS("--print-config"), NO_ENV);
	ck_assert_int_eq(l.action, NW_SETTINGS_CHECK);
	ck_assert(l.settings->print_config);
	l = unload(l);
	l = load(ARGS("-v"), NO_ENV);
	ck_assert_int_eq(l.action, NW_SETTINGS_VERSION);
	ck_assert_str_eq(nw_buf_str(&l.text), "narwhal (version " NW_VERSION ")\n");
	l = unload(l);
	/* Help is given whatever else is wrong. */
	l = load(ARGS("-h", "--nonsense", "-c", "no.py"), ENV("NARWHAL_CMD_ARGS='", "WEB_CONCURRENCY=x"));
	ck_assert_int_eq(l.rc, 0);
	ck_assert_int_eq(l.action, NW_SETTINGS_HELP);
	ck_assert_ptr_eq(strstr(nw_buf_str(&l.text), "Usage: narwhal [OPTIONS] [APP ...]\n"), l.text.data);
	l = unload(l);
	l = load(NO_ARGS, ENV("NARWHAL_CMD_ARGS=--version"));
	ck_assert_int_eq(l.action, NW_SETTINGS_VERSION);
	unload(l);
}
END_TEST

START_TEST(chdir_is_absolute_and_must_be_a_directory)
{
	char here[256], expected[300], pwd[300];

	enter_new_dir();
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	ck_assert_int_eq(mkdir("sub", 0700), 0);
	struct loaded l = load(ARGS("--chdir", "sub"), NO_ENV);

	snprintf(expected, sizeof(expected), "%s/sub", here);
	ck_assert_str_eq(l.settings->chdir, expected);
	unload(l);
	/* The name that the shell knows the directory by is kept, a wrong one is not. */
	ck_assert_int_eq(symlink("sub", "current"), 0);
	ck_assert_int_eq(chdir("current"), 0);
	snprintf(pwd, sizeof(pwd), "PWD=%.200s/current", here);
	l = load(NO_ARGS, ENV(pwd));
	ck_assert_str_eq(l.settings->chdir, pwd + 4);
	unload(l);
	l = load(NO_ARGS, ENV("PWD=/tmp"));
	ck_assert_str_eq(l.settings->chdir, expected);
	unload(l);
	assert_refused(ARGS("--chdir=/no/where"), NO_ENV, "chdir: cannot use '/no/where': No such file or directory");
	assert_refused(ARGS("--chdir=/dev/null"), NO_ENV, "chdir: '/dev/null' is not a directory");
}
END_TEST

NW_TEST_MAIN("common/settings", sendfile_is_on_unless_it_is_switched_off,
	     with_nothing_given_every_setting_has_its_default, environment_variables_replace_defaults_unless_empty,
	     a_stronger_source_beats_every_weaker_one, a_list_of_a_stronger_source_replaces_the_whole_list,
	     a_list_that_may_be_empty_can_be_emptied, peers_that_are_believed_may_be_none_some_or_all,
	     scheme_headers_are_a_dict, the_config_file_is_looked_for_in_order,
	     apps_come_from_the_strongest_source_that_names_any,
	     a_second_load_sees_what_changed_and_leaves_the_first_alone,
	     check_and_print_ask_for_a_check_and_help_for_help, chdir_is_absolute_and_must_be_a_directory)

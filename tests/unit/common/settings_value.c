#include "common/settings_check.h"
#include "tests/unit/common/settings_fixture.h"

START_TEST(values_are_checked_with_sentences)
{
	enter_new_dir();
	assert_refused(ARGS("-w", "x"), NO_ENV, "workers: 'x' is not an integer");
	assert_refused(ARGS("-w", ""), NO_ENV, "workers: '' is not an integer");
	assert_refused(ARGS("-w", "-1"), NO_ENV, "workers: '-1' is out of range (1 to 512)");
	assert_refused(ARGS("-w", "0"), NO_ENV, "workers: '0' is out of range (1 to 512)");
	assert_refused(ARGS("-t", "-5"), NO_ENV, "timeout: '-5' is out of range (0 to 2147483)");
	assert_refused(ARGS("-t", "99999999999999999999"), NO_ENV,
		       "timeout: '99999999999999999999' is out of range (0 to 2147483)");
	assert_refused(ARGS("--log-level", "loud"), NO_ENV,
		       "loglevel: 'loud' is not one of debug, info, warning, error, critical");
	assert_refused(ARGS("--limit-request-body", "9 parsecs"), NO_ENV,
		       "limit_request_body: '9 parsecs' is not a size such as 1048576, '512k' or '16MiB'");
	assert_refused(ARGS("--limit-request-body", "0"), NO_ENV,
		       "limit_request_body: '0' is out of range (1 to 1099511627776)");
	assert_refused(ARGS("--limit-request-body", "99999999999G"), NO_ENV,
		       "limit_request_body: '99999999999G' is out of range (1 to 1099511627776)");
	assert_refused(ARGS("-m", "088"), NO_ENV, "umask: '088' is not a mode such as 022");
	assert_refused(ARGS("-m", "01000"), NO_ENV, "umask: '01000' is out of range (0 to 0777)");
	assert_refused(ARGS("-u", "nobody-at-all"), NO_ENV, "user: no user is named 'nobody-at-all'");
	assert_refused(ARGS("-g", "nobody-at-all"), NO_ENV, "group: no group is named 'nobody-at-all'");
	assert_refused(ARGS("-u", "4294967295"), NO_ENV, "user: '4294967295' is not an id");
	assert_refused(ARGS("-g", "-1"), NO_ENV, "group: '-1' is not an id");
	assert_refused(ARGS("--store", "postgres://u:secret@h/d"), NO_ENV,
		       "store: 'postgres' is not a store: write sqlite:PATH or mongodb://HOST/DATABASE");
	assert_refused(ARGS("--store", "sqlite:"), NO_ENV,
		       "store: 'sqlite' is not a store: write sqlite:PATH or mongodb://HOST/DATABASE");
	assert_refused(ARGS("--domain", " "), NO_ENV, "domain: it is empty");
	assert_refused(ARGS("--error-logfile="), NO_ENV, "errorlog: it is empty");
	assert_refused(ARGS("-b", "8888"), NO_ENV, "bind: '8888': that is a port alone: write HOST:PORT or :PORT");
	assert_refused(ARGS("--admin-bind", "127.0.0.1"), NO_ENV,
		       "admin_bind: '127.0.0.1': the port is missing: write HOST:PORT");
	assert_refused(ARGS("--header-map", "reject"), NO_ENV, "header_map: 'reject' is not drop, refuse or dangerous");
	assert_refused(ARGS("--forwarder-headers", "A_B,C D"), NO_ENV,
		       "forwarder_headers: 'C D' is not the name of a header field: write NAME,NAME or '*'");
	assert_refused(ARGS("--forwarder-headers", "A_B,"), NO_ENV,
		       "forwarder_headers: '' is not the name of a header field: write NAME,NAME or '*'");
	assert_refused(ARGS("--compress", "gzip,zstd"), NO_ENV,
		       "compress: 'zstd' is not a coding that this build has: write off, or one or more "
		       "of " NW_SETTINGS_CODINGS);
	assert_refused(
		ARGS("--compress", "gzip,"), NO_ENV,
		"compress: '' is not a coding that this build has: write off, or one or more of " NW_SETTINGS_CODINGS);
	assert_refused(ARGS("--static", "web"), NO_ENV,
		       "static: 'web' is not PREFIX=DIR: write /=DIR for all paths, or /files=DIR");
	assert_refused(ARGS("--status-path", "status"), NO_ENV,
		       "status_path: 'status' is not a path: write one that begins with '/', such as /status, without "
		       "a query");
	assert_refused(NO_ARGS, ENV("GUNICORN_CMD_ARGS=-w x"), "GUNICORN_CMD_ARGS: workers: 'x' is not an integer");
}
END_TEST

START_TEST(names_of_forwarders_may_be_none)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--forwarder-headers="), NO_ENV);

	ck_assert_uint_eq(l.settings->forwarder_headers.n, 0);
	unload(l);
	write_file("gunicorn.conf.py", "forwarder_headers = []\nheader_map = 'Refuse'\n");
	l = load(NO_ARGS, NO_ENV);
	ck_assert_uint_eq(l.settings->forwarder_headers.n, 0);
	ck_assert_str_eq(l.settings->header_map, "refuse");
	unload(l);
	write_file("gunicorn.conf.py", "forwarder_headers = None\n");
	l = load(ARGS("--forwarder-headers", "*"), NO_ENV);
	ck_assert_uint_eq(l.settings->forwarder_headers.n, 1);
	unload(l);
}
END_TEST

START_TEST(codings_may_have_spaces_between_them)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--compress", " gzip , gzip"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	unload(l);
	assert_refused(ARGS("--compress", "gzip gzip"), NO_ENV,
		       "compress: 'gzip gzip' is not a coding that this build has: write off, or one or more "
		       "of " NW_SETTINGS_CODINGS);
}
END_TEST

START_TEST(limits_mean_what_they_mean_to_gunicorn)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--limit-request-line=0", "--limit-request-fields=0",
				    "--limit-request-field_size=0", "--limit-request-body=512k"),
			       NO_ENV);

	ck_assert_int_eq(l.settings->limit_request_line, 65536);
	ck_assert_int_eq(l.settings->limit_request_fields, 32768);
	ck_assert_int_eq(l.settings->limit_request_field_size, 8190);
	ck_assert_int_eq(l.settings->limit_request_body, 512 * 1024);
	unload(l);
	l = load(ARGS("--limit-request-line=9000", "--limit-request-fields=99999", "--limit-request-field-size=16000",
		      "--limit-request-body", "2 GiB"),
		 NO_ENV);
	ck_assert_int_eq(l.settings->limit_request_line, 8190);
	ck_assert_int_eq(l.settings->limit_request_fields, 32768);
	ck_assert_int_eq(l.settings->limit_request_field_size, 16000);
	ck_assert_int_eq(l.settings->limit_request_body, (int64_t)2 << 30);
	unload(l);
}
END_TEST

START_TEST(modes_users_and_groups_are_read_as_gunicorn_reads_them)
{
	enter_new_dir();
	struct loaded l = load(ARGS("-m", "022", "-u", "root", "-g", "0"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->umask, 022);
	ck_assert_uint_eq(l.settings->user, 0);
	ck_assert_str_eq(l.settings->user_name, "root");
	ck_assert_uint_eq(l.settings->group, 0);
	unload(l);
	l = load(ARGS("-m", "18", "-u", "1234", "-g", "root"), NO_ENV);
	ck_assert_uint_eq(l.settings->umask, 18);
	ck_assert_uint_eq(l.settings->user, 1234);
	ck_assert_str_eq(l.settings->user_name, "1234");
	ck_assert_uint_eq(l.settings->group, 0);
	unload(l);
	l = load(ARGS("-m0x12", "-u", "root"), NO_ENV);
	ck_assert_uint_eq(l.settings->umask, 0x12);
	ck_assert_uint_eq(l.settings->group, (gid_t)-1);
	unload(l);
}
END_TEST

START_TEST(times_and_sizes_take_units)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--timeout=30s", "--graceful-timeout", "5m", "--keep-alive=2000ms",
				    "--send-timeout= 1 H", "--client-body-timeout=1d", "--drain-delay=0x10",
				    "--limit-request-line", "2k", "--limit-request-field_size=1MiB"),
			       NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_int_eq(l.settings->timeout_s, 30);
	ck_assert_int_eq(l.settings->graceful_timeout_s, 300);
	ck_assert_int_eq(l.settings->keepalive_s, 2);
	ck_assert_int_eq(l.settings->send_timeout_s, 3600);
	ck_assert_int_eq(l.settings->client_body_timeout_s, 86400);
	ck_assert_int_eq(l.settings->drain_delay_s, 16);
	ck_assert_int_eq(l.settings->limit_request_line, 2048);
	ck_assert_int_eq(l.settings->limit_request_field_size, 1 << 20);
	unload(l);
	assert_file_sets("timeout = '1h'", "timeout", "3600");
	assert_refused(ARGS("--timeout=500ms"), NO_ENV,
		       "timeout: '500ms' is not whole seconds such as 30, '30s', '5m' or '1h'");
	assert_refused(ARGS("--timeout=1h30m"), NO_ENV,
		       "timeout: '1h30m' is not whole seconds such as 30, '30s', '5m' or '1h'");
	assert_refused(ARGS("--timeout=s"), NO_ENV,
		       "timeout: 's' is not whole seconds such as 30, '30s', '5m' or '1h'");
	assert_refused(ARGS("--timeout=9999999h"), NO_ENV, "timeout: '9999999h' is out of range (0 to 2147483)");
	assert_refused(ARGS("--timeout=99999999999999999d"), NO_ENV,
		       "timeout: '99999999999999999d' is out of range (0 to 2147483)");
	assert_refused(ARGS("--limit-request-line=5s"), NO_ENV,
		       "limit_request_line: '5s' is not a size such as 1048576, '512k' or '16MiB'");
	assert_refused(ARGS("--workers=2k"), NO_ENV, "workers: '2k' is not an integer");
}
END_TEST

START_TEST(a_choice_is_one_of_its_words_or_of_their_other_names)
{
	enter_new_dir();
	assert_file_sets("proxy_protocol = True", "proxy_protocol", "auto");
	assert_file_sets("proxy_protocol = 0", "proxy_protocol", "off");
	assert_file_sets("proxy_protocol = None", "proxy_protocol", "off");
	assert_file_sets("proxy_protocol = ' V2 '", "proxy_protocol", "v2");
	assert_file_refused("proxy_protocol = 3", "c.py:1: proxy_protocol: 3 is not off, v1, v2 or auto");
	assert_file_refused("proxy_protocol = ['v1']", "c.py:1: proxy_protocol: a list is not off, v1, v2 or auto");
	assert_file_refused("header_map = None", "c.py:1: header_map: None is not drop, refuse or dangerous");
	assert_refused(ARGS("--proxy-protocol=v"), NO_ENV, "proxy_protocol: 'v' is not off, v1, v2 or auto");
}
END_TEST

START_TEST(names_of_workers_are_gunicorns_but_no_classes)
{
	enter_new_dir();
	assert_file_sets("worker_class = 'gevent'", "worker_class", "gevent");
	assert_refused(ARGS("-k", "uvicorn.workers.UvicornWorker"), NO_ENV,
		       "worker_class: 'uvicorn.workers.UvicornWorker' is not narwhal, sync, gthread, gevent, "
		       "gevent_wsgi, gevent_pywsgi, tornado or asgi");
}
END_TEST

START_TEST(variables_keep_their_commas)
{
	enter_new_dir();
	struct loaded l = load(ARGS("-e", "A=1,B=2", "--env", "C=x=y", "-eD="), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->raw_env.n, 3);
	ck_assert_str_eq(l.settings->raw_env.v[0], "A=1,B=2");
	ck_assert_str_eq(l.settings->raw_env.v[1], "C=x=y");
	ck_assert_str_eq(l.settings->raw_env.v[2], "D=");
	unload(l);
	assert_file_sets("raw_env = 'A=1,B=2'", "raw_env", "A=1,B=2");
	assert_refused(ARGS("-e", "A"), NO_ENV, "raw_env: 'A' is not NAME=VALUE");
	assert_refused(ARGS("-e", "=secret"), NO_ENV, "raw_env: '' is not NAME=VALUE");
}
END_TEST

NW_TEST_MAIN("common/settings_value", names_of_workers_are_gunicorns_but_no_classes, variables_keep_their_commas,
	     times_and_sizes_take_units, a_choice_is_one_of_its_words_or_of_their_other_names,
	     values_are_checked_with_sentences, names_of_forwarders_may_be_none, codings_may_have_spaces_between_them,
	     limits_mean_what_they_mean_to_gunicorn, modes_users_and_groups_are_read_as_gunicorn_reads_them)

#include "common/settings_cli.h"

#include "tests/unit/common/settings_fixture.h"

#include "common/settings_ignored.h"

static int workers_of(const char *const *args)
{
	struct loaded l = load(args, NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	int workers = l.settings->workers;

	unload(l);
	return workers;
}

START_TEST(an_option_is_written_in_any_of_the_usual_ways)
{
	enter_new_dir();
	ck_assert_int_eq(workers_of(ARGS("-w4")), 4);
	ck_assert_int_eq(workers_of(ARGS("-w", "5")), 5);
	ck_assert_int_eq(workers_of(ARGS("-w=6")), 6);
	ck_assert_int_eq(workers_of(ARGS("--workers", "7")), 7);
	ck_assert_int_eq(workers_of(ARGS("--workers=8")), 8);
	ck_assert_int_eq(workers_of(ARGS("--workers", "0x09")), 9);
	ck_assert_int_eq(workers_of(ARGS("-w", " 010 ")), 10);
	ck_assert_int_eq(workers_of(ARGS("-w1", "-w2", "--workers=3")), 3);
}
END_TEST

START_TEST(a_long_option_may_be_shortened_while_it_is_unique)
{
	enter_new_dir();
	ck_assert_int_eq(workers_of(ARGS("--workers=2")), 2);
	struct loaded l = load(ARGS("--grace", "7", "--access-logfo=x", "--limit-request-field-s=9",
				    "--limit-request-b=1k", "--max-requests", "5"),
			       NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_int_eq(l.settings->graceful_timeout_s, 7);
	ck_assert_str_eq(l.settings->access_log_format, "x");
	ck_assert_int_eq(l.settings->limit_request_field_size, 9);
	ck_assert_int_eq(l.settings->limit_request_body, 1024);
	ck_assert_int_eq(l.settings->max_requests, 5); /* whole, though it begins another one */
	unload(l);
	assert_refused(ARGS("--log", "x"), NO_ENV,
		       "option '--log' could be '--log-file' or '--log-level' (see narwhal --help)");
	/* Ambiguous to Gunicorn, so here too. */
	assert_refused(ARGS("--worker-c", "9"), NO_ENV,
		       "option '--worker-c' could be '--worker-class' or '--worker-connections' (see narwhal --help)");
	assert_refused(ARGS("--limit-request-field=9"), NO_ENV,
		       "option '--limit-request-field' could be '--limit-request-fields' or "
		       "'--limit-request-field_size' (see narwhal --help)");
}
END_TEST

START_TEST(switches_and_their_values_are_told_apart)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--preload", "--reuse-port", "a.so"), NO_ENV);

	ck_assert(l.settings->preload_app && l.settings->reuse_port);
	ck_assert_str_eq(l.settings->apps.v[0], "a.so");
	unload(l);
	l = load(ARGS("-vh"), NO_ENV);
	ck_assert_int_eq(l.action, NW_SETTINGS_VERSION);
	unload(l);
	assert_refused(ARGS("--preload=yes"), NO_ENV, "option '--preload' takes no value (see narwhal --help)");
}
END_TEST

static const char *proxy_protocol_of(const char *const *args, struct loaded *l)
{
	*l = load(args, NO_ENV);
	ck_assert_str_eq(l->err.msg, "");
	return l->settings->proxy_protocol;
}

START_TEST(an_option_may_do_without_its_value)
{
	struct loaded l;

	enter_new_dir();
	ck_assert_str_eq(proxy_protocol_of(ARGS("--proxy-protocol"), &l), "auto");
	unload(l);
	ck_assert_str_eq(proxy_protocol_of(ARGS("--proxy-protocol", "--workers=2"), &l), "auto");
	ck_assert_int_eq(l.settings->workers, 2);
	unload(l);
	ck_assert_str_eq(proxy_protocol_of(ARGS("--proxy-protocol", "v1", "a.so"), &l), "v1");
	ck_assert_str_eq(l.settings->apps.v[0], "a.so");
	unload(l);
	ck_assert_str_eq(proxy_protocol_of(ARGS("--proxy-protocol=v2"), &l), "v2");
	unload(l);
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
	enter_new_dir();
	struct loaded l = load(ARGS("-w", "2", "--", "-w", "--preload"), NO_ENV);

	ck_assert_int_eq(l.settings->workers, 2);
	ck_assert_uint_eq(l.settings->apps.n, 2);
	ck_assert_str_eq(l.settings->apps.v[0], "-w");
	ck_assert_str_eq(l.settings->apps.v[1], "--preload");
	ck_assert(!l.settings->preload_app);
	unload(l);
}
END_TEST

START_TEST(a_lone_dash_is_a_value)
{
	enter_new_dir();
	struct loaded l = load(ARGS("--access-logfile", "-", "--log-file=-"), NO_ENV);

	ck_assert_str_eq(l.settings->accesslog, "-");
	ck_assert_str_eq(l.settings->errorlog, "-");
	unload(l);
}
END_TEST

START_TEST(unknown_and_incomplete_options_are_refused_with_a_hint)
{
	enter_new_dir();
	assert_refused(ARGS("--wrkers", "3"), NO_ENV,
		       "unknown option '--wrkers': did you mean '--workers'? (see narwhal --help)");
	assert_refused(
		ARGS("--worker_connections=3"), NO_ENV,
		"unknown option '--worker_connections': did you mean '--worker-connections'? (see narwhal --help)");
	assert_refused(ARGS("--qqqqqqqq=\x1b[31m"), NO_ENV, "unknown option '--qqqqqqqq' (see narwhal --help)");
	assert_refused(ARGS("--\x1b[31m"), NO_ENV, "unknown option '--\\x1b[31m' (see narwhal --help)");
	assert_refused(ARGS("-Z"), NO_ENV, "unknown option '-Z' (see narwhal --help)");
	assert_refused(ARGS("--=3"), NO_ENV, "unknown option '--' (see narwhal --help)");
	assert_refused(ARGS("-w"), NO_ENV, "option '-w' needs a value (INT) (see narwhal --help)");
	assert_refused(ARGS("--bind", "--workers", "3"), NO_ENV,
		       "option '--bind' needs a value (ADDRESS), found '--workers' (see narwhal --help)");
	assert_refused(NO_ARGS, ENV("NARWHAL_CMD_ARGS=--qqqq"),
		       "NARWHAL_CMD_ARGS: unknown option '--qqqq' (see narwhal --help)");
	assert_refused(NO_ARGS, ENV("GUNICORN_CMD_ARGS=-b 'x"), "GUNICORN_CMD_ARGS: a single quote (') is not closed");
}
END_TEST

START_TEST(options_without_meaning_here_are_told_or_refused)
{
	enter_new_dir();
	struct loaded l =
		load(ARGS("--spe", "--root-path", "/x", "--dirty-workers", "0", "--http2-cleartext=off", "a.so"),
		     ENV("GUNICORN_CMD_ARGS=--paste-global a=b"));

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->notices.n, 3);
	ck_assert_str_eq(l.settings->notices.v[0],
			 "GUNICORN_CMD_ARGS: raw_paste_global_conf is ignored: Paste files are not read");
	ck_assert_str_eq(l.settings->notices.v[1], "command line: spew is ignored: there is no Python to trace");
	ck_assert_str_eq(l.settings->notices.v[2], "command line: root_path is ignored: apps are not ASGI");
	ck_assert_str_eq(l.settings->apps.v[0], "a.so");
	unload(l);
	assert_refused(ARGS("--paster=x"), NO_ENV,
		       "paste: a Paste file names an application in Python: name an APP of Narwhal's instead");
	assert_refused(ARGS("--root-path"), NO_ENV, "option '--root-path' needs a value (PATH) (see narwhal --help)");
	assert_refused(ARGS("--spew=1"), NO_ENV, "option '--spew' takes no value (see narwhal --help)");
}
END_TEST

START_TEST(the_variables_are_split_as_a_shell_does)
{
	enter_new_dir();
	struct loaded l = load(NO_ARGS, ENV("NARWHAL_CMD_ARGS= --name 'my app' --access-logformat=\"%(h)s \\\"x\\\"\" "
					    "--pid /run/a\\ b.pid"));

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_str_eq(l.settings->proc_name, "my app");
	ck_assert_str_eq(l.settings->access_log_format, "%(h)s \"x\"");
	ck_assert_str_eq(l.settings->pidfile, "/run/a b.pid");
	unload(l);
}
END_TEST

/* Some of Gunicorn's 120 settings are ours, the others are known by name; no spelling means two things. */
START_TEST(every_spelling_belongs_to_one_setting)
{
	const char *flags[512];
	size_t n = 0, n_gunicorn = nw_settings_ignored_len();

	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		ck_assert_ptr_null(nw_settings_ignored_find(nw_span_of(setting->name)));
		ck_assert_ptr_eq(nw_settings_table_find(nw_span_of(setting->name)), setting);
		for (size_t k = 0; k < NW_SETTING_FLAGS && setting->flags[k] != NULL; k++) {
			flags[n++] = setting->flags[k];
		}
	}
	for (size_t i = 0; i < nw_settings_ignored_len(); i++) {
		const struct nw_settings_ignored *ignored = nw_settings_ignored_at(i);

		ck_assert_ptr_eq(nw_settings_ignored_find(nw_span_of(ignored->name)), ignored);
		for (size_t k = 0; k < NW_SETTINGS_IGNORED_FLAGS && ignored->flags[k] != NULL; k++) {
			flags[n++] = ignored->flags[k];
		}
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			ck_assert_str_ne(flags[i], flags[k]);
		}
	}
	ck_assert_uint_eq(n_gunicorn, 53);
}
END_TEST

NW_TEST_MAIN("common/settings_cli", an_option_may_do_without_its_value, an_option_is_written_in_any_of_the_usual_ways,
	     a_long_option_may_be_shortened_while_it_is_unique, switches_and_their_values_are_told_apart,
	     two_dashes_end_the_options, a_lone_dash_is_a_value, unknown_and_incomplete_options_are_refused_with_a_hint,
	     options_without_meaning_here_are_told_or_refused, the_variables_are_split_as_a_shell_does,
	     every_spelling_belongs_to_one_setting)

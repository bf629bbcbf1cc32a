#include "common/settings_compat.h"

#include "tests/unit/common/settings_fixture.h"

/* narwhal --compat ARGS prints @report. */
static void assert_report(const char *const *args, const char *const *env, bool fits, const char *report)
{
	struct loaded l = load(args, env);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_str_eq(nw_buf_str(&l.text), report);
	ck_assert_int_eq(l.action, fits ? NW_SETTINGS_FITS : NW_SETTINGS_FITS_NOT);
	unload(l);
}

#define THREADS "  threads is not set: the default is 4 here, 1 there\n"

START_TEST(a_command_line_is_sorted_into_groups)
{
	enter_new_dir();
	assert_report(ARGS("--compat", "-b", ":80", "--workers=3", "-k", "gevent", "--spew", "--access-logfile", "-"),
		      NO_ENV, true,
		      "Holds:\n"
		      "  workers\n"
		      "  accesslog\n"
		      "\n"
		      "Changes:\n"
		      "  bind: A unix socket that a live server listens on is not taken over.\n"
		      "  worker_class: There is one kind of worker; all names mean it.\n" THREADS "\n"
		      "Ignored:\n"
		      "  command line: spew is ignored: there is no Python to trace\n");
}
END_TEST

START_TEST(everything_that_is_refused_is_told)
{
	enter_new_dir();
	assert_report(ARGS("--compat", "--threads=2", "-b:80", "--bogus", "--http-protocols=h2", "-w", "x",
			   "shop.wsgi:app", "--bind"),
		      ENV("GUNICORN_CMD_ARGS=--protocol uwsgi"), false,
		      "Changes:\n"
		      "  bind: A unix socket that a live server listens on is not taken over.\n"
		      "  threads: The default is 4, and with 1, too, handlers run on a thread beside the event loop.\n"
		      "\n"
		      "Refused:\n"
		      "  protocol: only http is served\n"
		      "  unknown option '--bogus' (see narwhal --help)\n"
		      "  http_protocols: only h1 is served\n"
		      "  workers: 'x' is not an integer\n"
		      "  APP: 'shop.wsgi:app' is an application in Python, which does not run here: write data, the "
		      "built-in one, or the path of a module, such as ./app.so\n"
		      "  option '--bind' needs a value (ADDRESS) (see narwhal --help)\n");
}
END_TEST

START_TEST(a_file_is_read_to_its_end)
{
	const char *report = "Holds:\n"
			     "  workers\n"
			     "\n"
			     "Changes:\n"
			     "  bind: A unix socket that a live server listens on is not taken over.\n" THREADS "\n"
			     "Ignored:\n"
			     "  ./gunicorn.conf.py:4: post_fork is ignored: a function in Python is not run: let a "
			     "module have narwhal_post_fork(), see narwhal/server.h\n"
			     "\n"
			     "Refused:\n"
			     "  ./gunicorn.conf.py:3: unknown setting 'foo'\n";

	enter_new_dir();
	write_file("gunicorn.conf.py", "workers = 3\nbind = ':80'\nfoo = 1\ndef post_fork(a, b):\n    pass\n");
	assert_report(ARGS("--compat", "./gunicorn.conf.py"), NO_ENV, false, report);
	assert_report(ARGS("--compat"), NO_ENV, false, report);
	assert_report(ARGS("--compat", "-c", "./gunicorn.conf.py"), NO_ENV, false, report);
	assert_report(ARGS("--compat", "-b:80", "--config=no.py"), NO_ENV, false,
		      "Changes:\n"
		      "  bind: A unix socket that a live server listens on is not taken over.\n" THREADS "\n"
		      "Refused:\n"
		      "  cannot read the config file no.py: No such file or directory\n");
	assert_report(ARGS("--compat", "-b:80", "-cpython:conf"), NO_ENV, false,
		      "Changes:\n"
		      "  bind: A unix socket that a live server listens on is not taken over.\n" THREADS "\n"
		      "Refused:\n"
		      "  config: 'python:conf' is a Python module; Narwhal reads files only: PATH or file:PATH\n");
}
END_TEST

NW_TEST_MAIN("common/settings_compat", a_command_line_is_sorted_into_groups, everything_that_is_refused_is_told,
	     a_file_is_read_to_its_end)

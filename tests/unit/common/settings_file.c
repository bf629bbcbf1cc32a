#include "common/settings_file.h"

#include "tests/unit/common/settings_fixture.h"

START_TEST(a_real_gunicorn_conf_py_loads_as_it_is)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	enter_new_dir();
	write_file("gunicorn.conf.py",
		   "# gunicorn.conf.py\r\n"
		   "\"\"\"Settings of the\r\nshop.\"\"\"\r\n"
		   "import multiprocessing\r\n"
		   "import os\r\n\r\n"
		   "bind = [\r\n    \"127.0.0.1:8000\",  # behind nginx\r\n    'unix:/run/shop.sock',\r\n]\r\n"
		   "workers = multiprocessing.cpu_count() * 2 + 1\r\n"
		   "threads = 2 * (1 + 1)\r\n"
		   "timeout = 60; keepalive = 5\r\n"
		   "max_requests = 1_000\r\nmax_requests_jitter = max_requests // 10\r\n"
		   "accesslog = '-'\r\n"
		   "access_log_format = ('%(h)s \"%(r)s\" '\r\n                     \"%(s)s\")\r\n"
		   "loglevel = 'INFO'\r\n"
		   "preload_app = True\r\n"
		   "pidfile = None\r\n"
		   "umask = 0o007\r\n"
		   "proc_name = \"shop\" + \\\r\n    \"-web\"\r\n"
		   "limit_request_body = '1MiB'\r\n"
		   "reuse_port = False");
	struct loaded l = load(NO_ARGS, NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_uint_eq(l.settings->bind.n, 2);
	ck_assert_str_eq(l.settings->bind.v[1], "unix:/run/shop.sock");
	ck_assert_int_eq(l.settings->workers, (int)n * 2 + 1);
	ck_assert_int_eq(l.settings->threads, 4);
	ck_assert_int_eq(l.settings->timeout_s, 60);
	ck_assert_int_eq(l.settings->keepalive_s, 5);
	ck_assert_int_eq(l.settings->max_requests_jitter, 100);
	ck_assert_str_eq(l.settings->access_log_format, "%(h)s \"%(r)s\" %(s)s");
	ck_assert_int_eq(l.settings->loglevel, NW_LEVEL_INFO);
	ck_assert(l.settings->preload_app);
	ck_assert_uint_eq(l.settings->umask, 07);
	ck_assert_str_eq(l.settings->proc_name, "shop-web");
	ck_assert_int_eq(l.settings->limit_request_body, 1 << 20);
	unload(l);
}
END_TEST

START_TEST(cpu_count_has_several_ways_in)
{
	char n[16];

	enter_new_dir();
	snprintf(n, sizeof(n), "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	assert_file_sets("import multiprocessing\nworkers = multiprocessing.cpu_count()", "workers", n);
	assert_file_sets("import multiprocessing as mp, os\nworkers = mp.cpu_count( )", "workers", n);
	assert_file_sets("import os\nworkers = os.cpu_count()", "workers", n);
	assert_file_sets("from multiprocessing import cpu_count\nworkers = cpu_count()", "workers", n);
	assert_file_sets("from os import cpu_count as n\nworkers = n()", "workers", n);
	assert_file_refused("workers = multiprocessing.cpu_count()",
			    "c.py:1: 'multiprocessing' is not imported: write 'import multiprocessing' above");
	assert_file_refused(
		"from multiprocessing import cpu_count\nworkers = cpu_count",
		"c.py:2: 'cpu_count' is not read here: values are made of literals, arithmetic, conditions, "
		"os.environ, os.path and multiprocessing.cpu_count()");
}
END_TEST

START_TEST(values_of_all_kinds_find_their_settings)
{
	enter_new_dir();
	assert_file_sets("bind = '0.0.0.0:80, [::]:80'", "bind", "0.0.0.0:80,[::]:80");
	assert_file_sets("bind = 'a:1', 'b:2'", "bind", "a:1,b:2");
	assert_file_sets("bind = ('a:1',)", "bind", "a:1");
	assert_file_sets("workers = '0x10'", "workers", "16");
	assert_file_sets("workers = True", "workers", "1");
	assert_file_sets("preload_app = 'TRUE'", "preload_app", "True");
	assert_file_sets("preload_app = None", "preload_app", "False");
	assert_file_sets("accesslog = ''", "accesslog", NULL);
	assert_file_sets("accesslog = '  a.log '", "accesslog", "a.log");
	assert_file_sets("user = 12\ngroup = '13'", "user", "12");
	assert_file_sets("user = 'root'", "user", "root");
	assert_file_sets("user = None", "user", NULL);
	assert_file_sets("tmp_upload_dir = None", "tmp_upload_dir", "/tmp");
	assert_file_sets("umask = '022'", "umask", "0o22");
	assert_file_sets("umask = 18", "umask", "0o22");
	assert_file_sets("limit_request_body = 2 * 1024 * 1024", "limit_request_body", "2097152");
	assert_file_sets("workers = 2\nworkers = workers + 1", "workers", "3");
	assert_file_sets("base = 4\nworkers = base * 2", "workers", "8");
	assert_file_sets("_private = {'a': [1, 2.5, None]}\nworkers = 2", "workers", "2");
	assert_file_sets("\xef\xbb\xbfworkers = 2", "workers", "2");
	assert_file_sets("", "workers", "1");
}
END_TEST

START_TEST(values_of_the_wrong_kind_are_refused)
{
	enter_new_dir();
	assert_file_refused("workers = 2.5", "c.py:1: workers: 2.5 is not an integer");
	assert_file_refused("workers = 1e300", "c.py:1: workers: 1e+300 is not an integer");
	assert_file_sets("workers = 6 / 2", "workers", "3");
	assert_file_sets("timeout = 30.0", "timeout", "30");
	assert_file_refused("workers = None", "c.py:1: workers: None is not an integer");
	assert_file_refused("workers = [2]", "c.py:1: workers: a list is not an integer");
	assert_file_refused("workers = -2", "c.py:1: workers: -2 is out of range (1 to 512)");
	assert_file_refused("preload_app = 1", "c.py:1: preload_app: 1 is not True or False");
	assert_file_refused("preload_app = 'yes'", "c.py:1: preload_app: 'yes' is not True or False");
	assert_file_refused("proc_name = 3", "c.py:1: proc_name: 3 is not a string or None");
	assert_file_refused("domain = None", "c.py:1: domain: None is not a string");
	assert_file_refused("domain = 'a\\0b'", "c.py:1: domain: there is a NUL byte in the string");
	assert_file_refused("bind = 8000", "c.py:1: bind: 8000 is not a string or a list of strings");
	assert_file_refused("bind = {'a': 1}", "c.py:1: bind: a dict is not a string or a list of strings");
	assert_file_refused("bind = [8000]", "c.py:1: bind: 8000 is not a string");
	assert_file_refused("bind = []", "c.py:1: bind: the list is empty");
	assert_file_refused("bind = ''", "c.py:1: bind: the address is empty");
	assert_file_refused("user = (1, 2)", "c.py:1: user: a tuple is not a name, an id or None");
	assert_file_refused("loglevel = True",
			    "c.py:1: loglevel: True is not one of debug, info, warning, error, critical");
	assert_file_refused("umask = 0o1000", "c.py:1: umask: 512 is out of range (0 to 0777)");
	assert_file_refused("limit_request_body = 1.5",
			    "c.py:1: limit_request_body: 1.5 is not a size such as 1048576, '512k' or '16MiB'");
	assert_file_refused("help = True", "c.py:1: 'help' can only be given on the command line");
}
END_TEST

START_TEST(names_that_are_no_settings_are_refused)
{
	enter_new_dir();
	assert_file_refused("worker = 3", "c.py:1: unknown setting 'worker': did you mean 'workers'?");
	assert_file_refused("my_zebra = 3", "c.py:1: unknown setting 'my_zebra'");
}
END_TEST

START_TEST(all_mistakes_of_a_file_are_told_in_the_order_of_their_lines)
{
	enter_new_dir();
	assert_file_refused("worker = 3\n"
			    "threads = 'x'\n"
			    "cores = 4\n"
			    "def ready(server):\n"
			    "    server.log.info('up')\n"
			    "\n"
			    "    if cores:\n"
			    "        pass\n"
			    "bind = [\n"
			    "    'a:1'\n"
			    "    8\n"
			    "]\n"
			    "timeout = os.environ['T']\n"
			    "keepalive = int('three')\n"
			    "store = broken\n"
			    "domain = store\n"
			    "backlog = 12 12\n",
			    "c.py:1: unknown setting 'worker': did you mean 'workers'?\n"
			    "c.py:2: threads: 'x' is not an integer\n"
			    "c.py:11: expected ',' or ']', found '8'\n"
			    "c.py:13: 'os' is not imported: write 'import os' above\n"
			    "c.py:14: int(): 'three' is not an integer\n"
			    "c.py:15: the name 'broken' is not set above\n"
			    "c.py:17: expected the end of the line, found '1'");
}
END_TEST

START_TEST(a_great_many_mistakes_are_counted)
{
	char text[4096] = "";

	enter_new_dir();
	for (int i = 0; i < 40; i++) {
		strcat(text, "if x:\n    y = 1\n");
	}
	write_file("c.py", text);
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_ptr_nonnull(strstr(l.err.msg, "c.py:23: 'if' is not read"));
	ck_assert_ptr_nonnull(strstr(l.err.msg, "\nc.py: and 28 more"));
	unload(l);
}
END_TEST

START_TEST(what_is_not_a_literal_is_refused_with_its_line)
{
	enter_new_dir();
	assert_file_refused("from base import *",
			    "c.py:1: all of 'base' cannot be imported: it may hold settings, and is not run");
	assert_file_refused("from base import workers",
			    "c.py:1: 'workers' comes from Python, which is not run: write its value");
	assert_file_refused("import", "c.py:1: expected a name, found the end of the file");
	assert_file_refused("from base import (a,", "c.py:1: expected a name, found the end of the file");
	assert_file_refused("\n\nworkers: int = 3", "c.py:3: expected '=' behind 'workers', found ':'");
	assert_file_refused("workers += 3", "c.py:1: expected '=' behind 'workers', found '+'");
	assert_file_refused("workers == 3", "c.py:1: expected '=' behind 'workers', found '='");
	assert_file_refused("workers =", "c.py:1: expected a value, found the end of the file");
	assert_file_refused("workers =\n", "c.py:1: expected a value, found the end of the line");
	assert_file_refused("  workers = 3", "c.py:1: the line is indented without reason");
	assert_file_refused("workers = 3 if x else 4", "c.py:1: the name 'x' is not set above");
	assert_file_refused("workers = [1, 2", "c.py:1: the bracket that is opened here is not closed by ']'");
	assert_file_refused("domain = 'x\nworkers = 'y'", "c.py:1: the string that begins here is not closed\n"
							  "c.py:2: workers: 'y' is not an integer");
	assert_file_refused("domain = '''x\nworkers = 2", "c.py:1: the string that begins here is not closed");
	assert_file_refused("domain = b'x'", "c.py:1: b'...' is not text: write the string without the b");
	assert_file_refused("umask = 022", "c.py:1: '022' is not a number (octal is written 0o22)");
	assert_file_refused("workers = 5 / 2", "c.py:1: workers: 2.5 is not an integer");
	assert_file_refused("workers = 2 ** 2", "c.py:1: only + - * / // and % are computed");
	assert_file_refused("workers = 4 // 0", "c.py:1: division by zero");
	assert_file_refused("workers = '2' * 2", "c.py:1: arithmetic is for numbers only");
	assert_file_refused("workers = 9223372036854775807 + 1", "c.py:1: the result is too large");
	assert_file_refused("workers = -'a'", "c.py:1: a sign stands in front of numbers only");
	assert_file_refused("@x", "c.py:1: expected name = value, found '@'");
	assert_file_refused("bind = \xff", "c.py:1: expected a value, found '\\xff'");
}
END_TEST

START_TEST(hostile_files_are_bounded)
{
	static char big[300 * 1024];
	struct nw_err err = {0};
	struct nw_settings settings = {.arena = nw_arena_new(0)};

	enter_new_dir();
	memset(big, '[', sizeof(big) - 1);
	memcpy(big, "bind = ", 7);
	assert_file_refused(big, "the config file c.py is larger than 262144 bytes");
	big[200000] = '\0';
	assert_file_refused(big, "c.py:1: brackets are nested deeper than 40");
	memset(big + 7, '-', 100000);
	assert_file_refused(big, "c.py:1: brackets are nested deeper than 40");
	/* Every line doubles the text of the line before. */
	char text[4096] = "a = 'xxxxxxxxxxxxxxxx'\n";

	for (int i = 0; i < 60; i++) {
		strcat(text, "a = a + a\n");
	}
	write_file("c.py", text);
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_ptr_nonnull(strstr(l.err.msg, "the text is too long"));
	unload(l);
	ck_assert_int_lt(nw_settings_file_apply(&settings, "f", "workers = 1\0", 12, NULL, &err), 0);
	ck_assert_str_eq(err.msg, "f: there is a NUL byte at offset 11");
	ck_assert_int_lt(nw_settings_file_apply(&settings, "f", "bad", 3, NULL, NULL), 0);
	nw_arena_free(settings.arena);
}
END_TEST

static void assert_file_sets_in(const char *const *env, const char *text, const char *name, const char *value)
{
	write_file("c.py", text);
	struct loaded l = load(ARGS("-c", "c.py"), env);

	ck_assert_str_eq(l.err.msg, "");
	const char *got = nw_settings_get(l.settings, name, l.settings->arena);

	ck_assert_pstr_eq(got, value);
	unload(l);
}

START_TEST(the_environment_is_read_and_never_guessed)
{
	const char *const *env = ENV("PORT_=80", "DEBUG=", "NAMES=a:1,b:2");

	enter_new_dir();
	assert_file_sets_in(env, "import os\nbind = '0.0.0.0:' + os.environ['PORT_']", "bind", "0.0.0.0:80");
	assert_file_sets_in(env, "import os as o\nbind = f\"[::]:{o.environ.get('PORT_', 8000)}\"", "bind", "[::]:80");
	assert_file_sets_in(env, "from os import getenv as env\nworkers = int(env('W', '2')) * 2", "workers", "4");
	assert_file_sets_in(env, "from os import environ\nthreads = int(environ.get('T') or 3)", "threads", "3");
	assert_file_sets_in(env, "import os\nreload_ = 'DEBUG' in os.environ\nserver_timing = reload_", "server_timing",
			    "True");
	assert_file_sets_in(env, "import os\nserver_timing = bool(os.getenv('DEBUG'))", "server_timing", "False");
	assert_file_sets_in(env, "import os\nbind = os.environ['NAMES'].split(',')", "bind", "a:1,b:2");
	assert_file_sets_in(env, "import os\nworkers = max(2, min(int(os.cpu_count() * 0.5), 4), 3)", "workers", "3");
	assert_file_sets_in(env,
			    "import os.path\npidfile = os.path.join(os.path.dirname(os.path.abspath('/a/b/../c')), "
			    "'x.pid')",
			    "pidfile", "/a/x.pid");
	assert_file_sets_in(env, "import os\nproc_name = os.path.basename(__file__)", "proc_name", "c.py");
	assert_file_refused("import os\nworkers = int(os.environ['NO'])", "c.py:2: there is no key 'NO'");
	assert_file_refused("import os\nworkers = int(os.environ.get('NO'))",
			    "c.py:2: int(): there is no number, the value is None");
	assert_file_refused("import os\nuser = os.getlogin()",
			    "c.py:2: 'os.getlogin'() is not read here: values are made of literals, arithmetic, "
			    "conditions, os.environ, os.path and multiprocessing.cpu_count()");
	assert_file_refused("import sys\nproc_name = sys.argv[0]",
			    "c.py:2: 'sys.argv' is not read here: values are made of literals, arithmetic, conditions, "
			    "os.environ, os.path and multiprocessing.cpu_count()");
}
END_TEST

/* The notices of a config file with @text, one a line. */
static void assert_file_notes(const char *text, const char *notes)
{
	struct nw_buf got = {0};

	write_file("c.py", text);
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	for (size_t i = 0; i < l.settings->notices.n; i++) {
		nw_buf_addf(&got, "%s%s", i == 0 ? "" : "\n", l.settings->notices.v[i]);
	}
	ck_assert_str_eq(nw_buf_str(&got), notes);
	nw_buf_free(&got);
	unload(l);
}

START_TEST(what_has_no_meaning_here_is_told_and_passed_over)
{
	enter_new_dir();
	assert_file_notes("spew = True\nworkers = 2", "c.py:1: spew is ignored: there is no Python to trace");
	assert_file_notes("spew = False\nlogconfig_dict = {}\ncertfile = None\nprotocol = 'HTTP'\ndirty_workers = 0\n"
			  "http_protocols = ['h1']\ndirty_timeout = 300\ninitgroups = True",
			  "");
	assert_file_notes("suppress_ragged_eofs = True", "");
	assert_file_notes(
		"suppress_ragged_eofs = False",
		"c.py:1: suppress_ragged_eofs is ignored: where a request ends is known without TLS, so that no "
		"end is ragged");
	assert_file_notes("\nlogger_class = MyLogger\npre_fork = lambda s, w: None\nworkers = 2",
			  "c.py:2: logger_class is ignored: there is no class to load: the logs go to errorlog and "
			  "accesslog\n"
			  "c.py:3: pre_fork is ignored: a function in Python is not run: let a module have "
			  "narwhal_pre_fork(), see narwhal/server.h");
	assert_file_refused("http2_cleartext = 'on'\nworkers = 'x'", "c.py:1: http2_cleartext: HTTP/2 is not served\n"
								     "c.py:2: workers: 'x' is not an integer");
	assert_file_refused("http_protocols = ['h2', 'h1']", "c.py:1: http_protocols: only h1 is served");
	assert_file_refused("http_protocols = 'h1,h2'", "c.py:1: http_protocols: only h1 is served");
	assert_file_refused("dirty_workers = 2", "c.py:1: dirty_workers: there are no dirty workers, and the app would "
						 "miss what they run");
}
END_TEST

START_TEST(hooks_are_told_and_passed_over)
{
	enter_new_dir();
	assert_file_notes("greeting = 'up'\n"
			  "def on_starting(server):\n"
			  "    \"\"\"Say\nso: def.\"\"\"\n"
			  "# at the margin\n"
			  "    if server:\n"
			  "\n"
			  "        server.log.info(greeting)\n"
			  "\n"
			  "workers = 2\n"
			  "def when_ready(server): pass\n"
			  "def post_fork(\n    server,\n    worker\n):\n    pass",
			  "c.py:2: on_starting is ignored: a function in Python is not run: let a module have "
			  "narwhal_on_starting(), see narwhal/server.h\n"
			  "c.py:11: when_ready is ignored: a function in Python is not run: let a module have "
			  "narwhal_when_ready(), see narwhal/server.h\n"
			  "c.py:12: post_fork is ignored: a function in Python is not run: let a module have "
			  "narwhal_post_fork(), see narwhal/server.h");
	assert_file_notes("pre_request = None\ndef post_request(a, b):\n    pass\ndef dirty_worker_init(a):\n    pass",
			  "c.py:2: post_request is ignored: a function in Python is not run: let a module have "
			  "nw_app_after(), see narwhal/app.h\n"
			  "c.py:4: dirty_worker_init is ignored: there are no dirty workers");
	assert_file_sets("def on_exit(server):\n    pass\nworkers = 3", "workers", "3");
	assert_file_refused(
		"def ssl_context(config, factory):\n    return factory()",
		"c.py:1: ssl_context: a function in Python is not run, and TLS would not be what it makes of it: use "
		"certfile, keyfile, cert_reqs, ca_certs and ciphers");
	assert_file_sets("class Quiet(Logger):\n    x = 1\ndef helper():\n    pass\nworkers = 2", "workers", "2");
	assert_file_refused("def helper():\n    return 2\nworkers = helper()",
			    "c.py:3: 'helper'() is not read here: values are made of literals, arithmetic, conditions, "
			    "os.environ, os.path and multiprocessing.cpu_count()");
	assert_file_refused("def bind():\n    pass",
			    "c.py:1: 'bind' comes from Python, which is not run: write its value");
}
END_TEST

START_TEST(a_file_can_ask_for_a_check)
{
	enter_new_dir();
	write_file("c.py", "check_config = True\nconfig = 'other.py'");
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	ck_assert_int_eq(l.action, NW_SETTINGS_CHECK);
	ck_assert_str_eq(l.settings->config, "c.py");
	unload(l);
}
END_TEST

NW_TEST_MAIN("common/settings_file", the_environment_is_read_and_never_guessed,
	     what_has_no_meaning_here_is_told_and_passed_over, hooks_are_told_and_passed_over,
	     a_file_can_ask_for_a_check, a_real_gunicorn_conf_py_loads_as_it_is, cpu_count_has_several_ways_in,
	     values_of_all_kinds_find_their_settings, values_of_the_wrong_kind_are_refused,
	     names_that_are_no_settings_are_refused, all_mistakes_of_a_file_are_told_in_the_order_of_their_lines,
	     a_great_many_mistakes_are_counted, what_is_not_a_literal_is_refused_with_its_line,
	     hostile_files_are_bounded)

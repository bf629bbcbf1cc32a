#include "tests/unit/common/settings_fixture.h"

/* A line is NAME, as many spaces as the longest name needs, and @rest. */
static void assert_printed(const char *text, const char *name, const char *rest)
{
	size_t len = strlen(name);
	const char *line = text;

	while (line != NULL && (strncmp(line, name, len) != 0 || line[len] != ' ')) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	ck_assert_msg(line != NULL, "no line of %s", name);
	line += len;
	line += strspn(line, " ");
	ck_assert_msg(strncmp(line, rest, strlen(rest)) == 0, "%s %s", name, line);
}

START_TEST(what_is_printed_reads_back_as_the_same)
{
	struct nw_buf first = {0}, second = {0};

	enter_new_dir();
	struct loaded l = load(ARGS("-b", "a:1", "-b", "unix:/x", "-u", "7", "-m", "022", "-n", "it's \"x\"\\",
				    "--limit-request-line", "0", "--access-logfile", "-", "--preload"),
			       NO_ENV);

	nw_settings_print(l.settings, &first);
	unload(l);
	write_file("c.py", nw_buf_str(&first));
	l = load(ARGS("-c", "c.py"), NO_ENV);
	ck_assert_str_eq(l.err.msg, "");
	nw_settings_print(l.settings, &second);
	ck_assert_str_eq(nw_buf_str(&first), nw_buf_str(&second));
	assert_printed(nw_buf_str(&first), "bind", "= ['a:1', 'unix:/x']\n");
	assert_printed(nw_buf_str(&first), "limit_request_line", "= 0\n");
	assert_printed(nw_buf_str(&first), "umask", "= 0o22\n");
	assert_printed(nw_buf_str(&first), "user", "= 7\n");
	assert_printed(nw_buf_str(&first), "pidfile", "= None\n");
	assert_printed(nw_buf_str(&first), "static", "= []\n");
	assert_printed(nw_buf_str(&first), "preload_app", "= True\n");
	assert_printed(nw_buf_str(&first), "secure_scheme_headers",
		       "= {'X-FORWARDED-PROTOCOL': 'ssl', 'X-FORWARDED-PROTO': 'https', 'X-FORWARDED-SSL': 'on'}\n");
	unload(l);
	nw_buf_free(&first);
	nw_buf_free(&second);
}
END_TEST

START_TEST(printing_hides_the_password_of_the_store)
{
	struct nw_buf out = {0};

	enter_new_dir();
	struct loaded l = load(ARGS("--store", "mongodb://app:s3cret@h1,h2/d?replicaSet=r"), NO_ENV);

	nw_settings_print(l.settings, &out);
	ck_assert_ptr_null(strstr(nw_buf_str(&out), "s3cret"));
	ck_assert_ptr_nonnull(strstr(nw_buf_str(&out), " = 'mongodb://app:***@h1,h2/d?replicaSet=r'\n"));
	ck_assert_str_eq(l.settings->store, "mongodb://app:s3cret@h1,h2/d?replicaSet=r");
	nw_buf_free(&out);
	unload(l);
}
END_TEST

START_TEST(a_setting_is_had_by_name_as_text)
{
	enter_new_dir();
	struct loaded l = load(ARGS("-b", ":1", "-b", ":2", "-g", "5", "--log-level=WARNING"), NO_ENV);
	const struct nw_settings *s = l.settings;

	ck_assert_str_eq(nw_settings_get(s, "domain", s->arena), "./domain.json");
	ck_assert_str_eq(nw_settings_get(s, "bind", s->arena), ":1,:2");
	ck_assert_str_eq(nw_settings_get(s, "group", s->arena), "5");
	ck_assert_str_eq(nw_settings_get(s, "loglevel", s->arena), "warning");
	ck_assert_str_eq(nw_settings_get(s, "reuse_port", s->arena), "False");
	ck_assert_str_eq(nw_settings_get(s, "limit_request_body", s->arena), "16777216");
	ck_assert_ptr_null(nw_settings_get(s, "pidfile", s->arena));
	ck_assert_ptr_null(nw_settings_get(s, "user", s->arena));
	ck_assert_ptr_null(nw_settings_get(s, "zebra", s->arena));
	ck_assert_ptr_null(nw_settings_get(s, "help", s->arena));
	unload(l);
}
END_TEST

NW_TEST_MAIN("common/settings_print", what_is_printed_reads_back_as_the_same, printing_hides_the_password_of_the_store,
	     a_setting_is_had_by_name_as_text)

/** A configuration loaded in a directory of its own, and what came of it. */
#ifndef NW_TESTS_UNIT_COMMON_SETTINGS_FIXTURE_H
#define NW_TESTS_UNIT_COMMON_SETTINGS_FIXTURE_H

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/settings.h"
#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

struct loaded {
	int rc;
	struct nw_settings *settings; /* NULL after a failure */
	enum nw_settings_action action;
	struct nw_buf text;
	struct nw_err err;
};

#define ARGS(...) ((const char *const[]){"narwhal", __VA_ARGS__, NULL})
#define NO_ARGS ((const char *const[]){"narwhal", NULL})
#define ENV(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_ENV ((const char *const[]){NULL})

static inline void enter_new_dir(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
}

static inline void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/** In the current directory. The copies show that nothing of @args and @env is needed afterwards. */
static inline struct loaded load(const char *const *args, const char *const *env)
{
	struct loaded l = {.rc = 0};
	char *argv[32] = {NULL}, *environment[32] = {NULL};
	int argc = 0;

	while (args[argc] != NULL) {
		argv[argc] = strdup(args[argc]);
		argc++;
	}
	for (int i = 0; env[i] != NULL; i++) {
		environment[i] = strdup(env[i]);
	}
	l.rc = nw_settings_load(argc, argv, environment, &l.settings, &l.action, &l.text, &l.err);
	for (int i = 0; i < 32; i++) {
		free(argv[i]);
		free(environment[i]);
	}
	return l;
}

static inline struct loaded unload(struct loaded l)
{
	nw_settings_free(l.settings);
	nw_buf_free(&l.text);
	return (struct loaded){.rc = 0};
}

/** Loading fails, leaves *out as it was and says exactly @sentence. */
static inline void assert_refused(const char *const *args, const char *const *env, const char *sentence)
{
	struct loaded l = load(args, env);

	ck_assert_str_eq(l.err.msg, sentence);
	ck_assert_int_lt(l.rc, 0);
	ck_assert_int_eq(l.rc, l.err.code);
	ck_assert_ptr_null(l.settings);
	unload(l);
}

/** The same for a config file with @text. */
static inline void assert_file_refused(const char *text, const char *sentence)
{
	write_file("c.py", text);
	assert_refused(ARGS("-c", "c.py"), NO_ENV, sentence);
}

/** Setting @name, as text, of a config file with @text. */
static inline void assert_file_sets(const char *text, const char *name, const char *value)
{
	write_file("c.py", text);
	struct loaded l = load(ARGS("-c", "c.py"), NO_ENV);

	ck_assert_str_eq(l.err.msg, "");
	const char *got = nw_settings_get(l.settings, name, l.settings->arena);

	ck_assert_pstr_eq(got, value);
	unload(l);
}

#endif

#include "master/start.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/log.h"
#include "common/tls_context.h"
#include "master/budget.h"
#include "master/daemon.h"
#include "master/generation.h"
#include "master/inherit.h"
#include "master/logfile.h"
#include "master/master.h"
#include "master/say.h"
#include "master/upgrade.h"

enum {
	EXIT_CANNOT_START = 1,
	EXIT_USAGE = 2, /* options that there are not */
};

static int complain(const char *why)
{
	fprintf(stderr, "Error: %s\n", why);
	return EXIT_CANNOT_START;
}

/* Takes @text. */
static int print(struct nw_buf *text)
{
	bool is_written = fputs(nw_buf_str(text), stdout) != EOF && fflush(stdout) != EOF;

	nw_buf_free(text);
	return is_written ? 0 : complain("cannot write to stdout");
}

static int enter(const struct nw_settings *settings, struct nw_err *err)
{
	if (settings->chdir != NULL && chdir(settings->chdir) == -1) {
		return nw_err_errno(err, "chdir '%s'", settings->chdir);
	}
	return 0;
}

static int exit_code(int failed)
{
	return failed == -ENOEXEC ? NW_EXIT_APP : EXIT_CANNOT_START;
}

static int check_tls(const struct nw_settings *settings, struct nw_err *err)
{
	struct ssl_ctx_st *tls = NULL;
	struct nw_err time_err = {0};
	int failed = nw_tls_context_open(settings, &tls, err);

	if (failed == 0 && nw_tls_context_check_time(tls, settings, time(NULL), &time_err) != 0) {
		fprintf(stderr, "Warning: %s\n", time_err.msg);
	}
	nw_tls_context_close(tls);
	return failed;
}

static int check(const struct nw_program *program, const struct nw_settings *settings, char *const *environ_)
{
	char grace[512];
	struct nw_buf text = {0};
	struct nw_err err = {0};

	if (settings->print_config) {
		nw_settings_print(settings, &text);
	}
	int code = print(&text);
	int failed = 0;

	for (size_t i = 0; i < settings->notices.n; i++) {
		fprintf(stderr, "Warning: %s\n", settings->notices.v[i]);
	}
	if (nw_budget_mistake(settings, environ_, grace, sizeof(grace)) != NULL) {
		fprintf(stderr, "Warning: %s\n", grace);
	}
	failed = enter(settings, &err);
	if (failed == 0) {
		failed = check_tls(settings, &err);
	}
	if (failed == 0 && program->check != NULL) {
		failed = program->check(settings, &err);
	}
	if (failed != 0) {
		complain(err.msg);
		code = exit_code(failed);
	}
	return code;
}

/* Takes @settings. @inherited: sockets to use, or NULL. */
static int open_first(const struct nw_program *program, struct nw_settings *settings, struct nw_generation *inherited,
		      struct nw_generation **out)
{
	struct nw_err err = {0};
	char errorlog[PATH_MAX];

	if (enter(settings, &err) != 0 || nw_logfile_open(settings, &err) != 0) {
		nw_settings_free(settings);
		return complain(err.msg);
	}
	snprintf(errorlog, sizeof(errorlog), "%s", settings->errorlog == NULL ? "-" : settings->errorlog);
	NW_LOG_INFO("Starting narwhal %s", NW_VERSION);
	nw_say_notices(settings);
	int failed = nw_generation_open(program, 1, settings, inherited, out, &err);

	if (failed != 0) {
		nw_say_fatal(errorlog, err.msg);
		return exit_code(failed);
	}
	if (inherited != NULL) {
		nw_generation_adopt(*out, inherited);
	}
	return 0;
}

/* Takes @generation. */
static int run(const struct nw_program *program, struct nw_generation *generation, pid_t parent, int argc,
	       char *const *argv, char *const *environ_)
{
	struct nw_master master;
	struct nw_err err = {0};

	if (nw_master_init(&master, program, generation, argc, argv, environ_, &err) != 0) {
		nw_say_fatal(generation->settings->errorlog, err.msg);
		nw_generation_free(generation);
		return EXIT_CANNOT_START;
	}
	nw_upgrade_await(&master, parent);
	nw_daemon_detach(generation->settings);
	nw_log_capture(generation->settings->capture_output);
	int code = nw_master_run(&master);

	nw_master_fini(&master);
	if (code == 0) {
		nw_daemon_tell(EXIT_CANNOT_START, "it was told to stop before it served");
	}
	return code;
}

/* Takes @settings. */
static int serve(const struct nw_program *program, struct nw_settings *settings, int argc, char *const *argv,
		 char *const *environ_)
{
	struct nw_generation *generation = NULL, *inherited = NULL;
	struct nw_err err = {0};
	pid_t parent = 0;

	/* The newer master of an upgrade is what the older one has become. */
	if (nw_inherit_read(&inherited, &parent, &err) != 0 ||
	    (settings->daemon && parent == 0 && nw_daemon_begin(&err) != 0)) {
		nw_generation_free(inherited);
		nw_settings_free(settings);
		return complain(err.msg);
	}
	nw_master_hold_signals();
	int code = open_first(program, settings, inherited, &generation);

	nw_generation_free(inherited);
	if (code == 0) {
		code = run(program, generation, parent, argc, argv, environ_);
	}
	nw_daemon_tell(code, "");
	return code;
}

int nw_start_run(const struct nw_program *program, int argc, char *const *argv, char *const *environ_)
{
	struct nw_settings *settings = NULL;
	enum nw_settings_action action = NW_SETTINGS_RUN;
	struct nw_buf text = {0};
	struct nw_err err = {0};
	int code = 0;

	int failed = nw_settings_load(argc, argv, environ_, &settings, &action, &text, &err);

	if (failed != 0) {
		nw_buf_free(&text);
		complain(err.msg);
		return failed == -ENOTSUP ? EXIT_USAGE : EXIT_CANNOT_START;
	}
	switch (action) {
	case NW_SETTINGS_RUN:
		nw_buf_free(&text);
		return serve(program, settings, argc, argv, environ_);
	case NW_SETTINGS_CHECK:
		nw_buf_free(&text);
		code = check(program, settings, environ_);
		break;
	case NW_SETTINGS_HELP:
	case NW_SETTINGS_VERSION:
	case NW_SETTINGS_FITS:
		code = print(&text);
		break;
	case NW_SETTINGS_FITS_NOT:
		print(&text);
		code = EXIT_CANNOT_START;
		break;
	}
	nw_settings_free(settings);
	return code;
}

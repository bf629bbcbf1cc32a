#include "common/settings.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/settings_compat.h"
#include "common/settings_file.h"
#include "common/settings_notice.h"
#include "common/settings_sources.h"

enum { MEMORY_MAX = 16 * 1024 * 1024 }; /* of one configuration; of its sources while they are read */

/* Looked for in this order when no -c is given. */
static const char *const config_paths[] = {"./narwhal.conf.py", "./gunicorn.conf.py"};

static int no_memory(struct nw_err *err)
{
	return nw_err_set(err, -ENOMEM, "no memory for the settings");
}

int nw_settings_load_named(struct nw_settings *settings, const char *path, char *const *env, struct nw_err *err)
{
	static const char python[] = "python:", file[] = "file:";

	if (strncmp(path, python, sizeof(python) - 1) == 0) {
		return nw_err_set(err, -EINVAL,
				  "config: '%s' is a Python module; Narwhal reads files only: PATH or file:PATH", path);
	}
	if (strncmp(path, file, sizeof(file) - 1) == 0) {
		path += sizeof(file) - 1;
	}
	if (*path == '\0') {
		return nw_err_set(err, -EINVAL, "config: the path is empty");
	}
	int rc = nw_settings_file_load(settings, path, env, err);

	if (rc == 0) {
		settings->config = nw_arena_strdup(settings->arena, path);
		rc = settings->config == NULL ? no_memory(err) : 0;
	}
	return rc;
}

static int load_file(struct nw_settings *settings, const char *named, char *const *env, struct nw_err *err)
{
	if (named != NULL) {
		return nw_settings_load_named(settings, named, env, err);
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(config_paths); i++) {
		/* A file that is there but cannot be read must not be passed over. */
		if (access(config_paths[i], F_OK) == 0 || errno != ENOENT) {
			return nw_settings_load_named(settings, config_paths[i], env, err);
		}
	}
	return 0;
}

static int copy_apps(struct nw_settings *settings, struct nw_strings apps, struct nw_err *err)
{
	static char data[] = "data";
	char *fallback[] = {data};

	if (apps.n == 0) {
		apps = settings->wsgi_app.n > 0 ? settings->wsgi_app : (struct nw_strings){fallback, 1};
	}
	settings->apps.v = nw_arena_alloc(settings->arena, apps.n * sizeof(*apps.v));
	if (settings->apps.v == NULL) {
		return no_memory(err);
	}
	for (size_t i = 0; i < apps.n; i++) {
		if (apps.v[i][0] == '\0') {
			return nw_err_set(err, -EINVAL, "an APP's name is empty (see narwhal --help)");
		}
		settings->apps.v[i] = nw_arena_strdup(settings->arena, apps.v[i]);
		if (settings->apps.v[i] == NULL) {
			return no_memory(err);
		}
	}
	settings->apps.n = apps.n;
	return 0;
}

/* $PWD if it is the current directory: it keeps the name of a symbolic link, whose target a deployment may change. */
static int current_dir(char *const *env, char buf[PATH_MAX], struct nw_err *err)
{
	const char *pwd = nw_settings_sources_env(env, "PWD");
	struct stat named, here;

	if (pwd != NULL && pwd[0] == '/' && strlen(pwd) < PATH_MAX && stat(pwd, &named) == 0 && stat(".", &here) == 0 &&
	    named.st_dev == here.st_dev && named.st_ino == here.st_ino) {
		memcpy(buf, pwd, strlen(pwd) + 1);
		return 0;
	}
	if (getcwd(buf, PATH_MAX) == NULL) {
		return nw_err_errno(err, "cannot tell the current directory");
	}
	return 0;
}

static int set_dirs(struct nw_settings *settings, char *const *env, struct nw_err *err)
{
	bool is_absolute = settings->chdir != NULL && settings->chdir[0] == '/';
	char here[PATH_MAX];
	int rc = current_dir(env, here, err);

	if (rc != 0) {
		return is_absolute ? 0 : rc;
	}
	settings->start_dir = nw_arena_strdup(settings->arena, here);
	if (settings->chdir == NULL) {
		settings->chdir = settings->start_dir;
	} else if (!is_absolute) {
		settings->chdir = nw_arena_printf(settings->arena, "%s/%s", here, settings->chdir);
	}
	return settings->start_dir == NULL || settings->chdir == NULL ? no_memory(err) : 0;
}

static int fill(struct nw_settings *settings, const struct nw_settings_sources *sources, char *const *env,
		struct nw_err *err)
{
	int rc = nw_settings_sources_defaults(settings, env, err);

	if (rc == 0) {
		rc = load_file(settings, nw_settings_sources_text(sources, "config"), env, err);
	}
	if (rc != 0) {
		return rc;
	}
	char *config = settings->config;

	rc = nw_settings_sources_apply(sources, settings, err);
	settings->config = config; /* the path that was read, not what was typed */
	if (rc == 0 && settings->strip_header_spaces) {
		rc = nw_settings_notice_add(settings, err, "strip_header_spaces",
					    "dangerous behind a proxy that reads 'Name :' otherwise");
	}
	if (rc == 0) {
		rc = copy_apps(settings, nw_settings_sources_apps(sources), err);
	}
	return rc != 0 ? rc : set_dirs(settings, env, err);
}

static int stop(const struct nw_settings_sources *sources, int argc, char *const *argv, char *const *env,
		enum nw_settings_action *out_action, struct nw_buf *out_text, struct nw_err *err)
{
	const struct nw_setting *at = nw_settings_sources_stop(sources);
	size_t n = 1 + sources->args[NW_SETTINGS_CLI].n_read;
	bool fits = true;
	int rc = 0;

	if (at->type == NW_SETTING_COMPAT) {
		rc = nw_settings_compat(argv + n, (size_t)argc - n, env, out_text, &fits, err);
		*out_action = fits ? NW_SETTINGS_FITS : NW_SETTINGS_FITS_NOT;
	} else if (at->type == NW_SETTING_HELP) {
		*out_action = NW_SETTINGS_HELP;
		nw_settings_help(out_text);
	} else {
		*out_action = NW_SETTINGS_VERSION;
		nw_buf_adds(out_text, "narwhal (version " NW_VERSION ")\n");
	}
	return rc;
}

static int load(int argc, char *const *argv, char *const *env, struct nw_arena *scratch, struct nw_settings *settings,
		enum nw_settings_action *out_action, struct nw_buf *out_text, struct nw_err *err)
{
	struct nw_settings_sources sources;
	int rc = nw_settings_sources_parse(argc, argv, env, scratch, &sources, err);

	if (rc != 0) {
		return rc;
	}
	if (nw_settings_sources_stop(&sources) != NULL) {
		return stop(&sources, argc, argv, env, out_action, out_text, err);
	}
	rc = fill(settings, &sources, env, err);
	if (rc == 0) {
		*out_action = settings->check_config || settings->print_config ? NW_SETTINGS_CHECK : NW_SETTINGS_RUN;
	}
	return rc;
}

int nw_settings_load(int argc, char *const *argv, char *const *env, struct nw_settings **out,
		     enum nw_settings_action *out_action, struct nw_buf *out_text, struct nw_err *err)
{
	struct nw_arena *arena = nw_arena_new(MEMORY_MAX);
	struct nw_arena *scratch = nw_arena_new(MEMORY_MAX);
	struct nw_settings *settings = arena != NULL ? nw_arena_alloc(arena, sizeof(*settings)) : NULL;
	int rc;

	if (settings == NULL || scratch == NULL) {
		rc = no_memory(err);
	} else {
		settings->arena = arena;
		rc = load(argc, argv, env, scratch, settings, out_action, out_text, err);
	}
	nw_arena_free(scratch);
	if (rc != 0) {
		nw_arena_free(arena);
		return rc;
	}
	*out = settings;
	return 0;
}

const char *nw_settings_name(const struct nw_settings *settings)
{
	if (settings->proc_name != NULL) {
		return settings->proc_name;
	}
	return settings->apps.n > 0 ? settings->apps.v[0] : "narwhal";
}

struct nw_settings *nw_settings_free(struct nw_settings *settings)
{
	if (settings != NULL) {
		nw_arena_free(settings->arena);
	}
	return NULL;
}

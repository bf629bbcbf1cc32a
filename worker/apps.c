#include "worker/apps.h"

#include <errno.h>
#include <string.h>

#include "common/log.h"
#include "worker/access_log.h"
#include "worker/app/hooks.h"
#include "worker/data/data.h"
#include "worker/http/spool.h"
#include "worker/store/store.h"

static int mount(struct nw_apps *apps, const char *name, struct nw_err *err)
{
	return strcmp(name, "data") == 0 ? nw_apps_mount(apps, &nw_data_module, NULL, err)
					 : nw_apps_mount(apps, NULL, name, err);
}

static void log_line(char level, const char *text)
{
	switch (level) {
	case 'd':
		NW_LOG_DEBUG("%s", text);
		break;
	case 'w':
		NW_LOG_WARN("%s", text);
		break;
	case 'e':
		NW_LOG_ERROR("%s", text);
		break;
	default:
		NW_LOG_INFO("%s", text);
	}
}

int nw_worker_load_apps(const struct nw_settings *settings, struct nw_apps **out, struct nw_err *err)
{
	struct nw_apps *apps = nw_apps_new(settings);
	int failed = apps == NULL ? nw_err_set(err, -ENOMEM, "apps: out of memory") : 0;

	nw_apps_set_log(log_line);
	for (size_t i = 0; failed == 0 && i < settings->apps.n; i++) {
		failed = mount(apps, settings->apps.v[i], err);
	}
	if (failed != 0) {
		nw_apps_free(apps);
		return failed;
	}
	*out = apps;
	return 0;
}

int nw_worker_preload_apps(const struct nw_settings *settings, void **out, struct nw_err *err)
{
	struct nw_apps *apps = NULL;
	int failed = nw_worker_load_apps(settings, &apps, err);

	if (failed == 0) {
		*out = apps;
	}
	return failed;
}

void nw_worker_unload_apps(void *preloaded)
{
	nw_apps_free(preloaded);
}

void nw_worker_run_hook(void *preloaded, enum nw_hook_id id, const struct nw_hook_facts *facts)
{
	nw_hooks_run(preloaded, id, facts);
}

static int check_static(const struct nw_settings *settings, struct nw_err *err)
{
	struct nw_static *files = NULL;
	int failed = nw_static_open(&settings->static_files, &files, err);

	nw_static_close(files);
	return failed;
}

int nw_worker_check_apps(const struct nw_settings *settings, struct nw_err *err)
{
	struct nw_apps *apps = NULL;
	int failed = nw_store_check_uri(settings->store, err);

	if (failed == 0) {
		failed = nw_access_log_check(settings->access_log_format, err);
	}
	if (failed == 0) {
		failed = nw_spool_check(settings->tmp_upload_dir, err);
	}
	if (failed == 0) {
		failed = check_static(settings, err);
	}
	if (failed == 0) {
		failed = nw_worker_load_apps(settings, &apps, err);
	}
	nw_apps_free(apps);
	return failed;
}

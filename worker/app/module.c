#include "worker/app/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/fd.h"
#include "common/settings_check.h"

int nw_module_check(const struct nw_module *module, const char *label, struct nw_err *err)
{
	if (module->abi != NW_ABI) {
		return nw_err_set(err, -EINVAL, "%s: built for ABI %u, this narwhal has %u: rebuild the module", label,
				  module->abi, NW_ABI);
	}
	if (module->name == NULL || module->name[0] == '\0') {
		return nw_err_set(err, -EINVAL, "%s: its module has no name", label);
	}
	return 0;
}

static int load_failed(const char *path, struct nw_err *err)
{
	const char *why = dlerror();
	size_t len = strlen(path);

	if (why == NULL) {
		why = "cannot be loaded";
	}
	/* The loader mostly begins with the path itself. */
	if (strncmp(why, path, len) == 0 && strncmp(why + len, ": ", 2) == 0) {
		why += len + 2;
	}
	return nw_err_set(err, -ENOEXEC, "%s: cannot load the module: %s", path, why);
}

static bool open_behind_fd(struct nw_module_file *file)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", file->fd);
	file->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	return file->handle != NULL;
}

/* dlopen() goes by names before it looks at files. While an older generation still holds a module of the same path
 * (preload_app), its code would be handed out again though the file is a new one: then a name is used that nobody
 * else has, for as long as the descriptor behind it is open. */
static int handle_open(const char *path, struct nw_module_file *file, struct nw_err *err)
{
	void *older = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);

	if (older == NULL) {
		dlerror();
		file->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
		return file->handle == NULL ? load_failed(path, err) : 0;
	}
	dlclose(older);
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd == -1) {
		return nw_err_errno(err, "%s: cannot load the module", path);
	}
	return open_behind_fd(file) ? 0 : load_failed(path, err);
}

static int copy_all(int from, int to)
{
	char part[8192];
	ssize_t n;

	while ((n = read(from, part, sizeof(part))) > 0) {
		int failed = nw_fd_write_all(to, part, (size_t)n);

		if (failed != 0) {
			return failed;
		}
	}
	return n < 0 ? -errno : 0;
}

/* false: it is to be loaded from where it is, be it that it looks for libraries beside itself, or to hear why not. */
static bool copy_open(const char *path, struct nw_module_file *file)
{
	NW_AUTO_CLOSE int from = open(path, O_RDONLY | O_CLOEXEC);
	const char *name = strrchr(path, '/');

	file->fd = from == -1 ? -1 : memfd_create(name == NULL ? path : name + 1, MFD_CLOEXEC);
	if (file->fd != -1 && copy_all(from, file->fd) == 0 && open_behind_fd(file)) {
		return true;
	}
	file->fd = nw_fd_close(file->fd);
	dlerror();
	return false;
}

static int module_find(const char *path, const struct nw_module_file *file, const struct nw_module **out,
		       struct nw_err *err)
{
	const struct nw_module *module = dlsym(file->handle, "narwhal_module");

	if (module == NULL) {
		return nw_err_set(err, -ENOEXEC,
				  "%s: there is no narwhal_module in it: end it with NW_APP(\"name\", ...)", path);
	}
	int rc = nw_module_check(module, path, err);

	if (rc == 0) {
		*out = module;
	}
	return rc;
}

int nw_module_open(const char *path, bool is_copied, struct nw_module_file *out_file,
		   const struct nw_module **out_module, struct nw_err *err)
{
	struct nw_module_file file = {.fd = -1};

	if (nw_settings_check_app(path, err) != 0) {
		return -ENOEXEC;
	}
	int rc = is_copied && copy_open(path, &file) ? 0 : handle_open(path, &file, err);

	if (rc == 0) {
		rc = module_find(path, &file, out_module, err);
	}
	if (rc < 0) {
		nw_module_close(&file);
		return rc;
	}
	*out_file = file;
	return 0;
}

void nw_module_close(struct nw_module_file *file)
{
	if (file->handle != NULL) {
		dlclose(file->handle);
		file->handle = NULL;
	}
	file->fd = nw_fd_close(file->fd);
}

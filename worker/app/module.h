/** Shared objects that hold an application. */
#ifndef NW_APP_MODULE_H
#define NW_APP_MODULE_H

#include <narwhal/app.h>

#include "common/err.h"

struct nw_module_file {
	void *handle; /* of dlopen(); NULL: none */
	int fd;       /* behind the name that it was opened by, when that is not its path; -1: none */
};

/** Load the module at @path and check that it was built for this server. The sentence names @path. */
int nw_module_open(const char *path, struct nw_module_file *out_file, const struct nw_module **out_module,
		   struct nw_err *err) NW_MUST_CHECK;

/** Is it one that this server can run? @label: how messages call it. */
int nw_module_check(const struct nw_module *module, const char *label, struct nw_err *err) NW_MUST_CHECK;

/** Unload. Accepts one that holds nothing ({NULL, -1}). */
void nw_module_close(struct nw_module_file *file);

#endif

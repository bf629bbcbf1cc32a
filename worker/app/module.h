/** Shared objects that hold an application. */
#ifndef NW_APP_MODULE_H
#define NW_APP_MODULE_H

#include <narwhal/app.h>
#include <stdbool.h>

#include "common/err.h"

struct nw_module_file {
	void *handle; /* of dlopen(); NULL: none */
	int fd;       /* behind the name that it was opened by, when that is not its path; -1: none */
};

/**
 * Load the module at @path and check that it was built for this server. The sentence names @path. @is_copied: from a
 * copy in memory, so that whoever writes a new one in place does not take the pages away from under our feet.
 */
int nw_module_open(const char *path, bool is_copied, struct nw_module_file *out_file,
		   const struct nw_module **out_module, struct nw_err *err) NW_MUST_CHECK;

/** Is it one that this server can run? @label: how messages call it. */
int nw_module_check(const struct nw_module *module, const char *label, struct nw_err *err) NW_MUST_CHECK;

/** Unload. Accepts one that holds nothing ({NULL, -1}). */
void nw_module_close(struct nw_module_file *file);

#endif

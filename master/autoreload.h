/** Reloading by itself when files have changed: those of TLS, and with `reload` all that the server is made of. */
#ifndef NW_MASTER_AUTORELOAD_H
#define NW_MASTER_AUTORELOAD_H

#include <stdbool.h>

#include "common/settings.h"
#include "master/files.h"

struct nw_master;

struct nw_autoreload {
	struct nw_files *files; /* NULL: none were ever to be watched */
	bool is_on;             /* `reload`, as last read */
};

/**
 * Watch from now on what @settings are made of: those that are loaded last, whether or not they come to serve, since
 * it is in their files that a mistake is mended.
 */
void nw_autoreload_follow(struct nw_master *master, const struct nw_settings *settings);

/** Make of a change a reload. Not while the newer master of an upgrade does so, nor while there are no workers. */
void nw_autoreload_step(struct nw_master *master);

void nw_autoreload_end(struct nw_master *master);

#endif

/** HUP: the next generation is built whole beside the serving one, proves itself with one worker, and takes over. */
#ifndef NW_MASTER_RELOAD_H
#define NW_MASTER_RELOAD_H

#include "master/master.h"

/** Begin a reload that was asked for, or judge the one that is under way. */
void nw_reload_step(struct nw_master *master);

/** Go to @start_dir (NULL: stay) and read the settings from argv, environment and file, as at the start. */
int nw_reload_read(const struct nw_master *master, const char *start_dir, struct nw_settings **out,
		   struct nw_err *err) NW_MUST_CHECK;

/** Give up the reload under way, if any: what it opened is closed; its worker stays among the children. */
void nw_reload_drop(struct nw_master *master);

#endif

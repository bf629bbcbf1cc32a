/** From the command line to a running master. */
#ifndef NW_MASTER_START_H
#define NW_MASTER_START_H

#include "common/boot.h"

/**
 * All that main() does: settings, help, --check-config, the error log, the first generation, the master's loop.
 * Returns the exit code: 0; 1: bad settings, a taken address or pidfile; 3: no worker came up.
 */
int nw_start_run(const struct nw_program *program, int argc, char *const *argv, char *const *environ);

#endif

/**
 * A worker that serves nothing and behaves as `proc_name` says, so that the master is tested as a real process tree:
 *
 *	ok             READY; leaves on TERM and QUIT, says "bye" to what waits in the accept queue
 *	fail           cannot boot, says why in two lines, exits 3
 *	crash          dies of SIGSEGV before READY
 *	first          ok for the first that comes here, crash for all others
 *	flash          says READY and exits 1 at once
 *	hang           never gets READY
 *	deaf           READY; does not heed TERM, only QUIT
 *	stuck          READY; its heartbeat stops
 *	stuck-deaf     the same, and it ignores ABRT
 *
 *	strays         ok, and leaves a process behind that exits 3
 *
 * USR2 makes a worker leave by itself. What it does it says on stderr: "fake PID gen N: ready".
 */
#ifndef NW_TESTS_UNIT_MASTER_FAKE_H
#define NW_TESTS_UNIT_MASTER_FAKE_H

#include "common/boot.h"

extern const struct nw_program fake_program;

#endif

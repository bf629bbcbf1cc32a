/** How much memory this process has: cheap enough for every heartbeat. */
#ifndef NW_WORKER_RESIDENT_H
#define NW_WORKER_RESIDENT_H

#include <stdint.h>

/** For nw_resident_read(); in the process that is asked about, after fork. -1: there is no /proc. */
int nw_resident_open(void);

/** Bytes of resident memory, shared ones included; 0: not known. @fd: of nw_resident_open(), -1 too. */
uint64_t nw_resident_read(int fd);

#endif

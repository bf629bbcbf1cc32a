/** Whether a worker that was killed from outside was killed by the kernel for want of memory: its cgroup counts that.
 */
#ifndef NW_MASTER_OOM_H
#define NW_MASTER_OOM_H

#include <stdint.h>

struct nw_oom {
	char path[512];    /* of the file that counts; "": there is none */
	uint64_t n_killed; /* that are accounted for */
};

enum nw_oom_verdict {
	NW_OOM_UNKNOWN, /* nobody counts here */
	NW_OOM_NO,
	NW_OOM_YES,
};

/**
 * Find what counts for this process, and note how far it is. @cgroups: "/proc/self/cgroup", @root: "/sys/fs/cgroup";
 * both versions of cgroups.
 */
void nw_oom_init(struct nw_oom *oom, const char *cgroups, const char *root);

/** A process that was ours got a KILL that was not: once for each. */
enum nw_oom_verdict nw_oom_judge(struct nw_oom *oom);

#endif

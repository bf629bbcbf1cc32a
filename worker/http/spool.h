/**
 * A body that is too large for memory: a file without a name in the folder for temporary files, mapped once it is
 * whole. On any thread, one at a time.
 */
#ifndef NW_HTTP_SPOOL_H
#define NW_HTTP_SPOOL_H

#include <stdint.h>

#include "common/cc.h"
#include "common/err.h"
#include "common/str.h"

struct nw_spool {
	int fd;             /* -1: none is open */
	uint64_t len;       /* bytes written */
	struct nw_span map; /* len 0: not mapped */
};

/** A closed one. */
#define NW_SPOOL_INIT                                                                                                  \
	{                                                                                                              \
		.fd = -1                                                                                               \
	}

/** Whether files can be made in the folder @dir, the setting tmp_upload_dir, which may be full just now: 0 or negative.
 */
int nw_spool_check(const char *dir, struct nw_err *err) NW_MUST_CHECK;

/** In the folder @dir; it goes when it is closed, or with the process. 0 or -errno. */
int nw_spool_open(struct nw_spool *spool, const char *dir) NW_MUST_CHECK;

/** Add @len bytes. 0 or -errno (-ENOSPC): what is there then is good for nw_spool_close() only. */
int nw_spool_add(struct nw_spool *spool, const void *data, size_t len) NW_MUST_CHECK;

/** All of it as memory, to be read only, valid until it is closed. At least one byte was added. 0 or -errno. */
int nw_spool_map(struct nw_spool *spool) NW_MUST_CHECK;

/** Accepts a closed one. */
void nw_spool_close(struct nw_spool *spool);

#endif

/**
 * Why something failed: a negative errno and a sentence that names the thing, the place and what
 * was expected. Filled by the function that knows the cause; printed (or not) by the program.
 * Every function here accepts err == NULL and returns the code, so that a failing function ends
 * with `return nw_err_set(err, -EINVAL, "workers: '%s' is not a number", s);`.
 */
#ifndef NW_COMMON_ERR_H
#define NW_COMMON_ERR_H

#include "common/cc.h"

struct nw_err {
	int code;       /* negative errno; 0: no error */
	char msg[2048]; /* one sentence, or several joined by '\n'; cut when longer; never NULL */
};

/** Set code and sentence. Returns @code. */
int nw_err_set(struct nw_err *err, int code, const char *fmt, ...) NW_PRINTF(3, 4);

/** Set -errno and "SENTENCE: strerror(errno)". Returns -errno. Call directly after the failure. */
int nw_err_errno(struct nw_err *err, const char *fmt, ...) NW_PRINTF(2, 3);

/** Put "PREFIX: " in front of the sentence that is there. Returns the code that is there. */
int nw_err_prefix(struct nw_err *err, const char *fmt, ...) NW_PRINTF(2, 3);

/** Add one more sentence on its own line (a file with several mistakes). Returns @code. */
int nw_err_add(struct nw_err *err, int code, const char *fmt, ...) NW_PRINTF(3, 4);

#endif

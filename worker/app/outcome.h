/** Inside the app layer: from what a handler left to what goes out. On the thread of the handler. */
#ifndef NW_APP_OUTCOME_H
#define NW_APP_OUTCOME_H

#include <stdarg.h>

#include "worker/app/call.h"

void nw_outcome_init(struct nw_response *res, struct nw_arena *arena);

/** Record that the answer cannot be what was asked for, the first cause wins. Returns @code (negative). @why: text of
 *  the arena, or static; NULL: strerror(). */
int nw_outcome_fail(struct nw_response *res, int code, const char *why);

/** The same for what the client did wrong: the answer is the error @status with @why, and the log has no line of it. */
int nw_outcome_refuse(struct nw_response *res, int code, unsigned status, const char *why);

/** Whether an answer of that status has a body. */
static inline bool nw_outcome_has_body(unsigned status)
{
	return status != 204 && status != 205 && status != 304;
}

/** "Error handling request GET /path: why (request id 0123)", @why NULL: strerror(@code); and what follows from it. */
void nw_outcome_log(const struct nw_response *res, int code, const char *why, const char *then);

/** The handler failed with @rc because the client's body did not come as it should have: not the handler's doing. */
bool nw_outcome_is_body_broken(const struct nw_exchange *x, int rc);

/** The handler returned @rc: a failure becomes a 500 and a line in the log, error handlers and after hooks run. */
void nw_outcome_finish(struct nw_response *res, int rc);

/** Write the exchange's answer. */
void nw_outcome_seal(struct nw_response *res);

/** Text of @arena; NULL: over its limit. *@out_len (may be NULL): without the NUL, written on success. */
char *nw_outcome_vprintf(struct nw_arena *arena, const char *fmt, va_list ap, size_t *out_len) NW_PRINTF(2, 0);

#endif

/** Requests for "/thread" and "/inline" whose handler is the test's, on the fakes: what a test of streams begins with.
 */
#ifndef NW_TESTS_SCRIPT_H
#define NW_TESTS_SCRIPT_H

#include "tests/unit/app/fake.h"

extern struct nw_apps *script_apps;
extern struct nw_response *script_kept; /* of the last request */
extern int script_rcs[8];               /* for what the handler got; not 0 before */
/** The after hook; NULL: one that adds "X-After: ran". */
extern int (*script_after)(struct nw_request *req, struct nw_response *res);

/** @what: does the next requests, on a thread or on the loop. */
void script_begin(int (*what)(struct nw_request *req, struct nw_response *res));
void script_end(void);

/** nw_response_write() of text. */
int script_writes(struct nw_response *res, const char *text);

/** A hook that answers in the place of whoever did: 203, "by the hook". */
int script_sets_203(struct nw_request *req, struct nw_response *res);

#endif

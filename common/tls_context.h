/**
 * What TLS needs of a configuration, loaded and checked: certificate, key, whom to trust, and the rules. The master
 * makes it before it forks, with its own rights, so that the workers of a generation need none of the files, and read
 * each other's session tickets. The keys of tickets are new in each generation: who comes with a ticket of another
 * one shakes hands in full.
 */
#ifndef NW_COMMON_TLS_CONTEXT_H
#define NW_COMMON_TLS_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/settings.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

/** Whether connections are to be encrypted: certfile or keyfile is set. */
bool nw_tls_context_is_wanted(const struct nw_settings *settings);

/**
 * Relative paths are taken from the current directory. 0: *out is the caller's; NULL: TLS is not wanted. A negative
 * errno and a sentence: a file cannot be used, key and certificate do not fit, settings ask for TLS without a
 * certificate, or this build has no TLS.
 */
int nw_tls_context_open(const struct nw_settings *settings, struct ssl_ctx_st **out, struct nw_err *err) NW_MUST_CHECK;

/** Accepts NULL, returns NULL. */
struct ssl_ctx_st *nw_tls_context_close(struct ssl_ctx_st *context);

/**
 * What is to be said about the time for which its certificate is valid. @now_s: seconds since 1970. 0: nothing;
 * else, in @err: it has ended, has not begun, or ends within two weeks.
 */
int nw_tls_context_check_time(const struct ssl_ctx_st *context, const struct nw_settings *settings, int64_t now_s,
			      struct nw_err *err);

#endif

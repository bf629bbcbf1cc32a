/**
 * Figures for a statsd, with Gunicorn's names, each in a datagram of its own: requests, their duration and status,
 * lines of the error log, workers, backlog. With tags in the way of DogStatsD. A process has one. Nothing waits for it
 * and nothing fails by it: what cannot be sent is lost. Callable from any thread, but opened and closed by the first
 * one; when none is open all calls do nothing.
 */
#ifndef NW_COMMON_STATSD_H
#define NW_COMMON_STATSD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/log.h"

/**
 * @host: HOST[:PORT] (8125) or unix://PATH, resolved once. @prefix: stands in front of all names, with one dot between.
 * @tags: "a:1,b". NULL: none. Replaces what was open; on failure all stays as it was.
 */
int nw_statsd_open(const char *host, const char *prefix, const char *tags, struct nw_err *err) NW_MUST_CHECK;
void nw_statsd_close(void);
bool nw_statsd_is_open(void);

/** A request was answered with @status. */
void nw_statsd_request(int64_t took_us, unsigned status);

/** A line of the error log, of any level. */
void nw_statsd_log(enum nw_log_level level);

void nw_statsd_workers(unsigned n);

/** Connections that wait to be accepted. A histogram, as in Gunicorn. */
void nw_statsd_backlog(unsigned n);

/** For settings: 0, or -EINVAL and the sentence. */
int nw_statsd_check_host(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_statsd_check_text(const char *text, struct nw_err *err) NW_MUST_CHECK; /* prefix, tags */

#endif

/**
 * How long a graceful stop may take, and whether whoever will kill us waits for so long: NARWHAL_GRACE, in seconds,
 * says when that is (terminationGracePeriodSeconds, stop_grace_period, TimeoutStopSec).
 */
#ifndef NW_MASTER_BUDGET_H
#define NW_MASTER_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/settings.h"

enum {
	NW_BUDGET_CONNECTING_MS = 500, /* for handshakes under way when nobody is let in any more */
};

/** Milliseconds from TERM to the end of accepting, at most: drain_delay, and for who is just connecting then. */
int64_t nw_budget_depart_ms(const struct nw_settings *settings);

/** Milliseconds that a worker may take from TERM until it is KILLed: graceful_timeout, and a little for its leaving. */
int64_t nw_budget_leave_ms(const struct nw_settings *settings);

/** What is wrong with NARWHAL_GRACE in @environ, as a sentence; NULL: nothing, or it is not there. */
const char *nw_budget_mistake(const struct nw_settings *settings, char *const *environ, char *buf, size_t size);

/** Both, as lines of the log. */
void nw_budget_say(const struct nw_settings *settings, char *const *environ);

#endif

#include "master/budget.h"

#include <limits.h>
#include <stdio.h>

#include "common/log.h"
#include "common/settings_number.h"
#include "common/settings_sources.h"
#include "common/str.h"
#include "master/deferred.h"

enum {
	/* A worker keeps graceful_timeout by itself; it is not killed in the act of leaving. */
	LEAVE_MS = 500,
};

#define GRACE "NARWHAL_GRACE"

/* Behind drain_delay. After a longer one the kernel holds nobody back any more. */
static int64_t connecting_ms(const struct nw_settings *settings)
{
	int64_t held_ms = NW_DEFERRED_MS - INT64_C(1000) * settings->drain_delay_s;

	return held_ms > NW_BUDGET_CONNECTING_MS ? held_ms : NW_BUDGET_CONNECTING_MS;
}

int64_t nw_budget_depart_ms(const struct nw_settings *settings)
{
	return INT64_C(1000) * settings->drain_delay_s + connecting_ms(settings);
}

int64_t nw_budget_leave_ms(const struct nw_settings *settings)
{
	return INT64_C(1000) * settings->graceful_timeout_s + LEAVE_MS;
}

static int64_t whole_ms(const struct nw_settings *settings)
{
	return nw_budget_depart_ms(settings) + nw_budget_leave_ms(settings);
}

/* "5 s drain_delay + 0.5 s for who is just connecting + 20 s graceful_timeout + 0.5 s to leave" */
static const char *parts(const struct nw_settings *settings, char *buf, size_t size)
{
	snprintf(buf, size,
		 "%d s drain_delay + %g s for who is just connecting + %d s graceful_timeout + %g s to leave",
		 settings->drain_delay_s, (double)connecting_ms(settings) / 1000, settings->graceful_timeout_s,
		 LEAVE_MS / 1000.0);
	return buf;
}

const char *nw_budget_mistake(const struct nw_settings *settings, char *const *environ_, char *buf, size_t size)
{
	const char *text = nw_settings_sources_env(environ_, GRACE);
	int64_t whole = whole_ms(settings), grace_s = 0;
	char sum[128];

	if (text == NULL) {
		return NULL;
	}
	const struct nw_literal value = {.kind = NW_LITERAL_STR, .text = nw_span_of(text)};

	if (nw_settings_number_seconds(&value, &grace_s) != 0 || grace_s < 1 || grace_s > INT_MAX) {
		snprintf(buf, size,
			 GRACE
			 ": '%.40s' is no number of seconds above 0: whether a stop is given enough time is not known",
			 text);
		return buf;
	}
	if (whole <= grace_s * 1000) {
		return NULL;
	}
	snprintf(buf, size,
		 GRACE
		 ": a stop that takes longer than %d s ends in a kill, but it may take %g s (%s): allow %d s or more "
		 "(terminationGracePeriodSeconds, stop_grace_period, TimeoutStopSec), or lower one of them",
		 (int)grace_s, (double)whole / 1000, parts(settings, sum, sizeof(sum)), (int)((whole + 999) / 1000));
	return buf;
}

void nw_budget_say(const struct nw_settings *settings, char *const *environ_)
{
	char buf[512], sum[128];

	NW_LOG_INFO("A graceful stop takes up to %g s: %s", (double)whole_ms(settings) / 1000,
		    parts(settings, sum, sizeof(sum)));
	if (nw_budget_mistake(settings, environ_, buf, sizeof(buf)) != NULL) {
		NW_LOG_WARN("%s", buf);
	}
}

#include "worker/app/timing.h"

#include <errno.h>
#include <inttypes.h>
#include <narwhal/response.h>

#include "common/clock.h"
#include "worker/app/header.h"
#include "worker/app/outcome.h"

enum { ENTRIES_MAX = 4096 }; /* bytes of what an app may add: clients take only so much of a field */

struct nw_timing {
	int64_t begin_us; /* nw_clock_us() */
	int64_t wait_us;  /* since when it waits, then for how long it has */
	bool has_waited;
	struct nw_buf entries; /* of the app, each with ", " before it */
};

void nw_timing_begin(struct nw_call *call)
{
	struct nw_timing *timing = nw_arena_alloc(call->req.x->arena, sizeof(*timing));

	if (timing != NULL) {
		timing->begin_us = nw_clock_us();
		timing->entries = (struct nw_buf){.grow = nw_arena_grow_any, .grow_arg = call->req.x->arena};
		call->timing = timing;
	}
}

void nw_timing_wait(struct nw_call *call)
{
	if (call->timing != NULL) {
		call->timing->wait_us = nw_clock_us();
	}
}

void nw_timing_go_on(struct nw_call *call)
{
	if (call->timing != NULL) {
		call->timing->wait_us = nw_clock_us() - call->timing->wait_us;
		call->timing->has_waited = true;
	}
}

/* As milliseconds. Not printf's %f, which follows the locale. */
static void add_dur(struct nw_buf *out, int64_t us)
{
	nw_buf_addf(out, ";dur=%" PRId64 ".%03" PRId64, us / 1000, us % 1000);
}

void nw_timing_write(struct nw_call *call, struct nw_buf *fields)
{
	const struct nw_timing *timing = call->timing;

	if (timing == NULL) {
		return;
	}
	int64_t waited_us = timing->has_waited ? timing->wait_us : 0;

	nw_buf_adds(fields, "Server-Timing: app");
	add_dur(fields, nw_clock_us() - timing->begin_us - waited_us);
	if (timing->has_waited) {
		nw_buf_adds(fields, ", queue");
		add_dur(fields, waited_us);
	}
	nw_buf_add(fields, timing->entries.data, timing->entries.len);
	nw_buf_adds(fields, "\r\n");
}

/* As a quoted string (RFC 9110 section 5.6.4). */
static void add_desc(struct nw_buf *out, const char *desc)
{
	nw_buf_adds(out, ";desc=\"");
	for (; *desc != '\0'; desc++) {
		if (*desc == '"' || *desc == '\\') {
			nw_buf_addc(out, '\\');
		}
		nw_buf_addc(out, *desc);
	}
	nw_buf_addc(out, '"');
}

int nw_response_timing(struct nw_response *res, const char *name, double ms, const char *desc)
{
	struct nw_timing *timing = res->call->timing;

	if (!nw_header_is_token(name)) {
		return nw_outcome_fail(res, -EINVAL, "a timing whose name is no token");
	}
	if (!(ms < 1e12)) { /* not a number, too */
		return nw_outcome_fail(res, -EINVAL, "a timing that is no number of milliseconds below 1e12");
	}
	if (desc != NULL && !nw_header_is_value(desc)) {
		return nw_outcome_fail(res, -EINVAL, "a timing whose description has control bytes");
	}
	if (timing == NULL || timing->entries.len >= ENTRIES_MAX) {
		return 0;
	}
	nw_buf_addf(&timing->entries, ", %s", name);
	if (ms >= 0) {
		add_dur(&timing->entries, (int64_t)(ms * 1000 + 0.5));
	}
	if (desc != NULL) {
		add_desc(&timing->entries, desc);
	}
	return timing->entries.failed ? nw_outcome_fail(res, -ENOMEM, NULL) : 0;
}

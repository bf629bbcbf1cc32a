/* Server-sent events, as the HTML standard writes them (section 9.2). */
#include <narwhal/stream.h>

#include <errno.h>
#include <inttypes.h>
#include <narwhal/response.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/clock.h"
#include "worker/app/outcome.h"
#include "worker/app/response_stream.h"

enum {
	/* From the end of a worker until its clients connect anew, each a little later or earlier than others. */
	RETRY_MS = 500,
	RETRY_SPREAD_MS = 1000,
};

int nw_response_begin_events(struct nw_response *res)
{
	int rc = nw_response_begin(res, 200, "text/event-stream");

	if (rc == 0) {
		rc = nw_response_header(res, "Cache-Control", "no-cache");
	}
	if (rc == 0) {
		res->stream->is_events = true;
	}
	return rc < 0 ? rc : nw_response_header(res, "X-Accel-Buffering", "no"); /* for nginx */
}

static bool is_leaving(const struct nw_response_stream *stream)
{
	return stream->res->call->req.apps->is_leaving;
}

const char *nw_response_event_farewell(const struct nw_response_stream *stream, char *buf, size_t size)
{
	if (!stream->is_events || stream->has_retry || !is_leaving(stream)) {
		return NULL;
	}
	snprintf(buf, size, "retry: %d\n\n", RETRY_MS + (int)(nw_clock_us() % RETRY_SPREAD_MS));
	return buf;
}

static bool is_line(const char *s)
{
	return s == NULL || s[strcspn(s, "\r\n")] == '\0';
}

/* Each line of @text behind @name: CRLF, CR and LF end one, for those who read it too. */
static void add_lines(struct nw_buf *out, const char *name, const char *text)
{
	bool has_more = true;

	while (has_more) {
		size_t len = strcspn(text, "\r\n");

		nw_buf_adds(out, name);
		nw_buf_add(out, text, len);
		nw_buf_addc(out, '\n');
		has_more = text[len] != '\0';
		text += len + (strncmp(text + len, "\r\n", 2) == 0 ? 2 : has_more);
	}
}

/* All of it at once, or nothing. */
static int send_off(struct nw_response *res, struct nw_buf *text)
{
	int rc = text->failed ? nw_outcome_fail(res, -ENOMEM, NULL) : nw_response_write(res, text->data, text->len);

	nw_buf_free(text);
	return rc < 0 ? rc : nw_response_flush(res);
}

int nw_response_event(struct nw_response *res, const struct nw_event *event)
{
	struct nw_buf text = {0};

	if (!is_line(event->name) || !is_line(event->id)) {
		return -EINVAL;
	}
	if (event->name != NULL) {
		add_lines(&text, "event: ", event->name);
	}
	if (event->id != NULL) {
		add_lines(&text, "id: ", event->id);
	}
	if (event->retry_ms > 0) {
		nw_buf_addf(&text, "retry: %" PRId64 "\n", event->retry_ms);
		if (res->stream != NULL) {
			res->stream->has_retry = is_leaving(res->stream);
		}
	}
	if (event->data != NULL) {
		add_lines(&text, "data: ", event->data);
	}
	nw_buf_addc(&text, '\n');
	return send_off(res, &text);
}

int nw_response_comment(struct nw_response *res, const char *text)
{
	struct nw_buf lines = {0};

	add_lines(&lines, ": ", text);
	nw_buf_addc(&lines, '\n');
	return send_off(res, &lines);
}

#include "worker/access_json.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "common/json_text.h"
#include "common/listener.h"
#include "worker/http/client.h"

enum { TRACE_AT = 3, TRACE_LEN = 32 }; /* in a traceparent */

/* p NULL: null. */
static void add(struct nw_buf *out, const char *name, struct nw_span value)
{
	nw_buf_addf(out, ",\"%s\":", name);
	if (value.p == NULL) {
		nw_buf_adds(out, "null");
	} else {
		nw_json_text_add(out, value);
	}
}

static void add_time(struct nw_buf *out)
{
	struct timespec now;
	struct tm tm;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	nw_buf_addf(out, "{\"time\":\"%s.%03ldZ\",\"pid\":%d", text, now.tv_nsec / 1000000, (int)getpid());
}

/* null: it is on a unix socket. */
static void add_host(struct nw_buf *out, const char *name, const char *host)
{
	add(out, name, host[0] == '\0' ? (struct nw_span){NULL, 0} : nw_span_of(host));
}

static void add_peer(struct nw_buf *out, const struct nw_exchange *x)
{
	char host[64] = "";

	if (x->peer != NULL) {
		nw_addr_host_into(x->peer, host, sizeof(host));
	}
	add_host(out, "peer", host);
	nw_client_into(x, host, sizeof(host));
	add_host(out, "client", host);
	add(out, "scheme", nw_span_of(nw_exchange_is_https(x) ? "https" : "http"));
}

static struct nw_span head_span(const struct nw_head *head, struct nw_slice slice)
{
	return head->base != NULL && head->line.len > 0 ? nw_head_span(head, slice) : (struct nw_span){NULL, 0};
}

static void add_line(struct nw_buf *out, const struct nw_head *head)
{
	bool has_line = head->base != NULL && head->line.len > 0;

	add(out, "method", head_span(head, head->method));
	add(out, "path", head_span(head, head->path));
	add(out, "query", head_span(head, head->query));
	add(out, "protocol",
	    !has_line          ? (struct nw_span){NULL, 0}
	    : head->minor == 0 ? nw_span_of("HTTP/1.0")
			       : nw_span_of("HTTP/1.1"));
}

static void add_fields(struct nw_buf *out, const struct nw_access_event *event)
{
	const struct nw_head *head = &event->x->head;
	const struct nw_span none = {NULL, 0};
	char user[256];
	size_t len = nw_access_user_into(event, user, sizeof(user));

	add(out, "referer", head->base == NULL ? none : nw_head_get(head, "Referer"));
	add(out, "user_agent", head->base == NULL ? none : nw_head_get(head, "User-Agent"));
	add(out, "user", len == 0 ? none : (struct nw_span){user, len});
}

void nw_access_json(struct nw_buf *out, const struct nw_access_event *event)
{
	const struct nw_exchange *x = event->x;
	char id[NW_TRACE_ID_MAX], parent[NW_TRACE_PARENT_LEN + 1];

	add_time(out);
	add_peer(out, x);
	add_line(out, &x->head);
	nw_buf_addf(out, ",\"status\":%u,\"bytes\":%" PRIu64 ",\"duration\":%" PRId64 ".%06" PRId64, x->answer.status,
		    x->bytes_sent, event->took_us / 1000000, event->took_us % 1000000);
	add_fields(out, event);
	add(out, "request_id", (struct nw_span){id, nw_trace_id_into(x, id)});
	nw_trace_parent_into(x, parent);
	add(out, "trace_id", (struct nw_span){parent + TRACE_AT, TRACE_LEN});
	nw_buf_addc(out, '}');
}

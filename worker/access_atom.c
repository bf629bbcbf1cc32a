#include "worker/access_atom.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/listener.h"
#include "worker/http/client.h"

/* Of a refused head there may be no request line, though something was read. */
static bool has_line(const struct nw_access_event *event)
{
	return event->x->head.base != NULL && event->x->head.line.len > 0;
}

/* p NULL: there is no request line to take it from. */
static struct nw_span head_span(const struct nw_access_event *event, struct nw_slice slice)
{
	return has_line(event) ? nw_head_span(&event->x->head, slice) : (struct nw_span){NULL, 0};
}

static void add_or_dash(struct nw_buf *out, struct nw_span value)
{
	if (value.p == NULL) {
		nw_buf_addc(out, '-');
	} else {
		nw_str_escape(out, value);
	}
}

static struct nw_span request_field(const struct nw_access_event *event, const char *name)
{
	return event->x->head.base == NULL ? (struct nw_span){NULL, 0} : nw_head_get(&event->x->head, name);
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* The user of `Authorization: Basic ...`, as far as it fits. Returns its length, 0: none. */
static size_t basic_user(struct nw_span value, char *user, size_t size)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;
	size_t len = 0;

	if (value.p == NULL || value.len < 6 || strncasecmp(value.p, "basic ", 6) != 0) {
		return 0;
	}
	for (size_t i = 6; i < value.len && value.p[i] != '='; i++) {
		int digit = base64_digit(value.p[i]);

		if (digit < 0) {
			return 0;
		}
		bits = bits << 6 | (uint32_t)digit;
		n_bits += 6;
		if (n_bits < 8) {
			continue;
		}
		n_bits -= 8;
		char c = (char)(bits >> n_bits & 0xff);

		if (c == ':') {
			return len;
		}
		if (len < size) {
			user[len++] = c;
		}
	}
	return 0;
}

size_t nw_access_user_into(const struct nw_access_event *event, char *user, size_t size)
{
	return basic_user(request_field(event, "Authorization"), user, size);
}

static void add_user(struct nw_buf *out, const struct nw_access_event *event)
{
	char user[256];
	size_t len = nw_access_user_into(event, user, sizeof(user));

	add_or_dash(out, len == 0 ? (struct nw_span){NULL, 0} : (struct nw_span){user, len});
}

static void add_peer(struct nw_buf *out, const struct nw_access_event *event)
{
	char host[64] = "";

	if (event->x->peer != NULL) {
		nw_addr_host_into(event->x->peer, host, sizeof(host));
	}
	nw_buf_adds(out, host);
}

static void add_client(struct nw_buf *out, const struct nw_access_event *event)
{
	char host[64];

	nw_client_into(event->x, host, sizeof(host));
	nw_buf_adds(out, host);
}

static void add_path(struct nw_buf *out, const struct nw_access_event *event)
{
	struct nw_span path = head_span(event, event->x->head.path);
	char plain[1024];

	if (path.p == NULL) {
		nw_buf_addc(out, '-');
		return;
	}
	ptrdiff_t len = path.len <= sizeof(plain) ? nw_str_percent_decode(path, false, plain) : -1;

	nw_str_escape(out, len < 0 ? path : (struct nw_span){plain, (size_t)len});
}

static void add_protocol(struct nw_buf *out, const struct nw_access_event *event)
{
	if (has_line(event)) {
		nw_buf_addf(out, "HTTP/1.%u", event->x->head.minor);
	} else {
		nw_buf_addc(out, '-');
	}
}

/* A field that the application set, from the lines of the answer, or the request's id; p NULL: none. @id: room. */
static struct nw_span answer_field(const struct nw_access_event *event, struct nw_span name, char id[NW_TRACE_ID_MAX])
{
	const char *p = event->x->answer.fields.data;
	const char *end = p + event->x->answer.fields.len;

	if (nw_span_eq_nocase(name, "X-Request-ID")) {
		return (struct nw_span){id, nw_trace_id_into(event->x, id)};
	}
	if (event->x->answer.type.p != NULL && nw_span_eq_nocase(name, "Content-Type")) {
		return event->x->answer.type;
	}
	while (p != NULL && p < end) {
		const char *eol = memchr(p, '\r', (size_t)(end - p));
		const char *colon = memchr(p, ':', (size_t)(end - p));

		if (eol == NULL || colon == NULL || colon > eol) {
			break;
		}
		if ((size_t)(colon - p) == name.len && strncasecmp(p, name.p, name.len) == 0) {
			const char *value = colon + 1 + (colon[1] == ' ');

			return (struct nw_span){value, (size_t)(eol - value)};
		}
		p = eol + 2;
	}
	return (struct nw_span){NULL, 0};
}

/* HTTP_USER_AGENT -> User-Agent. */
static struct nw_span field_of_variable(const struct nw_access_event *event, struct nw_span name)
{
	char field[128];

	if (name.len >= sizeof(field)) {
		return (struct nw_span){NULL, 0};
	}
	for (size_t i = 0; i < name.len; i++) {
		field[i] = name.p[i] == '_' ? '-' : name.p[i];
	}
	field[name.len] = '\0';
	return request_field(event, field);
}

static void add_parent(struct nw_buf *out, const struct nw_access_event *event)
{
	char parent[NW_TRACE_PARENT_LEN + 1];

	nw_trace_parent_into(event->x, parent);
	nw_buf_adds(out, parent);
}

/* The variables that a WSGI application would see (PEP 3333), as far as this server has them. */
static void add_variable(struct nw_buf *out, struct nw_span name, const struct nw_access_event *event)
{
	const struct nw_head *head = &event->x->head;

	if (name.len > 5 && strncasecmp(name.p, "HTTP_", 5) == 0) {
		add_or_dash(out, field_of_variable(event, (struct nw_span){name.p + 5, name.len - 5}));
	} else if (nw_span_eq_nocase(name, "REQUEST_METHOD")) {
		add_or_dash(out, head_span(event, head->method));
	} else if (nw_span_eq_nocase(name, "RAW_URI")) {
		add_or_dash(out, head_span(event, head->target));
	} else if (nw_span_eq_nocase(name, "PATH_INFO")) {
		add_path(out, event);
	} else if (nw_span_eq_nocase(name, "QUERY_STRING")) {
		add_or_dash(out, head_span(event, head->query));
	} else if (nw_span_eq_nocase(name, "SERVER_PROTOCOL")) {
		add_protocol(out, event);
	} else if (nw_span_eq_nocase(name, "REMOTE_ADDR")) {
		add_peer(out, event);
	} else if (nw_span_eq_nocase(name, "narwhal.client")) {
		add_client(out, event);
	} else if (nw_span_eq_nocase(name, "wsgi.url_scheme")) {
		nw_buf_adds(out, nw_exchange_is_https(event->x) ? "https" : "http");
	} else if (nw_span_eq_nocase(name, "TRACEPARENT")) {
		add_parent(out, event);
	} else if (nw_span_eq_nocase(name, "SERVER_SOFTWARE")) {
		nw_buf_adds(out, "narwhal/" NW_VERSION);
	} else if (nw_span_eq_nocase(name, "CONTENT_TYPE") || nw_span_eq_nocase(name, "CONTENT_LENGTH")) {
		add_or_dash(out, field_of_variable(event, name));
	} else {
		nw_buf_addc(out, '-');
	}
}

/* {name}i, {name}o, {name}e */
static void add_named(struct nw_buf *out, struct nw_span atom, const struct nw_access_event *event)
{
	struct nw_span name = {atom.p + 1, atom.len - 3};
	char field[128], id[NW_TRACE_ID_MAX];

	switch (atom.p[atom.len - 1]) {
	case 'i':
		if (name.len >= sizeof(field)) {
			nw_buf_addc(out, '-');
			return;
		}
		memcpy(field, name.p, name.len);
		field[name.len] = '\0';
		add_or_dash(out, request_field(event, field));
		return;
	case 'o':
		add_or_dash(out, answer_field(event, name, id));
		return;
	case 'e':
		add_variable(out, name, event);
		return;
	default:
		nw_buf_addc(out, '-');
	}
}

static void add_letter(struct nw_buf *out, char letter, const struct nw_access_event *event)
{
	const struct nw_exchange *x = event->x;

	switch (letter) {
	case 'h':
		add_peer(out, event);
		return;
	case 'u':
		add_user(out, event);
		return;
	case 't':
		nw_buf_adds(out, event->when);
		return;
	case 'r':
		add_or_dash(out, head_span(event, x->head.line));
		return;
	case 'm':
		add_or_dash(out, head_span(event, x->head.method));
		return;
	case 'U':
		add_path(out, event);
		return;
	case 'q':
		add_or_dash(out, head_span(event, x->head.query));
		return;
	case 'H':
		add_protocol(out, event);
		return;
	case 's':
		nw_buf_addf(out, "%u", x->answer.status);
		return;
	case 'B':
	case 'b':
		nw_buf_addf(out, "%" PRIu64, x->bytes_sent);
		return;
	case 'f':
		add_or_dash(out, request_field(event, "Referer"));
		return;
	case 'a':
		add_or_dash(out, request_field(event, "User-Agent"));
		return;
	case 'T':
		nw_buf_addf(out, "%" PRId64, event->took_us / 1000000);
		return;
	case 'D':
		nw_buf_addf(out, "%" PRId64, event->took_us);
		return;
	case 'M':
		nw_buf_addf(out, "%" PRId64, event->took_us / 1000);
		return;
	case 'L':
		nw_buf_addf(out, "%" PRId64 ".%06" PRId64, event->took_us / 1000000, event->took_us % 1000000);
		return;
	case 'p':
		nw_buf_addf(out, "<%d>", (int)getpid());
		return;
	default: /* 'l' and what nobody knows */
		nw_buf_addc(out, '-');
	}
}

void nw_access_atom(struct nw_buf *out, struct nw_span name, const struct nw_access_event *event)
{
	if (name.len == 1) {
		add_letter(out, name.p[0], event);
	} else if (name.len > 3 && name.p[0] == '{' && name.p[name.len - 2] == '}') {
		add_named(out, name, event);
	} else {
		nw_buf_addc(out, '-');
	}
}

#include "worker/http/line.h"

#include "worker/http/chars.h"
#include "worker/http/field_line.h"
#include "worker/http/scan.h"
#include "worker/http/target.h"

enum {
	METHOD_MIN = 3,
	METHOD_MAX = 20,
	TLS_HANDSHAKE = 0x16,
};

static const char shape[] = "The request line is not METHOD TARGET VERSION";
static const char no_version[] = "The request line does not end with HTTP/1.1";
static const char lone_cr[] = "There is a CR that no LF follows";

/* The pieces of the line are taken in turn, each from @p to the byte that ends it. */
struct cursor {
	struct nw_parser *parser;
	struct nw_head *head;
	const struct nw_parser_rules *rules;
	char *data;
	const char *p, *end;
	enum nw_status status; /* to refuse with, for what is at @p */
};

enum step {
	GO_ON,
	STOP, /* refused at @p, or more has to come for what is there */
};

static enum step refuse(struct cursor *c, const char *p, enum nw_status status, const char *reason)
{
	c->p = p;
	c->status = status;
	c->parser->reason = reason;
	return STOP;
}

static enum step refuse_byte(struct cursor *c, const char *p, const char *otherwise)
{
	return refuse(c, p, NW_STATUS_BAD_REQUEST, nw_field_line_reason(*p, otherwise));
}

static enum step wait_at(struct cursor *c, const char *p)
{
	c->p = p;
	return STOP;
}

static enum step go(struct cursor *c, const char *p, enum nw_parse_state state)
{
	c->p = p;
	c->parser->state = (uint8_t)state;
	return GO_ON;
}

static uint32_t offset(const struct cursor *c, const char *p)
{
	return (uint32_t)(p - c->data);
}

static enum step start(struct cursor *c)
{
	if (c->p == c->end) {
		return STOP;
	}
	if (*c->p == '\r') { /* one empty line before a request is forgiven */
		if (c->end - c->p < 2) {
			return STOP;
		}
		if (c->p[1] != '\n') {
			return refuse(c, c->p, NW_STATUS_BAD_REQUEST, lone_cr);
		}
		c->p += 2;
		c->parser->at = 2;
	}
	return go(c, c->p, NW_PARSE_METHOD);
}

static const char *skip_method(const struct cursor *c)
{
	unsigned usual = c->rules->raises_method ? NW_CHAR_METHOD | NW_CHAR_LOWER : NW_CHAR_METHOD;
	unsigned class = c->rules->allows_any_method ? NW_CHAR_TOKEN : usual;
	const char *p = c->p;

	while (p < c->end && nw_char_is(*p, class)) {
		p++;
	}
	return p;
}

static void raise_method(char *p, const char *end)
{
	for (; p < end; p++) {
		*p = (char)(nw_char_is(*p, NW_CHAR_LOWER) ? *p & ~0x20 : *p);
	}
}

static enum step refuse_method(struct cursor *c, const char *p, bool is_first)
{
	if (is_first && *p == TLS_HANDSHAKE) {
		return refuse(c, p, NW_STATUS_BAD_REQUEST, "This is TLS, and plain HTTP is spoken here");
	}
	return refuse_byte(c, p, *p == '\r' ? shape : "The method is malformed");
}

static enum step take_method(struct cursor *c)
{
	const char *begin = c->data + c->parser->at;
	bool is_get = c->end - begin >= 4 && memcmp(begin, "GET ", 4) == 0;
	const char *p = is_get ? begin + 3 : skip_method(c);
	size_t len = (size_t)(p - begin);

	if (len > METHOD_MAX && !c->rules->allows_any_method) {
		return refuse(c, begin + METHOD_MAX, NW_STATUS_BAD_REQUEST, "The method is too long");
	}
	if (p == c->end) {
		return wait_at(c, p);
	}
	if (*p != ' ' || len == 0) {
		return refuse_method(c, p, len == 0);
	}
	if (len < METHOD_MIN && !c->rules->allows_any_method) {
		return refuse(c, p, NW_STATUS_BAD_REQUEST, "The method is too short");
	}
	if (c->rules->raises_method) {
		raise_method(c->data + c->parser->at, p);
	}
	c->head->method = (struct nw_slice){c->parser->at, (uint32_t)len};
	c->head->target.at = offset(c, p + 1);
	return go(c, p + 1, NW_PARSE_TARGET);
}

/* The space behind the target is at @p. */
static enum step end_target(struct cursor *c, const char *p)
{
	c->head->target.len = offset(c, p) - c->head->target.at;
	return go(c, p + 1, NW_PARSE_VERSION);
}

static enum step take_target(struct cursor *c)
{
	const char *begin = c->data + c->head->target.at;
	struct nw_head *head = c->head;

	if (begin < c->end && *begin == '/' && !nw_head_is_method(head, "CONNECT", 7)) {
		head->path.at = head->target.at;
		return go(c, begin, NW_PARSE_PATH);
	}
	const char *p = nw_scan_target(c->p, c->end, 0, 0);

	if (p == c->end) {
		return wait_at(c, p);
	}
	if (*p != ' ' || p == begin) {
		return refuse_byte(c, p, shape);
	}
	end_target(c, p);
	if (head->target.len == 1 && *begin == '*' && nw_head_is_method(head, "PRI", 3)) {
		return refuse(c, p, NW_STATUS_VERSION_NOT_SUPPORTED, "HTTP/2 is not spoken here");
	}
	const char *reason = nw_target_split(head);

	return reason == NULL ? GO_ON : refuse(c, p, NW_STATUS_BAD_REQUEST, reason);
}

static enum step take_path(struct cursor *c)
{
	const char *p = nw_scan_target(c->p, c->end, '?', '#');

	if (p == c->end) {
		return wait_at(c, p);
	}
	c->head->path.len = offset(c, p) - c->head->path.at;
	switch (*p) {
	case ' ':
		return end_target(c, p);
	case '?':
		c->head->query.at = offset(c, p + 1);
		return go(c, p + 1, NW_PARSE_QUERY);
	case '#':
		return go(c, p + 1, NW_PARSE_FRAGMENT);
	default:
		return refuse_byte(c, p, shape);
	}
}

static enum step take_query(struct cursor *c)
{
	const char *p = nw_scan_target(c->p, c->end, '#', '#');

	if (p == c->end) {
		return wait_at(c, p);
	}
	c->head->query.len = offset(c, p) - c->head->query.at;
	if (*p == '#') {
		return go(c, p + 1, NW_PARSE_FRAGMENT);
	}
	return *p == ' ' ? end_target(c, p) : refuse_byte(c, p, shape);
}

/* Cut off: it is for the client alone (RFC 9110 section 7.1). */
static enum step skip_fragment(struct cursor *c)
{
	const char *p = nw_scan_target(c->p, c->end, 0, 0);

	if (p == c->end) {
		return wait_at(c, p);
	}
	return *p == ' ' ? end_target(c, p) : refuse_byte(c, p, shape);
}

/* Its CRLF is at @p. */
static enum step end_line(struct cursor *c, const char *p, int minor)
{
	c->head->minor = (uint8_t)minor;
	c->head->line = (struct nw_slice){c->parser->at, offset(c, p) - c->parser->at};
	return go(c, p, NW_PARSE_NAME);
}

static enum step end_version(struct cursor *c, const char *version)
{
	const char *p = c->p;
	char major = version[5];

	if (major != '1' && !c->rules->allows_any_version) {
		return refuse(c, p - 1, NW_STATUS_VERSION_NOT_SUPPORTED, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
	}
	if (p == c->end) {
		return STOP;
	}
	if (*p != '\r') {
		return refuse_byte(c, p, no_version);
	}
	if (p + 1 == c->end) {
		return STOP;
	}
	if (p[1] != '\n') {
		return refuse(c, p, NW_STATUS_BAD_REQUEST, lone_cr);
	}
	return end_line(c, p, major == '1' ? version[7] - '0' : major > '1');
}

/* Few bytes, so they are looked at from the first on, each time. */
static enum step take_version(struct cursor *c)
{
	static const char form[] = "HTTP/0.0"; /* 0: any digit */
	const char *begin = c->data + c->head->target.at + c->head->target.len + 1;

	if (c->end - begin >= 10 && memcmp(begin, "HTTP/1.1\r\n", 10) == 0) {
		return end_line(c, begin + 8, 1);
	}
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		const char *p = begin + i;

		if (p == c->end) {
			return wait_at(c, p);
		}
		if (form[i] == '0' ? !nw_char_is_digit(*p) : *p != form[i]) {
			return refuse_byte(c, p, no_version);
		}
	}
	c->p = begin + sizeof(form) - 1;
	return end_version(c, begin);
}

enum nw_status nw_line_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
			    char *data, const char *end)
{
	struct cursor c = {parser, head, rules, data, data + parser->scan, end, NW_STATUS_NONE};
	/* In the order of the states, each of which leads to one further down. */
	bool stops = (parser->state == NW_PARSE_START && start(&c) == STOP) ||
		     (parser->state == NW_PARSE_METHOD && take_method(&c) == STOP) ||
		     (parser->state == NW_PARSE_TARGET && take_target(&c) == STOP) ||
		     (parser->state == NW_PARSE_PATH && take_path(&c) == STOP) ||
		     (parser->state == NW_PARSE_QUERY && take_query(&c) == STOP) ||
		     (parser->state == NW_PARSE_FRAGMENT && skip_fragment(&c) == STOP) ||
		     (parser->state == NW_PARSE_VERSION && take_version(&c) == STOP);
	size_t len = (size_t)(c.p - data) - parser->at;

	/* Behind the limit only a CR may stand, whatever else is wrong there. */
	if (len > rules->line || (len == rules->line && c.status != NW_STATUS_NONE && *c.p != '\r')) {
		parser->reason = "The request line is too long";
		return NW_STATUS_URI_TOO_LONG;
	}
	if (stops) {
		parser->scan = offset(&c, c.p);
		return c.status;
	}
	parser->at = offset(&c, c.p + 2);
	parser->scan = parser->at;
	parser->fields_at = parser->at;
	return nw_field_line_feed(parser, head, rules, data, end);
}

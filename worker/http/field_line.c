#include "worker/http/field_line.h"

#include <string.h>
#include <strings.h>

#include "worker/http/chars.h"
#include "worker/http/field.h"
#include "worker/http/memo.h"
#include "worker/http/scan.h"

enum { FIELDS_MIN = 64 * 1024 }; /* that much of field lines together is always allowed */

/* A field line is taken in turn: its name, white space where that is forgiven, its value with the CRLF. */
struct cursor {
	struct nw_parser *parser;
	struct nw_head *head;
	const struct nw_parser_rules *rules;
	char *data;
	const char *line, *p, *end;
	const char *name_end, *colon; /* of the line, once they are known */
	enum nw_parse_state state;
	bool is_odd;           /* the line has an underscore in its name, or is folded */
	size_t size;           /* most bytes of the line, without its CRLF */
	size_t all;            /* where the last of all lines ends at the latest */
	enum nw_status status; /* to refuse with, for what is at @p */
};

enum step {
	GO_ON,
	STOP, /* refused at @p, or more has to come for what is there, or done */
};

const char *nw_field_line_reason(char c, const char *otherwise)
{
	if (c == '\n') {
		return "A line ends with LF instead of CRLF";
	}
	if (c == '\r' || c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f)) {
		return otherwise;
	}
	return "There is a byte that may not be in a request's head";
}

static uint32_t offset(const struct cursor *c, const char *p)
{
	return (uint32_t)(p - c->data);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

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

/* The CR at @p is an end of line. */
static enum step take_crlf(struct cursor *c, const char *p)
{
	if (p + 1 == c->end) {
		return wait_at(c, p);
	}
	return p[1] == '\n' ? GO_ON : refuse(c, p, NW_STATUS_BAD_REQUEST, "There is a CR that no LF follows");
}

/* Whether the line, which goes to @p at least, is longer than it may be: by itself, or with those before it. */
static bool is_long(const struct cursor *c, const char *p)
{
	return (size_t)(p - c->line) > c->size || offset(c, p) > c->all;
}

/* Is there another field? */
static enum step begin(struct cursor *c)
{
	if (c->p == c->end) {
		return STOP;
	}
	if (*c->p != '\r') {
		return c->parser->n < c->rules->fields
			       ? GO_ON
			       : refuse(c, c->p, NW_STATUS_FIELDS_TOO_LARGE, "There are too many fields");
	}
	if (take_crlf(c, c->p) == GO_ON) {
		c->head->len = (uint32_t)(c->p + 2 - c->data);
		c->state = NW_PARSE_DONE;
		c->status = nw_field_settle(c->parser, c->head);
	}
	return STOP;
}

static enum step end_name(struct cursor *c, const char *name_end, const char *colon)
{
	c->name_end = name_end;
	c->colon = colon;
	c->state = NW_PARSE_VALUE;
	c->p = colon + 1;
	return GO_ON;
}

/* What is at @p, behind letters and hyphens, is not the colon. */
static enum step go_on_in_name(struct cursor *c, const char *p)
{
	bool is_first = p == c->line;

	if (nw_char_is(*p, NW_CHAR_TOKEN)) {
		c->parser->has_underscore |= *p == '_';
		c->is_odd |= *p == '_';
		c->p = p + 1;
		return GO_ON;
	}
	if (is_first || !is_space(*p) || !c->rules->allows_name_space) {
		return refuse_byte(c, p,
				   is_first && is_space(*p) ? "A field is folded over two lines"
							    : "A field is not NAME: VALUE");
	}
	c->name_end = p;
	c->state = NW_PARSE_NAME_SPACE;
	c->p = p;
	return GO_ON;
}

static enum step take_name(struct cursor *c)
{
	const char *p = nw_scan_name(c->p, c->end);

	if (p == c->end) {
		return wait_at(c, p);
	}
	if (*p != ':' || p == c->line) {
		return go_on_in_name(c, p);
	}
	return end_name(c, p, p);
}

static enum step skip_name_space(struct cursor *c)
{
	const char *p = c->p;

	while (p < c->end && is_space(*p)) {
		p++;
	}
	if (p == c->end) {
		return wait_at(c, p);
	}
	return *p == ':' ? end_name(c, c->name_end, p) : refuse_byte(c, p, "A field is not NAME: VALUE");
}

/* Forwarders that are trusted may send some names that have an underscore. */
static bool is_from_forwarder(const struct cursor *c)
{
	const struct nw_parser_rules *rules = c->rules;
	size_t len = (size_t)(c->name_end - c->line);

	for (size_t i = 0; c->parser->is_trusted && i < rules->n_forwarder_headers; i++) {
		const char *name = rules->forwarder_headers[i];

		if (strcmp(name, "*") == 0 || (strlen(name) == len && strncasecmp(name, c->line, len) == 0)) {
			return true;
		}
	}
	return false;
}

/* What is between the colon and the CR at @p, without white space around it. */
static struct nw_slice trim(const struct cursor *c, const char *p)
{
	const char *first = c->colon + 1;

	first += *first == ' '; /* there is mostly one, and no other */
	if ((unsigned char)*first <= ' ' || (unsigned char)p[-1] <= ' ') {
		while (is_space(*first)) { /* the CR ends it */
			first++;
		}
		while (p > first && is_space(p[-1])) {
			p--;
		}
	}
	return (struct nw_slice){offset(c, first), (uint32_t)(p - first)};
}

/* The same of several lines: put together where they are, one space between them. */
static struct nw_slice unfold(const struct cursor *c, const char *end)
{
	uint32_t at = offset(c, c->colon + 1);
	const char *from = c->colon + 1;
	char *out = c->data + at;

	while (from < end) {
		const char *cr = memchr(from, '\r', (size_t)(end - from));
		const char *next = cr == NULL ? end : cr + 2, *last = cr == NULL ? end : cr;

		while (from < last && is_space(*from)) {
			from++;
		}
		while (last > from && is_space(last[-1])) {
			last--;
		}
		if (from < last && out > c->data + at) {
			*out++ = ' ';
		}
		memmove(out, from, (size_t)(last - from));
		out += last - from;
		from = next;
	}
	return (struct nw_slice){at, offset(c, out) - at};
}

/* The line is whole: its CR is at @p. */
static enum nw_status add_field(struct cursor *c, const char *p)
{
	struct nw_field *field = &c->head->fields[c->head->n_fields++];

	field->name = (struct nw_slice){offset(c, c->line), (uint32_t)(c->name_end - c->line)};
	field->value = c->parser->is_folded ? unfold(c, p) : trim(c, p);
	return nw_field_is_known(c->line, field->name.len) ? nw_field_take(c->parser, c->head, field, c->end)
							   : NW_STATUS_NONE;
}

/* Whether the field may be shown. With an underscore it could pass for the same name with a hyphen, further in. */
static bool is_welcome(struct cursor *c)
{
	return !c->parser->has_underscore || c->rules->header_map == NW_HEADER_MAP_KEEP || is_from_forwarder(c);
}

static enum step end_field(struct cursor *c, const char *p)
{
	if (!c->is_odd || is_welcome(c)) {
		c->status = add_field(c, p);
	} else if (c->rules->header_map == NW_HEADER_MAP_REFUSE) {
		return refuse(c, p, NW_STATUS_BAD_REQUEST, "A field has an underscore in its name");
	}
	if (c->status != NW_STATUS_NONE) {
		return wait_at(c, p);
	}
	if (c->is_odd) {
		c->is_odd = c->parser->has_underscore = c->parser->is_folded = false;
	}
	c->parser->n++;
	c->line = p + 2;
	c->p = c->line;
	c->state = NW_PARSE_NAME;
	return GO_ON;
}

/* A CRLF ends the line at @p, unless the next line goes on with it. */
static enum step end_line(struct cursor *c, const char *p)
{
	if (c->rules->allows_folding) {
		if (p + 2 == c->end) {
			return wait_at(c, p);
		}
		if (is_space(p[2])) {
			c->parser->is_folded = true;
			c->is_odd = true;
			c->p = p + 3;
			return GO_ON;
		}
	}
	return is_long(c, p) ? wait_at(c, p) : end_field(c, p);
}

static enum step take_value(struct cursor *c)
{
	const char *p = nw_scan_value(c->p, c->end);

	if (c->end - p >= 2 && memcmp(p, "\r\n", 2) == 0) {
		return end_line(c, p);
	}
	if (p == c->end) {
		return wait_at(c, p);
	}
	if (*p == '\r') {
		return take_crlf(c, p); /* no LF follows it, or nothing yet */
	}
	if (*p != '\t') {
		return refuse_byte(c, p, NULL); /* never NULL: it is another control byte */
	}
	c->p = p + 1;
	return GO_ON;
}

/* One step from wherever the last one led to. */
static enum step take_step(struct cursor *c)
{
	switch (c->state) {
	case NW_PARSE_NAME:
		return c->p == c->line && begin(c) == STOP ? STOP : take_name(c);
	case NW_PARSE_NAME_SPACE:
		return skip_name_space(c);
	default:
		return take_value(c);
	}
}

enum nw_status nw_field_line_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
				  char *data, const char *end)
{
	bool is_at_first = parser->scan == parser->fields_at;

	if (is_at_first && parser->memo != NULL && nw_memo_recall_fields(parser->memo, parser, head, end)) {
		return nw_field_settle(parser, head);
	}
	size_t size = rules->field_size < 2 ? 0 : rules->field_size - 2;
	size_t all = size > FIELDS_MIN / 2 ? size * 2 : FIELDS_MIN;
	struct cursor c = {
		.parser = parser,
		.head = head,
		.rules = rules,
		.data = data,
		.line = data + parser->at,
		.p = data + parser->scan,
		.end = end,
		.state = parser->state,
		.size = size,
		.all = parser->fields_at + all,
	};

	if (c.p != c.line) { /* amid a line */
		c.name_end = c.line + parser->name_len;
		c.colon = data + parser->colon;
		c.is_odd = parser->has_underscore || parser->is_folded;
	}
	while (take_step(&c) == GO_ON) {
	}
	parser->state = (uint8_t)c.state;
	if (c.state == NW_PARSE_DONE) {
		return c.status;
	}
	/* Behind the limit only a CR may stand, whatever else is wrong there. */
	if (c.p > c.line &&
	    (is_long(&c, c.p) || (c.status != NW_STATUS_NONE && *c.p != '\r' && is_long(&c, c.p + 1)))) {
		parser->reason = "A field, or all of them together, are too long";
		return NW_STATUS_FIELDS_TOO_LARGE;
	}
	parser->at = offset(&c, c.line);
	parser->scan = offset(&c, c.p);
	if (c.state != NW_PARSE_NAME) {
		parser->name_len = (uint32_t)(c.name_end - c.line);
		parser->colon = offset(&c, c.colon);
	}
	return c.status;
}

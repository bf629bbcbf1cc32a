#include "worker/http/body.h"

#include <string.h>

#include "worker/http/chars.h"

enum state {
	SIZE_BEGIN, /* the first digit of a chunk size */
	SIZE,
	EXT_SPACE, /* white space after size or value: ';' must follow */
	EXT_BEGIN, /* after ';' */
	EXT_NAME,
	EXT_NAME_SPACE, /* white space after a name: '=' or ';' must follow */
	EXT_EQUALS,     /* after '=' */
	EXT_TOKEN,
	EXT_QUOTED,
	EXT_ESCAPED, /* after a backslash in quotes */
	EXT_END,     /* after the closing quote */
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER_BEGIN,
	TRAILER_NAME,
	TRAILER_NAME_SPACE,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
};

/* Fields that decide how a message is read or who sent it may not come after it. */
static const char *const forbidden[] = {"host",    "content-length", "transfer-encoding",
					"trailer", "authorization",  "te"};

enum { ALL_FORBIDDEN = (1 << NW_ARRAY_LEN(forbidden)) - 1 };

static enum nw_status refuse(struct nw_chunked *chunked, enum nw_status status, const char *reason)
{
	chunked->reason = reason;
	return status;
}

static enum nw_status go(struct nw_chunked *chunked, enum state state)
{
	chunked->state = state;
	return NW_STATUS_NONE;
}

static enum nw_status bad_size(struct nw_chunked *chunked)
{
	return refuse(chunked, NW_STATUS_BAD_REQUEST, "A chunk size is malformed");
}

static enum nw_status bad_extension(struct nw_chunked *chunked)
{
	return refuse(chunked, NW_STATUS_BAD_REQUEST, "A chunk extension is malformed");
}

void nw_chunked_init(struct nw_chunked *chunked)
{
	*chunked = (struct nw_chunked){.state = SIZE_BEGIN};
}

static enum nw_status size_byte(struct nw_chunked *chunked, uint64_t limit, char c)
{
	int digit = nw_char_hex(c);

	if (digit >= 0) {
		uint64_t room = limit - chunked->total;

		if (chunked->left > room >> 4 || (chunked->left << 4 | (unsigned)digit) > room) {
			return refuse(chunked, NW_STATUS_CONTENT_TOO_LARGE, "The body is larger than the limit");
		}
		chunked->left = chunked->left << 4 | (unsigned)digit;
		return go(chunked, SIZE);
	}
	if (chunked->state == SIZE_BEGIN) {
		return bad_size(chunked);
	}
	switch (c) {
	case '\r':
		return go(chunked, SIZE_LF);
	case ';':
		return go(chunked, EXT_BEGIN);
	case ' ':
	case '\t':
		return go(chunked, EXT_SPACE);
	default:
		return bad_size(chunked);
	}
}

/* What may follow a whole size, name or value of an extension. */
static enum nw_status after_extension(struct nw_chunked *chunked, char c)
{
	if (c == ';') {
		return go(chunked, EXT_BEGIN);
	}
	if (c == ' ' || c == '\t') {
		return go(chunked, EXT_SPACE);
	}
	return c == '\r' ? go(chunked, SIZE_LF) : bad_extension(chunked);
}

static enum nw_status name_byte(struct nw_chunked *chunked, char c)
{
	if (nw_char_is(c, NW_CHAR_TOKEN)) {
		return go(chunked, EXT_NAME);
	}
	if (c == ' ' || c == '\t') {
		return chunked->state == EXT_BEGIN ? NW_STATUS_NONE : go(chunked, EXT_NAME_SPACE);
	}
	if (chunked->state == EXT_BEGIN) {
		return bad_extension(chunked);
	}
	return c == '=' ? go(chunked, EXT_EQUALS) : after_extension(chunked, c);
}

static enum nw_status value_byte(struct nw_chunked *chunked, char c)
{
	if (nw_char_is(c, NW_CHAR_TOKEN)) {
		return go(chunked, EXT_TOKEN);
	}
	if (chunked->state == EXT_TOKEN) {
		return after_extension(chunked, c);
	}
	if (c == '"') {
		return go(chunked, EXT_QUOTED);
	}
	return c == ' ' || c == '\t' ? NW_STATUS_NONE : bad_extension(chunked);
}

static enum nw_status quoted_byte(struct nw_chunked *chunked, char c)
{
	if (!nw_char_is(c, NW_CHAR_FIELD)) {
		return bad_extension(chunked);
	}
	if (chunked->state == EXT_ESCAPED) {
		return go(chunked, EXT_QUOTED);
	}
	if (c == '\\') {
		return go(chunked, EXT_ESCAPED);
	}
	return c == '"' ? go(chunked, EXT_END) : NW_STATUS_NONE;
}

static enum nw_status extension_byte(struct nw_chunked *chunked, char c)
{
	switch ((enum state)chunked->state) {
	case EXT_SPACE:
		if (c == ';') {
			return go(chunked, EXT_BEGIN);
		}
		return c == ' ' || c == '\t' ? NW_STATUS_NONE : bad_extension(chunked);
	case EXT_BEGIN:
	case EXT_NAME:
		return name_byte(chunked, c);
	case EXT_NAME_SPACE:
		if (c == '=') {
			return go(chunked, EXT_EQUALS);
		}
		if (c == ';') {
			return go(chunked, EXT_BEGIN);
		}
		return c == ' ' || c == '\t' ? NW_STATUS_NONE : bad_extension(chunked);
	case EXT_EQUALS:
	case EXT_TOKEN:
		return value_byte(chunked, c);
	case EXT_QUOTED:
	case EXT_ESCAPED:
		return quoted_byte(chunked, c);
	default:
		return after_extension(chunked, c);
	}
}

/* The whole chunk line, its LF included. */
static enum nw_status line_byte(struct nw_chunked *chunked, const struct nw_parser_rules *rules, uint64_t limit, char c)
{
	if (++chunked->line_len > rules->field_size) {
		return refuse(chunked, NW_STATUS_BAD_REQUEST, "A chunk size line is too long");
	}
	if (chunked->state == SIZE_LF) {
		if (c != '\n') {
			return bad_size(chunked);
		}
		chunked->line_len = 0;
		return go(chunked, chunked->left == 0 ? TRAILER_BEGIN : DATA);
	}
	return chunked->state <= SIZE ? size_byte(chunked, limit, c) : extension_byte(chunked, c);
}

static enum nw_status end_byte(struct nw_chunked *chunked, char c)
{
	if (c != (chunked->state == DATA_CR ? '\r' : '\n')) {
		return refuse(chunked, NW_STATUS_BAD_REQUEST, "No CRLF follows the data of a chunk");
	}
	return go(chunked, chunked->state == DATA_CR ? DATA_LF : SIZE_BEGIN);
}

/* Strike out the forbidden names that differ from this one at byte @at; c 0: the name ends there. */
static void strike(struct nw_chunked *chunked, size_t at, char c)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(forbidden); i++) {
		size_t len = strlen(forbidden[i]);

		if (at > len || (at == len) != (c == '\0') || (at < len && (c | 0x20) != forbidden[i][at])) {
			chunked->flags &= ~(1U << i);
		}
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static enum nw_status trailer_name_byte(struct nw_chunked *chunked, const struct nw_parser_rules *rules, char c)
{
	bool is_name = chunked->state != TRAILER_NAME_SPACE;
	size_t at = chunked->line_len - 1;

	if (is_name && nw_char_is(c, NW_CHAR_TOKEN)) {
		if (c == '_' && rules->header_map == NW_HEADER_MAP_REFUSE) {
			return refuse(chunked, NW_STATUS_BAD_REQUEST, "A trailer field has an underscore in its name");
		}
		strike(chunked, at, c);
		return go(chunked, TRAILER_NAME);
	}
	if ((c != ':' && !(is_space(c) && rules->allows_name_space)) || at == 0) {
		return refuse(chunked, NW_STATUS_BAD_REQUEST, "A trailer field is not NAME: VALUE");
	}
	if (is_name) {
		strike(chunked, at, '\0');
	}
	if (chunked->flags != 0) {
		return refuse(chunked, NW_STATUS_BAD_REQUEST, "A trailer field has a name that may not be there");
	}
	return go(chunked, c == ':' ? TRAILER_VALUE : TRAILER_NAME_SPACE);
}

static enum nw_status trailer_begin(struct nw_chunked *chunked, const struct nw_parser_rules *rules, char c)
{
	chunked->line_len = 1;
	if (c == '\r') {
		return go(chunked, LAST_LF);
	}
	if (chunked->n_trailers == rules->fields) {
		return refuse(chunked, NW_STATUS_FIELDS_TOO_LARGE, "There are too many trailer fields");
	}
	chunked->n_trailers++;
	chunked->flags = ALL_FORBIDDEN;
	return trailer_name_byte(chunked, rules, c);
}

static enum nw_status trailer_byte(struct nw_chunked *chunked, const struct nw_parser_rules *rules, char c)
{
	if (chunked->state == TRAILER_BEGIN) {
		bool goes_on = is_space(c) && rules->allows_folding && chunked->n_trailers > 0;

		if (!goes_on) {
			return trailer_begin(chunked, rules, c);
		}
		chunked->state = TRAILER_VALUE; /* of the field before */
	}
	if (++chunked->line_len > rules->field_size) {
		return refuse(chunked, NW_STATUS_FIELDS_TOO_LARGE, "A trailer field is too long");
	}
	if (chunked->state == TRAILER_NAME || chunked->state == TRAILER_NAME_SPACE) {
		return trailer_name_byte(chunked, rules, c);
	}
	if (chunked->state == TRAILER_VALUE && nw_char_is(c, NW_CHAR_FIELD)) {
		return NW_STATUS_NONE;
	}
	if (c != (chunked->state == TRAILER_VALUE ? '\r' : '\n')) {
		return refuse(chunked, NW_STATUS_BAD_REQUEST, "A trailer field has a byte that may not be there");
	}
	if (chunked->state == LAST_LF) {
		chunked->is_done = true;
		return NW_STATUS_NONE;
	}
	return go(chunked, chunked->state == TRAILER_VALUE ? TRAILER_LF : TRAILER_BEGIN);
}

static enum nw_status take_byte(struct nw_chunked *chunked, const struct nw_parser_rules *rules, uint64_t limit, char c)
{
	if (chunked->state < DATA) {
		return line_byte(chunked, rules, limit, c);
	}
	return chunked->state < TRAILER_BEGIN ? end_byte(chunked, c) : trailer_byte(chunked, rules, c);
}

enum nw_status nw_chunked_feed(struct nw_chunked *chunked, const struct nw_parser_rules *rules, uint64_t limit,
			       const char *in, size_t in_len, char *out, size_t *out_used, size_t *out_len)
{
	enum nw_status status = NW_STATUS_NONE;
	size_t used = 0, n_out = 0;

	while (used < in_len && status == NW_STATUS_NONE && !chunked->is_done) {
		if (chunked->state != DATA) {
			status = take_byte(chunked, rules, limit, in[used++]);
			continue;
		}
		size_t n = in_len - used < chunked->left ? in_len - used : (size_t)chunked->left;

		if (out + n_out != in + used) { /* the same where a chunk goes on */
			memmove(out + n_out, in + used, n);
		}
		used += n;
		n_out += n;
		chunked->left -= n;
		chunked->total += n;
		if (chunked->left == 0) {
			chunked->state = DATA_CR;
		}
	}
	*out_used = used;
	*out_len = n_out;
	return status;
}

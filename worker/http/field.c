#include "worker/http/field.h"

#include <string.h>

#include "worker/http/chars.h"
#include "worker/http/target.h"

enum { /* bits of nw_parser.seen */
       HOST = 1 << 0,
       CONTENT_TYPE = 1 << 1,
       CONTENT_LENGTH = 1 << 2,
       CODING = 1 << 3,         /* Transfer-Encoding */
       CHUNKED = 1 << 4,        /* it is the last coding so far */
       CODING_KNOWN = 1 << 5,   /* one that exists and is not decoded here */
       CODING_UNKNOWN = 1 << 6, /* one that does not exist */
       CODING_ORDER = 1 << 7,   /* chunked twice or not last, or an empty element */
       CLOSE = 1 << 8,
       KEEP_ALIVE = 1 << 9,
       EXPECT_CONTINUE = 1 << 10,
       EXPECT_OTHER = 1 << 11,
};

static enum nw_status refuse(struct nw_parser *parser, enum nw_status status, const char *reason)
{
	parser->reason = reason;
	return status;
}

/* What decides where a request goes and where it ends must look the same to everybody, whatever is forgiven. */
static enum nw_status refuse_folded(struct nw_parser *parser)
{
	return refuse(parser, NW_STATUS_BAD_REQUEST, "Host, Content-Length or Transfer-Encoding is folded");
}

static bool is(struct nw_span s, const char *lower)
{
	return s.len == strlen(lower) && nw_char_same(s.p, lower, s.len);
}

/* Cut the first element off a comma-separated list; false when nothing is left. An empty list has one empty element. */
static bool next_element(struct nw_span *list, struct nw_span *out)
{
	bool is_one = nw_span_cut(list, ',', out);

	if (is_one) {
		*out = nw_span_trim(*out);
	}
	return is_one;
}

static void take_coding(struct nw_parser *parser, struct nw_span coding)
{
	static const char *const known[] = {"gzip", "x-gzip", "deflate", "compress", "x-compress", "identity"};

	if (coding.len == 0 || (parser->seen & CHUNKED) != 0) {
		parser->seen |= CODING_ORDER;
		return;
	}
	if (is(coding, "chunked")) {
		parser->seen |= CHUNKED;
		return;
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(known); i++) {
		if (is(coding, known[i])) {
			parser->seen |= CODING_KNOWN;
			return;
		}
	}
	parser->seen |= CODING_UNKNOWN;
}

static NW_NOINLINE enum nw_status take_codings(struct nw_parser *parser, struct nw_span list)
{
	struct nw_span coding;

	if (parser->is_folded) {
		return refuse_folded(parser);
	}
	parser->seen |= CODING;
	while (next_element(&list, &coding)) {
		take_coding(parser, coding);
	}
	return NW_STATUS_NONE;
}

static NW_NOINLINE enum nw_status take_options(struct nw_parser *parser, struct nw_span list)
{
	struct nw_span option;

	while (next_element(&list, &option)) {
		if (is(option, "close")) {
			parser->seen |= CLOSE;
		} else if (is(option, "keep-alive")) {
			parser->seen |= KEEP_ALIVE;
		}
	}
	return NW_STATUS_NONE;
}

static enum nw_status take_connection(struct nw_parser *parser, struct nw_span list)
{
	if (list.len != 10 || !nw_char_same(list.p, "keep-alive", 10)) {
		return take_options(parser, list);
	}
	parser->seen |= KEEP_ALIVE; /* what most send */
	return NW_STATUS_NONE;
}

static NW_NOINLINE enum nw_status take_expect(struct nw_parser *parser, struct nw_span list)
{
	struct nw_span expectation;

	while (next_element(&list, &expectation)) {
		parser->seen |= is(expectation, "100-continue") ? EXPECT_CONTINUE : EXPECT_OTHER;
	}
	return NW_STATUS_NONE;
}

static NW_NOINLINE enum nw_status take_length(struct nw_parser *parser, struct nw_head *head, struct nw_span value)
{
	uint64_t length = 0;

	if (parser->is_folded) {
		return refuse_folded(parser);
	}
	if ((parser->seen & CONTENT_LENGTH) != 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "There is more than one Content-Length");
	}
	parser->seen |= CONTENT_LENGTH;
	for (size_t i = 0; i < value.len; i++) {
		if (!nw_char_is_digit(value.p[i])) {
			return refuse(parser, NW_STATUS_BAD_REQUEST, "Content-Length is not a plain number");
		}
		if (__builtin_mul_overflow(length, 10, &length) ||
		    __builtin_add_overflow(length, (uint64_t)(value.p[i] - '0'), &length)) {
			return refuse(parser, NW_STATUS_BAD_REQUEST, "Content-Length is out of range");
		}
	}
	if (value.len == 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "Content-Length is empty");
	}
	head->content_length = length;
	return NW_STATUS_NONE;
}

static enum nw_status take_host(struct nw_parser *parser, struct nw_head *head, const struct nw_field *field,
				const char *readable)
{
	struct nw_span host = nw_head_span(head, field->value);

	if (parser->is_folded) {
		return refuse_folded(parser);
	}
	if ((parser->seen & HOST) != 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "There is more than one Host");
	}
	parser->seen |= HOST;
	if (head->host.len == 0) {
		head->host = field->value;
	}
	if (host.len > 0 && !nw_target_host_is_valid(host, readable)) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "Host is malformed");
	}
	return NW_STATUS_NONE;
}

static enum nw_status take_type(struct nw_parser *parser)
{
	if ((parser->seen & CONTENT_TYPE) != 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "There is more than one Content-Type");
	}
	parser->seen |= CONTENT_TYPE;
	return NW_STATUS_NONE;
}

enum nw_status nw_field_take(struct nw_parser *parser, struct nw_head *head, const struct nw_field *field,
			     const char *readable)
{
	const char *name = head->base + field->name.at;
	struct nw_span value = nw_head_span(head, field->value);

	switch (field->name.len) {
	case 4:
		return nw_char_same(name, "host", 4) ? take_host(parser, head, field, readable) : NW_STATUS_NONE;
	case 6:
		return nw_char_same(name, "expect", 6) ? take_expect(parser, value) : NW_STATUS_NONE;
	case 10:
		return nw_char_same(name, "connection", 10) ? take_connection(parser, value) : NW_STATUS_NONE;
	case 12:
		return nw_char_same(name, "content-type", 12) ? take_type(parser) : NW_STATUS_NONE;
	case 14:
		return nw_char_same(name, "content-length", 14) ? take_length(parser, head, value) : NW_STATUS_NONE;
	case 17:
		return nw_char_same(name, "transfer-encoding", 17) ? take_codings(parser, value) : NW_STATUS_NONE;
	default:
		return NW_STATUS_NONE;
	}
}

bool nw_field_is_plain(const struct nw_parser *parser)
{
	return (parser->seen & (CONTENT_LENGTH | CODING | EXPECT_CONTINUE | EXPECT_OTHER)) == 0;
}

static enum nw_status settle_codings(struct nw_parser *parser, struct nw_head *head)
{
	if (head->minor == 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding");
	}
	if ((parser->seen & CONTENT_LENGTH) != 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "There are both Transfer-Encoding and Content-Length");
	}
	if ((parser->seen & CODING_ORDER) != 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "Transfer-Encoding must name chunked once, at its end");
	}
	if ((parser->seen & CODING_UNKNOWN) != 0) {
		return refuse(parser, NW_STATUS_NOT_IMPLEMENTED, "This Transfer-Encoding is not known");
	}
	if ((parser->seen & CHUNKED) == 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "Transfer-Encoding does not end with chunked");
	}
	if ((parser->seen & CODING_KNOWN) != 0) {
		return refuse(parser, NW_STATUS_NOT_IMPLEMENTED, "Of the transfer codings only chunked is taken");
	}
	head->framing = NW_FRAMING_CHUNKED;
	return NW_STATUS_NONE;
}

enum nw_status nw_field_settle(struct nw_parser *parser, struct nw_head *head)
{
	bool is_connect = nw_head_is_method(head, "CONNECT", 7);

	if (head->minor > 0 && (parser->seen & ~(CONTENT_TYPE | KEEP_ALIVE)) == HOST) { /* as most are */
		head->keep_alive = !is_connect;
		return NW_STATUS_NONE;
	}
	if ((parser->seen & HOST) == 0 && head->minor > 0) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "HTTP/1.1 wants a Host");
	}
	if ((parser->seen & CODING) != 0) {
		enum nw_status status = settle_codings(parser, head);

		if (status != NW_STATUS_NONE) {
			return status;
		}
	} else if ((parser->seen & CONTENT_LENGTH) != 0) {
		head->framing = NW_FRAMING_LENGTH;
	}
	if ((parser->seen & EXPECT_OTHER) != 0 && head->minor > 0) {
		return refuse(parser, NW_STATUS_EXPECTATION_FAILED, "Of the expectations only 100-continue is met");
	}
	head->expect_continue = (parser->seen & EXPECT_CONTINUE) != 0 && head->minor > 0;
	head->keep_alive =
		(parser->seen & CLOSE) == 0 && (head->minor > 0 || (parser->seen & KEEP_ALIVE) != 0) && !is_connect;
	return NW_STATUS_NONE;
}

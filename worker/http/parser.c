#include "worker/http/parser.h"

#include <string.h>

#include "worker/http/chars.h"
#include "worker/http/field.h"
#include "worker/http/target.h"

/*
 * Every rule is a function of the bytes up to some position, and the scan below meets positions in order, whether
 * the bytes came at once or one by one: first the bytes of a line are looked at singly (is it allowed? is the line
 * too long?), then, with its CRLF there, the line as a whole. Hence the verdict cannot depend on how they were cut.
 */

enum {
	FIELDS_MIN = 64 * 1024, /* that much of field lines together is always allowed */
	METHOD_MIN = 3,
	METHOD_MAX = 20,
};

enum found {
	FOUND_NOTHING, /* no end of line yet */
	FOUND_END,
	FOUND_LONG, /* more than @max bytes before the CRLF */
	FOUND_BAD,  /* a byte that may not be there */
};

/* Sixteen bytes at a time; the compiler makes of them what the machine has. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline bytes16 load(const char *p)
{
	bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The index of the first byte that is set; 16: none is. */
#ifdef __SSE2__
static inline size_t first_set(bytes16 bad)
{
	typedef char chars16 __attribute__((vector_size(16)));
	unsigned bits = (unsigned)__builtin_ia32_pmovmskb128((chars16)bad);

	return bits == 0 ? 16 : (size_t)__builtin_ctz(bits);
}
#else
static inline size_t first_set(bytes16 bad)
{
	bool is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	uint64_t half[2];

	memcpy(half, &bad, sizeof(half));
	if ((half[0] | half[1]) == 0) {
		return 16;
	}
	size_t at = half[0] == 0 ? 8 : 0;
	uint64_t bits = half[0] == 0 ? half[1] : half[0];

	return at + (size_t)(is_little ? __builtin_ctzll(bits) : __builtin_clzll(bits)) / 8;
}
#endif

/* The first byte that may not be in a field line. */
static const char *skip_field(const char *p, const char *end)
{
	while (end - p >= 16) {
		bytes16 v = load(p);
		size_t at = first_set((bytes16)(((v < 0x20) & (v != '\t')) | (v == 0x7f)));

		p += at;
		if (at < 16) {
			return p;
		}
	}
	while (p < end && nw_char_is(*p, NW_CHAR_FIELD)) {
		p++;
	}
	return p;
}

/* The first byte that may not be in a request line. */
static const char *skip_visible(const char *p, const char *end)
{
	while (end - p >= 16) {
		bytes16 v = load(p);
		size_t at = first_set((bytes16)((v < 0x20) | (v > 0x7e)));

		p += at;
		if (at < 16) {
			return p;
		}
	}
	while (p < end && *p >= 0x20 && *p < 0x7f) {
		p++;
	}
	return p;
}

/* The first byte from @p on that may not be in a name. One comes before @end, where the line ends. */
static inline const char *skip_name(const char *p, const char *end)
{
	if (end - p >= 16) { /* most names are letters, digits and hyphens only */
		bytes16 v = load(p);

		p += first_set((bytes16)(((v | 0x20) - 'a' > 25) & (v - '0' > 9) & (v != '-')));
	}
	while (nw_char_is(*p, NW_CHAR_NAME)) {
		p++;
	}
	return p;
}

/* Look for the CRLF of the line at parser->at, from parser->scan on. */
static enum found find_end(struct nw_parser *parser, const char *data, size_t len, size_t max, uint32_t *out_end)
{
	size_t stop = parser->at + max < len ? parser->at + max : len;
	const char *from = data + parser->scan;
	const char *p = data + stop;

	if (parser->scan < stop) {
		p = parser->state == NW_PARSE_START ? skip_visible(from, p) : skip_field(from, p);
	}
	size_t at = (size_t)(p - data);

	parser->scan = (uint32_t)at;
	if (at == len || (*p == '\r' && at + 1 == len)) {
		return FOUND_NOTHING;
	}
	if (*p == '\r' && p[1] == '\n') {
		*out_end = (uint32_t)at;
		return FOUND_END;
	}
	if (*p == '\r' || at < stop) {
		parser->reason = *p == '\n'   ? "A line ends with LF instead of CRLF"
				 : *p == '\r' ? "There is a CR that no LF follows"
					      : "There is a byte that may not be in a request's head";
		return FOUND_BAD;
	}
	return FOUND_LONG;
}

static void next_line(struct nw_parser *parser, uint32_t end)
{
	parser->at = end + 2;
	parser->scan = parser->at;
}

static enum nw_status refuse(struct nw_parser *parser, enum nw_status status, const char *reason)
{
	parser->reason = reason;
	return status;
}

static bool method_is_valid(const char *p, size_t len)
{
	if (len < METHOD_MIN || len > METHOD_MAX) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (!nw_char_is(p[i], NW_CHAR_METHOD)) {
			return false;
		}
	}
	return true;
}

static enum nw_status take_version(struct nw_parser *parser, struct nw_head *head, const char *p, size_t len)
{
	if (len != 8 || memcmp(p, "HTTP/", 5) != 0 || !nw_char_is_digit(p[5]) || p[6] != '.' ||
	    !nw_char_is_digit(p[7])) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "The request line does not end with HTTP/1.1");
	}
	if (p[5] != '1') {
		return refuse(parser, NW_STATUS_VERSION_NOT_SUPPORTED, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
	}
	head->minor = (uint8_t)(p[7] - '0');
	return NW_STATUS_NONE;
}

static enum nw_status take_line(struct nw_parser *parser, struct nw_head *head, uint32_t end)
{
	const char *p = head->base + parser->at;
	const char *last = head->base + end;
	const char *first_space = memchr(p, ' ', (size_t)(last - p));
	const char *target = first_space == NULL ? NULL : first_space + 1;
	const char *second_space = target == NULL ? NULL : memchr(target, ' ', (size_t)(last - target));

	if (target == NULL || second_space == NULL || second_space == target) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "The request line is not METHOD TARGET VERSION");
	}
	if (!method_is_valid(p, (size_t)(first_space - p))) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "The method is malformed");
	}
	head->line = (struct nw_slice){parser->at, end - parser->at};
	head->method = (struct nw_slice){parser->at, (uint32_t)(first_space - p)};
	head->target = (struct nw_slice){(uint32_t)(target - head->base), (uint32_t)(second_space - target)};
	enum nw_status status = take_version(parser, head, second_space + 1, (size_t)(last - second_space - 1));

	if (status != NW_STATUS_NONE) {
		return status;
	}
	parser->reason = nw_target_split(head);
	return parser->reason == NULL ? NW_STATUS_NONE : NW_STATUS_BAD_REQUEST;
}

static void reset_head(struct nw_head *head)
{
	struct nw_field *fields = head->fields;
	uint32_t cap = head->cap;

	*head = (struct nw_head){.fields = fields, .cap = cap};
}

/* NW_STATUS_NONE in both cases; *more: the line is not whole. */
static enum nw_status feed_line(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_limits *limits,
				const char *data, size_t len, bool *more)
{
	uint32_t end = 0;

	switch (find_end(parser, data, len, limits->line, &end)) {
	case FOUND_NOTHING:
		*more = true;
		return NW_STATUS_NONE;
	case FOUND_BAD:
		return NW_STATUS_BAD_REQUEST;
	case FOUND_LONG:
		return refuse(parser, NW_STATUS_URI_TOO_LONG, "The request line is too long");
	case FOUND_END:
		break;
	}
	if (end == 0) { /* one empty line before a request is forgiven */
		next_line(parser, end);
		return NW_STATUS_NONE;
	}
	enum nw_status status = take_line(parser, head, end);

	next_line(parser, end);
	parser->fields_at = parser->at;
	parser->state = NW_PARSE_FIELDS;
	return status;
}

static enum nw_status take_field(struct nw_parser *parser, struct nw_head *head, uint32_t end)
{
	const char *name = head->base + parser->at;
	const char *last = head->base + end;
	const char *p = name;
	bool has_underscore = false;

	if (*p == ' ' || *p == '\t') {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "A field is folded over two lines");
	}
	while (*(p = skip_name(p, last)) == '_') {
		has_underscore = true;
		p++;
	}
	if (p == last || *p != ':' || p == name) {
		return refuse(parser, NW_STATUS_BAD_REQUEST, "A field is not NAME: VALUE");
	}
	if (has_underscore) { /* could pass for the same name with a hyphen, further in */
		return NW_STATUS_NONE;
	}
	const char *value = p + 1;

	while (value < last && (*value == ' ' || *value == '\t')) {
		value++;
	}
	while (last > value && (last[-1] == ' ' || last[-1] == '\t')) {
		last--;
	}
	if (head->n_fields == head->cap) {
		return refuse(parser, NW_STATUS_FIELDS_TOO_LARGE, "There are too many fields");
	}
	struct nw_field *field = &head->fields[head->n_fields++];

	field->name = (struct nw_slice){parser->at, (uint32_t)(p - name)};
	field->value = (struct nw_slice){(uint32_t)(value - head->base), (uint32_t)(last - value)};
	return nw_field_take(parser, head, field);
}

/* Most bytes that the field line at parser->at may have without its CRLF. */
static size_t field_room(const struct nw_parser *parser, const struct nw_parser_limits *limits)
{
	size_t size = limits->field_size < 2 ? 0 : limits->field_size - 2;
	size_t all = size > FIELDS_MIN / 2 ? size * 2 : FIELDS_MIN;
	size_t used = parser->at - parser->fields_at;
	size_t left = used < all ? all - used : 0;

	return size < left ? size : left;
}

static enum nw_status feed_field(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_limits *limits,
				 const char *data, size_t len, bool *more)
{
	uint32_t end = 0;

	if (parser->at < len && data[parser->at] != '\r' && parser->n == limits->fields) {
		return refuse(parser, NW_STATUS_FIELDS_TOO_LARGE, "There are too many fields");
	}
	switch (find_end(parser, data, len, field_room(parser, limits), &end)) {
	case FOUND_NOTHING:
		*more = true;
		return NW_STATUS_NONE;
	case FOUND_BAD:
		return NW_STATUS_BAD_REQUEST;
	case FOUND_LONG:
		return refuse(parser, NW_STATUS_FIELDS_TOO_LARGE, "A field, or all of them together, are too long");
	case FOUND_END:
		break;
	}
	if (end == parser->at) {
		head->len = end + 2;
		parser->state = NW_PARSE_DONE;
		return nw_field_settle(parser, head);
	}
	enum nw_status status = take_field(parser, head, end);

	parser->n++;
	next_line(parser, end);
	return status;
}

void nw_parser_init(struct nw_parser *parser)
{
	*parser = (struct nw_parser){.state = NW_PARSE_START};
}

enum nw_status nw_parser_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_limits *limits,
			      const char *data, size_t len)
{
	enum nw_status status = NW_STATUS_NONE;
	bool more = false;

	if (parser->state == NW_PARSE_START) {
		reset_head(head);
	}
	head->base = data;
	while (status == NW_STATUS_NONE && !more && parser->state != NW_PARSE_DONE) {
		status = parser->state == NW_PARSE_START ? feed_line(parser, head, limits, data, len, &more)
							 : feed_field(parser, head, limits, data, len, &more);
	}
	return status;
}

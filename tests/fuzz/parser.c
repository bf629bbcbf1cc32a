/*
 * The first bytes of the input say how the rest is cut, and what is forgiven. The verdict on the whole must be the
 * verdict on the pieces, and every slice of a valid head must lie within it.
 */
#include <stdlib.h>
#include <string.h>

#include "worker/http/memo.h"

enum { FIELDS = 8, CUTS = 4, TEXT = 1024 };

static char *const forwarder_headers[] = {(char[]){"SCRIPT_NAME"}, (char[]){"X_*"}};
static struct nw_parser_rules rules = {.line = 64, .fields = FIELDS, .field_size = 48};

struct verdict {
	enum nw_status status;
	const char *reason;
	bool is_done;
	struct nw_head head;
	struct nw_field fields[FIELDS];
	size_t fed;
	char text[TEXT]; /* as the parser left it */
};

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void take_rules(uint8_t bits)
{
	rules.allows_folding = (bits & 1) != 0;
	rules.allows_name_space = (bits & 2) != 0;
	rules.allows_any_method = (bits & 4) != 0;
	rules.allows_any_version = (bits & 8) != 0;
	rules.raises_method = (bits & 16) != 0;
	rules.header_map = (enum nw_header_map)(bits >> 5 & 3) % (NW_HEADER_MAP_KEEP + 1);
	rules.forwarder_headers = forwarder_headers;
	rules.n_forwarder_headers = sizeof(forwarder_headers) / sizeof(forwarder_headers[0]);
}

/* From a copy that ends where the bytes end, and begins with what the parser left of those before. */
static void feed(struct nw_parser *parser, struct verdict *verdict, const uint8_t *data, size_t len)
{
	char *copy = malloc(len + 1);

	memcpy(verdict->text + verdict->fed, data + verdict->fed, len - verdict->fed);
	memcpy(copy + 1, verdict->text, len);
	verdict->fed = len;
	verdict->status = nw_parser_feed(parser, &verdict->head, &rules, copy + 1, len);
	verdict->is_done = verdict->status == 0 && parser->state == NW_PARSE_DONE;
	verdict->reason = parser->reason;
	memcpy(verdict->text, copy + 1, len);
	free(copy);
}

static void begin(struct nw_parser *parser, struct verdict *verdict, bool is_trusted)
{
	memset(verdict, 0, offsetof(struct verdict, text));
	verdict->head.fields = verdict->fields;
	verdict->head.cap = FIELDS;
	nw_parser_init(parser);
	parser->is_trusted = is_trusted;
}

static void check_slice(const struct nw_head *head, struct nw_slice slice)
{
	require(slice.at <= head->len && slice.len <= head->len - slice.at);
}

static void check_head(const struct nw_head *head, size_t len)
{
	const struct nw_slice slices[] = {head->line, head->method, head->target, head->path, head->query, head->host};

	require(head->len <= len && head->n_fields <= FIELDS && head->path.len > 0);
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		check_slice(head, slices[i]);
	}
	for (uint32_t i = 0; i < head->n_fields; i++) {
		check_slice(head, head->fields[i].name);
		check_slice(head, head->fields[i].value);
	}
}

static void check_same(const struct verdict *a, const struct verdict *b)
{
	require(a->status == b->status && a->reason == b->reason && a->is_done == b->is_done);
	if (a->is_done) {
		size_t from = offsetof(struct nw_head, line);
		size_t to = offsetof(struct nw_head, fields);

		require(memcmp((const char *)&a->head + from, (const char *)&b->head + from, to - from) == 0);
		require(a->head.n_fields == b->head.n_fields && a->head.len == b->head.len);
		require(memcmp(a->fields, b->fields, a->head.n_fields * sizeof(a->fields[0])) == 0);
		require(memcmp(a->text, b->text, a->head.len) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict whole, pieces, bytes, again;
	static struct nw_memo memo;
	struct nw_parser parser;

	if (size < CUTS + 1 || size > TEXT) {
		return 0;
	}
	const uint8_t *text = data + CUTS + 1;
	size_t len = size - CUTS - 1;
	bool is_trusted = (data[CUTS] & 128) != 0;

	take_rules(data[CUTS]);
	begin(&parser, &whole, is_trusted);
	feed(&parser, &whole, text, len);
	begin(&parser, &pieces, is_trusted);
	for (size_t i = 0, at = 0; at < len && pieces.status == 0 && !pieces.is_done; i++) {
		at += 1 + data[i % CUTS];
		at = at < len ? at : len;
		feed(&parser, &pieces, text, at);
	}
	begin(&parser, &bytes, is_trusted);
	for (size_t at = 1; at <= len && bytes.status == 0 && !bytes.is_done; at++) {
		feed(&parser, &bytes, text, at);
	}
	check_same(&whole, &pieces);
	check_same(&whole, &bytes);
	memo.len = 0;
	for (int i = 0; i < 2; i++) { /* the second time it may be recalled */
		begin(&parser, &again, is_trusted);
		parser.memo = &memo;
		feed(&parser, &again, text, len);
		check_same(&whole, &again);
	}
	require((whole.status != 0) == (whole.reason != NULL));
	if (whole.is_done) {
		check_head(&whole.head, len);
	}
	return 0;
}

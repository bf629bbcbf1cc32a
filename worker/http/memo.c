#include "worker/http/memo.h"

#include <string.h>

/* The offsets of @from are into @base, those of @to are to be @by more. */
static void copy_fields(struct nw_field *to, const struct nw_field *from, uint32_t n, uint32_t by)
{
	for (uint32_t i = 0; i < n; i++) {
		to[i] = (struct nw_field){{from[i].name.at + by, from[i].name.len},
					  {from[i].value.at + by, from[i].value.len}};
	}
}

bool nw_memo_recall_head(struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *data,
			 const char *end)
{
	if (memo->len == 0 || (size_t)(end - data) < memo->len || memo->parser.is_trusted != parser->is_trusted ||
	    memcmp(data, memo->bytes, memo->len) != 0) {
		return false;
	}
	struct nw_field *fields = head->fields;
	uint32_t cap = head->cap;

	*head = memo->head;
	head->base = data;
	head->fields = fields;
	head->cap = cap;
	copy_fields(fields, memo->fields, head->n_fields, 0);
	parser->n = memo->parser.n;
	parser->seen = memo->parser.seen;
	parser->state = NW_PARSE_DONE;
	parser->recall = &memo->recall;
	return true;
}

bool nw_memo_recall_fields(const struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *end)
{
	const char *lines = head->base + parser->fields_at;
	uint32_t begin = memo->parser.fields_at;
	uint32_t len = memo->len - begin, by = parser->fields_at - begin;

	if (memo->len == 0 || (size_t)(end - lines) < len || memo->parser.is_trusted != parser->is_trusted ||
	    memcmp(lines, memo->bytes + begin, len) != 0) {
		return false;
	}
	copy_fields(head->fields, memo->fields, memo->head.n_fields, by);
	if (head->host.len == 0) {
		head->host = (struct nw_slice){memo->head.host.at + by, memo->head.host.len};
	}
	head->n_fields = memo->head.n_fields;
	head->len = parser->fields_at + len;
	parser->n = memo->parser.n;
	parser->seen = memo->parser.seen;
	parser->state = NW_PARSE_DONE;
	return true;
}

void nw_memo_keep(struct nw_memo *memo, struct nw_parser *parser, const struct nw_head *head)
{
	/* With an absolute target the host is not that of the fields. */
	if (head->len > NW_MEMO_BYTES || head->n_fields > NW_MEMO_FIELDS || head->host.at < parser->fields_at) {
		return;
	}
	memo->len = head->len;
	memo->parser = *parser;
	memo->head = *head;
	copy_fields(memo->fields, head->fields, head->n_fields, 0);
	memcpy(memo->bytes, head->base, head->len);
	memo->recall = (struct nw_recall){0};
	parser->recall = &memo->recall;
}

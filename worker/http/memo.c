#include "worker/http/memo.h"

#include <string.h>

static struct nw_field moved(struct nw_field field, uint32_t by)
{
	field.name.at += by;
	field.value.at += by;
	return field;
}

bool nw_memo_recall(const struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *end)
{
	uint32_t at = parser->fields_at;
	const char *lines = head->base + at;

	if (memo->len == 0 || (size_t)(end - lines) < memo->len || memcmp(lines, memo->bytes, memo->len) != 0 ||
	    memo->is_trusted != parser->is_trusted) {
		return false;
	}
	for (uint32_t i = 0; i < memo->n_fields; i++) {
		head->fields[i] = moved(memo->fields[i], at);
	}
	if (head->host.len == 0) {
		head->host = (struct nw_slice){memo->host.at + at, memo->host.len};
	}
	head->n_fields = memo->n_fields;
	head->len = at + memo->len;
	parser->n = memo->n;
	parser->seen = memo->seen;
	parser->state = NW_PARSE_DONE;
	return true;
}

void nw_memo_keep(struct nw_memo *memo, const struct nw_parser *parser, const struct nw_head *head)
{
	uint32_t at = parser->fields_at;
	uint32_t len = head->len - at;

	/* The host of an absolute target is not in the fields: there is none to go by. */
	if (len > NW_MEMO_BYTES || head->n_fields > NW_MEMO_FIELDS || head->host.at < at) {
		return;
	}
	memo->len = len;
	memo->n = parser->n;
	memo->n_fields = head->n_fields;
	memo->seen = parser->seen;
	memo->is_trusted = parser->is_trusted;
	memo->host = (struct nw_slice){head->host.at - at, head->host.len};
	for (uint32_t i = 0; i < head->n_fields; i++) {
		memo->fields[i] = moved(head->fields[i], 0U - at);
	}
	memcpy(memo->bytes, head->base + at, len);
}

#include "worker/http/parser.h"

#include <assert.h>

#include "worker/http/field.h"
#include "worker/http/field_line.h"
#include "worker/http/line.h"
#include "worker/http/memo.h"

/* What parsing sets in some heads only; the rest it sets in all. */
static void reset_head(struct nw_head *head)
{
	head->query = (struct nw_slice){0, 0};
	head->host = (struct nw_slice){0, 0};
	head->expect_continue = false;
	head->framing = NW_FRAMING_NONE;
	head->content_length = 0;
	head->n_fields = 0;
}

enum nw_status nw_parser_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
			      char *data, size_t len)
{
	assert(head->cap >= rules->fields);
	head->base = data;
	if (parser->state >= NW_PARSE_NAME) {
		return parser->state == NW_PARSE_DONE ? NW_STATUS_NONE
						      : nw_field_line_feed(parser, head, rules, data, data + len);
	}
	bool has_memo = parser->memo != NULL && parser->state == NW_PARSE_START && parser->scan == 0;

	if (has_memo && nw_memo_recall_head(parser->memo, parser, head, data, data + len)) {
		return NW_STATUS_NONE;
	}
	if (parser->state == NW_PARSE_START) {
		reset_head(head);
	}
	enum nw_status status = nw_line_feed(parser, head, rules, data, data + len);

	/* It came in one. Where a method may be raised or a field unfolded, the bytes are not what they were. */
	if (has_memo && status == NW_STATUS_NONE && parser->state == NW_PARSE_DONE && !rules->allows_folding &&
	    !rules->raises_method && nw_field_is_plain(parser)) {
		nw_memo_keep(parser->memo, parser, head);
	}
	return status;
}

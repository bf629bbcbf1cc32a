#include "worker/http/parser.h"

#include <assert.h>

#include "worker/http/field_line.h"
#include "worker/http/line.h"

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
	if (parser->state == NW_PARSE_START) {
		reset_head(head);
	}
	return nw_line_feed(parser, head, rules, data, data + len);
}

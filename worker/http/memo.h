/**
 * What a head came to, so that the same bytes are not parsed again. A client mostly sends the same fields with each
 * request of a connection, and only the request line changes; of a browser they are some 600 bytes. One that polls
 * sends the very same head. Parsing is a function of the bytes and the rules alone, so nothing else has to be the same
 * but whether the peer is trusted. The layer above may add what it found out about a head. Internal to the parser.
 */
#ifndef NW_HTTP_MEMO_H
#define NW_HTTP_MEMO_H

#include "worker/http/parser.h"

enum {
	NW_MEMO_BYTES = 1280, /* of a head: a longer one is parsed each time, ... */
	NW_MEMO_FIELDS = 24,  /* ... as is one of more fields */
};

/** Zeroed: of nothing. */
struct nw_memo {
	uint32_t len;            /* of bytes; 0: of nothing */
	struct nw_parser parser; /* as they were when settled, is_trusted too; head.fields: those here */
	struct nw_head head;
	struct nw_recall recall; /* of this head */
	struct nw_field fields[NW_MEMO_FIELDS];
	char bytes[NW_MEMO_BYTES];
};

/**
 * @data..@end begins with the head of @memo, which becomes @head, settled; so does parser->recall. False: it does not,
 * and both are as they were.
 */
bool nw_memo_recall_head(struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *data,
			 const char *end);

/**
 * The field lines at parser->fields_at, up to @end at most, are those of @memo: the parser and @head are as if they had
 * been parsed, but for nw_field_settle(). False: they are not, or not all there, and both are as they were.
 */
bool nw_memo_recall_fields(const struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *end);

/** Remember @head, which was parsed whole and has neither body nor expectation; parser->recall is its, and empty. */
void nw_memo_keep(struct nw_memo *memo, struct nw_parser *parser, const struct nw_head *head);

#endif

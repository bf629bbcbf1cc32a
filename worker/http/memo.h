/**
 * What the fields of a head came to, so that the same bytes are not parsed again. A client mostly sends the same fields
 * with each request of a connection, and only the request line changes; of a browser they are some 600 bytes. Parsing
 * is a function of the bytes and the rules alone, so nothing else has to be the same but whether the peer is trusted.
 * Internal to the parser.
 */
#ifndef NW_HTTP_MEMO_H
#define NW_HTTP_MEMO_H

#include "worker/http/parser.h"

enum {
	NW_MEMO_BYTES = 1024, /* of field lines, the empty line included: longer ones are parsed each time, ... */
	NW_MEMO_FIELDS = 24,  /* ... as are more of them */
};

/** Zeroed: of nothing. */
struct nw_memo {
	uint32_t len; /* of bytes; 0: of nothing */
	uint32_t n;   /* field lines, dropped ones too */
	uint32_t n_fields;
	uint16_t seen; /* nw_parser.seen */
	bool is_trusted;
	struct nw_slice host;                   /* at: from the first field line on, as in fields */
	struct nw_field fields[NW_MEMO_FIELDS]; /* those that are shown */
	char bytes[NW_MEMO_BYTES];
};

/**
 * The field lines at parser->fields_at, up to @end at most, are those of @memo: the parser and @head are as if they had
 * been parsed, but for nw_field_settle(). False: they are not, or not all there, and both are as they were.
 */
bool nw_memo_recall(const struct nw_memo *memo, struct nw_parser *parser, struct nw_head *head, const char *end);

/** Remember the fields of @head, which was parsed whole and has neither body nor expectation. */
void nw_memo_keep(struct nw_memo *memo, const struct nw_parser *parser, const struct nw_head *head);

#endif

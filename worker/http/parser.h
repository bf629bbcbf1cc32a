/**
 * Bytes to request heads: strict (RFC 9112), incremental, without allocation, pure. The answer never depends
 * on how the bytes were cut into packets, and limits hold before a terminator arrives.
 */
#ifndef NW_HTTP_PARSER_H
#define NW_HTTP_PARSER_H

#include <stddef.h>

#include "worker/http/head.h"
#include "worker/http/status.h"

/** Taken as they are: 0 allows nothing. */
struct nw_parser_limits {
	uint32_t line;       /* request line without CRLF */
	uint32_t fields;     /* number of fields */
	uint32_t field_size; /* one field line with CRLF */
};

struct nw_parser {
	uint32_t at;   /* where the line under way begins */
	uint32_t scan; /* how far its end was looked for */
	enum { NW_PARSE_START, NW_PARSE_FIELDS, NW_PARSE_DONE } state;
	uint16_t seen;      /* what came so far: implementation's own bits */
	uint32_t n;         /* field lines so far, dropped ones too */
	uint32_t fields_at; /* where the first field line begins */
	const char *reason; /* after a refusal: one static sentence for log and answer */
};

void nw_parser_init(struct nw_parser *parser);

/**
 * Look at @len bytes from the start of the request (all of them, old and new). One CRLF before the request line
 * is skipped. Returns 0 and state DONE when the head is whole (head->len says how long); 0 and another state:
 * give more; else the status to refuse with (400, 414, 417, 431, 501, 505), parser->reason says why. Only head->fields
 * and head->cap are read of @head; a field whose name has an underscore is dropped (but counted).
 */
enum nw_status nw_parser_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_limits *limits,
			      const char *data, size_t len);

#endif

/**
 * Bytes to request heads: strict (RFC 9112), incremental, without allocation. A request is refused at the first byte
 * with which it cannot become one any more, so the answer never depends on how the bytes were cut into packets, and
 * limits hold before a terminator arrives.
 */
#ifndef NW_HTTP_PARSER_H
#define NW_HTTP_PARSER_H

#include <stddef.h>

#include "worker/http/head.h"
#include "worker/http/status.h"

/** What becomes of a field with '_' in its name, which could pass for the same name with '-' further in. */
enum nw_header_map {
	NW_HEADER_MAP_DROP,   /* not shown to anybody, but counted */
	NW_HEADER_MAP_REFUSE, /* 400 */
	NW_HEADER_MAP_KEEP,
};

/** Most that a request may have, taken as it is (0 allows nothing), and what is forgiven. All zero: strict. */
struct nw_parser_rules {
	uint32_t line;       /* request line without CRLF */
	uint32_t fields;     /* number of fields */
	uint32_t field_size; /* one field line with CRLF */

	bool allows_folding;     /* a field may go on in lines that begin with white space (RFC 9112 section 5.2) */
	bool allows_name_space;  /* white space between a field's name and its colon */
	bool allows_any_method;  /* any token */
	bool allows_any_version; /* HTTP/D.D: before 1.0 treated as 1.0, after 1.9 as 1.1 */
	bool raises_method;      /* lower case in a method is allowed, and made upper case */
	enum nw_header_map header_map;
	char *const *forwarder_headers; /* names that a trusted peer may send although they have '_'; "*": all */
	size_t n_forwarder_headers;
};

enum nw_parse_state {
	NW_PARSE_START, /* nothing has come */
	NW_PARSE_METHOD,
	NW_PARSE_TARGET, /* at its beginning, or in one that does not begin with '/' */
	NW_PARSE_PATH,
	NW_PARSE_QUERY,
	NW_PARSE_FRAGMENT,
	NW_PARSE_VERSION,
	NW_PARSE_NAME, /* at the beginning of a field line, or in its name */
	NW_PARSE_NAME_SPACE,
	NW_PARSE_VALUE,
	NW_PARSE_DONE,
};

struct nw_memo;

struct nw_parser {
	struct nw_memo
		*memo; /* of the heads before this one (http/memo), as is_trusted set by the caller; NULL: none */
	struct nw_recall *recall; /* once DONE: of the very same head before, or of this from now on; NULL: neither */
	const char *reason;       /* after a refusal: one static sentence for log and answer */
	uint32_t at;              /* where the line under way begins */
	uint32_t scan;            /* how far it was looked at */
	uint32_t colon;           /* of the field line under way, once its name is whole */
	uint32_t name_len;
	uint32_t n;          /* field lines so far, dropped ones too */
	uint32_t fields_at;  /* where the first field line begins */
	uint16_t seen;       /* what came so far: implementation's own bits */
	uint8_t state;       /* enum nw_parse_state */
	bool has_underscore; /* of the field line under way: its name */
	bool is_folded;
	bool is_trusted; /* forwarder_headers are for this peer: set by the caller after nw_parser_init() */
};

static inline void nw_parser_init(struct nw_parser *parser)
{
	*parser = (struct nw_parser){.state = NW_PARSE_START};
}

/**
 * Look at @len bytes from the start of the request (all of them, old and new). One CRLF before the request line
 * is skipped. Returns 0 and state DONE when the head is whole (head->len says how long); 0 and another state:
 * give more; else the status to refuse with (400, 414, 417, 431, 501, 505), parser->reason says why. Only head->fields
 * and head->cap (at least rules->fields) are read of @head. Where the rules tell it to, a method is made upper case
 * and a folded field is put together within @data: give back what it left there, here or elsewhere.
 */
enum nw_status nw_parser_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
			      char *data, size_t len);

#endif

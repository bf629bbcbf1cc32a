/**
 * The head of an HTTP/1.1 request as offsets into the bytes it was read from, so that it stays true when
 * those bytes move. Filled by http/parser.
 */
#ifndef NW_HTTP_HEAD_H
#define NW_HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/str.h"

struct nw_slice {
	uint32_t at; /* bytes from head.base */
	uint32_t len;
};

struct nw_field {
	struct nw_slice name;  /* as sent */
	struct nw_slice value; /* without surrounding white space */
};

enum nw_framing {
	NW_FRAMING_NONE,    /* no body */
	NW_FRAMING_LENGTH,  /* content_length bytes */
	NW_FRAMING_CHUNKED, /* transfer coding */
};

struct nw_head {
	const char *base;     /* the first byte that the parser was given; whoever moves the bytes sets it anew */
	struct nw_slice line; /* the request line without CRLF */
	struct nw_slice method;
	struct nw_slice target; /* as sent */
	struct nw_slice path;   /* of the target, still percent-coded; "*" for OPTIONS * */
	struct nw_slice query;  /* after '?', without it; len 0: none or empty */
	struct nw_slice host; /* of an absolute target, else the value of Host (RFC 9112 section 3.2.2); len 0: none */
	struct nw_slice request_id; /* of a believed peer, checked (http/forward, not the parser); len 0: none */
	uint8_t minor;              /* HTTP/1.minor */
	bool keep_alive;            /* what the client asks for (version and Connection) */
	bool expect_continue;
	enum nw_framing framing;
	uint64_t content_length;
	struct nw_field *fields; /* @cap of them, the caller's */
	uint32_t n_fields, cap;
	uint32_t len; /* bytes of the whole head, final CRLF included */
};

/** What the layer above found out about a head, to be had again with the next one of the same bytes. Zeroed: nothing.
 */
struct nw_recall {
	void *target;
	const char *method; /* static, or of target's owner */
};

static inline struct nw_span nw_head_span(const struct nw_head *head, struct nw_slice s)
{
	return (struct nw_span){head->base + s.at, s.len};
}

/** Whether the method is @name, of @len bytes. */
static inline bool nw_head_is_method(const struct nw_head *head, const char *name, size_t len)
{
	return head->method.len == len && memcmp(head->base + head->method.at, name, len) == 0;
}

/** The value of the first field of that name (case-insensitive); p NULL: none. */
struct nw_span nw_head_get(const struct nw_head *head, const char *name);

/** The same from field *@at on (begin with 0), which becomes where to go on: for fields that may come in several lines.
 */
struct nw_span nw_head_next(const struct nw_head *head, const char *name, uint32_t *at);

#endif

/** The fields of a head that decide how a request is read: host, framing, connection, expectation. Internal to the
 *  parser. */
#ifndef NW_HTTP_FIELD_H
#define NW_HTTP_FIELD_H

#include "worker/http/parser.h"

/** Whether a field of that name, which ends with a byte of no token, may be one that nw_field_take() looks at. */
static inline bool nw_field_is_known(const char *name, size_t len)
{
	static const char first[] = {[4] = 'h', [6] = 'e', [10] = 'c', [12] = 'c', [14] = 'c', [17] = 't'};

	return len < sizeof(first) && (*name | 0x20) == first[len];
}

/** Look at one field, whose name is a token and whose value is trimmed; memory may be read up to @readable. 0, or the
 *  status to refuse with. */
enum nw_status nw_field_take(struct nw_parser *parser, struct nw_head *head, const struct nw_field *field,
			     const char *readable);

/** Whether the fields say nothing of a body or an expectation. */
bool nw_field_is_plain(const struct nw_parser *parser);

/** The head is whole: settle host, framing, keep-alive and expectation. 0, or the status to refuse with. */
enum nw_status nw_field_settle(struct nw_parser *parser, struct nw_head *head);

#endif

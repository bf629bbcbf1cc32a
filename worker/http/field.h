/** The fields of a head that decide how a request is read: host, framing, connection, expectation. Internal to the
 *  parser. */
#ifndef NW_HTTP_FIELD_H
#define NW_HTTP_FIELD_H

#include "worker/http/parser.h"

/** Look at one field, whose name is a token and whose value is trimmed. 0, or the status to refuse with. */
enum nw_status nw_field_take(struct nw_parser *parser, struct nw_head *head, const struct nw_field *field);

/** The head is whole: settle host, framing, keep-alive and expectation. 0, or the status to refuse with. */
enum nw_status nw_field_settle(struct nw_parser *parser, struct nw_head *head);

#endif

/** The field lines of a head (RFC 9112 section 5). Internal to the parser. */
#ifndef NW_HTTP_FIELD_LINE_H
#define NW_HTTP_FIELD_LINE_H

#include "worker/http/parser.h"

/** Go on with the field lines, in @data..@end, from parser->scan on. 0 and state DONE: the head is whole; 0 and another
 *  state: give more; else the status to refuse with. */
enum nw_status nw_field_line_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
				  char *data, const char *end);

/** Why @c may not stand in a line: it is a control byte that may not, or it is @otherwise. */
const char *nw_field_line_reason(char c, const char *otherwise);

#endif

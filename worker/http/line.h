/** The request line (RFC 9112 section 3). Internal to the parser. */
#ifndef NW_HTTP_LINE_H
#define NW_HTTP_LINE_H

#include "worker/http/parser.h"

/** Go on with the request line, in @data..@end, from parser->scan on, and with the field lines behind it. As
 *  nw_parser_feed(). */
enum nw_status nw_line_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
			    char *data, const char *end);

#endif

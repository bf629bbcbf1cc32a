/** The request line (RFC 9112 section 3). Internal to the parser. */
#ifndef NW_HTTP_LINE_H
#define NW_HTTP_LINE_H

#include "worker/http/parser.h"

/**
 * Go on with the request line, in @data..@end, from parser->scan on. 0 and state NAME: it is whole, and so is its
 * CRLF; 0 and another state: give more; else the status to refuse with.
 */
enum nw_status nw_line_feed(struct nw_parser *parser, struct nw_head *head, const struct nw_parser_rules *rules,
			    char *data, const char *end);

/** Why @c may not stand in a head, where it is a control byte that may not; else @otherwise. */
const char *nw_line_reason(char c, const char *otherwise);

#endif

/** The tables of tests/requests: a line is cut into words and its text, and the text is unescaped. */
#ifndef NW_TESTS_UNIT_HTTP_REQUESTS_H
#define NW_TESTS_UNIT_HTTP_REQUESTS_H

#include <stddef.h>

#include "worker/http/parser.h"

enum { NW_REQUESTS_MAX = 400, NW_REQUESTS_TEXT = 512 };

struct nw_request_case {
	unsigned line; /* in the file */
	unsigned status;
	struct nw_parser_rules rules; /* what is forgiven; no limits */
	char data[NW_REQUESTS_TEXT];  /* only where @has_data */
	size_t data_len;
	char text[NW_REQUESTS_TEXT];
	size_t len;
};

/** Read tests/requests/@name. Returns how many cases there are in @cases, or fails the test. */
size_t nw_requests_read(const char *name, bool has_data, struct nw_request_case cases[NW_REQUESTS_MAX]);

#endif
